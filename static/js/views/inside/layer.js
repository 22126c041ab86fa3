/** One layer: its name, its neurons as cells or its feature maps as pictures, its scale, the switch of its activation function. */

import { format } from "../../inside/sums.js";
import { canvas, element } from "../elements.js";
import { isMaps, LayerGrid } from "./layergrid.js";
import { largestOf, paint, paintMaps } from "./palette.js";

const WORDS = { MaxPooling2D: "largest of each patch" }; // of layers without neurons
const FEW = 10; // neurons that would be too large as wide as the page
const ROLE = {
  role: "application",
  "aria-roledescription": "picture of a layer: arrow keys choose, Enter opens",
};

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
    this.#tell();
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
    this.#tell();
  }

  /** Tell of what is pointed at; called for each new picture too, since its numbers are others. */
  #tell() {
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
