/** The same ink read by every model at once. */

import { mayBeNoDigit, percent } from "../../answers/words.js";

export class Ladder {
  #rows;

  /** How many models' answers are shown. */
  count = 0;

  /** @param {HTMLElement} element holds a `[data-model-row]` for each model */
  constructor(element) {
    this.#rows = [...element.querySelectorAll("[data-model-row]")];
  }

  /** @param {object[]} predictions of /api/predict?model=all */
  show(predictions) {
    this.count = predictions.length;
    for (const row of this.#rows) {
      const found = predictions.find(({ model }) => model === row.dataset.modelRow);
      const put = (hook, text) => (row.querySelector(`[data-${hook}]`).textContent = text);
      put("reads", found ? String(found.digit) : "");
      put("share", found ? percent(found.probabilities[found.digit]) : "not loaded");
      put("doubt", found && mayBeNoDigit(found.is_digit) ? "perhaps no digit" : "");
    }
  }

  clear() {
    this.count = 0;
    for (const row of this.#rows) {
      for (const hook of ["reads", "share", "doubt"]) row.querySelector(`[data-${hook}]`).textContent = "";
    }
  }
}
