/** What is seen of a network while it learns: weights of the first layer, pinned digits, gradients. */

import { element, find } from "../core/browser.js";
import { readingOf } from "../core/format.js";
import { fromBase64, SIZE } from "../ink/bitmap.js";
import { paint, paintMaps } from "../inspect/palette.js";
import { inkPicture } from "../room/tiles.js";
import { normShare, shortNumber } from "./scale.js";

const INK = 255;
const SIGNED_BYTE = 127; // the largest absolute weight
const MANY_PIXELS = 10; // along the side, from which a cell has no room for a sign

/** Weight pictures of the first layer. */
export class WeightsView {
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

/** The pinned digits with the network's present answers. */
export class PinnedView {
  #element;
  #shown = ""; // the drawings of the list
  #isAnswered = false;
  /** @type {LabDrawing[]} */
  #next = [];
  /** @type {{item: HTMLElement, digit: HTMLElement, share: HTMLElement, sign: HTMLElement}[]} */
  #rows = [];

  /** @param {HTMLElement} element holds `[data-pinned-list]` and `[data-none]` */
  constructor(element) {
    this.#element = element;
  }

  /** Show these until there are answers. @param {LabDrawing[]} drawings that the next point will read */
  expect(drawings) {
    this.#next = drawings;
    if (!this.#isAnswered) this.#show(drawings);
  }

  /** @param {LabPinned[]|null} pinned with the answers of the present run, if it has any */
  show(pinned) {
    this.#isAnswered = pinned !== null;
    this.#show(pinned ?? this.#next);
  }

  /** @param {LabPinned[]} pinned */
  #show(pinned) {
    setFilled(this.#element, pinned.length > 0);
    const drawings = JSON.stringify(pinned.map(({ bitmap, label }) => [bitmap, label]));
    if (drawings !== this.#shown || !this.#isAnswered) {
      this.#rows = pinned.map(makeRow);
      find("[data-pinned-list]", this.#element).replaceChildren(...this.#rows.map(({ item }) => item));
    }
    this.#shown = drawings;
    for (const [index, row] of this.#rows.entries()) answer(row, pinned[index]);
  }
}

/** @param {LabPinned} pinned */
function makeRow({ strokes, bitmap }) {
  const digit = element("b.pinned__digit", { translate: "no" });
  const share = element("span.pinned__share", { translate: "no" });
  const sign = element("span.pinned__sign", { translate: "no" });
  const item = element("li.pinned__item", {}, strokes ? inkPicture(strokes) : bitmapPicture(bitmap), digit, " ", share, " ", sign);
  return { item, digit, share, sign };
}

/** @param {string} bitmap base64 */
function bitmapPicture(bitmap) {
  const picture = element("canvas.pinned__bitmap", { "aria-hidden": "true" });
  paint(picture, fromBase64(bitmap), SIZE, INK);
  return picture;
}

/** @param {{item: HTMLElement, digit: HTMLElement, share: HTMLElement, sign: HTMLElement}} row @param {LabPinned} pinned */
function answer({ item, digit, share, sign }, { probabilities, label }) {
  if (!probabilities) return;
  const predicted = probabilities.indexOf(Math.max(...probabilities));
  const right = label === null ? null : label === predicted;
  const reading = readingOf({ digit: predicted, probability: probabilities[predicted], is_digit: null, label, right, fooled: null });
  item.dataset.tone = reading.tone;
  digit.textContent = reading.digit;
  share.textContent = reading.share;
  sign.textContent = reading.sign;
}

/** The size of the gradient of each layer, on a logarithmic scale. */
export class GradientsView {
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
export function setFilled(panel, isFilled) {
  panel.toggleAttribute("data-filled", isFilled);
}
