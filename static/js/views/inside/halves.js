/** A table that shows for each model whether its logit of two halves of the ink adds up to that of the whole. */

import { format } from "../../inside/sums.js";
import { element } from "../elements.js";

const ROUNDING = 1e-3; // of float32 sums

export class Halves {
  #table;
  #body;

  /** @param {HTMLElement} body of the table */
  constructor(body) {
    this.#body = body;
    this.#table = body.closest("table");
    this.clear();
  }

  /** @param {object[]} halves of /api/halves */
  show(halves) {
    this.#body.replaceChildren(...halves.map(rowOf));
    this.#table.hidden = false;
  }

  clear() {
    this.#body.replaceChildren();
    this.#table.hidden = true;
  }
}

function rowOf({ model, apart, whole }) {
  const difference = whole - apart;
  const verdict = Math.abs(difference) < ROUNDING ? "none: linear" : `${format(difference, 2)}: not linear`;
  const cells = [format(apart, 2), format(whole, 2), verdict].map((text) => element("td", {}, text));
  return element("tr", {}, element("th", { scope: "row" }, model), ...cells);
}
