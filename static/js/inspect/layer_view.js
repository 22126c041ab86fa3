/** The layers of a network and the outputs of their units. */

import { canvas, element, Emitter, find, keyOf } from "../core/browser.js";
import { format } from "./numbers.js";
import { isSigned, largestOf, paint, paintMaps } from "./palette.js";
import { Panel } from "./panels.js";

/** @import { Announcer } from "../core/browser.js" */
/** @typedef {{unit: number, row: number|null, column: number|null}} UnitPlace */

/** @type {Record<string, string>} */
const DESCRIPTIONS = { MaxPooling2D: "max pooling" }; // of layers without neurons
const FEW = 10; // neurons in a narrow picture
const ROLE = {
  role: "application",
  "aria-roledescription": "picture of a layer: arrow keys choose, Enter opens",
};

/** One layer: neurons as cells or feature maps as pictures, the scale, the switch of its activation function. */
export class LayerRow {
  #layer;
  #grid;
  #announcer;
  /** @type {Ablation} */
  #ablation = { off: new Set(), linear: new Set() };
  #canvas;
  #mark = element("i", { hidden: "" });
  #scale = element("p.layer__scale");
  #readout = element("p.layer__readout");
  /** @type {HTMLButtonElement|null} */
  #switch = null;
  #at = 0; // the unit chosen by keys
  /** @type {UnitPlace|null} shown in the readout */
  #pointed = null;

  /** @param {LayerValues} layer @param {LayersView} view emits what is chosen @param {Announcer} announcer */
  constructor(layer, view, announcer) {
    this.#layer = layer;
    this.#grid = new LayerGrid(layer);
    this.#announcer = announcer;
    this.#canvas = canvas("layer__picture", labelOf(layer));
    this.#canvas.tabIndex = 0;
    this.#canvas.dataset.layerPicture = layer.name;
    for (const [name, value] of Object.entries(ROLE)) this.#canvas.setAttribute(name, value);
    this.#listen((place) => view.emit("unitchosen", { layer: layer.name, ...place }));
    this.element = this.#build();
    if (layer.is_hidden) this.element.append(this.#makeSwitch(view));
  }

  /** @param {LayerValues} layer @param {Ablation} ablation */
  show(layer, ablation) {
    this.#layer = layer;
    this.#ablation = ablation;
    this.#scale.textContent = rangeOf(layer.values);
    this.#switch?.setAttribute("aria-pressed", String(!ablation.linear.has(layer.name)));
    this.paint();
  }

  /** Paint the outputs, and mark the unit in the readout. */
  paint() {
    this.#grid.paint(this.#canvas, this.#layer.values);
    this.#point(this.#pointed);
  }

  #build() {
    const { name } = this.#layer;
    const label = element("p.layer__label", {}, labelOf(this.#layer));
    const head = element("div.layer__head", {}, element("h2", { translate: "no" }, name), label, this.#readout, this.#scale);
    const frame = element("div.layer__frame", {}, this.#canvas, this.#mark);
    const built = element("section.layer", { "data-layer": name }, head, frame);
    built.toggleAttribute("data-few", !isMaps(this.#layer) && unitsOf(this.#layer) <= FEW);
    built.toggleAttribute("data-one", unitsOf(this.#layer) === 1);
    return built;
  }

  /** @param {(place: UnitPlace) => void} choose */
  #listen(choose) {
    const canvas = this.#canvas;
    /** @param {MouseEvent} event */
    const placeOf = ({ offsetX, offsetY }) => this.#grid.placeAt(offsetX / canvas.clientWidth, offsetY / canvas.clientHeight);
    canvas.addEventListener("click", (event) => choose(placeOf(event)));
    canvas.addEventListener("pointermove", (event) => this.#point(placeOf(event)));
    canvas.addEventListener("pointerleave", () => this.#point(null));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.#step(0));
    canvas.addEventListener("blur", () => this.#point(null));
    canvas.addEventListener("keydown", (event) => this.#press(event, choose));
  }

  /** @param {KeyboardEvent} event @param {(place: UnitPlace) => void} choose */
  #press(event, choose) {
    const { across } = this.#grid;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
    const key = keyOf(event);
    const isChoice = key === "Enter" || key === " ";
    if (!isChoice && !(key in steps)) return;
    event.preventDefault();
    if (isChoice) choose({ unit: this.#at, row: null, column: null });
    else this.#step(steps[key]);
  }

  /** @param {number} by */
  #step(by) {
    this.#at = Math.min(Math.max(this.#at + by, 0), unitsOf(this.#layer) - 1);
    this.#point({ unit: this.#at, row: null, column: null });
    this.#announcer.say(this.#readout.textContent);
  }

  /** @param {UnitPlace|null} place */
  #point(place) {
    this.#pointed = place;
    this.#mark.hidden = place === null;
    if (place) Object.assign(this.#mark.style, this.#grid.boxOf(place.unit));
    this.#updateReadout();
  }

  #updateReadout() {
    this.#readout.textContent = this.#pointed ? this.#textOf(this.#pointed) : "";
  }

  /** @param {UnitPlace} place */
  #textOf({ unit, row, column }) {
    const { name, values, shape } = this.#layer;
    const off = this.#ablation.off.has(`${name}.${unit}`) ? ", switched off" : "";
    if (!isMaps(this.#layer)) return `neuron ${unit}${off}: ${format(values[unit])}`;
    if (row === null || column === null) return `feature map ${unit}${off}`;
    const value = values[(row * shape[1] + column) * shape[2] + unit]; // quantized to 256 steps; step 3 has it exactly
    return `feature map ${unit}${off}, row ${row}, column ${column}: ≈ ${format(value, 2)}`;
  }

  /** @param {LayersView} view */
  #makeSwitch(view) {
    const { name, activation } = this.#layer;
    const button = element("button.button", { type: "button", "aria-pressed": "true" }, `${activation ?? "activation"}`);
    button.title = "Switch this layer’s activation function off or on";
    button.setAttribute("aria-label", `activation function ${activation} of ${name}`);
    button.addEventListener("click", () => view.emit("activationswitched", name));
    this.#switch = button;
    return button;
  }
}

/** @param {Layer} layer */
function labelOf(layer) {
  const { kind, shape, is_output: isOutput, is_hidden: isHidden, activation } = layer;
  const units = unitsOf(layer);
  const size = shape.length === 3 ? `${units} feature maps of ${shape[0]}×${shape[1]}` : `${units} neuron${units > 1 ? "s" : ""}`;
  if (isOutput) return `output layer: ${size}, ${activation}`;
  if (isHidden) return `hidden layer: ${size}`;
  return `${DESCRIPTIONS[kind] ?? kind}: ${size}`;
}

/**
 * Every layer at once.
 *
 * @extends {Emitter<{unitchosen: UnitPlace & {layer: string}, activationswitched: string}>}
 */
export class LayersView extends Emitter {
  #element;
  #panel;
  #announcer;
  #shown = ""; // the model and the layers of the rows
  /** @type {Map<string, LayerRow>} */
  #rows = new Map();

  /** @param {HTMLElement} panel holds the `[data-layers]` @param {Announcer} announcer */
  constructor(panel, announcer) {
    super();
    this.#panel = new Panel(panel);
    this.#element = find("[data-layers]", panel);
    this.#announcer = announcer;
    followWidth(() => {
      for (const row of this.#rows.values()) row.paint();
    });
  }

  /** @param {string} model @param {LayerValues[]} layers @param {Ablation} ablation */
  show(model, layers, ablation) {
    this.#panel.fill();
    const key = `${model}:${layers.map(({ name }) => name)}`;
    if (key !== this.#shown) this.#build(key, layers);
    for (const layer of layers) this.#rows.get(layer.name)?.show(layer, ablation);
  }

  /** @param {boolean} isWaiting whether an answer is due */
  clear(isWaiting) {
    this.#panel.empty(isWaiting);
  }

  /** @param {string} key @param {LayerValues[]} layers */
  #build(key, layers) {
    this.#shown = key;
    this.#rows = new Map(layers.map((layer) => [layer.name, new LayerRow(layer, this, this.#announcer)]));
    this.#element.replaceChildren(...[...this.#rows.values()].map((row) => row.element));
  }
}

const CELLS_ACROSS = 32;
const MAP_ROWS = 2; // of feature maps on a wide screen
const FEW_MAPS = 16; // in one row
const [FEW_ACROSS, MANY_ACROSS] = [8, 12]; // feature maps in a row on a narrow screen
const NARROW = matchMedia("(max-width: 899px)");

/** Call a function when feature maps are to be arranged again, such as when a tablet is turned. @param {() => void} arrange */
export function followWidth(arrange) {
  NARROW.addEventListener("change", arrange);
}

/**
 * Positions of units in a layer's picture: neurons as cells, feature maps as pictures with gaps. The same in every view, so
 * that a unit has one place.
 */
export class LayerGrid {
  #shape;
  #units;

  /** @param {{shape: number[]}} layer */
  constructor(layer) {
    this.#shape = layer.shape;
    this.#units = unitsOf(layer);
  }

  /**
   * Paint the outputs of the layer, or other values of the same shape.
   *
   * @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} values
   */
  paint(canvas, values) {
    if (isMaps({ shape: this.#shape })) paintMaps(canvas, values, this.#shape, this.across);
    else paint(canvas, values, this.across);
  }

  /** @returns {number} units in a row */
  get across() {
    const units = this.#units;
    if (this.#shape.length !== 3) return Math.min(units, CELLS_ACROSS);
    if (NARROW.matches) return (units <= FEW_ACROSS ** 2 ? FEW_ACROSS : MANY_ACROSS);
    return units <= FEW_MAPS ? units : Math.ceil(units / MAP_ROWS);
  }

  /** @param {number} right share of the picture's width @param {number} down of its height @returns {UnitPlace} */
  placeAt(right, down) {
    const { columns, rows, gap } = this.#cell;
    const [width, height] = this.#size;
    const x = Math.min(Math.floor(right * width), width - 1);
    const y = Math.min(Math.floor(down * height), height - 1);
    const unit = Math.floor(y / (rows + gap)) * this.across + Math.floor(x / (columns + gap));
    const place = { unit: Math.min(unit, this.#units - 1), row: null, column: null };
    if (!gap) return place;
    return { ...place, row: Math.min(y % (rows + gap), rows - 1), column: Math.min(x % (columns + gap), columns - 1) };
  }

  /**
   * @param {number} unit @param {number|null} row of a single value @param {number|null} column of a single value
   * @returns its box in CSS percentages of the picture
   */
  boxOf(unit, row = null, column = null) {
    const { columns, rows, gap } = this.#cell;
    const [width, height] = this.#size;
    const isWhole = row === null || column === null;
    /** @param {number} share */
    const percent = (share) => `${share * 100}%`;
    return {
      left: percent(((unit % this.across) * (columns + gap) + (column ?? 0)) / width),
      top: percent((Math.floor(unit / this.across) * (rows + gap) + (row ?? 0)) / height),
      width: percent((isWhole ? columns : 1) / width),
      height: percent((isWhole ? rows : 1) / height),
    };
  }

  /** Size of a unit in values, and the gap after it. */
  get #cell() {
    if (this.#shape.length !== 3) return { rows: 1, columns: 1, gap: 0 };
    return { rows: this.#shape[0], columns: this.#shape[1], gap: 1 };
  }

  /** Size of the picture in values, gaps included. */
  get #size() {
    const { columns, rows, gap } = this.#cell;
    const down = Math.ceil(this.#units / this.across);
    return [this.across * (columns + gap) - gap, down * (rows + gap) - gap];
  }
}

/** @param {{shape: number[]}} layer @returns {boolean} whether its units are feature maps */
export function isMaps({ shape }) {
  return shape.length === 3;
}

/** @param {{shape: number[]}} layer @returns {number} */
function unitsOf({ shape }) {
  return shape[shape.length - 1];
}

/** @param {ArrayLike<number>} values @returns {string} the range of the colors, as "0 to 6.42" or "−6.42 to 6.42" */
export function rangeOf(values) {
  const largest = largestOf(values);
  return `${isSigned(values) ? format(-largest, 2) : "0"} to ${format(largest, 2)}`;
}
