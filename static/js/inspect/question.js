/** The queries of the page Inside, and its address. */

import { Emitter } from "../core/browser.js";
import { LatestRequest } from "../draw/live_prediction.js";
import { fragmentOf, readFragment } from "../ink/link.js";

/** @import { Server } from "../core/server.js" */

export const RATES = [0.001, 0.01, 0.1];
export const STEP_COUNTS = [1, 5, 20];
export const VIEWS = ["input", "layers", "unit", "explanation", "comparison", "code"];

/**
 * @param {string} search
 * @param {string} hash
 * @returns {InsideState & {notices: string[]}} null for what is left out; a notice for each part that cannot be read
 */
export function readAddress(search, hash) {
  const query = new URLSearchParams(search);
  const { strokes, bitmap, notice } = readFragment(hash);
  const notices = [notice];
  /** @template T @param {string} name @param {(text: string) => T|null} parse */
  const read = (name, parse) => readPart(query.get(name), name, parse, notices);
  return {
    view: read("view", (text) => (VIEWS.includes(text) ? text : null)) ?? "input",
    model: query.get("model"),
    layer: query.get("layer"),
    unit: read("unit", readNumber),
    row: read("row", readNumber),
    column: read("column", readNumber),
    against: read("against", (text) => (/^\d$/.test(text) ? Number(text) : null)),
    label: read("label", (text) => (/^\d$/.test(text) ? Number(text) : null)),
    rate: read("rate", (text) => RATES.find((rate) => String(rate) === text) ?? null) ?? 0.01,
    steps: read("steps", (text) => STEP_COUNTS.find((count) => String(count) === text) ?? null) ?? 1,
    weight: read("weight", readNumber),
    off: readSet(query.get("off")),
    linear: readSet(query.get("linear")),
    isPlain: query.get("normalize") === "no",
    strokes,
    bitmap,
    notices,
  };
}

/** @param {InsideState} state @returns {string} its address, without defaults */
export function writeAddress(state) {
  const query = new URLSearchParams();
  /** @param {string} name @param {string|number|null} value */
  const put = (name, value) => value !== null && value !== "" && query.set(name, String(value));
  put("view", state.view === "input" ? null : state.view);
  put("model", state.model);
  for (const name of /** @type {const} */ (["layer", "unit", "row", "column"])) {
    put(name, state.view === "unit" ? state[name] : null);
  }
  const hasLesson = state.view === "unit" && state.label !== null;
  for (const name of /** @type {const} */ (["label", "rate", "steps", "weight"])) put(name, hasLesson ? state[name] : null);
  put("against", state.view === "explanation" ? state.against : null);
  put("off", [...state.off].join(","));
  put("linear", [...state.linear].join(","));
  put("normalize", state.isPlain ? "no" : null);
  const text = query.toString().replaceAll("%2C", ",");
  return (text ? `?${text}` : "") + fragmentOf(state);
}

/**
 * @template T
 * @param {string|null} text @param {string} name @param {(text: string) => T|null} parse @param {string[]} notices
 */
function readPart(text, name, parse, notices) {
  if (text === null) return null;
  const value = parse(text);
  if (value === null) notices.push(refusal(name, text));
  return value;
}

/** @param {string} name @param {string} text */
function refusal(name, text) {
  return `The link asks for ${name}=${shorten(text)}, which is not valid.`;
}

/** @param {string} text */
function readNumber(text) {
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

/** @param {string|null} text */
function readSet(text) {
  return new Set((text ?? "").split(",").filter(Boolean));
}

/** @param {string} text */
function shorten(text) {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}

const TIME_LIMIT = 30_000; // milliseconds; the first inspection of a network compiles it

/** @typedef {keyof InsideAnswers} QueryName */
/** @typedef {{[Name in QueryName]: {name: Name, answer: InsideAnswers[Name]}}[QueryName]} InsideAnswer */
/** @typedef {Object<string, string|number|null>} QueryParameters null and "" are left out */

/**
 * The queries of the page Inside. Each has its own LatestRequest, so a slow one does not delay the others.
 *
 * @extends {Emitter<{answered: InsideAnswer, refused: {name: QueryName, message: string}}>}
 */
export class Queries extends Emitter {
  /** @type {Map<QueryName, LatestRequest<unknown>>} */
  #requests = new Map();
  #subject;

  /**
   * @param {Server} server @param {QueryName[]} names
   * @param {() => {model: string, ablation: Ablation, bitmap: Bitmap}} subject of `ask`
   */
  constructor(server, names, subject) {
    super();
    this.#subject = subject;
    for (const name of names) {
      /** @type {LatestRequest<unknown>} */
      const request = new LatestRequest(server, TIME_LIMIT);
      request.on("answered", ({ answer }) => this.emit("answered", /** @type {InsideAnswer} */ ({ name, answer })));
      request.on("refused", (message) => this.emit("refused", { name, message }));
      this.#requests.set(name, request);
    }
  }

  /** @returns {QueryName[]} queries without an answer to their newest request */
  get waiting() {
    return [...this.#requests].filter(([, request]) => request.isWaiting).map(([name]) => name);
  }

  /** Query the chosen model with the current ablation and ink. @param {QueryName} name @param {string} path @param {QueryParameters} more */
  ask(name, path, more = {}) {
    const { model, ablation: { off, linear }, bitmap } = this.#subject();
    this.send(name, path, { model, off: [...off].join(), linear: [...linear].join(), ...more }, bitmap);
  }

  /**
   * @param {QueryName} name
   * @param {string} path
   * @param {QueryParameters} parameters
   * @param {Bitmap|null} bitmap to post; null for a GET
   */
  send(name, path, parameters, bitmap) {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(parameters)) {
      if (value !== null && value !== "") query.set(key, String(value));
    }
    const text = query.toString();
    this.#requests.get(name)?.send({ path: text ? `${path}?${text}` : path, bitmapOf: () => bitmap });
  }

  /** @param {QueryName[]} names */
  cancel(...names) {
    for (const name of names) this.#requests.get(name)?.cancel();
  }
}
