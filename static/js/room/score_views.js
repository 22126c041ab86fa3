/** The scoreboard's parts: accuracy of each model, the confusion matrix, and pairs that are confused. */

import { element } from "../core/browser.js";
import { exactPercent } from "../core/format.js";
import { fill, Thumbnails } from "./tiles.js";

/** How well each model of the ladder reads the room: a radio for each, with its share as a bar. */
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
      if (row) writeAccuracy(row, score);
    }
  }
}

function writeAccuracy(row, { right, labelled, accuracy }) {
  row.querySelector("[data-accuracy]").textContent = exactPercent(accuracy);
  const counts = labelled ? `${right.toLocaleString("en")} of ${labelled.toLocaleString("en")} read right` : "nothing to judge yet";
  row.querySelector("[data-counts]").textContent = counts;
  row.querySelector("[data-fill]").style.setProperty("--share", accuracy ?? 0);
}

const LEVELS = [0, 0.1, 0.35, 0.7]; // shares of the largest number above which a cell is deeper

/** The 10x10 confusion matrix: what was drawn by row, what was read by column. */
export class Matrix {
  #cells;

  /** @param {HTMLTableElement} table holds a hundred `td`, row by row */
  constructor(table) {
    this.#cells = [...table.querySelectorAll("tbody td")];
  }

  /** @param {number[][]} confusion rows are labels, columns what was read */
  show(confusion) {
    const size = confusion.length;
    const at = (index) => confusion[Math.floor(index / size)][index % size];
    const isRight = (index) => index % size === Math.floor(index / size);
    const most = (isWanted) => Math.max(1, ...this.#cells.map((_, index) => (isWanted(index) ? at(index) : 0)));
    const largest = { right: most(isRight), wrong: most((index) => !isRight(index)) };
    this.#cells.forEach((cell, index) => writeCell(cell, at(index), at(index) / largest[isRight(index) ? "right" : "wrong"]));
  }
}

function writeCell(cell, count, share) {
  const text = count ? String(count) : "";
  if (cell.textContent !== text) cell.textContent = text;
  const level = count ? LEVELS.filter((least) => share > least).length : 0;
  cell.dataset.level = level;
}

/** The pairs of digits that are confused most often, each with drawings that were. */
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
  return { item: element("li.pair", {}, words, list), count, list, minis: new Thumbnails() };
}
