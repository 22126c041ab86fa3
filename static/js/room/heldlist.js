/** Hold a list still while somebody aims at it: what is new waits, what is gone goes at once. */

export class HeldList {
  #waiting = new Map(); // drawings by id, in the order in which they came
  #isHeld = false;
  #apply;

  /** @param {(drawings: object[], isFull: boolean) => void} apply shows changes */
  constructor(apply) {
    this.#apply = apply;
  }

  /** @returns {number} new drawings that wait */
  get waiting() {
    return this.#waiting.size;
  }

  /** @param {object[]} drawings new, changed or {id, gone}; with `isFull` all there are */
  take(drawings, isFull) {
    if (!this.#isHeld || isFull) {
      this.#waiting.clear();
      return this.#apply(drawings, isFull);
    }
    for (const drawing of drawings.filter(({ gone }) => !gone)) this.#waiting.set(drawing.id, drawing);
    const gone = drawings.filter((drawing) => drawing.gone);
    for (const { id } of gone) this.#waiting.delete(id);
    return gone.length && this.#apply(gone, false);
  }

  /** Hold still from now on. */
  hold() {
    this.#isHeld = true;
  }

  /** Show what has waited. */
  release() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const drawings = [...this.#waiting.values()];
    this.#waiting.clear();
    if (drawings.length) this.#apply(drawings, false);
  }
}
