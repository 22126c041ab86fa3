/** Every model side by side, and the superposition check. */

import { element, find } from "../../core/browser.js";
import { digitText, mayBeNoDigit, percent } from "../../core/format.js";
import { format, remainder } from "../numbers.js";
import { TabContent } from "../panels.js";

/** @import { InsideAnswer, QueryName } from "../question.js" */
/** @import { InsidePage } from "../panels.js" */

export class ComparisonTab extends TabContent {
  #predictions;
  #superposition;
  #page;

  /** @param {HTMLElement} element @param {InsidePage} page */
  constructor(element, page) {
    super();
    this.#page = page;
    this.#predictions = new ModelComparison(element);
    this.#superposition = new SuperpositionTable(find("[data-superposition]", element));
  }

  followSlowly() {
    this.#queryPredictions();
    this.#page.queries.send("superposition", "/api/superposition", {}, this.#page.bitmap());
  }

  /** @param {InsideAnswer} answer */
  show({ name, answer }) {
    if (name === "predictAll") this.#predictions.show(answer.predictions);
    if (name !== "superposition") return;
    this.#superposition.show(answer.models);
    if (this.#predictions.count < answer.models.length) this.#queryPredictions(); // a model has been loaded meanwhile
  }

  /** @param {QueryName} name */
  clear(name) {
    if (name === "predictAll") this.#predictions.clear();
    if (name === "superposition") this.#superposition.clear();
  }

  #queryPredictions() {
    this.#page.queries.send("predictAll", "/api/predict", { model: "all" }, this.#page.bitmap());
  }
}

/** The predictions of every model for the same ink. */
class ModelComparison {
  #rows;

  /** Number of models with a prediction. */
  count = 0;

  /** @param {HTMLElement} element holds a `[data-model-row]` for each model */
  constructor(element) {
    /** @type {NodeListOf<HTMLElement>} */
    this.#rows = element.querySelectorAll("[data-model-row]");
  }

  /** @param {Prediction[]} predictions */
  show(predictions) {
    this.count = predictions.length;
    for (const row of this.#rows) {
      const found = predictions.find(({ model }) => model === row.dataset.modelRow);
      if (found && mayBeNoDigit(found.is_digit)) write(row, digitText(found), "", "probably not a digit");
      else if (found) write(row, digitText(found), percent(found.probabilities[found.digit]), "");
      else write(row, "", "not loaded", "");
    }
  }

  clear() {
    this.count = 0;
    for (const row of this.#rows) write(row, "", "", "");
  }
}

/** @param {HTMLElement} row @param {string} digit @param {string} share @param {string} doubt */
function write(row, digit, share, doubt) {
  find("[data-predicted]", row).textContent = digit;
  find("[data-share]", row).textContent = share;
  find("[data-doubt]", row).textContent = doubt;
}

const ROUNDING = 1e-3; // of float32 sums

/** Shows for each model whether the logits of two halves of the ink add up to that of the whole: superposition. */
class SuperpositionTable {
  #table;
  #body;

  /** @param {HTMLElement} body of the table */
  constructor(body) {
    this.#body = body;
    this.#table = /** @type {HTMLTableElement} */ (body.closest("table"));
    this.clear();
  }

  /** @param {Superposition[]} models */
  show(models) {
    this.#body.replaceChildren(...models.map(rowOf));
    this.#table.hidden = false;
  }

  clear() {
    this.#body.replaceChildren();
    this.#table.hidden = true;
  }
}

/** @param {Superposition} checked */
function rowOf({ model, parts, whole }) {
  const isLinear = Math.abs(whole - parts) < ROUNDING;
  const sum = isLinear ? whole : parts;
  const difference = remainder(whole, [sum], 2);
  const verdict = isLinear ? "none: linear" : `${difference ? format(difference, 2) : "under 0.01"}: not linear`;
  const cells = [format(sum, 2), format(whole, 2), verdict].map((text) => element("td", {}, text));
  return element("tr", {}, element("th", { scope: "row", translate: "no" }, model), ...cells);
}

