/** The baseline without normalization: the whole pad, just shrunk. */

import { followCurves, SIZE, toLines } from "./bitmap.js";
import { PAD_UNITS, PEN_WIDTH } from "./ink.js";

const NUMBERS_PER_LINE = 4;

/**
 * Shrink the whole pad to 28x28, without bitmap.js's scaling and centering.
 *
 * @param {Stroke[]} strokes @returns {Bitmap}
 */
export function shrink(strokes) {
  const scale = SIZE / PAD_UNITS;
  /** @param {number} units */
  const toPixel = (units) => units * scale - 0.5; // a pixel's index is at its middle
  /** @param {Point} point @returns {Point} */
  const pointToPixel = ([x, y]) => [toPixel(x), toPixel(y)];
  const inked = strokes.filter((stroke) => stroke.length > 0);
  const lines = toLines(followCurves(inked).map((stroke) => stroke.map(pointToPixel)));
  const radius = (PEN_WIDTH * scale) / 2;
  return Uint8Array.from({ length: SIZE * SIZE }, (_, index) => {
    const distance = distanceTo(lines, index % SIZE, Math.floor(index / SIZE));
    return Math.round(255 * Math.min(Math.max(radius + 0.5 - distance, 0), 1));
  });
}

/** @param {Float64Array} lines @param {number} x @param {number} y */
function distanceTo(lines, x, y) {
  let nearest = Infinity;
  for (let index = 0; index < lines.length; index += NUMBERS_PER_LINE) {
    const [startX, startY] = [lines[index], lines[index + 1]];
    const [alongX, alongY] = [lines[index + 2] - startX, lines[index + 3] - startY];
    const length = alongX * alongX + alongY * alongY || 1;
    const share = Math.min(Math.max(((x - startX) * alongX + (y - startY) * alongY) / length, 0), 1);
    nearest = Math.min(nearest, Math.hypot(x - startX - share * alongX, y - startY - share * alongY));
  }
  return nearest;
}
