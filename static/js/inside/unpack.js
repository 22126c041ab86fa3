/** Read what the server packed: exact numbers, pictures in 256 steps, whole or without their zeros, and pictures pooled from others. */

import { fromBase64 } from "../ink/base64.js";

/** @returns {Float32Array} the exact values of base64 text */
export function unpackExact(text) {
  return new Float32Array(fromBase64(text).buffer);
}

/**
 * @param {object[]} layers of an answer of /api/inspect
 * @returns {object[]} the same; each that has values also has `values`: a Float32Array in the order of `shape`
 */
export function unpackLayers(layers) {
  const done = new Map();
  for (const layer of layers) done.set(layer.name, { ...layer, values: valuesOf(layer, done) });
  return [...done.values()];
}

function valuesOf(layer, before) {
  if (layer.numbers) return Float32Array.from(layer.numbers);
  if (layer.bytes !== undefined) return pictureOf(layer);
  const source = before.get(layer.source);
  return layer.pool && source?.values ? pool(source, layer) : null;
}

/** Each value is a step of `scale` away from `zero`; with a `mask` only those are there whose bit is 1. */
function pictureOf({ bytes, mask, zero, scale, shape: [rows, columns, maps] }) {
  const steps = fromBase64(bytes);
  if (mask === undefined) return Float32Array.from(steps, (step) => (step - zero) * scale);
  const values = new Float32Array(rows * columns * maps);
  const bits = fromBase64(mask);
  let next = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (bits[index >> 3] & (128 >> (index & 7))) values[index] = (steps[next++] - zero) * scale;
  }
  return values;
}

/** The largest of each patch; patches do not overlap. */
function pool(source, { shape, pool: [height, width] }) {
  const [rows, columns, maps] = shape;
  const across = source.shape[1];
  const result = new Float32Array(rows * columns * maps).fill(-Infinity);
  for (let row = 0; row < rows * height; row += 1) {
    for (let column = 0; column < columns * width; column += 1) {
      const from = (row * across + column) * maps;
      const to = (Math.floor(row / height) * columns + Math.floor(column / width)) * maps;
      for (let map = 0; map < maps; map += 1) {
        if (source.values[from + map] > result[to + map]) result[to + map] = source.values[from + map];
      }
    }
  }
  return result;
}
