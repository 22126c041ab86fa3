/** Colors for weights and activations, and canvases that are painted with them. */

import { contextOf, followTheme } from "../core/browser.js";

// Blue is positive, orange negative, paper 0. A negative cell also has a minus sign, for people without color vision.
const STEPS = 255;
const CELL = 5; // canvas pixels along each side of a cell with a sign
const SIGN = [11, 12, 13]; // of the 25 canvas pixels of a cell, row by row
const SIGNED_FROM = 0.25; // least share of the largest value
/** @type {WeakMap<HTMLCanvasElement, () => void>} functions that paint a canvas again */
const painters = new WeakMap();
/** @type {{plus: Uint32Array, minus: Uint32Array, sign: number}|null} */
let palette = null;

followTheme(() => {
  palette = null;
  for (const canvas of document.querySelectorAll("canvas")) painters.get(canvas)?.();
});

/**
 * Paint values on a canvas, which CSS scales up.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values row by row
 * @param {number} columns
 * @param {number} largest absolute value of the fullest color
 */
export function paint(canvas, values, columns, largest = largestOf(values)) {
  const size = [columns, Math.ceil(values.length / columns)];
  drawCells(canvas, values, size, largest, (index) => [index % columns, Math.floor(index / columns)]);
}

/**
 * Paint the feature maps of a layer with gaps between them.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values (rows, columns, maps)
 * @param {number[]} shape
 * @param {number} across maps in a row
 * @param {number} largest absolute value of the fullest color
 * @param {boolean} hasSigns whether cells have room for a sign
 */
export function paintMaps(canvas, values, [rows, columns, maps], across, largest = largestOf(values), hasSigns = isSigned(values)) {
  const [width, height] = [columns + 1, rows + 1];
  const size = [across * width - 1, Math.ceil(maps / across) * height - 1];
  drawCells(canvas, values, size, largest, (index) => {
    const [map, place] = [index % maps, Math.floor(index / maps)];
    const [column, row] = [place % columns, Math.floor(place / columns)];
    return [(map % across) * width + column, Math.floor(map / across) * height + row];
  }, hasSigns);
}

/**
 * Paint each value as a cell at `placeOf(index)`; with negative values, cells have room for a sign.
 *
 * @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} values @param {number[]} size width and height in cells
 * @param {number} largest @param {(index: number) => number[]} placeOf returns x and y in cells @param {boolean} hasSigns
 */
function drawCells(canvas, values, size, largest, placeOf, hasSigns = isSigned(values)) {
  painters.set(canvas, () => drawCells(canvas, values, size, largest, placeOf, hasSigns));
  const [width, height] = size;
  const side = hasSigns ? CELL : 1; // canvas pixels of a cell
  const image = new ImageData(width * side, height * side);
  const pixels = new Uint32Array(image.data.buffer);
  const [colors, scale] = [colorsOf(), largest > 0 ? STEPS / largest : 0];
  for (let index = 0; index < values.length; index += 1) {
    const [x, y] = placeOf(index);
    const corner = (y * image.width + x) * side;
    fill(pixels, corner, image.width, side, colorOf(colors, values[index] * scale));
    if (hasSigns && values[index] < -SIGNED_FROM * largest) sign(pixels, corner, image.width, colors.sign);
  }
  put(canvas, image);
}

/**
 * @param {Uint32Array} pixels @param {number} corner @param {number} width @param {number} side @param {number} color
 */
function fill(pixels, corner, width, side, color) {
  if (side === 1) pixels[corner] = color;
  else for (let row = 0; row < side; row += 1) pixels.fill(color, corner + row * width, corner + row * width + side);
}

/** @param {Uint32Array} pixels @param {number} corner @param {number} width @param {number} color */
function sign(pixels, corner, width, color) {
  for (const place of SIGN) pixels[corner + Math.floor(place / CELL) * width + (place % CELL)] = color;
}

/** @param {ArrayLike<number>} values @returns {number} the largest absolute value */
export function largestOf(values) {
  let largest = 0;
  for (let index = 0; index < values.length; index += 1) largest = Math.max(largest, Math.abs(values[index]));
  return largest;
}

/** @param {ArrayLike<number>} values */
export function isSigned(values) {
  return Array.prototype.some.call(values, (value) => value < 0);
}

/** @param {HTMLCanvasElement} canvas @param {ImageData} image */
function put(canvas, image) {
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  contextOf(canvas).putImageData(image, 0, 0);
}

/** @param {{plus: Uint32Array, minus: Uint32Array}} palette @param {number} steps -255 to 255 */
function colorOf({ plus, minus }, steps) {
  const step = Math.min(Math.round(Math.abs(steps)), STEPS);
  return steps < 0 ? minus[step] : plus[step];
}

/** Return the 256 colors from paper to each end, of the page's CSS variables. */
function colorsOf() {
  if (!palette) {
    const style = getComputedStyle(document.documentElement);
    const [zero, plus, minus, text] = ["--zero", "--plus", "--minus", "--sign"].map((name) => channels(style.getPropertyValue(name)));
    palette = { plus: ramp(zero, plus), minus: ramp(zero, minus), sign: packed(text) };
  }
  return palette;
}

/** @param {number[]} from @param {number[]} to red, green, blue */
function ramp(from, to) {
  return Uint32Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = (step / STEPS) ** 0.8; // lifts small values
    return packed(from.map((value, index) => Math.round(value + share * (to[index] - value))));
  });
}

/** @param {number[]} rgb @returns {number} opaque RGBA, little endian */
function packed([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** @param {string} color @returns {number[]} red, green, blue */
function channels(color) {
  const context = contextOf(document.createElement("canvas"));
  context.fillStyle = color.trim();
  const hex = String(context.fillStyle);
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}
