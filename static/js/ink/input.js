/** What is to be predicted: ink, or pixels that were set one by one in the 28x28 grid. */

import { SIZE, toBitmap } from "./bitmap.js";
import { History } from "./ink.js";

export const INK = 255;
export const PAPER = 0;

/**
 * A bitmap painted pixel by pixel: 784 values, row by row, 0 = paper, 255 = ink.
 *
 * Tells `pixelschanged` after every change. The same undo, redo and clear as the ink has; what is painted between
 * `begin` and `end` is one stroke, which undo takes back as a whole.
 */
export class Pixels extends EventTarget {
  #history = new History(new Uint8Array(SIZE * SIZE));
  #stroke = null; // the values with the stroke under way, not yet in the history

  /** @returns {Uint8Array} the 784 values; not to be changed */
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

  /** @returns {boolean} whether a stroke is under way */
  get isBegun() {
    return this.#stroke !== null;
  }

  /** Start a stroke. */
  begin() {
    this.#stroke = this.values;
  }

  /** End the stroke under way, if there is one. */
  end() {
    const painted = this.#stroke;
    this.#stroke = null;
    if (painted && painted !== this.values) this.replace(painted);
  }

  /** Forget the stroke under way, as if it had never begun. */
  drop() {
    if (!this.#stroke) return;
    this.#stroke = null;
    this.#emit();
  }

  /** Give the pixel at `index` (0 to 783) the value INK or PAPER. */
  paint(index, value) {
    if (this.values[index] === value) return;
    const values = this.values.slice();
    values[index] = value;
    if (!this.#stroke) return this.replace(values);
    this.#stroke = values;
    this.#emit();
  }

  /** Paint a pixel that is more paper than ink, and erase one that is not. */
  toggle(index) {
    this.paint(index, this.opposite(index));
  }

  /** @returns {number} what toggling the pixel at `index` would make of it: INK or PAPER */
  opposite(index) {
    return this.values[index] < INK / 2 ? INK : PAPER;
  }

  /** Take back the stroke under way, or else the last change. */
  undo() {
    if (this.#stroke) return this.drop();
    this.#history.undo();
    this.#emit();
  }

  redo() {
    this.#history.redo();
    this.#emit();
  }

  clear() {
    if (!this.isEmpty) this.replace(new Uint8Array(SIZE * SIZE));
  }

  /** Put `values` in place of everything; undo brings the old pixels back. */
  replace(values) {
    this.#stroke = null;
    this.#history.push(values);
    this.#emit();
  }

  #emit() {
    this.dispatchEvent(new Event("pixelschanged"));
  }
}

/**
 * The sheet in use: the pad's ink or the painted pixels, and the bitmap that the network gets of it.
 *
 * Tells `sheetchanged` when the bitmap may have changed, and `sheetturned` when the other side is up.
 */
export class Sheet extends EventTarget {
  #ink;
  #pixels;
  #bitmap = null; // made when it is asked for: a fast pen changes the ink more often than anyone looks
  #side = "ink";

  constructor(ink, pixels) {
    super();
    this.#ink = ink;
    this.#pixels = pixels;
    ink.addEventListener("inkchanged", () => this.#side === "ink" && this.#change());
    pixels.addEventListener("pixelschanged", () => this.#side === "pixels" && this.#change());
  }

  /** @returns {"ink"|"pixels"} what is being edited */
  get side() {
    return this.#side;
  }

  /** @returns {Ink|Pixels} the store being edited: undo, redo and clear go there */
  get store() {
    return this.#side === "ink" ? this.#ink : this.#pixels;
  }

  get isEmpty() {
    return this.store.isEmpty;
  }

  /** @returns {Uint8Array} 784 values, all 0 where there is nothing */
  get bitmap() {
    this.#bitmap ??= this.#side === "ink" ? toBitmap(this.#ink.strokes) : this.#pixels.values;
    return this.#bitmap;
  }

  /** @returns {{strokes: number[][][]|null, bitmap: Uint8Array|null}} what `restore` needs to show the same again */
  get content() {
    if (this.isEmpty) return { strokes: null, bitmap: null };
    return this.#side === "ink" ? { strokes: this.#ink.strokes, bitmap: null } : { strokes: null, bitmap: this.bitmap };
  }

  /** Put what `content` gave on the sheet; where it holds nothing, leave the sheet as it is. */
  restore({ strokes, bitmap }) {
    if (bitmap) {
      this.setMode("pixels");
      this.#pixels.replace(bitmap);
    } else if (strokes) {
      this.setMode("ink");
      this.#ink.restore(strokes);
    }
  }

  /** Turn to "ink" or "pixels". The pixels start as what the network sees of the ink. */
  setMode(side) {
    if (side === this.#side) return;
    if (side === "pixels") this.#pixels.replace(this.bitmap);
    this.#side = side;
    this.dispatchEvent(new Event("sheetturned"));
    this.#change();
  }

  #change() {
    this.#bitmap = null;
    this.dispatchEvent(new Event("sheetchanged"));
  }
}
