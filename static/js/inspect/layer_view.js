/** The layers of a network with what each of their units gives. */

import { canvas, element } from "../core/browser.js";
import { format } from "./numbers.js";
import { largestOf, paint, paintMaps } from "./palette.js";
import { Panel } from "./panels.js";

const WORDS = { MaxPooling2D: "largest of each patch" }; // of layers without neurons
const FEW = 10; // neurons that would be too large as wide as the page
const ROLE = {
  role: "application",
  "aria-roledescription": "picture of a layer: arrow keys choose, Enter opens",
};

/** One layer: its name, its neurons as cells or its feature maps as pictures, its scale, the switch of its activation function. */
export class LayerRow {
  #layer;
  #grid;
  #announcer;
  #switches = { off: new Set(), linear: new Set() };
  #canvas;
  #mark = element("i", { hidden: "" });
  #scale = element("p.layer__scale");
  #readout = element("p.layer__readout");
  #switch = null;
  #at = 0; // the unit that the keys have chosen
  #pointed = null; // {unit, row, column} that the readout tells of, null for none

  /** @param {object} layer; @param {EventTarget} events tells what is chosen; @param {Announcer} announcer */
  constructor(layer, events, announcer) {
    this.#layer = layer;
    this.#grid = new LayerGrid(layer);
    this.#announcer = announcer;
    this.#canvas = canvas("layer__picture", labelOf(layer));
    this.#canvas.tabIndex = 0;
    this.#canvas.dataset.layerPicture = layer.name;
    for (const [name, value] of Object.entries(ROLE)) this.#canvas.setAttribute(name, value);
    this.#listen((place) => events.dispatchEvent(new CustomEvent("unitchosen", { detail: { layer: layer.name, ...place } })));
    this.element = this.#build();
    if (layer.is_hidden) this.element.append(this.#makeSwitch(events));
  }

  show(layer, switches) {
    this.#layer = layer;
    this.#switches = switches;
    const largest = largestOf(layer.values);
    const { across } = this.#grid;
    if (isMaps(layer)) paintMaps(this.#canvas, layer.values, layer.shape, across, largest);
    else paint(this.#canvas, layer.values, across, largest);
    const lowest = layer.values.some((value) => value < 0) ? format(-largest, 2) : "0";
    this.#scale.textContent = `${lowest} to ${format(largest, 2)}`;
    this.#switch?.setAttribute("aria-pressed", String(!switches.linear.has(layer.name)));
    this.#emit();
  }

  #build() {
    const { name, shape } = this.#layer;
    const label = element("p.layer__label", {}, labelOf(this.#layer));
    const head = element("div.layer__head", {}, element("h3", {}, name), label, this.#readout, this.#scale);
    const frame = element("div.layer__frame", {}, this.#canvas, this.#mark);
    const built = element("section.layer", { "data-layer": name }, head, frame);
    built.toggleAttribute("data-few", !isMaps(this.#layer) && shape.at(-1) <= FEW);
    built.toggleAttribute("data-one", shape.at(-1) === 1);
    return built;
  }

  #listen(choose) {
    const listen = (name, handler) => this.#canvas.addEventListener(name, handler);
    const placeOf = ({ offsetX, offsetY }) => this.#grid.placeAt(offsetX / this.#canvas.clientWidth, offsetY / this.#canvas.clientHeight);
    listen("click", (event) => choose(placeOf(event)));
    listen("pointermove", (event) => this.#point(placeOf(event)));
    listen("pointerleave", () => this.#point(null));
    listen("focus", () => this.#canvas.matches(":focus-visible") && this.#step(0));
    listen("blur", () => this.#point(null));
    listen("keydown", (event) => this.#press(event, choose));
  }

  #press(event, choose) {
    const { across } = this.#grid;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
    const isChoice = event.key === "Enter" || event.key === " ";
    if (!isChoice && !(event.key in steps)) return;
    event.preventDefault();
    if (isChoice) choose({ unit: this.#at, row: null, column: null });
    else this.#step(steps[event.key]);
  }

  #step(by) {
    this.#at = Math.min(Math.max(this.#at + by, 0), this.#layer.shape.at(-1) - 1);
    this.#point({ unit: this.#at, row: null, column: null });
    this.#announcer.say(this.#readout.textContent);
  }

  #point(place) {
    this.#pointed = place;
    this.#mark.hidden = place === null;
    if (place) Object.assign(this.#mark.style, this.#grid.boxOf(place.unit));
    this.#emit();
  }

  /** Tell of what is pointed at; called for each new picture too, since its numbers are others. */
  #emit() {
    this.#readout.textContent = this.#pointed ? this.#wordsOf(this.#pointed) : "";
  }

  #wordsOf({ unit, row, column }) {
    const { name, values, shape } = this.#layer;
    const off = this.#switches.off.has(`${name}.${unit}`) ? ", switched off" : "";
    if (!isMaps(this.#layer)) return `neuron ${unit}${off}: ${format(values[unit], 3)}`;
    if (row === null) return `feature map ${unit}${off}`;
    const value = values[(row * shape[1] + column) * shape[2] + unit]; // it came in 256 steps; step 3 has it exactly
    return `feature map ${unit}${off}, row ${row}, column ${column}: ≈ ${format(value, 2)}`;
  }

  #makeSwitch(events) {
    const { name, activation } = this.#layer;
    this.#switch = element("button.button", { type: "button", "aria-pressed": "true" }, `${activation ?? "activation"}`);
    this.#switch.title = "Switch this layer's activation function off or on";
    this.#switch.setAttribute("aria-label", `activation function ${activation} of ${name}`);
    this.#switch.addEventListener("click", () => {
      events.dispatchEvent(new CustomEvent("activationswitched", { detail: name }));
    });
    return this.#switch;
  }
}

function labelOf({ kind, shape, is_output: isOutput, is_hidden: isHidden, activation }) {
  const units = shape.at(-1);
  const size = shape.length === 3 ? `${units} feature maps of ${shape[0]}×${shape[1]}` : `${units} neuron${units > 1 ? "s" : ""}`;
  if (isOutput) return `output layer: ${size}, ${activation}`;
  if (isHidden) return `hidden layer: ${size}`;
  return `${WORDS[kind] ?? kind}: ${size}`;
}

/** Step 2, every layer at once: a row for each, all following the pen. */
export class Layers extends EventTarget {
  #element;
  #panel;
  #announcer;
  #shown = ""; // the model and its layers that the elements were made for
  #rows = new Map();

  /**
   * Events: `unitchosen` {layer, unit, row, column}; `activationswitched` with a layer's name.
   *
   * @param {HTMLElement} panel the tab's; it holds the `[data-layers]`
   * @param {Announcer} announcer
   */
  constructor(panel, announcer) {
    super();
    this.#panel = new Panel(panel);
    this.#element = panel.querySelector("[data-layers]");
    this.#announcer = announcer;
  }

  /** @param {object[]} layers with their `values`; @param {{off: Set, linear: Set}} switches */
  show(model, layers, switches) {
    this.#panel.fill();
    const seen = layers.filter((layer) => layer.values);
    const key = `${model}:${seen.map((layer) => layer.name)}`;
    if (key !== this.#shown) this.#build(key, seen);
    for (const layer of seen) this.#rows.get(layer.name).show(layer, switches);
  }

  /** There is no answer; `isWaiting` where one is to come. */
  clear(isWaiting) {
    this.#panel.empty(isWaiting);
  }

  #build(key, layers) {
    this.#shown = key;
    this.#rows = new Map(layers.map((layer) => [layer.name, new LayerRow(layer, this, this.#announcer)]));
    this.#element.replaceChildren(...[...this.#rows.values()].map((row) => row.element));
  }
}

const CELLS_ACROSS = 32;
const MAP_ROWS = 2; // of feature maps, where there is room
const FEW_MAPS = 16; // fit in one row
const MAPS_ACROSS_NARROW = [8, 12];
const NARROW = matchMedia("(max-width: 899px)");

/** Where the units of a layer are in its picture: neurons as cells, feature maps as pictures with gaps between. */
export class LayerGrid {
  #shape;

  /** @param {{shape: number[]}} layer */
  constructor({ shape }) {
    this.#shape = shape;
  }

  /** How many units stand beside each other. */
  get across() {
    const units = this.#shape.at(-1);
    if (this.#shape.length !== 3) return Math.min(units, CELLS_ACROSS);
    if (NARROW.matches) return MAPS_ACROSS_NARROW.find((across) => units <= across * across) ?? MAPS_ACROSS_NARROW.at(-1);
    return units <= FEW_MAPS ? units : Math.ceil(units / MAP_ROWS);
  }

  /** @returns {{unit: number, row: number|null, column: number|null}} what is at these shares of the picture's sides */
  placeAt(right, down) {
    const { columns, rows, gap } = this.#cell;
    const [width, height] = this.#size;
    const x = Math.min(Math.floor(right * width), width - 1);
    const y = Math.min(Math.floor(down * height), height - 1);
    const unit = Math.floor(y / (rows + gap)) * this.across + Math.floor(x / (columns + gap));
    const place = { unit: Math.min(unit, this.#shape.at(-1) - 1), row: null, column: null };
    if (!gap) return place;
    return { ...place, row: Math.min(y % (rows + gap), rows - 1), column: Math.min(x % (columns + gap), columns - 1) };
  }

  /** @returns {{left, top, width, height}} the box of a unit, as CSS says it of the picture */
  boxOf(unit) {
    const { columns, rows, gap } = this.#cell;
    const [width, height] = this.#size;
    const percent = (share) => `${share * 100}%`;
    return {
      left: percent(((unit % this.across) * (columns + gap)) / width),
      top: percent((Math.floor(unit / this.across) * (rows + gap)) / height),
      width: percent(columns / width),
      height: percent(rows / height),
    };
  }

  /** How many values a unit is wide and high, and the gap after it. */
  get #cell() {
    if (this.#shape.length !== 3) return { rows: 1, columns: 1, gap: 0 };
    return { rows: this.#shape[0], columns: this.#shape[1], gap: 1 };
  }

  /** How many values, and gaps between, the picture is wide and high. */
  get #size() {
    const { columns, rows, gap } = this.#cell;
    const down = Math.ceil(this.#shape.at(-1) / this.across);
    return [this.across * (columns + gap) - gap, down * (rows + gap) - gap];
  }
}

/** @returns {boolean} whether the layer's units are feature maps */
export function isMaps({ shape }) {
  return shape.length === 3;
}
