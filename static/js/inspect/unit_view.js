/** Step 3, one neuron in full: inputs, weights, products, sum, bias, z, output. */

import { canvas, element, Emitter, figure, find } from "../core/browser.js";
import { LayerGrid, rangeOf } from "./layer_view.js";
import {
  ACTIVATIONS, bracketed, channelOf, drawCurve, format, keyOf, productsOf, remainder, rounded, softmax, strongest,
  sumsByChannel,
} from "./numbers.js";
import { largestOf, paint } from "./palette.js";
import { Panel } from "./panels.js";
import { unpackExact } from "./unpack.js";

const STRONGEST = 10;
const WRITTEN = 3; // terms in the written sum
const CHANNELS = 4; // shown of a patch

/** @typedef {DenseUnit|ConvUnit|PoolUnit} AnyUnit */
/** @typedef {{pictures: Element[], sum: Element[], terms: Element[]}} Shown */

/** @extends {Emitter<{placechosen: {row: number, column: number}}>} */
export class UnitView extends Emitter {
  /** @type {Find} */
  #find;
  #panel;
  /** @type {AnyUnit|null} */
  #unit = null;
  /** @type {string|null} an activation function to try; null for the neuron's own */
  #activation = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    super();
    this.#panel = new Panel(element);
    this.#find = (hook) => find(`[data-${hook}]`, element);
    this.#find("activations").addEventListener("change", ({ target }) => {
      this.#activation = /** @type {HTMLInputElement} */ (target).value;
      this.#showActivation();
    });
    this.#find("feature-map").addEventListener("click", (event) => this.#choosePlace(event));
  }

  /** @param {AnyUnit} unit @param {Bitmap} bitmap on which the receptive field is outlined */
  show(unit, bitmap) {
    this.#panel.fill();
    if (this.#unit?.layer !== unit.layer || this.#unit?.unit !== unit.unit) this.#activation = null;
    this.#unit = unit;
    const shown = unit.kind === "dense" ? showDense(unit) : unit.kind === "conv" ? showConv(unit) : showPool(unit);
    this.#find("pictures").replaceChildren(...shown.pictures);
    this.#find("sum").replaceChildren(...shown.sum);
    this.#find("terms").replaceChildren(...shown.terms);
    this.#find("terms-section").hidden = shown.terms.length === 0;
    this.#showPlace(unit, bitmap);
    this.#find("softmax").hidden = unit.activation !== "softmax";
    if (unit.kind === "dense" && unit.activation === "softmax") this.#find("softmax-rows").replaceChildren(...softmaxRows(unit));
    this.#find("activation").hidden = unit.kind === "pool" || unit.activation === "softmax";
    if (!this.#find("activation").hidden) this.#showActivation();
  }

  /** @param {boolean} isWaiting whether an answer is due */
  clear(isWaiting) {
    this.#panel.empty(isWaiting);
  }

  /** @param {AnyUnit} unit @param {Bitmap} bitmap */
  #showPlace(unit, bitmap) {
    this.#find("place").hidden = unit.kind === "dense";
    if (unit.kind === "dense") return;
    const { map, map_shape: [rows, columns], row, column, field } = unit;
    paint(this.#find("feature-map"), unpackExact(map), columns);
    put(this.#find("feature-mark"), column / columns, row / rows, 1 / columns, 1 / rows);
    paint(this.#find("field-bitmap"), bitmap, 28, 255);
    const [top, bottom, left, right] = field;
    put(this.#find("field-mark"), left / 28, top / 28, (right - left + 1) / 28, (bottom - top + 1) / 28);
    const area = `rows ${top} to ${bottom} and columns ${left} to ${right} of the bitmap`;
    this.#find("field-text").textContent =
      `Row ${row}, column ${column} sees ${area}. Rows and columns count from 0, as in Python.`;
  }

  /** @param {MouseEvent} event */
  #choosePlace({ offsetX, offsetY }) {
    if (!this.#unit || this.#unit.kind === "dense") return;
    const [rows, columns] = this.#unit.map_shape;
    const { clientWidth, clientHeight } = this.#find("feature-map");
    const row = Math.min(Math.floor((offsetY / clientHeight) * rows), rows - 1);
    const column = Math.min(Math.floor((offsetX / clientWidth) * columns), columns - 1);
    this.emit("placechosen", { row, column });
  }

  #showActivation() {
    if (!this.#unit || this.#unit.kind === "pool") return;
    const { activation, is_off: isOff } = this.#unit;
    const own = keyOf(activation);
    const chosen = this.#activation ?? own;
    for (const radio of this.#find("activations").querySelectorAll("input")) radio.checked = radio.value === chosen;
    this.#showCurve(chosen, rounded(this.#unit.z));
    const says = chosen ? `${ACTIVATIONS[chosen].says}. ` : "";
    const ownName = own ? ACTIVATIONS[own].name : activation;
    const used = own && chosen === own ? "it" : ownName;
    const off = isOff ? ", but is switched off: its output is 0" : "";
    this.#find("activation-note").textContent = `${says}This neuron uses ${used}${off}.`;
  }

  /** @param {string|null} key of ACTIVATIONS; null for another function, which has no curve here @param {number} z */
  #showCurve(key, z) {
    this.#find("curve").toggleAttribute("hidden", key === null);
    this.#find("activation-result").hidden = key === null;
    if (key === null) return;
    const { name, of } = ACTIVATIONS[key];
    drawCurve(this.#find("curve"), key, z);
    this.#find("activation-result").textContent = `${name}(${format(z)}) = ${format(of(z))}`;
  }
}

/** @param {DenseUnit} unit @returns {Shown} */
function showDense(unit) {
  const [inputs, weights] = [unpackExact(unit.inputs), unpackExact(unit.weights)];
  const products = productsOf(inputs, weights);
  const [rows, columns, channels] = unit.input_shape;
  const isPicture = columns > 1 && channels === 1;
  const grid = new LayerGrid({ shape: channels === undefined ? [rows] : unit.input_shape });
  /** @param {ArrayLike<number>} values @param {string} label @param {string} caption */
  const picture = (values, label, caption) => {
    const made = canvas(isPicture ? "matrix" : "cells", label);
    if (isPicture) paint(made, values, columns);
    else grid.paint(made, values);
    const shown = figure(made, caption, element("span.range", {}, rangeOf(values)));
    shown.classList.toggle("picture--wide", !isPicture);
    return shown;
  };
  const pictures = [
    picture(inputs, "inputs", isPicture ? "inputs x: the 784 pixels" : `inputs x: outputs of ${unit.input_layer}`),
    picture(weights, "weights", "weights w"),
    picture(products, "products", "products w · x"),
  ];
  const terms = termRows(inputs, weights, products, (index) => inputName(unit, index));
  return { pictures, sum: writtenSum(unit, inputs, weights, products), terms };
}

/** @param {DenseUnit|ConvUnit} unit @param {number} index @returns {string} the name of one of its inputs */
export function inputName(unit, index) {
  const isDense = unit.kind === "dense";
  const [, columns, channels] = isDense ? unit.input_shape : unit.patch_shape;
  if (channels === undefined) return `neuron ${index}`;
  const place = Math.floor(index / channels);
  const name = `row ${Math.floor(place / columns)}, col ${place % columns}`;
  if (channels === 1) return name;
  return isDense ? `map ${index % channels}, ${name}` : `${name}, channel ${index % channels}`;
}

/** @param {ConvUnit} unit @returns {Shown} */
function showConv(unit) {
  const [patch, weights] = [unpackExact(unit.patch), unpackExact(unit.weights)];
  const products = productsOf(patch, weights);
  const [rows, columns, channels] = unit.patch_shape;
  const sums = sumsByChannel(products, channels);
  const strong = strongest(sums, CHANNELS).map(({ index }) => index);
  const shown = strong.length ? strong : [0];
  const [patchScale, weightScale, productScale] = [patch, weights, products].map((values) => largestOf(values));
  /** @param {ArrayLike<number>} values @param {string} label @param {number} scale */
  const small = (values, label, scale) => {
    const made = canvas("patch", label);
    paint(made, values, columns, scale);
    return made;
  };
  const sumOfAll = remainder(unit.z, [unit.bias]);
  const pictures = shown.map((channel) => {
    const amount = element("b", {}, format(channels > 1 ? sums[channel] : sumOfAll));
    const [x, w, wx] = [patch, weights, products].map((values) => channelOf(values, channel, channels));
    return element(
      "div.channel",
      { "data-channel": channel },
      element("p.channel__name", {}, channels > 1 ? `sum over channel ${channel}: ` : "sum over the patch: ", amount),
      figure(small(x, "patch", patchScale), "x"),
      figure(small(w, "kernel", weightScale), "w"),
      figure(small(wx, "products", productScale), "w · x"),
    );
  });
  const others = channels - shown.length;
  const ofOthers = remainder(sumOfAll, shown.map((channel) => sums[channel]));
  const rest = others > 0 ? ` The other ${others} channels add ${format(ofOthers)}.` : "";
  const extent = `${rows}×${columns} places and ${channels} channel${channels > 1 ? "s" : ""}`;
  const note = element("p.muted", {}, `x is the patch, w the kernel. The sum goes over ${extent}.${rest}`);
  const sum = [...writtenSum(unit, patch, weights, products), note];
  return { pictures, sum, terms: termRows(patch, weights, products, (index) => inputName(unit, index)) };
}

/** @param {PoolUnit} unit @returns {Shown} */
function showPool(unit) {
  const patch = unpackExact(unit.patch);
  const made = canvas("patch", "patch");
  paint(made, patch, unit.patch_shape[1]);
  const values = [...patch].map((value) => format(value)).join(", ");
  const sum = element("p.formula", { translate: "no" }, `max(${values}) = `, element("b", { "data-output": unit.output }, format(unit.output)));
  const note = element("p.muted", {}, "Pooling has no weights: it keeps the largest value of the patch.");
  return { pictures: [figure(made, "patch")], sum: [sum, note], terms: [] };
}

/**
 * Write out the weighted sum of the inputs, plus the bias, through the activation function.
 *
 * @param {DenseUnit|ConvUnit} unit @param {Float32Array} inputs @param {Float32Array} weights
 * @param {Float64Array} products
 */
function writtenSum(unit, inputs, weights, products) {
  const { bias, z } = unit;
  const terms = strongest(products, WRITTEN).map(({ index }) => [weights[index], inputs[index]]);
  const written = terms.map(([weight, input]) => `${bracketed(weight)} · ${bracketed(input)}`);
  const sum = remainder(z, [bias]);
  const rest = rounded(terms.reduce((left, [weight, input]) => left - rounded(weight) * rounded(input), sum));
  const others = products.length - terms.length;
  const [open, close] = bias < 0 ? ["(", ")"] : ["", ""];
  return [
    formula("z = w₁x₁ + w₂x₂ + … + b"),
    formula(`z = ${[...written, `(${others} more: ${format(rest)})`, bracketed(bias)].join(" + ")}`),
    formula(`z = ${format(sum)} + ${open}`, value("bias", bias), `${close} = `, value("z", z)),
    outputOf(unit),
  ];
}

/** @param {DenseUnit|ConvUnit} unit @returns {Element} its output as a formula */
function outputOf(unit) {
  const { z, output, activation } = unit;
  const key = keyOf(activation);
  const result = key ? ACTIVATIONS[key].of(rounded(z)) : shareOf(unit) ?? output;
  const called = key === "none" ? "z" : `${key ? ACTIVATIONS[key].name : activation}(z)`;
  if (!unit.is_off) return formula(`output = ${called} = `, value("output", output, result));
  return formula("output = ", value("output", output), ` (switched off; otherwise ${called} = ${format(result)})`);
}

/** @param {DenseUnit|ConvUnit} unit @returns {number|null} its share of a softmax layer; null in others */
function shareOf(unit) {
  if (unit.kind !== "dense" || unit.activation !== "softmax" || !unit.sums) return null;
  return softmax(unit.sums).shares[unit.unit];
}

/** @param {(string|Element)[]} parts */
function formula(...parts) {
  return element("p.formula", { translate: "no" }, ...parts);
}

/** @param {string} hook holds the exact number @param {number} number @param {number} shown */
function value(hook, number, shown = number) {
  return element("b", { [`data-${hook}`]: number }, format(shown));
}

/**
 * @param {Float32Array} inputs @param {Float32Array} weights @param {Float64Array} products
 * @param {(index: number) => string} nameOf
 */
function termRows(inputs, weights, products, nameOf) {
  return strongest(products, STRONGEST).map(({ index }) => {
    const [weight, input] = [rounded(weights[index]), rounded(inputs[index])];
    const numbers = [weight, input, weight * input].map((value) => element("td", {}, format(value)));
    return element("tr", { "data-weight": index }, element("th", { scope: "row" }, nameOf(index)), ...numbers);
  });
}

/** @param {DenseUnit} unit of the output layer */
function softmaxRows({ sums, outputs, unit }) {
  if (!sums || !outputs) return [];
  const { exponentials, shares } = softmax(sums);
  return sums.map((logit, digit) => {
    const numbers = [logit, exponentials[digit], shares[digit]].map((value) => element("td", {}, format(value)));
    const row = element("tr", {}, element("th", { scope: "row" }, String(digit)), ...numbers);
    if (digit === unit) row.setAttribute("aria-current", "true");
    return row;
  });
}

/**
 * Place a mark over a picture, in shares of its sides.
 *
 * @param {HTMLElement} mark @param {number} left @param {number} top @param {number} width @param {number} height
 */
function put(mark, left, top, width, height) {
  /** @param {number} share */
  const percent = (share) => `${share * 100}%`;
  const transform = `translate(${percent(left / width)}, ${percent(top / height)})`; // in its own sides
  Object.assign(mark.style, { width: percent(width), height: percent(height), transform });
}
