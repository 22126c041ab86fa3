/** The pairs of digits that are confused most often, each with drawings that were. */

import { element } from "../elements.js";
import { fill, Minis } from "./mini.js";

export class Pairs {
  #element;
  #rows = new Map(); // by "4-9"

  /** @param {HTMLElement} element holds `[data-pair-list]` and `[data-none]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {{label, digit, count, drawings}[]} pairs the most frequent first */
  show(pairs) {
    const rows = pairs.map((pair) => this.#row(pair));
    this.#rows = new Map(pairs.map(({ label, digit }, index) => [`${label}-${digit}`, rows[index]]));
    fill(this.#element.querySelector("[data-pair-list]"), rows.map(({ item }) => item));
    this.#element.querySelector("[data-none]").hidden = pairs.length > 0;
  }

  #row({ label, digit, count, drawings }) {
    const row = this.#rows.get(`${label}-${digit}`) ?? makeRow(label, digit);
    row.count.textContent = count === 1 ? "once" : `${count} times`;
    fill(row.list, row.minis.itemsOf(drawings));
    return row;
  }
}

function makeRow(label, digit) {
  const count = element("span.pair__count");
  const list = element("ul.pair__drawings");
  const words = element("p.pair__words", {}, element("b.pair__digits", {}, `${label} → ${digit}`), " ", count);
  return { item: element("li.pair", {}, words, list), count, list, minis: new Minis() };
}
