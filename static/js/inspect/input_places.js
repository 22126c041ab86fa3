/** Positions of a unit's weights in a picture of them: pixels, neurons, or the channels of a kernel side by side. */

import { LayerGrid } from "./layer_view.js";
import { paint } from "./palette.js";

/** Where each weight of a unit is in such a picture. */
export class InputPlaces {
  #shape;
  #grid;

  /** @param {DenseUnit|ConvUnit} unit */
  constructor(unit) {
    const shape = unit.kind === "dense" ? unit.input_shape : unit.patch_shape;
    this.#shape = shape[2] === undefined ? [shape[0]] : shape;
    this.#grid = new LayerGrid({ shape: this.#shape });
    this.isWide = this.#shape.length === 1 || shape[2] > 1;
  }

  /** @param {HTMLCanvasElement} picture @param {Float32Array} values */
  paint(picture, values) {
    if (this.isWide) this.#grid.paint(picture, values);
    else paint(picture, values, this.#shape[1]);
  }

  /** @param {number} index of a weight */
  boxOf(index) {
    const { unit, row, column } = this.#placeOf(index);
    return this.#grid.boxOf(unit, row, column);
  }

  /**
   * @param {number} right share of the width @param {number} down share of the height
   * @param {number|null} channel where the picture shows one channel of a patch only
   */
  indexAt(right, down, channel = null) {
    const [rows, columns] = this.#shape;
    if (channel === null) return this.#indexOf(this.#grid.placeAt(right, down));
    const [row, column] = [Math.floor(down * rows), Math.floor(right * columns)];
    return this.#indexOf({ unit: channel, row: Math.min(row, rows - 1), column: Math.min(column, columns - 1) });
  }

  /** @param {number} index @param {number} right @param {number} down @returns {number} the neighbor, or the same at the edge */
  moved(index, right, down) {
    const [rows, columns, units] = this.#shape;
    const { unit, row, column } = this.#placeOf(index);
    const { across } = this.#grid;
    if (row === null || column === null) {
      const next = unit + right + down * across;
      return next >= 0 && next < rows ? next : index;
    }
    const [x, y] = [column + right, row + down];
    const isInside = x >= 0 && x < columns && y >= 0 && y < rows;
    const next = isInside ? unit : unit + right + down * across;
    if (next < 0 || next >= units) return index;
    return this.#indexOf({ unit: next, row: (y + rows) % rows, column: (x + columns) % columns });
  }

  /** @param {number} index */
  #placeOf(index) {
    const [, columns, units] = this.#shape;
    if (this.#shape.length === 1) return { unit: index, row: null, column: null };
    const place = Math.floor(index / units);
    return { unit: index % units, row: Math.floor(place / columns), column: place % columns };
  }

  /** @param {{unit: number, row: number|null, column: number|null}} place */
  #indexOf({ unit, row, column }) {
    const [, columns, units] = this.#shape;
    return row === null || column === null ? unit : (row * columns + column) * units + unit;
  }
}
