/** Pixels that came with the address: they lie on the pad until something is drawn. */

import { BitmapView } from "./bitmap.js";

export class Painted {
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
