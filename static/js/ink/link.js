/** Ink and bitmaps in the fragment of an address, so that links and reloads keep the drawing. */

import { BASE_PATH, entryName, followLeaving, nameEntry, openStorage } from "../core/browser.js";
import { fromBase64 } from "./bitmap.js";
import { simplify } from "./curve.js";

/** @import { ModelSwitch } from "../draw/model_choice.js" */
/** @import { DrawingInput } from "./input.js" */

const BASE = 36;
const MOST = 12_000; // characters
const SPACINGS = [0, 4, 10, 25, 60]; // pad units between points; the first one whose text is short enough
const FARTHEST = 2000; // pad units of a coordinate
const PIXELS = 784;
const PARTIAL = "This link is damaged. You see what can be read of its drawing.";
const UNREADABLE = "This link is damaged. Its drawing cannot be read.";
// What mail and chat programs append; as in webapp/ink/links.py.
const AT_END = /[\s\u200b.,;:!?)\]}>'"`*|…’”»›、。，；：！？）】》」]+$/;
const BITMAP_DIGITS = Math.ceil((PIXELS * 4) / 3); // of base64

/**
 * @param {Stroke[]} strokes rounded to pad units
 * @returns {string} each stroke as its first point and steps: "10_20_-3_4~..."; "" if too long
 */
export function encodeInk(strokes) {
  for (const spacing of SPACINGS) {
    const text = strokes.map((points) => encodeStroke(simplify(points, spacing))).join("~");
    if (text.length <= MOST) return text;
  }
  return "";
}

/** @param {Partial<InputContent>} content @returns {string} "#ink=..." or "#bitmap=..."; "" for neither */
export function fragmentOf({ strokes, bitmap }) {
  if (bitmap) return `#bitmap=${encodeBitmap(bitmap)}`;
  const text = strokes?.length ? encodeInk(strokes) : "";
  return text && `#ink=${text}`;
}

/**
 * @param {string} hash
 * @returns {InputContent & {notice: string}} what can be decoded, and a sentence for people if that is not all
 */
export function readFragment(hash) {
  const given = new URLSearchParams(hash.slice(1));
  const [ink, bitmap] = [given.get("ink"), given.get("bitmap")].map((text) => text?.replace(AT_END, ""));
  const nothing = { strokes: null, bitmap: null, isWhole: true };
  const found = bitmap !== undefined ? decodeBitmap(bitmap) : ink !== undefined ? decodeInk(ink) : nothing;
  const { isWhole, ...content } = { ...nothing, ...found };
  return { ...content, notice: isWhole ? "" : content.strokes || content.bitmap ? PARTIAL : UNREADABLE };
}

/** @param {string} text @returns {{strokes: Stroke[]|null, isWhole: boolean}} */
export function decodeInk(text) {
  const found = text.slice(0, MOST).split("~").map(decodeStroke);
  const strokes = found.map(({ points }) => points).filter((points) => points.length > 0);
  const isWhole = text.length <= MOST && found.every((stroke) => stroke.isWhole);
  return { strokes: strokes.length ? strokes : null, isWhole };
}

/** @param {Bitmap} bitmap @returns {string} base64url */
function encodeBitmap(bitmap) {
  return btoa(String.fromCharCode(...bitmap)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} text base64url; what is missing is paper @returns {{bitmap: Bitmap|null, isWhole: boolean}} */
function decodeBitmap(text) {
  const digits = /^[\w-]*/.exec(text)?.[0].slice(0, BITMAP_DIGITS) ?? "";
  const usable = digits.length % 4 === 1 ? digits.slice(0, -1) : digits; // a single digit holds no byte
  const bytes = fromBase64(usable.replaceAll("-", "+").replaceAll("_", "/"));
  const bitmap = new Uint8Array(PIXELS);
  bitmap.set(bytes);
  return { bitmap: bytes.length ? bitmap : null, isWhole: bytes.length === PIXELS && text.replace(/=+$/, "") === digits };
}

/** @param {Stroke} points */
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

/** @param {string} text @returns {{points: Stroke, isWhole: boolean}} the points before the first malformed one */
function decodeStroke(text) {
  const numbers = text.split("_").map(decodeNumber);
  let [x, y] = [0, 0];
  /** @type {Stroke} */
  const points = [];
  for (let index = 0; index < numbers.length - 1; index += 2) {
    [x, y] = [x + numbers[index], y + numbers[index + 1]];
    if (!(Math.max(Math.abs(x), Math.abs(y)) <= FARTHEST)) break; // also for NaN
    points.push([x, y]);
  }
  return { points, isWhole: points.length * 2 === numbers.length };
}

/** @param {string} text @returns {number} NaN for other text */
function decodeNumber(text) {
  return /^-?[0-9a-z]{1,4}$/.test(text) ? Number.parseInt(text, BASE) : NaN;
}

const PAGES = [`${BASE_PATH}/`, `${BASE_PATH}/inside`];

/**
 * Add ink and model to links between the pages that read ink.
 *
 * @param {DrawingInput} input @param {ModelSwitch} models
 */
export function linkState(input, models) {
  /** @param {Event} event */
  const fill = ({ target }) => {
    const link = target instanceof Element && target.closest("a");
    if (!link || !PAGES.includes(link.pathname) || link.pathname === location.pathname) return;
    link.search = models.isDefault ? "" : `?model=${encodeURIComponent(models.chosen)}`;
    link.hash = fragmentOf(input.content);
  };
  for (const kind of ["pointerdown", "click"]) document.addEventListener(kind, fill); // click: by keyboard too
}

const KEY = "inkwise.ink";

/**
 * Keeps the input of a page in its address, and in the tab's sessionStorage: for links without ink, such as those of the
 * navigation, and for a reload, which may open an address that is some strokes older than the page's last.
 */
export class InkStorage {
  #storage = openStorage("sessionStorage");
  #input;
  #writeAddress;

  /** @param {DrawingInput} input @param {() => void} writeAddress writes the input into the address bar */
  constructor(input, writeAddress) {
    this.#input = input;
    this.#writeAddress = writeAddress;
    followLeaving(() => this.save()); // its address is in time for Back and Forward
  }

  save() {
    this.#writeTab();
    this.#writeAddress();
  }

  /** @returns {ReturnType<typeof readFragment>} what to start with: the drawing of another link, or what the tab showed last */
  newest() {
    const link = readFragment(location.hash);
    const { entry, fragment } = this.#readTab();
    const isEmpty = !link.strokes && !link.bitmap && !link.notice;
    const isOwn = entry !== "" && entry === entryName(); // written by this page; the browser may have an older one
    nameEntry(); // long before the first reload
    return isEmpty || isOwn ? readFragment(fragment) : link;
  }

  /** Store the input, and which entry of the history shows it. */
  #writeTab() {
    try {
      this.#storage.setItem(KEY, JSON.stringify({ entry: nameEntry(), fragment: fragmentOf(this.#input.content) }));
    } catch {
      // The storage is full: only the address has the ink.
    }
  }

  /** @returns {{entry: string, fragment: string}} */
  #readTab() {
    try {
      const { entry, fragment } = JSON.parse(this.#storage.getItem(KEY) ?? "");
      return { entry: String(entry), fragment: String(fragment) };
    } catch {
      return { entry: "", fragment: "" };
    }
  }
}
