/**
 * What most demos give their network: the whole pad, plainly shrunk to 28x28 pixels.
 *
 * No box, no scaling, no centring. It is here to be compared with ink/bitmap.js, and read badly.
 */

import { SIZE, toLines } from "../ink/bitmap.js";
import { PAD_UNITS, PEN_WIDTH } from "../ink/ink.js";

const NUMBERS_PER_LINE = 4;

/** @returns {Uint8Array} 784 values row by row, 0 = paper, 255 = ink */
export function shrink(strokes) {
  const scale = SIZE / PAD_UNITS;
  const toPixel = (units) => units * scale - 0.5; // a pixel's index is at its middle
  const inked = strokes.filter((stroke) => stroke.length > 0);
  const lines = toLines(inked.map((stroke) => stroke.map((point) => point.map(toPixel))));
  const radius = (PEN_WIDTH * scale) / 2;
  return Uint8Array.from({ length: SIZE * SIZE }, (_, index) => {
    const distance = distanceTo(lines, index % SIZE, Math.floor(index / SIZE));
    return Math.round(255 * Math.min(Math.max(radius + 0.5 - distance, 0), 1));
  });
}

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
