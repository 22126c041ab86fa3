/**
 * Which round the ink on the pad is for: the one that ran when it was begun. A round that starts meanwhile takes
 * nobody's drawing away from what they drew it for; the next empty pad belongs to the new round.
 *
 * Event: `roundchanged` when the ink, or the empty pad, is for another round than before.
 */

export class InkRound extends EventTarget {
  #ink;
  #running = null;
  #round = null;

  /** @param {Ink} ink */
  constructor(ink) {
    super();
    this.#ink = ink;
    ink.addEventListener("inkchanged", () => ink.isEmpty && this.begin());
  }

  /** @returns {{id, kind, digit}|null} null until the room has told a round */
  get round() {
    return this.#round;
  }

  /** @returns {boolean} whether another round has started since the ink was begun */
  get isOver() {
    return this.#round?.id !== this.#running?.id;
  }

  /** @param {{id, kind, digit}} round runs now; ink from before the first news counts to it too */
  follow(round) {
    this.#running = round;
    if (this.#ink.isEmpty || !this.#round) this.begin();
  }

  /** What is on the pad from now on, such as a sample, is for the round that runs. */
  begin() {
    if (!this.isOver) return;
    this.#round = this.#running;
    this.dispatchEvent(new Event("roundchanged"));
  }
}
