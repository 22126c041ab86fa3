/** Colors for weights and activations, and canvases that are painted with them. */

import { BitmapView } from "../draw/views.js";

/**
 * Numbers as colours: blue for plus, orange for minus, paper for zero, one scale for each picture.
 *
 * So that nothing is told by colour alone, a cell that is clearly negative carries a minus sign.
 */

const STEPS = 255;
const CELL = 5; // canvas pixels along each side of a cell that may carry a sign
const SIGN = [11, 12, 13]; // of the 25 canvas pixels of a cell, row by row
const SIGNED_FROM = 0.25; // of the largest value; nearer to zero a sign would say more than the number
const painters = new WeakMap(); // by its canvas, what draws a picture once more
let palette = null;

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  palette = null;
  for (const canvas of document.querySelectorAll("canvas")) painters.get(canvas)?.();
});

/**
 * Draw values on a canvas; CSS scales it up.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values row by row
 * @param {number} columns
 * @param {number} largest the value of the fullest colour, plus or minus
 */
export function paint(canvas, values, columns, largest = largestOf(values)) {
  const size = [columns, Math.ceil(values.length / columns)];
  drawCells(canvas, values, size, largest, (index) => [index % columns, Math.floor(index / columns)]);
}

/** Draw all feature maps of a layer (rows, columns, maps) beside each other, `across` in a row, a gap between. */
export function paintMaps(canvas, values, [rows, columns, maps], across, largest = largestOf(values)) {
  const [width, height] = [columns + 1, rows + 1];
  const size = [across * width - 1, Math.ceil(maps / across) * height - 1];
  drawCells(canvas, values, size, largest, (index) => {
    const [map, place] = [index % maps, Math.floor(index / maps)];
    const [column, row] = [place % columns, Math.floor(place / columns)];
    return [(map % across) * width + column, Math.floor(map / across) * height + row];
  });
}

/** Draw each value as a cell at `placeOf(index)`, [x, y] in cells; where there are minus signs, a cell has room for one. */
function drawCells(canvas, values, [width, height], largest, placeOf) {
  painters.set(canvas, () => drawCells(canvas, values, [width, height], largest, placeOf));
  const side = Array.prototype.some.call(values, (value) => value < 0) ? CELL : 1; // canvas pixels of a cell
  const image = new ImageData(width * side, height * side);
  const pixels = new Uint32Array(image.data.buffer);
  const [colours, scale] = [coloursOf(), largest > 0 ? STEPS / largest : 0];
  for (let index = 0; index < values.length; index += 1) {
    const [x, y] = placeOf(index);
    const corner = (y * image.width + x) * side;
    fill(pixels, corner, image.width, side, colourOf(colours, values[index] * scale));
    if (values[index] < -SIGNED_FROM * largest) sign(pixels, corner, image.width, colours.sign);
  }
  put(canvas, image);
}

function fill(pixels, corner, width, side, colour) {
  if (side === 1) pixels[corner] = colour;
  else for (let row = 0; row < side; row += 1) pixels.fill(colour, corner + row * width, corner + row * width + side);
}

function sign(pixels, corner, width, colour) {
  for (const place of SIGN) pixels[corner + Math.floor(place / CELL) * width + (place % CELL)] = colour;
}

/** @returns {number} the largest distance from zero */
export function largestOf(values) {
  let largest = 0;
  for (let index = 0; index < values.length; index += 1) largest = Math.max(largest, Math.abs(values[index]));
  return largest;
}

function put(canvas, image) {
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function colourOf({ plus, minus }, steps) {
  const step = Math.min(Math.round(Math.abs(steps)), STEPS);
  return steps < 0 ? minus[step] : plus[step];
}

/** The 256 colours from paper to each end, as the page's style gives them. */
function coloursOf() {
  if (!palette) {
    const style = getComputedStyle(document.documentElement);
    const [zero, plus, minus, text] = ["--zero", "--plus", "--minus", "--sign"].map((name) => channels(style.getPropertyValue(name)));
    palette = { plus: ramp(zero, plus), minus: ramp(zero, minus), sign: packed(text) };
  }
  return palette;
}

function ramp(from, to) {
  return Uint32Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = (step / STEPS) ** 0.8; // small values are seen too
    return packed(from.map((value, index) => Math.round(value + share * (to[index] - value))));
  });
}

/** @returns {number} a colour as a canvas's memory holds it, without any transparency */
function packed([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function channels(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour.trim();
  const hex = context.fillStyle;
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

/** Pixels that came with the address: they lie on the pad until something is drawn. */
export class PaintedPixels {
  #canvas;
  #pad;
  #sheet;
  #view;

  /** @param {HTMLCanvasElement} canvas on the pad; @param {HTMLElement} pad; @param {Sheet} sheet */
  constructor(canvas, pad, sheet) {
    this.#canvas = canvas;
    this.#pad = pad;
    this.#sheet = sheet;
    this.#view = new BitmapView(canvas);
    sheet.addEventListener("sheetchanged", () => this.#show());
  }

  #show() {
    const isPainted = this.#sheet.side === "pixels" && !this.#sheet.isEmpty;
    this.#canvas.hidden = !isPainted;
    if (!isPainted) return;
    this.#pad.toggleAttribute("data-inked", true);
    this.#view.show(this.#sheet.bitmap);
  }
}
