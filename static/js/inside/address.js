/** What the page Inside shows, as a part of its address: to prepare tabs with, and to share. */

import { fragmentOf, readFragment } from "../ink/inkcode.js";

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
