/** Hold a list still while somebody aims at it: what is new waits, what is gone goes at once. */

export class HeldList {
  #waiting = new Map(); // drawings by id, in the order in which they came
  #isWaitingFull = false; // whether what waits takes the place of all that is shown
  #shown = new Set(); // ids
  #isHeld = false;
  #apply;

  /** @param {(drawings: object[], isFull: boolean) => void} apply shows changes */
  constructor(apply) {
    this.#apply = apply;
  }

  /** @returns {number} new drawings that wait */
  get waiting() {
    return [...this.#waiting.keys()].filter((id) => !this.#shown.has(id)).length;
  }

  /** @param {object[]} drawings new, changed or {id, gone}; with `isFull` all there are */
  take(drawings, isFull) {
    if (!this.#isHeld) return this.#show(drawings, isFull);
    if (isFull) this.#waitForAll();
    const gone = drawings.filter((drawing) => drawing.gone);
    for (const drawing of drawings) {
      if (drawing.gone) this.#waiting.delete(drawing.id);
      else this.#waiting.set(drawing.id, drawing);
    }
    return gone.length && this.#show(gone, false);
  }

  /** Hold still from now on. */
  hold() {
    this.#isHeld = true;
  }

  /** Show what has waited. */
  release() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const [drawings, isFull] = [[...this.#waiting.values()], this.#isWaitingFull];
    this.#waiting.clear();
    this.#isWaitingFull = false;
    if (drawings.length || isFull) this.#show(drawings, isFull);
  }

  #waitForAll() {
    this.#waiting.clear();
    this.#isWaitingFull = true;
  }

  #show(drawings, isFull) {
    if (isFull) this.#shown.clear();
    for (const { id, gone } of drawings) {
      if (gone) this.#shown.delete(id);
      else this.#shown.add(id);
    }
    this.#apply(drawings, isFull);
  }
}
