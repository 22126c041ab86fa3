/** The arithmetic that the inside view explains: activation functions, weighted sums, and pictures of them. */

import { svg } from "../core/browser.js";
import { SIZE, toLines } from "../ink/bitmap.js";
import { PAD_UNITS, PEN_WIDTH } from "../ink/ink.js";

/** Activation functions: what a neuron says, given its weighted sum z. */

export const ACTIVATIONS = {
  step: { name: "step", of: (z) => (z > 0 ? 1 : 0), says: "fires 1 or 0, nothing between" },
  sigmoid: { name: "sigmoid", of: (z) => 1 / (1 + Math.exp(-z)), says: "a soft step from 0 to 1" },
  tanh: { name: "tanh", of: Math.tanh, says: "a soft step from −1 to 1" },
  relu: { name: "ReLU", of: (z) => Math.max(z, 0), says: "nothing below 0, z itself above" },
  none: { name: "none", of: (z) => z, says: "z itself: the neuron stays linear" },
};

/** @returns {string} the key of Keras's name for an activation function; null where we have no curve for it */
export function keyOf(kerasName) {
  if (kerasName === null || kerasName === "linear") return "none";
  return kerasName in ACTIVATIONS ? kerasName : null;
}

/** @returns {{exponentials: number[], total: number, shares: number[]}} softmax, the largest logit taken off first */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return { exponentials, total, shares: exponentials.map((value) => value / total) };
}

/** The weighted sum of one neuron, term by term. */

/** @returns {Float64Array} each input times its weight */
export function productsOf(inputs, weights) {
  return Float64Array.from(inputs, (value, index) => value * weights[index]);
}

/** @returns {{index: number, product: number}[]} the `count` terms that weigh most, plus or minus */
export function strongest(products, count) {
  const terms = Array.from(products, (product, index) => ({ index, product }));
  terms.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  return terms.slice(0, count).filter(({ product }) => product !== 0);
}

export function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

/** @returns {Float64Array} the sum over all places, for each channel of a patch (rows, columns, channels) */
export function sumsByChannel(products, channels) {
  const sums = new Float64Array(channels);
  products.forEach((product, index) => (sums[index % channels] += product));
  return sums;
}

/** @returns one channel of values that lie as (rows, columns, channels) */
export function channelOf(values, channel, channels) {
  return values.filter((_, index) => index % channels === channel);
}

/** @returns {string} a number with a true minus sign; four decimals unless told */
export function format(value, decimals = 4) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** @returns {string} the same, in brackets where negative: a factor or a summand */
export function bracketed(value, decimals = 4) {
  const text = format(value, decimals);
  return text.startsWith("−") ? `(${text})` : text;
}

/**
 * What most demos give their network: the whole pad, plainly shrunk to 28x28 pixels.
 *
 * No box, no scaling, no centring. It is here to be compared with ink/bitmap.js, and read badly.
 */

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

/** The curve of an activation function, with one z on it. */

const WIDTH = 240;
const HEIGHT = 150;
const POINTS = 120;

/** @param {string} key of ACTIVATIONS; @param {number} z */
export function drawCurve(picture, key, z) {
  const reach = Math.max(3, Math.abs(z) * 1.25);
  const { of, name } = ACTIVATIONS[key];
  const top = ["relu", "none"].includes(key) ? reach : 1.4;
  const bottom = key === "none" ? -reach : key === "tanh" ? -1.4 : -top * 0.2;
  const x = (value) => ((value + reach) / (2 * reach)) * WIDTH;
  const y = (value) => ((top - value) / (top - bottom)) * HEIGHT;
  const line = Array.from({ length: POINTS + 1 }, (_, index) => {
    const value = ((index / POINTS) * 2 - 1) * reach;
    return `${x(value).toFixed(1)},${y(of(value)).toFixed(1)}`;
  });
  picture.setAttribute("viewBox", `-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`);
  picture.setAttribute("aria-label", `the curve of ${name}, with z at ${z.toFixed(2)} and the output ${of(z).toFixed(2)}`);
  picture.replaceChildren(
    svg("path", { class: "curve__axis", d: `M0 ${y(0)}H${WIDTH}M${x(0)} 0V${HEIGHT}` }),
    svg("polyline", { class: "curve__line", points: line.join(" ") }),
    svg("path", { class: "curve__drop", d: `M${x(z)} ${y(0)}V${y(of(z))}` }),
    svg("circle", { class: "curve__point", cx: x(z), cy: y(of(z)), r: 6 }),
  );
}
