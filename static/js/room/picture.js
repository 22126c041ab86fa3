/** Ink as the path of a picture of 1000 by 1000 units, fitted into its middle. */

import { boundsOf } from "../ink/bitmap.js";
import { toPath } from "../ink/smooth.js";

export const SIDE = 1000; // units
const INK_SIDE = 800; // units that the larger side of the ink takes
const MIN_EXTENT = 1e-9; // in the ink's unit; anything smaller is a dot

/** @param {number[][][]} strokes of any unit @returns {string} the `d` of an SVG path; "" without ink */
export function pathOf(strokes) {
  const inked = strokes.filter((stroke) => stroke.length > 0);
  if (inked.length === 0) return "";
  const { left, top, right, bottom } = boundsOf(inked);
  const scale = INK_SIDE / Math.max(right - left, bottom - top, MIN_EXTENT);
  const middle = [(left + right) / 2, (top + bottom) / 2];
  const fit = (value, axis) => (value - middle[axis]) * scale + SIDE / 2;
  return toPath(inked.map((stroke) => stroke.map(([x, y]) => [fit(x, 0), fit(y, 1)])));
}
