/** The pinned digits. */

import { element, find, strokePicture, svg } from "../core/browser.js";
import { readingOf } from "../core/format.js";
import { toFittedPath } from "../ink/curve.js";

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
    this.#element.toggleAttribute("data-filled", pinned.length > 0);
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
function makeRow({ strokes }) {
  const digit = element("b.pinned__digit", { translate: "no" });
  const share = element("span.pinned__share", { translate: "no" });
  const sign = element("span.pinned__sign", { translate: "no" });
  const picture = strokePicture(svg("path", { d: toFittedPath(strokes) }));
  const item = element("li.pinned__item", {}, picture, digit, " ", share, " ", sign);
  return { item, digit, share, sign };
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
