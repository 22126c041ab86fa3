/** What is seen of a network while it learns: weights of the first layer, gradients, confusion matrix. */

import { element, find } from "../core/browser.js";
import { fromBase64 } from "../ink/bitmap.js";
import { paintMaps } from "../inspect/palette.js";
import { ConfusionMatrix } from "../room/score_views.js";
import { normShare, shortNumber } from "./scale.js";

/** @typedef {Partial<Omit<LabViews, "pinned">>} WatchedViews */

const SIGNED_BYTE = 127; // the largest absolute weight
const MANY_PIXELS = 10; // along the side, from which a cell has no room for a sign

/** All of them. */
export class WatchViews {
  #confusion = find("[data-confusion]");
  #matrix = new ConfusionMatrix(find("[data-matrix]"));
  #weights = new WeightsView(find("[data-weights]"));
  #gradients = new GradientsView(find("[data-gradients]"));

  /** @param {WatchedViews} changes null empties a view */
  show({ weights, gradients, confusion }) {
    if (weights !== undefined) this.#weights.show(weights);
    if (gradients !== undefined) this.#gradients.show(gradients);
    if (confusion !== undefined) setFilled(this.#confusion, confusion !== null);
    if (confusion) this.#matrix.show(confusion);
  }
}

/** Weight pictures of the first layer. */
class WeightsView {
  #element;

  /** @param {HTMLElement} element holds a canvas, `[data-none]` and `[data-weights-text]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {LabWeights|null} weights */
  show(weights) {
    setFilled(this.#element, weights !== null);
    if (!weights) return;
    const { count, side, pixels } = weights;
    const across = Math.min(Math.ceil(Math.sqrt(2 * count)), count); // about twice as wide as high
    const values = new Int8Array(fromBase64(pixels).buffer);
    const picture = find("canvas", this.#element);
    paintMaps(/** @type {HTMLCanvasElement} */ (picture), byPlace(values, count), [side, side, count], across, SIGNED_BYTE, side < MANY_PIXELS);
    picture.style.setProperty("--across", String(across));
    picture.toggleAttribute("data-coarse", side < MANY_PIXELS);
    const words = side < MANY_PIXELS ? `${count} filters, ${side}×${side}` : count === 10 ? "one picture for each digit" : `${count} neurons`;
    find("[data-weights-text]", this.#element).textContent = words;
  }
}

/** @param {Int8Array} values map by map @param {number} count of maps @returns {Int8Array} place by place */
function byPlace(values, count) {
  const places = values.length / count;
  const sorted = new Int8Array(values.length);
  for (let map = 0; map < count; map += 1) {
    for (let place = 0; place < places; place += 1) sorted[place * count + map] = values[map * places + place];
  }
  return sorted;
}

/** The size of the gradient of each layer, on a logarithmic scale. */
class GradientsView {
  #element;

  /** @param {HTMLElement} element holds `[data-gradient-list]` and `[data-none]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {LabGradient[]|null} gradients */
  show(gradients) {
    setFilled(this.#element, Boolean(gradients?.length));
    const list = find("[data-gradient-list]", this.#element);
    if (list.children.length !== gradients?.length) list.replaceChildren(...(gradients ?? []).map(makeBar));
    for (const [index, { layer, norm }] of (gradients ?? []).entries()) {
      const row = list.children[index];
      find(".gradient__layer", row).textContent = layer;
      find(".gradient__fill", row).style.setProperty("--share", normShare(norm).toFixed(4));
      find(".gradient__norm", row).textContent = shortNumber(norm);
    }
  }
}

function makeBar() {
  const track = element("span.gradient__track", { "aria-hidden": "true" }, element("span.gradient__fill"));
  return element("li.gradient", {}, element("span.gradient__layer", { translate: "no" }), " ", track, " ", element("span.gradient__norm", { translate: "no" }));
}

/** @param {HTMLElement} panel @param {boolean} isFilled */
function setFilled(panel, isFilled) {
  panel.toggleAttribute("data-filled", isFilled);
}
