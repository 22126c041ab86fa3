/** How well each model of the ladder reads the room: a radio for each, with its share as a bar. */

import { exactPercent } from "../../room/words.js";

export class Accuracy extends EventTarget {
  #element;

  /** Tells `modelchosen`. @param {HTMLElement} element holds a `[data-model]` with a radio for each model */
  constructor(element) {
    super();
    this.#element = element;
    element.addEventListener("change", () => this.dispatchEvent(new Event("modelchosen")));
  }

  get chosen() {
    return this.#element.querySelector("input:checked").value;
  }

  /** @param {{model, right, labelled, accuracy}[]} models */
  show(models) {
    for (const score of models) {
      const row = this.#element.querySelector(`[data-model="${CSS.escape(score.model)}"]`);
      if (row) write(row, score);
    }
  }
}

function write(row, { right, labelled, accuracy }) {
  row.querySelector("[data-accuracy]").textContent = exactPercent(accuracy);
  const counts = labelled ? `${right.toLocaleString("en")} of ${labelled.toLocaleString("en")} read right` : "nothing to judge yet";
  row.querySelector("[data-counts]").textContent = counts;
  row.querySelector("[data-fill]").style.setProperty("--share", accuracy ?? 0);
}
