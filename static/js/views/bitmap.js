/** The 28x28 bitmap that the network sees: one canvas pixel per value, scaled up by CSS. */

import { SIZE } from "../ink/bitmap.js";

const INK = 255;

export class BitmapView {
  #context;
  #bitmap = new Uint8Array(SIZE * SIZE);

  /** @param {HTMLCanvasElement} canvas its `color` is the ink's */
  constructor(canvas) {
    canvas.width = SIZE;
    canvas.height = SIZE;
    this.#context = canvas.getContext("2d");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show(this.#bitmap));
  }

  /** @param {Uint8Array} bitmap 784 values row by row */
  show(bitmap) {
    this.#bitmap = bitmap;
    const context = this.#context;
    context.clearRect(0, 0, SIZE, SIZE);
    context.fillStyle = getComputedStyle(context.canvas).color;
    bitmap.forEach((value, index) => {
      if (value === 0) return;
      context.globalAlpha = value / INK;
      context.fillRect(index % SIZE, Math.floor(index / SIZE), 1, 1);
    });
  }
}
