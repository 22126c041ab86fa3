/** The table of runs: sorted by any column, with what can be done with each run. */

import { BASE_PATH, element, Emitter, find } from "../core/browser.js";
import { percent } from "../core/format.js";
import { csvOf } from "./runs_csv.js";
import { shortNumber } from "./scale.js";

/** @typedef {"id"|"accuracy"|"loss"|"test"|"room"|"parameters"|"seconds"|"status"} Column */

/** @type {Record<Column, (run: LabRun) => string|number>} what a column sorts by; runs without a value come last */
const KEYS = {
  id: ({ id }) => id,
  accuracy: (run) => run.val_accuracy ?? -1,
  loss: (run) => run.val_loss ?? Infinity,
  test: (run) => run.test_accuracy ?? -1,
  room: ({ room_score: score }) => (score ? score.right / score.count : -1),
  parameters: ({ parameters }) => parameters,
  seconds: ({ seconds }) => seconds,
  status: ({ status }) => status,
};
/** @type {Column[]} columns that begin with their largest value */
const FROM_LARGEST = ["accuracy", "test", "room"];
/** @type {Record<LabRunStatus, string>} */
const STATUS = { waiting: "waiting", training: "training", paused: "paused", done: "done", stopped: "stopped", failed: "failed" };
const FILES = ["network.keras", "network.tflite", "train.py"];

/**
 * @param {LabRun[]} runs @param {Column} column @param {boolean} isDescending
 * @returns {LabRun[]} sorted; equal ones newest first
 */
export function sortRuns(runs, column, isDescending) {
  const key = KEYS[column];
  const compare = (/** @type {LabRun} */ one, /** @type {LabRun} */ other) => {
    const [first, second] = [key(one), key(other)];
    const order = first < second ? -1 : first > second ? 1 : 0;
    return (isDescending ? -order : order) || other.id - one.id;
  };
  return [...runs].sort(compare);
}

/** @extends {Emitter<{overlaid: LabRun, keepwanted: LabRun, discardwanted: LabRun}>} */
export class RunsTable extends Emitter {
  #element;
  /** @type {LabRun[]} */
  #runs = [];
  /** @type {Map<number, number>} hue of each run in the plots, by its id */
  #hues = new Map();
  /** @type {Column} */
  #column = "id";
  #isDescending = true;
  /** @type {Map<number, {row: HTMLElement, shown: string}>} rows by id: one that is in use must stay */
  #rows = new Map();

  /** @param {HTMLElement} element holds the table, `[data-none]` and `[data-csv]` */
  constructor(element) {
    super();
    this.#element = element;
    for (const button of element.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => this.#sort(/** @type {Column} */ (button.getAttribute("data-sort"))));
    }
    find("[data-csv]", element).addEventListener("click", () => save("inkwise-runs.csv", "text/csv", csvOf(this.#runs)));
  }

  /** @param {LabRun[]} runs @param {Map<number, number>} hues */
  show(runs, hues) {
    this.#runs = runs;
    this.#hues = hues;
    this.#element.toggleAttribute("data-filled", runs.length > 0);
    this.#fill();
  }

  /** @param {Column} column */
  #sort(column) {
    this.#isDescending = column === this.#column ? !this.#isDescending : FROM_LARGEST.includes(column);
    this.#column = column;
    this.#fill();
  }

  #fill() {
    for (const head of this.#element.querySelectorAll("th[data-column]")) {
      const isSorted = head.getAttribute("data-column") === this.#column;
      head.setAttribute("aria-sort", isSorted ? (this.#isDescending ? "descending" : "ascending") : "none");
    }
    const sorted = sortRuns(this.#runs, this.#column, this.#isDescending);
    const rows = sorted.map((run) => this.#rowOf(run));
    for (const id of this.#rows.keys()) if (!this.#runs.some((run) => run.id === id)) this.#rows.delete(id);
    const body = find("tbody", this.#element);
    for (const [index, row] of rows.entries()) if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
    while (body.children.length > rows.length) body.lastElementChild?.remove();
  }

  /** @param {LabRun} run */
  #rowOf(run) {
    const shown = JSON.stringify([run, this.#hues.get(run.id) ?? null]);
    const known = this.#rows.get(run.id);
    if (known?.shown === shown) return known.row;
    const row = known?.row ?? element("tr", { "data-run": run.id });
    const focused = document.activeElement;
    const action = focused && row.contains(focused) ? focused.getAttribute("data-run-action") : null;
    const isOpen = row.querySelector("details")?.open ?? false;
    row.replaceChildren(...this.#cells(run));
    const details = row.querySelector("details");
    if (details) details.open = isOpen;
    if (action) find(`[data-run-action="${action}"]`, row)?.focus();
    this.#rows.set(run.id, { row, shown });
    return row;
  }

  /** @param {LabRun} run @returns {Node[]} */
  #cells(run) {
    const { id, title, parameters, seconds, status, reason, kept_as: keptAs } = run;
    const hue = this.#hues.get(id);
    const swatch = element("span.legend-run__line", hue === undefined ? {} : { class: `legend-run__line hue-${hue}` });
    const state = element("td.runs__status", { "data-status": status }, keptAs ? `kept as ${keptAs}` : STATUS[status]);
    if (reason) state.append(element("span.table__text", {}, reason));
    return [
      element("th.runs__name", { scope: "row" }, swatch, `${id} · ${title}`),
      number(percent(run.val_accuracy, 1)), number(run.val_loss === null ? "–" : shortNumber(run.val_loss)), number(percent(run.test_accuracy, 1)),
      roomCell(run), number(parameters.toLocaleString("en")), number(seconds.toFixed(1)), state, element("td.runs__actions", {}, ...this.#actions(run)),
    ];
  }

  /** @param {LabRun} run @returns {Node[]} */
  #actions(run) {
    const { id, title, status, model } = run;
    const isOver = ["done", "stopped", "failed"].includes(status);
    const hue = this.#hues.get(id);
    const name = `run ${id}, ${title}`;
    /** @type {Node[]} */
    const actions = [];
    if (hue !== 0 && isOver) {
      const overlay = this.#button("overlay", "Overlay", `Overlay ${name}`, () => this.emit("overlaid", run));
      overlay.setAttribute("aria-pressed", String(hue !== undefined));
      actions.push(overlay);
    }
    if (run.is_saving) actions.push(pending("draw", "Draw", `Draw against ${name}`), pending("keep", "Keep…", `Keep ${name}`));
    if (model) {
      const address = `${BASE_PATH}/?model=${encodeURIComponent(model)}`;
      const label = `Draw against ${name}`;
      actions.push(element("a.button", { href: address, target: "_blank", rel: "noopener", "data-run-action": "draw", "aria-label": label }, "Draw"));
    }
    if (model && !run.kept_as) actions.push(this.#button("keep", "Keep…", `Keep ${name}`, () => this.emit("keepwanted", run)));
    if (isOver) actions.push(this.#more(run, name));
    return actions;
  }

  /** @param {LabRun} run @param {string} name */
  #more(run, name) {
    const files = run.model ? FILES : FILES.slice(-1); // what was not learnt has no files
    const links = files.map((file) => element("a.runs__file", { href: `${BASE_PATH}/api/lab/runs/${run.id}/${file}`, download: "" }, file));
    const discard = this.#button("discard", "Throw away…", `Throw away ${name}`, () => this.emit("discardwanted", run));
    const summary = element("summary.runs__more", { "data-run-action": "more", "aria-label": `More for ${name}` }, "More");
    return element("details.runs__details", {}, summary, element("div.runs__files", {}, ...links, discard));
  }

  /** @param {string} action @param {string} text @param {string} label @param {() => void} press */
  #button(action, text, label, press) {
    const button = element("button.button", { type: "button", "data-run-action": action, "aria-label": label }, text);
    button.addEventListener("click", press);
    return button;
  }
}

/**
 * @param {string} action @param {string} text @param {string} label
 * @returns {Node} a button that acts once the network is saved
 */
function pending(action, text, label) {
  const attributes = { type: "button", "aria-disabled": "true", "data-run-action": action, "aria-label": `${label}: its network is being saved` };
  return element("button.button", attributes, text);
}

/** @param {LabRun} run @returns {Element} such as "88 % 212 of 240"; few drawings are only counted */
function roomCell({ room_score: score }) {
  if (!score) return number("–");
  const [share, counted] = [percent(score.right / score.count, 0, score.count), `${score.right} of ${score.count}`];
  const cell = number(share);
  if (share !== counted) cell.append(" ", element("span.runs__counted", {}, counted));
  return cell;
}

/** @param {string} text */
function number(text) {
  return element("td.table__number", { translate: "no" }, text);
}

/** Let the browser save a text. @param {string} name @param {string} type @param {string} text */
function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address));
}
