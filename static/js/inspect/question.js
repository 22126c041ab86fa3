/** The queries of the page Inside, its address, and the unpacking of replies. */

import { Emitter } from "../core/browser.js";
import { LatestRequest } from "../draw/live_prediction.js";
import { fromBase64 } from "../ink/bitmap.js";
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

/**
 * The queries of the page Inside. Each has its own LatestRequest, so a slow one does not delay the others.
 *
 * @extends {Emitter<{answered: {name: QueryName, answer: unknown}, refused: {name: QueryName, message: string}}>}
 */
export class Queries extends Emitter {
  /** @type {Map<QueryName, LatestRequest<unknown>>} */
  #requests = new Map();

  /** @param {Server} server @param {QueryName[]} names */
  constructor(server, names) {
    super();
    for (const name of names) {
      /** @type {LatestRequest<unknown>} */
      const request = new LatestRequest(server, TIME_LIMIT);
      request.on("answered", ({ answer }) => this.emit("answered", { name, answer }));
      request.on("refused", (message) => this.emit("refused", { name, message }));
      this.#requests.set(name, request);
    }
  }

  /** @returns {QueryName[]} queries without an answer to their newest request */
  get waiting() {
    return [...this.#requests].filter(([, request]) => request.isWaiting).map(([name]) => name);
  }

  /**
   * @param {QueryName} name
   * @param {string} path
   * @param {Object<string, string|number|null>} parameters null and "" are left out
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

/** @param {Ablation} ablation @param {Layer[]} layers @returns {Ablation} only of units and layers that exist */
export function knownAblation({ off, linear }, layers) {
  if (layers.length === 0) return { off: new Set(), linear: new Set() };
  const hidden = layers.filter((layer) => layer.is_hidden);
  const units = new Map(hidden.map(({ name, shape }) => [name, shape[shape.length - 1]]));
  /** @param {string} text */
  const isKnown = (text) => {
    const [, name, unit] = text.match(/^(.+)\.(\d{1,5})$/) ?? [];
    return Number(unit) < (units.get(name) ?? 0);
  };
  return {
    off: new Set([...off].filter(isKnown)),
    linear: new Set([...linear].filter((name) => units.has(name))),
  };
}

/** @param {Set<string>} set @param {string} value @returns {Set<string>} a copy with the value added or removed */
export function toggled(set, value) {
  const changed = new Set(set);
  if (!changed.delete(value)) changed.add(value);
  return changed;
}

/** @param {string} text base64 of float32 */
export function unpackExact(text) {
  return new Float32Array(fromBase64(text).buffer);
}

/**
 * Unpack the outputs of layers: numbers, pictures in 256 steps with or without zeros, and poolings of other layers.
 *
 * @param {Layer[]} layers
 * @returns {LayerValues[]} layers with outputs
 */
export function unpackLayers(layers) {
  /** @type {Map<string|null, LayerValues>} */
  const done = new Map();
  for (const layer of layers) {
    const values = valuesOf(layer, done);
    if (values) done.set(layer.name, { ...layer, values });
  }
  return [...done.values()];
}

/** @param {Layer} layer @param {Map<string|null, LayerValues>} before layers it may be pooled from */
function valuesOf(layer, before) {
  if (layer.numbers) return Float32Array.from(layer.numbers);
  if (layer.bytes !== undefined) return pictureOf(layer.bytes, layer);
  const source = before.get(layer.source);
  return layer.pool && source ? pool(source, layer.shape, layer.pool) : null;
}

/**
 * A value is (byte - zero) * scale. With a `mask`, only values with bit 1 have a byte.
 *
 * @param {string} bytes @param {Layer} layer
 */
function pictureOf(bytes, { mask, zero = 0, scale = 1, shape: [rows, columns, maps] }) {
  const steps = fromBase64(bytes);
  if (mask === undefined) return Float32Array.from(steps, (step) => (step - zero) * scale);
  const values = new Float32Array(rows * columns * maps);
  const bits = fromBase64(mask);
  let next = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (bits[index >> 3] & (128 >> (index & 7))) values[index] = (steps[next++] - zero) * scale;
  }
  return values;
}

/** Max pooling without overlap. @param {LayerValues} source @param {number[]} shape @param {[number, number]} patch */
function pool(source, [rows, columns, maps], [height, width]) {
  const across = source.shape[1];
  const result = new Float32Array(rows * columns * maps).fill(-Infinity);
  for (let row = 0; row < rows * height; row += 1) {
    for (let column = 0; column < columns * width; column += 1) {
      const from = (row * across + column) * maps;
      const to = (Math.floor(row / height) * columns + Math.floor(column / width)) * maps;
      for (let map = 0; map < maps; map += 1) {
        if (source.values[from + map] > result[to + map]) result[to + map] = source.values[from + map];
      }
    }
  }
  return result;
}
