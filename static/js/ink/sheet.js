/**
 * The sheet in use: the pad's ink or the painted pixels, and the bitmap that the network gets of it.
 *
 * Tells `sheetchanged` when the bitmap may have changed, and `sheetturned` when the other side is up.
 */

import { toBitmap } from "./bitmap.js";

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
      this.turnTo("pixels");
      this.#pixels.replace(bitmap);
    } else if (strokes) {
      this.turnTo("ink");
      this.#ink.restore(strokes);
    }
  }

  /** Turn to "ink" or "pixels". The pixels start as what the network sees of the ink. */
  turnTo(side) {
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
