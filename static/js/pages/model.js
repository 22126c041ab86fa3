/** A model's page: paints the bitmaps in its HTML, and shades the confusion matrix. */

import { BitmapView } from "../draw/views.js";
import { fromBase64 } from "../ink/bitmap.js";

/** @type {NodeListOf<HTMLCanvasElement>} */
const canvases = document.querySelectorAll("canvas[data-bitmap]");
for (const canvas of canvases) {
  new BitmapView(canvas).show(fromBase64(canvas.dataset.bitmap ?? ""));
}

/** @type {NodeListOf<HTMLElement>} */
const cells = document.querySelectorAll("[data-heat]");
const counts = [...cells].map((cell) => Number(cell.dataset.heat));
for (const [index, cell] of cells.entries()) {
  cell.style.setProperty("--heat", String(counts[index] / Math.max(...counts)));
}
