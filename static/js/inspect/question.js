/** What is asked of the server about the inside of a network, the address that holds it, and the answer unpacked. */

import { LatestRequest } from "../draw/live_prediction.js";
import { fromBase64 } from "../ink/bitmap.js";
import { fragmentOf, readFragment } from "../ink/link.js";

/** What the page Inside shows, as a part of its address: to prepare tabs with, and to share. */

export const VIEWS = ["gets", "layers", "unit", "why", "ladder", "code"];

/**
 * @param {string} search the address from "?" on; @param {string} hash from "#" on
 * @returns {{view, model, layer, unit, row, column, against, off: Set, linear: Set, isPlain, strokes, bitmap,
 *   notices: string[]}} with null for what is left open, and a sentence for each thing that cannot be used
 */
export function readAddress(search, hash) {
  const query = new URLSearchParams(search);
  const { strokes, bitmap, refused } = readFragment(hash);
  const notices = refused.map((part) => refusal(...part));
  const wish = (name, read) => readPart(query.get(name), name, read, notices);
  return {
    view: wish("view", (text) => (VIEWS.includes(text) ? text : null)) ?? "gets",
    model: query.get("model"),
    layer: query.get("layer"),
    unit: wish("unit", readNumber),
    row: wish("row", readNumber),
    column: wish("column", readNumber),
    against: wish("against", (text) => (/^\d$/.test(text) ? Number(text) : null)),
    off: readSet(query.get("off")),
    linear: readSet(query.get("linear")),
    isPlain: query.get("normalise") === "no",
    strokes,
    bitmap,
    notices,
  };
}

/** @returns {string} the address of a state as `readAddress` gives it; what is usual is left out */
export function writeAddress(state) {
  const query = new URLSearchParams();
  const put = (name, value) => value !== null && value !== undefined && value !== "" && query.set(name, value);
  put("view", state.view === "gets" ? null : state.view);
  put("model", state.model);
  for (const name of ["layer", "unit", "row", "column"]) put(name, state.view === "unit" ? state[name] : null);
  put("against", state.view === "why" ? state.against : null);
  put("off", [...state.off].join(","));
  put("linear", [...state.linear].join(","));
  put("normalise", state.isPlain ? "no" : null);
  const text = query.toString().replaceAll("%2C", ",");
  return (text ? `?${text}` : "") + fragmentOf(state);
}

function readPart(text, name, read, notices) {
  if (text === null) return null;
  const value = read(text);
  if (value === null) notices.push(refusal(name, text));
  return value;
}

function refusal(name, text) {
  return `The address asks for ${name}=${shorten(text)}, which cannot be read.`;
}

function readNumber(text) {
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

function readSet(text) {
  return new Set((text ?? "").split(",").filter(Boolean));
}

function shorten(text) {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}

/** The requests of the page Inside. Each kind has its own LatestRequest, so a slow one does not delay the others. */

const TIME_LIMIT = 30_000; // milliseconds for one answer; the first look into a network compiles it

/**
 * Events: `answered` with {name, answer} as detail, `refused` with {name, sentence}.
 */
export class Questions extends EventTarget {
  #requests = {};

  /** @param {Server} server; @param {string[]} names of the questions */
  constructor(server, names) {
    super();
    for (const name of names) {
      this.#requests[name] = new LatestRequest(server, TIME_LIMIT);
      const tell = (kind, detail) => this.dispatchEvent(new CustomEvent(kind, { detail }));
      this.#requests[name].addEventListener("answered", ({ detail: { answer } }) => tell("answered", { name, answer }));
      this.#requests[name].addEventListener("refused", ({ detail: sentence }) => tell("refused", { name, sentence }));
    }
  }

  /** @returns {string[]} the questions whose newest answer is still to come */
  get waiting() {
    return Object.keys(this.#requests).filter((name) => this.#requests[name].isWaiting);
  }

  /**
   * @param {string} name of the question
   * @param {string} path
   * @param {Object<string, *>} query what is null or empty is left out
   * @param {Uint8Array|null} bitmap what is posted; null for a GET
   */
  ask(name, path, query, bitmap) {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
    const text = new URLSearchParams(given).toString();
    this.#requests[name].ask({ path: text ? `${path}?${text}` : path, bitmapOf: () => bitmap });
  }

  /** Want no answer to these questions any more. */
  forget(...names) {
    for (const name of names) this.#requests[name].forget();
  }
}

/** What is broken: sets of "layer.unit" that are off, and of layers without their activation function. */

/** @returns {{off: Set, linear: Set}} only what the network has; nothing while its layers are not known */
export function knownSwitches({ off, linear }, layers) {
  if (layers.length === 0) return { off: new Set(), linear: new Set() };
  const units = new Map(layers.filter((layer) => layer.is_hidden).map(({ name, shape }) => [name, shape.at(-1)]));
  const isKnown = (text) => {
    const [, name, unit] = text.match(/^(.+)\.(\d{1,5})$/) ?? [];
    return units.has(name) && Number(unit) < units.get(name);
  };
  return {
    off: new Set([...off].filter(isKnown)),
    linear: new Set([...linear].filter((name) => units.has(name))),
  };
}

/** @returns {Set} another set, with `value` where it was not and without it where it was */
export function toggled(set, value) {
  const changed = new Set(set);
  if (!changed.delete(value)) changed.add(value);
  return changed;
}

/** Read what the server packed: exact numbers, pictures in 256 steps, whole or without their zeros, and pictures pooled from others. */

/** @returns {Float32Array} the exact values of base64 text */
export function unpackExact(text) {
  return new Float32Array(fromBase64(text).buffer);
}

/**
 * @param {object[]} layers of an answer of /api/inspect
 * @returns {object[]} the same; each that has values also has `values`: a Float32Array in the order of `shape`
 */
export function unpackLayers(layers) {
  const done = new Map();
  for (const layer of layers) done.set(layer.name, { ...layer, values: valuesOf(layer, done) });
  return [...done.values()];
}

function valuesOf(layer, before) {
  if (layer.numbers) return Float32Array.from(layer.numbers);
  if (layer.bytes !== undefined) return pictureOf(layer);
  const source = before.get(layer.source);
  return layer.pool && source?.values ? pool(source, layer) : null;
}

/** Each value is a step of `scale` away from `zero`; with a `mask` only those are there whose bit is 1. */
function pictureOf({ bytes, mask, zero, scale, shape: [rows, columns, maps] }) {
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

/** The largest of each patch; patches do not overlap. */
function pool(source, { shape, pool: [height, width] }) {
  const [rows, columns, maps] = shape;
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
