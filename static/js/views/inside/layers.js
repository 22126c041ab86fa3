/** Step 2, every layer at once: neurons as cells, feature maps as pictures, all following the pen. */

import { format } from "../../inside/sums.js";
import { canvas, element } from "../elements.js";
import { largestOf, paint, paintMaps } from "./palette.js";

const WORDS = { MaxPooling2D: "largest of each patch" }; // of layers without neurons
const CELLS_ACROSS = 32;
const FEW = 10; // neurons that would be too large as wide as the page
const MAP_ROWS = 2; // of feature maps, where there is room
const FEW_MAPS = 16; // fit in one row
const MAPS_ACROSS_NARROW = [8, 12];
const NARROW = matchMedia("(max-width: 899px)");

export class Layers extends EventTarget {
  #element;
  #shown = ""; // the model and its layers that the elements were made for
  #rows = new Map();

  /** Events: `unitchosen` {layer, unit, row, column}; `activationswitched` with a layer's name. */
  constructor(element) {
    super();
    this.#element = element;
  }

  /** @param {object[]} layers with their `values`; @param {{off: Set, linear: Set}} switches */
  show(model, layers, switches) {
    const seen = layers.filter((layer) => layer.values);
    const key = `${model}:${seen.map((layer) => layer.name)}`;
    if (key !== this.#shown) this.#build(key, seen);
    for (const layer of seen) this.#rows.get(layer.name).show(layer, switches);
  }

  #build(key, layers) {
    this.#shown = key;
    this.#rows = new Map(layers.map((layer) => [layer.name, new Row(layer, this)]));
    this.#element.replaceChildren(...[...this.#rows.values()].map((row) => row.element));
  }
}

/** One layer: its name, its picture, its scale, and the switch of its activation function. */
class Row {
  #layer;
  #canvas;
  #scale = element("p.layer__scale");
  #readout = element("p.layer__readout", { "aria-live": "off" });
  #switch = null;
  #at = 0;
  #switches = { off: new Set() };

  constructor(layer, events) {
    this.#layer = layer;
    this.#canvas = canvas("layer__picture", labelOf(layer));
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "application");
    this.#canvas.setAttribute("aria-roledescription", "picture of a layer: arrow keys choose, Enter opens");
    this.#canvas.dataset.layerPicture = layer.name;
    const choose = (detail) => events.dispatchEvent(new CustomEvent("unitchosen", { detail }));
    this.#canvas.addEventListener("click", (event) => choose(this.#placeOf(event)));
    this.#canvas.addEventListener("pointermove", (event) => this.#tell(this.#placeOf(event)));
    this.#canvas.addEventListener("pointerleave", () => (this.#readout.textContent = ""));
    this.#canvas.addEventListener("keydown", (event) => this.#press(event, choose));
    const name = element("h3", {}, layer.name);
    const head = element("div.layer__head", {}, name, element("p.layer__label", {}, labelOf(layer)), this.#readout, this.#scale);
    this.element = element("section.layer", { "data-layer": layer.name }, head, this.#canvas);
    if (layer.is_hidden) this.element.append(this.#makeSwitch(events));
    this.element.toggleAttribute("data-few", !isMaps(layer) && layer.shape.at(-1) <= FEW);
    this.element.toggleAttribute("data-one", layer.shape.at(-1) === 1);
  }

  show(layer, switches) {
    this.#layer = layer;
    this.#switches = switches;
    const largest = largestOf(layer.values);
    if (isMaps(layer)) paintMaps(this.#canvas, layer.values, layer.shape, this.#across, largest);
    else paint(this.#canvas, layer.values, this.#across, largest);
    const lowest = layer.values.some((value) => value < 0) ? format(-largest, 2) : "0";
    this.#scale.textContent = `${lowest} to ${format(largest, 2)}`;
    this.#switch?.setAttribute("aria-pressed", String(!switches.linear.has(layer.name)));
  }

  get #across() {
    const units = this.#layer.shape.at(-1);
    if (!isMaps(this.#layer)) return Math.min(units, CELLS_ACROSS);
    if (NARROW.matches) return MAPS_ACROSS_NARROW.find((across) => units <= across * across) ?? MAPS_ACROSS_NARROW.at(-1);
    return units <= FEW_MAPS ? units : Math.ceil(units / MAP_ROWS);
  }

  /** How many values, and gaps between feature maps, the picture is wide and high. */
  get #size() {
    const { shape } = this.#layer;
    const down = Math.ceil(shape.at(-1) / this.#across);
    return isMaps(this.#layer) ? [this.#across * (shape[1] + 1) - 1, down * (shape[0] + 1) - 1] : [this.#across, down];
  }

  #makeSwitch(events) {
    this.#switch = element("button.button", { type: "button", "aria-pressed": "true" }, `${this.#layer.activation ?? "activation"}`);
    this.#switch.title = "Switch this layer's activation function off or on";
    this.#switch.setAttribute("aria-label", `activation function ${this.#layer.activation} of ${this.#layer.name}`);
    this.#switch.addEventListener("click", () => {
      events.dispatchEvent(new CustomEvent("activationswitched", { detail: this.#layer.name }));
    });
    return this.#switch;
  }

  #placeOf({ offsetX, offsetY }) {
    const { clientWidth, clientHeight } = this.#canvas;
    const { name, shape } = this.#layer;
    const units = shape.at(-1);
    const [width, height] = this.#size;
    const x = Math.min(Math.floor((offsetX / clientWidth) * width), width - 1);
    const y = Math.min(Math.floor((offsetY / clientHeight) * height), height - 1);
    if (!isMaps(this.#layer)) return { layer: name, unit: Math.min(y * this.#across + x, units - 1), row: null, column: null };
    const [rows, columns] = shape;
    const unit = Math.floor(y / (rows + 1)) * this.#across + Math.floor(x / (columns + 1));
    const row = Math.min(y % (rows + 1), rows - 1);
    return { layer: name, unit: Math.min(unit, units - 1), row, column: Math.min(x % (columns + 1), columns - 1) };
  }

  #press(event, choose) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#across, ArrowDown: this.#across };
    const place = { layer: this.#layer.name, unit: this.#at, row: null, column: null };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return choose(place);
    }
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.#at = Math.min(Math.max(this.#at + steps[event.key], 0), this.#layer.shape.at(-1) - 1);
    this.#tell({ ...place, unit: this.#at });
  }

  #tell({ unit, row, column }) {
    const { name, values, shape } = this.#layer;
    const off = this.#switches.off.has(`${name}.${unit}`) ? ", switched off" : "";
    if (!isMaps(this.#layer)) return (this.#readout.textContent = `neuron ${unit}${off}: ${format(values[unit], 3)}`);
    if (row === null) return (this.#readout.textContent = `feature map ${unit}${off}`);
    const value = values[(row * shape[1] + column) * shape[2] + unit]; // it came in 256 steps; step 3 has it exactly
    this.#readout.textContent = `feature map ${unit}${off}, row ${row}, column ${column}: ≈ ${format(value, 2)}`;
  }
}

function isMaps({ shape }) {
  return shape.length === 3;
}

function labelOf({ kind, shape, is_output: isOutput, is_hidden: isHidden, activation }) {
  const units = shape.at(-1);
  const size = shape.length === 3 ? `${units} feature maps of ${shape[0]}×${shape[1]}` : `${units} neuron${units > 1 ? "s" : ""}`;
  if (isOutput) return `output layer: ${size}, ${activation}`;
  if (isHidden) return `hidden layer: ${size}`;
  return `${WORDS[kind] ?? kind}: ${size}`;
}
