/** The drawing that has not been sent: kept over a reload, and counted for the round in which it was begun. */

const KEY = "inkwise.pad";
const REST = 300; // milliseconds without a change after which the ink is written

/** The ink on the pad outlives a reload, with its round: phones throw pages away when they need the memory. */
export class DraftStorage {
  #storage;
  #timer = null;

  /** @param {Storage} storage; @param {Ink} ink; @param {DraftRound} inkRound what the ink is for */
  constructor(storage, ink, inkRound) {
    this.#storage = storage;
    const { strokes, round } = this.#read();
    if (strokes.length) {
      ink.replace(strokes);
      inkRound.restore(round);
    }
    const write = () => this.#write(ink.strokes, inkRound.round);
    const writeSoon = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(write, REST);
    };
    ink.addEventListener("inkchanged", writeSoon);
    inkRound.addEventListener("roundchanged", writeSoon);
    window.addEventListener("pagehide", write);
    document.addEventListener("visibilitychange", () => document.hidden && write());
  }

  #read() {
    try {
      const { strokes, round } = JSON.parse(this.#storage.getItem(KEY) ?? "{}");
      const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
      const isStroke = (stroke) => Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
      const isInk = Array.isArray(strokes) && strokes.every(isStroke);
      return { strokes: isInk ? strokes : [], round: typeof round?.id === "string" ? round : null };
    } catch {
      return { strokes: [], round: null };
    }
  }

  #write(strokes, round) {
    try {
      this.#storage.setItem(KEY, JSON.stringify({ strokes, round }));
    } catch {
      // Without room in the storage the ink lives as long as the page.
    }
  }
}

/**
 * Which round the ink on the pad is for: the one that ran when it was begun. A drawing still counts for
 * that round when another one starts meanwhile; the next empty pad belongs to the new round. Ink that undo or a
 * reload brings back brings its round along.
 *
 * Event: `roundchanged` when the ink, or the empty pad, is for another round than before.
 */
export class DraftRound extends EventTarget {
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
    if (this.#running) this.#setMode(this.#running);
  }

  /** @param {{id, kind, digit}|null} round that the ink now on the pad was begun for; null where it is not known */
  restore(round) {
    if (round) this.#setMode(round);
  }

  #keepUp() {
    if (this.#ink.isEmpty) this.begin();
    else this.#setMode(this.#rounds.get(this.#ink.strokes) ?? this.#round);
  }

  #setMode(round) {
    if (round && !this.#ink.isEmpty) this.#rounds.set(this.#ink.strokes, round);
    if (round?.id === this.#round?.id) return;
    this.#round = round;
    this.dispatchEvent(new Event("roundchanged"));
  }
}

/** Ink that the room did not take comes back to the pad: at once where that is empty, else as soon as it is. */
export class ReturnedInk {
  #ink;
  #waiting = [];

  /** @param {Ink} ink */
  constructor(ink) {
    this.#ink = ink;
    // After this event: its other listeners must find the pad empty.
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
