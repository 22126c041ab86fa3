/** The network as it is chosen: a picture of its layers, and their parameters. */

import { element, find, svg } from "../core/browser.js";
import { count } from "../core/format.js";

const HEIGHT = 100; // units of the drawing
const ROOMY = 90; // units from layer to layer, from which everything has its full size
const MOST_NEURONS = 9; // drawn of a layer; more end in dots
const MOST_MAPS = 4; // drawn of a convolution
const INPUT = 56; // units along the side of the input
const PIXELS = 28;
const LARGEST_MAP = 44; // units along the side of a feature map
const SMALLEST_MAP = 14;

/** @typedef {{x: number, ports: number[]}} Column middle of a layer in units, and the heights where lines meet it */

export class NetworkView {
  #element;
  #picture;
  /** @type {LabCheckedLayer[]} */
  #layers = [];

  /** @param {HTMLElement} element holds `[data-picture]`, `[data-layer-list]` and `[data-total]` */
  constructor(element) {
    this.#element = element;
    this.#picture = find("[data-picture]", element);
    new ResizeObserver(() => this.#draw()).observe(this.#picture);
  }

  /** @param {LabCheck} check */
  show({ layers, parameters }) {
    this.#element.removeAttribute("data-outdated");
    this.#layers = layers;
    this.#picture.setAttribute("aria-label", `28×28 pixels, ${layers.map(({ title }) => title).join(", ")}`);
    this.#draw();
    find("[data-layer-list]", this.#element).replaceChildren(...layers.map(item));
    find("[data-total]", this.#element).textContent = count(parameters, "parameter");
  }

  #draw() {
    const { width, height } = this.#picture.getBoundingClientRect();
    if (!width || !this.#layers.length) return;
    const units = (HEIGHT * width) / height;
    this.#picture.setAttribute("viewBox", `0 0 ${units.toFixed(1)} ${HEIGHT}`);
    this.#picture.replaceChildren(...draw(this.#layers, units / (1 + this.#layers.length)));
  }

  /** Mark the drawing as that of an older configuration. */
  wait() {
    this.#element.toggleAttribute("data-outdated", true);
  }
}

/** @param {LabCheckedLayer} layer */
function item({ title, parameters }) {
  const weights = element("span.network__parameters", { translate: "no" }, parameters.toLocaleString("en"));
  return element("li.network__layer", {}, element("span.network__title", {}, title), " ", weights);
}

/** @param {LabCheckedLayer[]} layers @param {number} column units from layer to layer @returns {Node[]} */
function draw(layers, column) {
  const scale = Math.min(1, column / ROOMY);
  const side = INPUT * scale;
  /** @type {Node[]} */
  const lines = [];
  /** @type {Node[]} */
  const shapes = [inputPicture(column / 2, side)];
  /** @type {Column} */
  let before = { x: (column + side) / 2, ports: portsOf(side / 3) };
  for (const [index, { shape }] of layers.entries()) {
    const x = (index + 1.5) * column;
    const isLast = index === layers.length - 1;
    const { nodes, ports, half } = shape.length > 1 ? maps(x, shape, scale) : neurons(x, shape[0], isLast);
    lines.push(...connect(before, { x: x - half, ports }));
    shapes.push(...nodes);
    before = { x: x + half, ports };
  }
  return [...lines, ...shapes];
}

/** @param {number} offset units @returns {number[]} the middle, and heights beside it */
function portsOf(offset) {
  return [HEIGHT / 2 - offset, HEIGHT / 2, HEIGHT / 2 + offset];
}

/** @param {number} x @param {number} side */
function inputPicture(x, side) {
  const [left, top] = [x - side / 2, (HEIGHT - side) / 2];
  const grid = Array.from({ length: 6 }, (_, index) => {
    const at = ((index + 1) * side) / 7;
    return `M${left + at} ${top}v${side}M${left} ${top + at}h${side}`;
  });
  return svg(
    "g", {}, svg("rect", { class: "network__input", x: left, y: top, width: side, height: side, rx: 3 }),
    svg("path", { class: "network__grid", d: grid.join("") }),
  );
}

/** @param {number} x @param {number} units @param {boolean} isOutput */
function neurons(x, units, isOutput) {
  const shown = isOutput ? units : Math.min(units, MOST_NEURONS);
  const isCut = units > shown;
  const step = Math.min(HEIGHT / (shown + (isCut ? 1 : 0)), 14);
  const radius = Math.min(step * 0.4, 5);
  const top = (HEIGHT - step * (shown - 1)) / 2;
  const middle = Math.floor(shown / 2);
  const ports = Array.from({ length: shown }, (_, index) => top + index * step);
  /** @type {Node[]} */
  const nodes = ports.map((y, index) =>
    isCut && index === middle ? dots(x, y, step) : svg("circle", { class: isOutput ? "network__output" : "network__neuron", cx: x, cy: y, r: radius }),
  );
  if (isOutput && shown === 10) nodes.push(...ports.map((y, digit) => label(x + 13, y, String(digit))));
  return { nodes, ports: isCut ? ports.filter((_, index) => index !== middle) : ports, half: radius };
}

/** @param {number} x @param {number} y @param {number} step */
function dots(x, y, step) {
  return svg("path", { class: "network__dots", d: [-0.28, 0, 0.28].map((share) => `M${x} ${y + share * step}h0`).join("") });
}

/** @param {number} x @param {number} y @param {string} digit */
function label(x, y, digit) {
  const text = svg("text", { class: "network__digit", x, y: y + 3.5, translate: "no" });
  text.textContent = digit;
  return text;
}

/** @param {number} x @param {number[]} shape rows, columns, maps @param {number} scale */
function maps(x, [rows, , number], scale) {
  const side = Math.max((LARGEST_MAP * rows) / PIXELS, SMALLEST_MAP) * scale;
  const shown = Math.min(number, MOST_MAPS);
  const shift = 7 * scale;
  const start = -((shown - 1) * shift) / 2;
  const nodes = Array.from({ length: shown }, (_, index) => {
    const offset = start + index * shift;
    return svg("rect", { class: "network__map", x: x + offset - side / 2, y: HEIGHT / 2 + offset - side / 2, width: side, height: side, rx: 2 });
  });
  return { nodes, ports: portsOf(side / 4), half: side / 2 - start };
}

/** @param {Column} from @param {Column} to */
function connect(from, to) {
  const lines = from.ports.flatMap((start) => to.ports.map((end) => `M${from.x.toFixed(1)} ${start.toFixed(1)}L${to.x.toFixed(1)} ${end.toFixed(1)}`));
  return [svg("path", { class: "network__lines", d: lines.join("") })];
}
