/** Before and after: three accuracies, in figures, signs and words. */

import { find } from "../core/browser.js";
import { count } from "../core/format.js";
import { caveatOf, differenceOf, scoreText, taughtWith, verdictOf } from "./text.js";

const UNKNOWN = "–";
const NO_DIFFERENCE = /** @type {const} */ ({ direction: "none", sign: "", text: UNKNOWN });
const ROWS = /** @type {const} */ (["held_out", "mnist", "taught"]);

export class ResultView {
  #element;
  #shown = "";

  /** @param {HTMLElement} element holds `[data-scores]` rows, `[data-verdict]` and `[data-taught-with]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {TeachState} state */
  show(state) {
    const { teaching } = state;
    const result = teaching?.result ?? null;
    const shown = JSON.stringify([teaching?.id, result]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#element.toggleAttribute("data-filled", result !== null);
    find("[data-taught-with]", this.#element).textContent = result && teaching ? taughtWith(teaching, state) : "";
    find("[data-taught-with]", this.#element).toggleAttribute("data-poisoned", (teaching?.wrong_labels ?? 0) > 0);
    for (const name of ROWS) this.#showRow(name, result?.[name] ?? null);
    if (!result) return;
    const verdict = find("[data-verdict]", this.#element);
    verdict.dataset.direction = differenceOf(result.held_out).direction;
    verdict.textContent = `${differenceOf(result.held_out).sign} ${verdictOf(result)}`.trim();
    find("[data-caveat]", this.#element).textContent = caveatOf(result);
  }

  /** @param {string} name @param {TeachScores|null} scores */
  #showRow(name, scores) {
    const row = find(`[data-scores="${name}"]`, this.#element);
    const { direction, sign, text } = scores ? differenceOf(scores) : NO_DIFFERENCE;
    row.dataset.direction = direction;
    find("[data-samples]", row).textContent = scores ? count(scores.samples, name === "mnist" ? "digit" : "drawing") : "";
    find("[data-before]", row).textContent = scores ? scoreText(scores, scores.before) : UNKNOWN;
    find("[data-after]", row).textContent = scores ? scoreText(scores, scores.after) : UNKNOWN;
    find("[data-difference]", row).textContent = `${sign} ${text}`.trim();
  }
}
