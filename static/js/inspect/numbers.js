/**
 * Arithmetic of the page Inside: activation functions, weighted sums, their pictures.
 *
 * What is shown adds up as shown: a measured number is rounded once, and a number that follows from others shown (a rest,
 * a difference, a product, the output of an activation function) is computed from them as they are shown.
 */

import { svg } from "../core/browser.js";
import { roundShares } from "../core/format.js";

/** @type {Record<string, {name: string, of: (z: number) => number, says: string}>} */
export const ACTIVATIONS = {
  step: { name: "step", of: (z) => (z > 0 ? 1 : 0), says: "1 if z > 0, else 0" },
  sigmoid: { name: "sigmoid", of: (z) => 1 / (1 + Math.exp(-z)), says: "a smooth step from 0 to 1" },
  tanh: { name: "tanh", of: Math.tanh, says: "a smooth step from −1 to 1" },
  relu: { name: "ReLU", of: (z) => Math.max(z, 0), says: "0 if z < 0, else z" },
  none: { name: "none", of: (z) => z, says: "z itself: the neuron stays linear" },
};

/** @param {string|null} kerasName @returns {string|null} key of ACTIVATIONS; null for others */
export function keyOf(kerasName) {
  if (kerasName === null || kerasName === "linear") return "none";
  return kerasName in ACTIVATIONS ? kerasName : null;
}

/** Softmax as shown, with the largest logit subtracted first. @param {number[]} logits */
export function softmax(logits) {
  const shown = logits.map((logit) => rounded(logit));
  const exponentials = shown.map((logit) => rounded(Math.exp(logit - Math.max(...shown))));
  const sum = total(exponentials);
  return { exponentials, shares: roundShares(exponentials.map((value) => value / sum), DECIMALS) };
}

/**
 * @param {ArrayLike<number>} inputs @param {ArrayLike<number>} weights
 * @returns {Float64Array} each input times its weight
 */
export function productsOf(inputs, weights) {
  return Float64Array.from(inputs, (value, index) => value * weights[index]);
}

/** @param {ArrayLike<number>} products @param {number} count of terms with the largest absolute value */
export function strongest(products, count) {
  const terms = Array.from(products, (product, index) => ({ index, product }));
  terms.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  return terms.slice(0, count).filter(({ product }) => product !== 0);
}

/** @param {Iterable<number>} values */
export function total(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Sum a patch (rows, columns, channels) over its places. @param {Float64Array} products @param {number} channels */
export function sumsByChannel(products, channels) {
  const sums = new Float64Array(channels);
  for (const [index, product] of products.entries()) sums[index % channels] += product;
  return sums;
}

/**
 * @param {Float32Array|Float64Array} values (rows, columns, channels) @param {number} channel
 * @param {number} channels
 */
export function channelOf(values, channel, channels) {
  return Array.from(values).filter((_, index) => index % channels === channel);
}

const DECIMALS = 4;

/** @param {number} value @returns {number} the number that `format` shows */
export function rounded(value, decimals = DECIMALS) {
  return Math.sign(value) * Number(Math.abs(value).toFixed(decimals));
}

/** Return what is missing to a sum, so that it adds up as shown. @param {number} sum @param {number[]} parts */
export function remainder(sum, parts, decimals = DECIMALS) {
  return rounded(rounded(sum, decimals) - total(parts.map((part) => rounded(part, decimals))), decimals);
}

/** @param {number} value @returns {string} with a minus sign, not a hyphen */
export function format(value, decimals = DECIMALS) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** @param {number} value @returns {string} the same, in brackets where negative */
export function bracketed(value, decimals = DECIMALS) {
  const text = format(value, decimals);
  return text.startsWith("−") ? `(${text})` : text;
}

const MOST_DECIMALS = 12;

/** @param {number} value @returns {number} decimals that show four digits of it, at least four */
export function decimalsOf(value) {
  const leading = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return Math.min(Math.max(DECIMALS - 1 - leading, DECIMALS), MOST_DECIMALS);
}

const WIDTH = 240;
const HEIGHT = 150;
const POINTS = 120;

/**
 * Draw the curve of an activation function, z marked.
 *
 * @param {Element} picture @param {string} key of ACTIVATIONS @param {number} z
 */
export function drawCurve(picture, key, z) {
  const reach = Math.max(3, Math.abs(z) * 1.25);
  const { of, name } = ACTIVATIONS[key];
  const top = ["relu", "none"].includes(key) ? reach : 1.4;
  const bottom = key === "none" ? -reach : key === "tanh" ? -1.4 : -top * 0.2;
  /** @param {number} value */
  const x = (value) => ((value + reach) / (2 * reach)) * WIDTH;
  /** @param {number} value */
  const y = (value) => ((top - value) / (top - bottom)) * HEIGHT;
  const line = Array.from({ length: POINTS + 1 }, (_, index) => {
    const value = ((index / POINTS) * 2 - 1) * reach;
    return `${x(value).toFixed(1)},${y(of(value)).toFixed(1)}`;
  });
  picture.setAttribute("viewBox", `-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`);
  picture.setAttribute("aria-label", `the curve of ${name}, with z at ${format(z)} and the output ${format(of(z))}`);
  picture.replaceChildren(
    svg("path", { class: "curve__axis", d: `M0 ${y(0)}H${WIDTH}M${x(0)} 0V${HEIGHT}` }),
    svg("polyline", { class: "curve__line", points: line.join(" ") }),
    svg("path", { class: "curve__drop", d: `M${x(z)} ${y(0)}V${y(of(z))}` }),
    svg("circle", { class: "curve__point", cx: x(z), cy: y(of(z)), r: 6 }),
  );
}
