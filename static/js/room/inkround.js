/**
 * Which round the ink on the pad is for: the one that ran when it was begun. A round that starts meanwhile takes
 * nobody's drawing away from what they drew it for; the next empty pad belongs to the new round. Ink that undo or a
 * reload brings back brings its round along.
 *
 * Event: `roundchanged` when the ink, or the empty pad, is for another round than before.
 */

export class InkRound extends EventTarget {
  #ink;
  #running = null;
  #round = null;
  #rounds = new WeakMap(); // the round of each state of the ink

  /** @param {Ink} ink */
  constructor(ink) {
    super();
    this.#ink = ink;
    ink.addEventListener("inkchanged", () => this.#keepUp());
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

  /** What is on the pad now, such as a sample, is for the round that runs. */
  begin() {
    if (this.#running) this.#turnTo(this.#running);
  }

  /** @param {{id, kind, digit}|null} round that the ink now on the pad was begun for; null where nobody knows */
  restore(round) {
    if (round) this.#turnTo(round);
  }

  #keepUp() {
    if (this.#ink.isEmpty) this.begin();
    else this.#turnTo(this.#rounds.get(this.#ink.strokes) ?? this.#round);
  }

  #turnTo(round) {
    if (round && !this.#ink.isEmpty) this.#rounds.set(this.#ink.strokes, round);
    if (round?.id === this.#round?.id) return;
    this.#round = round;
    this.dispatchEvent(new Event("roundchanged"));
  }
}
