/** Ink that the room did not take comes back to the pad: at once where that is empty, else as soon as it is. */

export class InkReturns {
  #ink;
  #waiting = [];

  /** @param {Ink} ink */
  constructor(ink) {
    this.#ink = ink;
    // In a moment: whoever else hears of the empty pad shall not find it full.
    ink.addEventListener("inkchanged", () => queueMicrotask(() => this.#giveBack()));
  }

  /** @param {number[][][]} strokes @returns {boolean} whether they are on the pad now */
  take(strokes) {
    this.#waiting.push(strokes);
    this.#giveBack();
    return !this.#waiting.includes(strokes);
  }

  #giveBack() {
    if (this.#waiting.length && this.#ink.isEmpty) this.#ink.replace([...this.#waiting.shift()]);
  }
}
