/** Ink as text in an address, so that a link leads to the same drawing on another page. */

import { fromBase64 } from "./bitmap.js";

/** Ink and bitmaps as text for an address. Points are rounded to whole pad units. */

const BASE = 36; // digits and letters: what an address may hold as it is
const MOST = 12_000; // characters; what is longer is no digit
const SPACINGS = [0, 4, 10, 25, 60]; // pad units between points that are kept; wider where the text is too long
const PIXELS = 784;

/** @returns {string} each stroke as its first point and the steps to the next ones: "10_20_-3_4~..."; "" if too long */
export function encodeInk(strokes) {
  for (const spacing of SPACINGS) {
    const text = strokes.map((points) => encodeStroke(thinned(points, spacing))).join("~");
    if (text.length <= MOST) return text;
  }
  return "";
}

/** @returns {string} the part of an address from "#" on that holds ink or a bitmap; "" where there is neither */
export function fragmentOf({ strokes, bitmap }) {
  if (bitmap) return `#bitmap=${encodeBitmap(bitmap)}`;
  const text = strokes?.length ? encodeInk(strokes) : "";
  return text && `#ink=${text}`;
}

/**
 * @param {string} hash the part of an address from "#" on
 * @returns {{strokes: number[][][]|null, bitmap: Uint8Array|null, refused: string[][]}} `refused` holds the
 *   name and the text of what is none of ours
 */
export function readFragment(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const [ink, bitmap] = [given.get("ink"), given.get("bitmap")];
  const found = { strokes: ink && decodeInk(ink), bitmap: bitmap && decodeBitmap(bitmap), refused: [] };
  if (ink !== null && !found.strokes) found.refused.push(["ink", ink]);
  if (bitmap !== null && !found.bitmap) found.refused.push(["bitmap", bitmap]);
  return { ...found, strokes: found.strokes || null, bitmap: found.bitmap || null };
}

/** @returns {number[][][]|null} the strokes, or null where the text is none of ours */
export function decodeInk(text) {
  if (text.length > MOST || !/^-?[0-9a-z]/.test(text)) return null;
  const strokes = text.split("~").map(decodeStroke);
  return strokes.includes(null) ? null : strokes;
}

/** @returns {string} 784 values as base64 that an address may hold */
function encodeBitmap(bitmap) {
  return btoa(String.fromCharCode(...bitmap)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @returns {Uint8Array|null} the 784 values, or null where the text is none of ours */
function decodeBitmap(text) {
  try {
    const bytes = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
    return bytes.length === PIXELS ? bytes : null;
  } catch {
    return null;
  }
}

/** Leave out points nearer than `spacing` to the last one kept, except the end. */
function thinned(points, spacing) {
  let last = null;
  return points.filter((point, index) => {
    const isKept = !last || index === points.length - 1 || Math.hypot(point[0] - last[0], point[1] - last[1]) >= spacing;
    if (isKept) last = point;
    return isKept;
  });
}

function encodeStroke(points) {
  let [lastX, lastY] = [0, 0];
  const steps = points.map((point) => {
    const [x, y] = point.map(Math.round);
    const step = [x - lastX, y - lastY];
    [lastX, lastY] = [x, y];
    return step.map((value) => value.toString(BASE)).join("_");
  });
  return steps.join("_");
}

function decodeStroke(text) {
  const parts = text.split("_");
  if (parts.length % 2 || parts.some((part) => !/^-?[0-9a-z]{1,4}$/.test(part))) return null;
  const numbers = parts.map((part) => parseInt(part, BASE));
  let [x, y] = [0, 0];
  const points = [];
  for (let index = 0; index < numbers.length; index += 2) {
    [x, y] = [x + numbers[index], y + numbers[index + 1]];
    points.push([x, y]);
  }
  return points.every((point) => point.every((value) => Math.abs(value) <= 2000)) ? points : null;
}

/** The pages that take ink hand it on: their links to each other carry the ink and the model along. */

const PAGES = ["/", "/inside"];

/** @param {Sheet} sheet; @param {ModelSwitch} models */
export function carryOver(sheet, models) {
  const fill = ({ target }) => {
    const link = target.closest?.("a");
    if (!link || !PAGES.includes(link.pathname) || link.pathname === location.pathname) return;
    link.search = models.isDefault ? "" : `?model=${encodeURIComponent(models.chosen)}`;
    link.hash = fragmentOf(sheet.content);
  };
  for (const kind of ["pointerdown", "click"]) document.addEventListener(kind, fill); // click: by key too
}
