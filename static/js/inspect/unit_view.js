/** Step 3, one neuron in full: inputs, weights, products, their sum, the bias, z, and what it says. */

import { canvas, element, figure } from "../core/browser.js";
import {
  ACTIVATIONS, bracketed, channelOf, drawCurve, format, keyOf, productsOf, softmax, strongest, sumsByChannel,
  total,
} from "./numbers.js";
import { largestOf, paint } from "./palette.js";
import { Panel } from "./panels.js";
import { unpackExact } from "./question.js";

const STRONGEST = 10;
const WRITTEN = 3; // terms that the sum is written out with
const CHANNELS = 4; // of a patch that are shown
const CELLS_ACROSS = 16;

export class Unit extends EventTarget {
  #find;
  #panel;
  #unit = null;
  #activation = null; // chosen to try; null for the neuron's own

  /** Events: `placechosen` {row, column}. */
  constructor(element) {
    super();
    this.#panel = new Panel(element);
    this.#find = (hook) => element.querySelector(`[data-${hook}]`);
    this.#find("activations").addEventListener("change", ({ target }) => {
      this.#activation = target.value;
      this.#showActivation();
    });
    this.#find("feature-map").addEventListener("click", (event) => this.#choosePlace(event));
  }

  /**
   * @param {object} unit of an answer of /api/inspect
   * @param {Uint8Array} bitmap on which the receptive field is outlined
   */
  show(unit, bitmap) {
    this.#panel.fill();
    if (this.#unit?.layer !== unit.layer || this.#unit?.unit !== unit.unit) this.#activation = null;
    this.#unit = unit;
    const shown = { dense: showDense, conv: showConv, pool: showPool }[unit.kind](unit);
    this.#find("pictures").replaceChildren(...shown.pictures);
    this.#find("sum").replaceChildren(...shown.sum);
    this.#find("terms").replaceChildren(...shown.terms);
    this.#find("terms-section").hidden = shown.terms.length === 0;
    this.#showPlace(unit, bitmap);
    this.#find("softmax").hidden = unit.activation !== "softmax";
    if (unit.activation === "softmax") this.#find("softmax-rows").replaceChildren(...softmaxRows(unit));
    this.#find("activation").hidden = unit.kind === "pool" || unit.activation === "softmax";
    if (!this.#find("activation").hidden) this.#showActivation();
  }

  /** There is no answer; `isWaiting` where one is to come. */
  clear(isWaiting) {
    this.#panel.empty(isWaiting);
  }

  #showPlace({ map, map_shape: shape, row, column, field }, bitmap) {
    this.#find("place").hidden = !map;
    if (!map) return;
    const [rows, columns] = shape;
    paint(this.#find("feature-map"), unpackExact(map), columns);
    put(this.#find("feature-mark"), column / columns, row / rows, 1 / columns, 1 / rows);
    paint(this.#find("field-bitmap"), bitmap, 28, 255);
    const [top, bottom, left, right] = field;
    put(this.#find("field-mark"), left / 28, top / 28, (right - left + 1) / 28, (bottom - top + 1) / 28);
    this.#find("field-words").textContent =
      `Row ${row}, column ${column} looks at rows ${top} to ${bottom} and columns ${left} to ${right} of the bitmap. Everything is counted from 0, as in Python.`;
  }

  #choosePlace({ offsetX, offsetY, target }) {
    const [rows, columns] = this.#unit.map_shape;
    const row = Math.min(Math.floor((offsetY / target.clientHeight) * rows), rows - 1);
    const column = Math.min(Math.floor((offsetX / target.clientWidth) * columns), columns - 1);
    this.dispatchEvent(new CustomEvent("placechosen", { detail: { row, column } }));
  }

  #showActivation() {
    const { z, activation } = this.#unit;
    const own = keyOf(activation) ?? "none";
    const chosen = this.#activation ?? own;
    for (const radio of this.#find("activations").querySelectorAll("input")) radio.checked = radio.value === chosen;
    drawCurve(this.#find("curve"), chosen, z);
    const { name, of, says } = ACTIVATIONS[chosen];
    this.#find("says").textContent = `${name}(${format(z)}) = ${format(of(z))}`;
    this.#find("says-why").textContent = chosen === own ? `${says}; this neuron's own` : `${says}; this neuron's own is ${ACTIVATIONS[own].name}`;
  }
}

function showDense(unit) {
  const [inputs, weights] = [unpackExact(unit.inputs), unpackExact(unit.weights)];
  const products = productsOf(inputs, weights);
  const [rows, columns, channels] = unit.input_shape;
  const isPicture = columns > 1 && channels === 1;
  const across = isPicture ? columns : channels > 1 ? rows * columns * Math.ceil(Math.sqrt(channels / (rows * columns))) : CELLS_ACROSS;
  const order = channels > 1 ? byChannel(rows * columns, channels) : null;
  const picture = (values, label, caption) => {
    const made = canvas(isPicture ? "matrix" : "cells", label);
    paint(made, order ? Float64Array.from(order, (index) => values[index]) : values, across);
    return figure(made, caption, element("span.range", {}, `±${format(largestOf(values), 2)}`));
  };
  const pictures = [
    picture(inputs, "inputs", `inputs x, from ${unit.input_layer}`),
    picture(weights, "weights", "weights w"),
    picture(products, "products", "products w · x"),
  ];
  const nameOf = (index) => (isPicture ? `row ${Math.floor(index / columns)}, col ${index % columns}` : `${index}`);
  return { pictures, sum: writtenSum(unit, inputs, weights, products), terms: termRows(inputs, weights, products, nameOf) };
}

/** @returns {number[]} the indices of (places, channels) with each channel's places together */
function byChannel(places, channels) {
  return Array.from({ length: places * channels }, (_, index) => (index % places) * channels + Math.floor(index / places));
}

function showConv(unit) {
  const [patch, weights] = [unpackExact(unit.patch), unpackExact(unit.weights)];
  const products = productsOf(patch, weights);
  const [rows, columns, channels] = unit.patch_shape;
  const sums = sumsByChannel(products, channels);
  const shown = strongest(sums, CHANNELS).map(({ index }) => index);
  const [patchScale, weightScale, productScale] = [patch, weights, products].map(largestOf);
  const small = (values, label, scale) => {
    const made = canvas("patch", label);
    paint(made, values, columns, scale);
    return made;
  };
  const pictures = (shown.length ? shown : [0]).map((channel) => {
    const [x, w, wx] = [patch, weights, products].map((values) => channelOf(values, channel, channels));
    return element(
      "div.channel",
      {},
      element("p.channel__name", {}, channels > 1 ? `channel ${channel} adds ` : "the only channel adds ", element("b", {}, format(sums[channel]))),
      figure(small(x, "patch", patchScale), "x"),
      figure(small(w, "kernel", weightScale), "w"),
      figure(small(wx, "products", productScale), "w · x"),
    );
  });
  const rest = channels > shown.length ? ` The other ${channels - shown.length} channels add ${format(total(sums) - total(shown.map((channel) => sums[channel])))}.` : "";
  const nameOf = (index) => {
    const place = Math.floor(index / channels);
    return `row ${Math.floor(place / columns)}, col ${place % columns}${channels > 1 ? `, channel ${index % channels}` : ""}`;
  };
  const sum = [...writtenSum(unit, patch, weights, products), element("p.muted", {}, `x is the patch, w the kernel. The sum goes over ${rows}×${columns} places and ${channels} channel${channels > 1 ? "s" : ""}.${rest}`)];
  return { pictures, sum, terms: termRows(patch, weights, products, nameOf) };
}

function showPool(unit) {
  const patch = unpackExact(unit.patch);
  const made = canvas("patch", "patch");
  paint(made, patch, unit.patch_shape[1]);
  const values = [...patch].map((value) => format(value)).join(", ");
  const sum = element("p.formula", {}, `max(${values}) = `, element("b", { "data-output": unit.output }, format(unit.output)));
  return { pictures: [figure(made, "patch")], sum: [sum, element("p.muted", {}, "Pooling has no weights: it keeps the largest value of the patch.")], terms: [] };
}

/** The sum as the tutorial says it: weighted sum of the inputs, plus the bias, through the activation function. */
function writtenSum({ bias, z, output, activation }, inputs, weights, products) {
  const terms = strongest(products, WRITTEN);
  const written = terms.map(({ index }) => `${bracketed(weights[index])} · ${bracketed(inputs[index])}`);
  const others = products.length - terms.length;
  const name = ACTIVATIONS[keyOf(activation)]?.name ?? activation;
  const value = (hook, number) => element("b", { [`data-${hook}`]: number }, format(number));
  return [
    element("p.formula", {}, "z = w₁x₁ + w₂x₂ + … + b"),
    element("p.formula", {}, `z = ${[...written, `(${others} more: ${format(total(products) - total(terms.map(({ product }) => product)))})`].join(" + ")} + ${bracketed(bias)}`),
    element("p.formula", {}, `z = ${format(total(products))} + `, value("bias", bias), " = ", value("z", z)),
    element("p.formula", {}, `output = ${name}(z) = `, value("output", output)),
  ];
}

function termRows(inputs, weights, products, nameOf) {
  return strongest(products, STRONGEST).map(({ index, product }) => {
    const numbers = [weights[index], inputs[index], product].map((value) => element("td", {}, format(value)));
    return element("tr", {}, element("th", { scope: "row" }, nameOf(index)), ...numbers);
  });
}

function softmaxRows({ sums, outputs, unit }) {
  const { exponentials } = softmax(sums);
  return sums.map((logit, digit) => {
    const numbers = [logit, exponentials[digit], outputs[digit]].map((value) => element("td", {}, format(value)));
    const row = element("tr", {}, element("th", { scope: "row" }, String(digit)), ...numbers);
    if (digit === unit) row.setAttribute("aria-current", "true");
    return row;
  });
}

/** Lay a mark over a picture; all as shares of its sides. */
function put(mark, left, top, width, height) {
  for (const [name, share] of Object.entries({ left, top, width, height })) mark.style[name] = `${share * 100}%`;
}
