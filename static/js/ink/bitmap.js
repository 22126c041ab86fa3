/**
 * Ink as the 28x28 bitmap for the networks.
 *
 * As MNIST: ink scaled into 20x20, its center of mass in the middle of 28x28. Mirrors webapp/ink/bitmap.py step by
 * step; tests compare the two. Uses no canvas: canvases differ between browsers, and some add noise when read.
 */

import { boundsOf, simplify, toPolyline } from "./curve.js";

export const SIZE = 28; // pixels along each side of the bitmap
const BOX = 20; // pixels of the longer side of the ink, pen width included
const CENTER = 14; // pixel index of the center of mass
const INNER = 0.75; // pixels from the line with full ink
const OUTER = 1.9; // pixels from the line where paper starts; a linear ramp between
const MIN_STEP = 0.1; // pixels; nearer points do not change the bitmap
const TOLERANCE = 0.02; // pixels between the curve and its lines
// Bounds on the time for a scribble.
const MAX_STROKES = 250;
const MAX_SIMPLIFIED = 1000; // points; of longer ink, every third point is enough
const MAX_POINTS = 300;
const MAX_LINES = 600;
const MIN_EXTENT = 1e-9; // in the ink's unit; smaller ink is a dot
const NUMBERS_PER_LINE = 4; // start x, start y, end x, end y

/**
 * Draw `strokes` as a bitmap.
 *
 * @param {Stroke[]} strokes any unit, x to the right and y down
 * @returns {Bitmap} all 0 without ink
 */
export function toBitmap(strokes) {
  const inked = strokes.filter((stroke) => stroke.length > 0);
  if (inked.length === 0) return new Uint8Array(SIZE * SIZE);
  const lines = toLines(fitToBox(followCurves(inked)));
  const [x, y] = centerOfMass(draw(lines));
  const gray = draw(moved(lines, CENTER - x, CENTER - y));
  return Uint8Array.from(gray, (value) => Math.floor(value * 255 + 0.5));
}

/**
 * Return each stroke's curve as a polyline in the same unit, as precise as a bitmap needs. Very long ink is thinned.
 *
 * @param {Stroke[]} strokes without empty ones @returns {Stroke[]}
 */
export function followCurves(strokes) {
  const some = everyNth(strokes, divideUp(strokes.length, MAX_STROKES));
  const extent = extentOf(boundsOf(some));
  if (extent <= MIN_EXTENT) return some.map((stroke) => stroke.slice(0, 1));
  const pixel = extent / (BOX - 2 * OUTER);
  const simplified = thin(some, MAX_SIMPLIFIED).map((stroke) => simplify(stroke, MIN_STEP * pixel));
  const thinned = thin(simplified, MAX_POINTS);
  const most = Math.max(Math.floor(MAX_LINES / countPoints(thinned)), 1);
  return thinned.map((stroke) => toPolyline(stroke, TOLERANCE * pixel, most));
}

/** Scale strokes, aspect ratio kept, so that their longer side is BOX pixels. @param {Stroke[]} strokes */
export function fitToBox(strokes) {
  const bounds = boundsOf(strokes);
  const extent = extentOf(bounds);
  const scale = extent > MIN_EXTENT ? (BOX - 2 * OUTER) / extent : 0;
  const middleX = (bounds.left + bounds.right) / 2;
  const middleY = (bounds.top + bounds.bottom) / 2;
  /** @param {Point} point @returns {Point} */
  const fit = ([x, y]) => [(x - middleX) * scale + CENTER, (y - middleY) * scale + CENTER];
  return strokes.map((stroke) => stroke.map(fit));
}

/** @param {Bounds} bounds */
function extentOf({ left, top, right, bottom }) {
  return Math.max(right - left, bottom - top);
}

/**
 * Return every n-th point of each stroke and its last one, so that about `most` points are left.
 *
 * n is odd: of a line drawn there and back again and again, both ends are left.
 *
 * @param {Stroke[]} strokes @param {number} most @returns {Stroke[]}
 */
function thin(strokes, most) {
  const step = divideUp(countPoints(strokes), most) | 1;
  return strokes.map((stroke) => [...everyNth(stroke.slice(0, -1), step), stroke[stroke.length - 1]]);
}

/** @template Item @param {Item[]} items @param {number} step @returns {Item[]} */
function everyNth(items, step) {
  return items.filter((_, index) => index % step === 0);
}

/** @param {Stroke[]} strokes */
function countPoints(strokes) {
  return strokes.reduce((count, stroke) => count + stroke.length, 0);
}

/** @param {number} count @param {number} most */
function divideUp(count, most) {
  return Math.max(Math.ceil(count / most), 1);
}

/** @param {Stroke[]} polylines @returns {Float64Array} lines as four coordinates each; a dot is a line of length 0 */
export function toLines(polylines) {
  /** @type {number[]} */
  const lines = [];
  for (const points of polylines) {
    if (points.length === 1) lines.push(...points[0], ...points[0]);
    for (let index = 1; index < points.length; index += 1) lines.push(...points[index - 1], ...points[index]);
  }
  return Float64Array.from(lines);
}

/** @param {Float64Array} lines @param {number} byX @param {number} byY */
function moved(lines, byX, byY) {
  return lines.map((value, index) => value + (index % 2 === 0 ? byX : byY));
}

/** @param {Float64Array} lines @returns {Float64Array} 784 grays from 0 (paper) to 1 (ink) */
export function draw(lines) {
  const nearest = new Float64Array(SIZE * SIZE).fill(Infinity);
  for (let index = 0; index < lines.length; index += NUMBERS_PER_LINE) {
    lowerDistances(nearest, lines[index], lines[index + 1], lines[index + 2], lines[index + 3]);
  }
  return nearest.map((squared) => clamp((OUTER - Math.sqrt(squared)) / (OUTER - INNER), 0, 1));
}

/**
 * Lower `nearest`, squared distances, where this line is nearer. Pixels beyond OUTER stay paper.
 *
 * @param {Float64Array} nearest @param {number} startX @param {number} startY @param {number} endX @param {number} endY
 */
function lowerDistances(nearest, startX, startY, endX, endY) {
  const alongX = endX - startX;
  const alongY = endY - startY;
  const length = alongX * alongX + alongY * alongY;
  const [left, right] = pixelsNear(startX, endX);
  const [top, bottom] = pixelsNear(startY, endY);
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const toX = x - startX;
      const toY = y - startY;
      const share = clamp((toX * alongX + toY * alongY) / (length > 0 ? length : 1), 0, 1);
      const offX = toX - share * alongX;
      const offY = toY - share * alongY;
      const squared = offX * offX + offY * offY;
      if (squared < nearest[y * SIZE + x]) nearest[y * SIZE + x] = squared;
    }
  }
}

/** @param {number} start @param {number} end @returns {[number, number]} first and last index of pixels with ink */
function pixelsNear(start, end) {
  const first = Math.ceil(Math.min(start, end) - OUTER);
  const last = Math.floor(Math.max(start, end) + OUTER);
  return [Math.max(first, 0), Math.min(last, SIZE - 1)];
}

/** @param {Float64Array} gray 784 values @returns {Point} center of mass in pixel indices */
export function centerOfMass(gray) {
  let total = 0;
  let across = 0;
  let down = 0;
  gray.forEach((value, index) => {
    total += value;
    across += value * (index % SIZE);
    down += value * Math.floor(index / SIZE);
  });
  return [across / total, down / total];
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** @param {string} text base64 @returns {Bitmap} */
export function fromBase64(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
  return bytes;
}
