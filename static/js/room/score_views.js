/** Views of the scoreboard: accuracy, confusion matrix, most confused pairs. */

import { element, Emitter, find } from "../core/browser.js";
import { pairText, percent } from "../core/format.js";
import { fill, Thumbnails } from "./tiles.js";

/**
 * The accuracy of each model in the room: a radio with a bar.
 *
 * @extends {Emitter<{modelchosen: void}>}
 */
export class AccuracyList extends Emitter {
  #element;

  /** @param {HTMLElement} element holds a `[data-model]` with a radio for each model */
  constructor(element) {
    super();
    this.#element = element;
    element.addEventListener("change", () => this.emit("modelchosen"));
  }

  /** The name of the chosen model; "" for the default one. */
  get chosen() {
    return this.#radios.find(({ checked }) => checked)?.value ?? "";
  }

  /** Choose the default model, whose name the next scores tell. */
  chooseDefault() {
    for (const radio of this.#radios) radio.checked = false;
  }

  /** @param {Score[]} models @param {string} model the default one, if none is chosen */
  show(models, model) {
    const name = this.chosen || model;
    for (const radio of this.#radios) {
      const row = /** @type {HTMLElement} */ (radio.closest("[data-model]"));
      const score = models.find((each) => each.model === radio.value);
      radio.checked = radio.value === name;
      row.hidden = !score; // removed since the page was opened
      if (score) writeAccuracy(row, score);
    }
  }

  get #radios() {
    /** @type {NodeListOf<HTMLInputElement>} */
    const radios = this.#element.querySelectorAll("input");
    return [...radios];
  }
}

/** @param {Element} row @param {Score} score */
function writeAccuracy(row, { right, labeled, accuracy }) {
  const share = percent(accuracy, 1, labeled);
  const counts = [right, labeled].map((number) => number.toLocaleString("en")).join(" of ");
  find("[data-accuracy]", row).textContent = share;
  find("[data-counts]", row).textContent = !labeled ? "no labels yet" : share === counts ? "correct" : counts;
  find("[data-fill]", row).style.setProperty("--share", String(accuracy ?? 0));
}

/** The 10x11 confusion matrix: labels by row, predictions by column, "no digit" the last of them. */
export class ConfusionMatrix {
  #cells;

  /** @param {HTMLTableElement} table holds 110 `td`, row by row */
  constructor(table) {
    /** @type {NodeListOf<HTMLElement>} */
    const cells = table.querySelectorAll("tbody td");
    this.#cells = [...cells];
  }

  /** @param {number[][]} confusion */
  show(confusion) {
    const counts = confusion.flat();
    /** @param {number} index */
    const isRight = (index) => index % confusion[0].length === Math.floor(index / confusion[0].length);
    /** @param {boolean} wanted */
    const most = (wanted) => Math.max(1, ...counts.filter((_, index) => isRight(index) === wanted));
    const largest = { right: most(true), wrong: most(false) };
    for (const [index, cell] of this.#cells.entries()) {
      writeCell(cell, counts[index], counts[index] / (isRight(index) ? largest.right : largest.wrong));
    }
  }
}

/** @param {HTMLElement} cell @param {number} count @param {number} share of the largest count */
function writeCell(cell, count, share) {
  const text = count ? String(count) : "";
  if (cell.textContent !== text) cell.textContent = text;
  cell.toggleAttribute("data-heat", count > 0);
  cell.style.setProperty("--heat", String(share));
}

/** @typedef {{item: HTMLElement, count: HTMLElement, list: HTMLElement, thumbnails: Thumbnails}} PairRow */

/** The most confused pairs of digits, with drawings. */
export class PairList {
  #element;
  /** @type {Map<string, PairRow>} by "4-9" */
  #rows = new Map();

  /** @param {HTMLElement} element holds `[data-pair-list]` and `[data-none]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {ConfusedPair[]} pairs */
  show(pairs) {
    const rows = pairs.map((pair) => this.#row(pair));
    this.#rows = new Map(pairs.map(({ label, digit }, index) => [`${label}-${digit}`, rows[index]]));
    fill(find("[data-pair-list]", this.#element), rows.map(({ item }) => item));
    find("[data-none]", this.#element).hidden = pairs.length > 0;
  }

  /** @param {ConfusedPair} pair */
  #row({ label, digit, count, drawings }) {
    const row = this.#rows.get(`${label}-${digit}`) ?? makeRow(pairText({ label, digit }));
    row.count.textContent = count === 1 ? "once" : `${count} times`;
    fill(row.list, row.thumbnails.itemsOf(drawings));
    return row;
  }
}

/** @param {string} pair "4 → 9" @returns {PairRow} */
function makeRow(pair) {
  const digits = element("b.pair__digits", {}, pair);
  digits.classList.toggle("pair__digits--none", pair.endsWith("none"));
  const count = element("span.pair__count");
  const list = element("ul.pair__drawings");
  const words = element("p.pair__text", {}, digits, " ", count);
  return { item: element("li.pair", {}, words, list), count, list, thumbnails: new Thumbnails() };
}
