/** Unpacking of replies: numbers, and pictures of layers. */

import { fromBase64 } from "../ink/bitmap.js";

/** @param {string} text base64 of float32 */
export function unpackExact(text) {
  return new Float32Array(fromBase64(text).buffer);
}

/**
 * Unpack the outputs of layers: numbers, pictures in 256 steps with or without zeros, and poolings of other layers.
 *
 * @param {Layer[]} layers
 * @returns {LayerValues[]} layers with outputs
 */
export function unpackLayers(layers) {
  /** @type {Map<string|null, LayerValues>} */
  const done = new Map();
  for (const layer of layers) {
    const values = valuesOf(layer, done);
    if (values) done.set(layer.name, { ...layer, values });
  }
  return [...done.values()];
}

/** @param {Layer} layer @param {Map<string|null, LayerValues>} before layers it may be pooled from */
function valuesOf(layer, before) {
  if (layer.numbers) return Float32Array.from(layer.numbers);
  if (layer.bytes !== undefined) return pictureOf(layer.bytes, layer);
  const source = before.get(layer.source);
  return layer.pool && source ? pool(source, layer.shape, layer.pool) : null;
}

/**
 * A value is (byte - zero) * scale. With a `mask`, only values with bit 1 have a byte.
 *
 * @param {string} bytes @param {Layer} layer
 */
function pictureOf(bytes, { mask, zero = 0, scale = 1, shape: [rows, columns, maps] }) {
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

/** Max pooling without overlap. @param {LayerValues} source @param {number[]} shape @param {[number, number]} patch */
function pool(source, [rows, columns, maps], [height, width]) {
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
