/** The input of a prediction: ink, or pixels painted on the 28x28 grid. */

import { Emitter } from "../core/browser.js";
import { SIZE, toBitmap } from "./bitmap.js";
import { UndoHistory } from "./ink.js";

/** @import { Ink } from "./ink.js" */

export const INK = 255;
export const PAPER = 0;

/**
 * A bitmap painted pixel by pixel, with undo, redo and clear. Undo removes what was painted between `begin` and `end`
 * as one stroke.
 *
 * @extends {Emitter<{pixelschanged: void}>}
 */
export class Pixels extends Emitter {
  /** @type {UndoHistory<Bitmap>} */
  #history = new UndoHistory(new Uint8Array(SIZE * SIZE));
  /** @type {Bitmap|null} the values with the current stroke, not yet in the history */
  #stroke = null;

  /** @returns {Bitmap} read only */
  get values() {
    return this.#stroke ?? this.#history.state;
  }

  get isEmpty() {
    return this.values.every((value) => value === PAPER);
  }

  get canUndo() {
    return this.#history.canUndo || this.#stroke !== null;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /** @returns {boolean} whether a stroke is being painted */
  get isBegun() {
    return this.#stroke !== null;
  }

  /** Start a stroke. */
  begin() {
    this.#stroke = this.values;
  }

  /** End the current stroke, if any. */
  end() {
    const painted = this.#stroke;
    this.#stroke = null;
    if (painted && painted !== this.values) this.replace(painted);
  }

  /** Discard the current stroke. */
  cancel() {
    if (!this.#stroke) return;
    this.#stroke = null;
    this.emit("pixelschanged");
  }

  /** @param {number} index 0 to 783 @param {number} value INK or PAPER */
  paint(index, value) {
    if (this.values[index] === value) return;
    const values = this.values.slice();
    values[index] = value;
    if (!this.#stroke) return this.replace(values);
    this.#stroke = values;
    this.emit("pixelschanged");
  }

  /** @param {number} index */
  toggle(index) {
    this.paint(index, this.opposite(index));
  }

  /** @param {number} index @returns {number} INK or PAPER, whichever is farther from the pixel's value */
  opposite(index) {
    return this.values[index] < INK / 2 ? INK : PAPER;
  }

  /** Cancel the current stroke, or else undo the last change. */
  undo() {
    if (this.#stroke) return this.cancel();
    this.#history.undo();
    this.emit("pixelschanged");
  }

  redo() {
    this.#history.redo();
    this.emit("pixelschanged");
  }

  clear() {
    if (!this.isEmpty) this.replace(new Uint8Array(SIZE * SIZE));
  }

  /** Replace all pixels; undo brings them back. @param {Bitmap} values */
  replace(values) {
    this.#stroke = null;
    this.#history.push(values);
    this.emit("pixelschanged");
  }
}

/**
 * The input in use, ink or pixels, and its bitmap.
 *
 * @extends {Emitter<{inputchanged: void, modechanged: void}>}
 */
export class DrawingInput extends Emitter {
  #ink;
  #pixels;
  /** @type {Bitmap|null} computed on demand: a fast pen changes the ink more often than the bitmap is read */
  #bitmap = null;
  /** @type {InputMode} */
  #mode = "ink";
  /** @type {Stroke[]} what the ink was when the pixels began; while it stays, they are kept */
  #inkOfPixels;

  /** @param {Ink} ink @param {Pixels} pixels */
  constructor(ink, pixels) {
    super();
    this.#ink = ink;
    this.#inkOfPixels = ink.strokes;
    this.#pixels = pixels;
    ink.on("inkchanged", () => this.#mode === "ink" && this.#change());
    pixels.on("pixelschanged", () => this.#mode === "pixels" && this.#change());
  }

  get mode() {
    return this.#mode;
  }

  /** @returns {Ink|Pixels} the store for undo, redo and clear */
  get store() {
    return this.#mode === "ink" ? this.#ink : this.#pixels;
  }

  get isEmpty() {
    return this.store.isEmpty;
  }

  /** @returns {Bitmap} all 0 where nothing is drawn */
  get bitmap() {
    this.#bitmap ??= this.#mode === "ink" ? toBitmap(this.#ink.strokes) : this.#pixels.values;
    return this.#bitmap;
  }

  /** @returns {InputContent} for `restore` */
  get content() {
    if (this.isEmpty) return { strokes: null, bitmap: null };
    return this.#mode === "ink" ? { strokes: this.#ink.strokes, bitmap: null } : { strokes: null, bitmap: this.bitmap };
  }

  /** @param {InputContent} content changes nothing where empty; a bitmap leaves no ink behind it */
  restore({ strokes, bitmap }) {
    if (bitmap) {
      this.setMode("pixels"); // undo brings the ink back as pixels
      this.#ink.clear();
      this.#inkOfPixels = this.#ink.strokes;
      this.#pixels.replace(bitmap);
    } else if (strokes) {
      this.setMode("ink");
      this.#ink.restore(strokes);
    }
  }

  /** Let `draw` draw in place of the input, which undo brings back; keep it if nothing is drawn. @param {() => void} draw */
  replaceWith(draw) {
    const mode = this.#mode;
    this.setMode("ink");
    this.#ink.clear();
    draw();
    if (!this.#ink.isEmpty) return;
    this.#ink.revert();
    this.setMode(mode);
  }

  /** Use the pixels again where the ink is the one they belong to, such as after undo. */
  returnToPixels() {
    if (this.#inkOfPixels === this.#ink.strokes && !this.#pixels.isEmpty) this.setMode("pixels");
  }

  /** @param {InputMode} mode "pixels" starts with the bitmap of the ink, or continues the painting of the same ink */
  setMode(mode) {
    if (mode === this.#mode) return;
    if (mode === "pixels" && this.#inkOfPixels !== this.#ink.strokes) {
      this.#inkOfPixels = this.#ink.strokes;
      this.#pixels.replace(this.bitmap);
    }
    this.#mode = mode;
    this.emit("modechanged");
    this.#change();
  }

  #change() {
    this.#bitmap = null;
    this.emit("inputchanged");
  }
}
