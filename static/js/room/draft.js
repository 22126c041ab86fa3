/** The unsent drawing: survives a reload, and counts for the round in which it was begun. */

import { Emitter, followLeaving } from "../core/browser.js";

/** @import { Ink } from "../ink/ink.js" */
/** @typedef {{strokes: Stroke[], round: Round|null}} Draft */

const KEY = "inkwise.pad";
const DEBOUNCE_MS = 300;

/** Stores the ink and its round: phones discard background pages. */
export class DraftStorage {
  #storage;
  #timer = 0;

  /** @param {Pick<Storage, "getItem"|"setItem">} storage @param {Ink} ink @param {DraftRound} draftRound */
  constructor(storage, ink, draftRound) {
    this.#storage = storage;
    const { strokes, round } = this.#read();
    if (strokes.length) {
      ink.replace(strokes);
      draftRound.restore(round);
    }
    const write = () => this.#write(ink.strokes, draftRound.round);
    const writeSoon = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(write, DEBOUNCE_MS);
    };
    ink.on("inkchanged", writeSoon);
    draftRound.on("roundchanged", writeSoon);
    followLeaving(write);
  }

  /** @returns {Draft} */
  #read() {
    try {
      const { strokes, round } = JSON.parse(this.#storage.getItem(KEY) ?? "{}");
      /** @param {unknown} point */
      const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
      /** @param {unknown} stroke */
      const isStroke = (stroke) => Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
      const isInk = Array.isArray(strokes) && strokes.every(isStroke);
      return { strokes: isInk ? strokes : [], round: typeof round?.id === "string" ? round : null };
    } catch {
      return { strokes: [], round: null };
    }
  }

  /** @param {Stroke[]} strokes @param {Round|null} round */
  #write(strokes, round) {
    try {
      this.#storage.setItem(KEY, JSON.stringify({ strokes, round }));
    } catch {
      // The storage is full: the ink is lost with the page.
    }
  }
}

/**
 * The round that the ink on the pad counts for: the one that ran when it was begun. Undo and reload restore it.
 *
 * @extends {Emitter<{roundchanged: void}>}
 */
export class DraftRound extends Emitter {
  #ink;
  /** @type {Round|null} */
  #running = null;
  /** @type {Round|null} */
  #round = null;
  /** @type {WeakMap<Stroke[], Round>} by state of the ink */
  #rounds = new WeakMap();

  /** @param {Ink} ink */
  constructor(ink) {
    super();
    this.#ink = ink;
    ink.on("inkchanged", () => this.#update());
  }

  /** @returns {Round|null} null before the first update of the room */
  get round() {
    return this.#round;
  }

  /** @returns {boolean} whether another round has started since the ink was begun */
  get isOver() {
    return this.#round?.id !== this.#running?.id;
  }

  /** @param {Round} round that runs; ink from before the first update counts for it too */
  follow(round) {
    this.#running = round;
    if (this.#ink.isEmpty || !this.#round) this.begin();
  }

  /** Count the ink, such as a sample, for the running round; before the first update of the room, for the first one. */
  begin() {
    this.#set(this.#running);
  }

  /** @param {Round|null} round of the restored ink; null where unknown */
  restore(round) {
    if (round) this.#set(round);
  }

  /** Forget all rounds, which were of another room; the ink counts for the next one that is followed. */
  forget() {
    this.#rounds = new WeakMap();
    this.#running = null;
    this.begin();
  }

  #update() {
    if (this.#ink.isEmpty) this.begin();
    else this.#set(this.#rounds.get(this.#ink.strokes) ?? this.#round);
  }

  /** @param {Round|null} round */
  #set(round) {
    if (round && !this.#ink.isEmpty) this.#rounds.set(this.#ink.strokes, round);
    if (round?.id === this.#round?.id) return;
    this.#round = round;
    this.emit("roundchanged");
  }
}

/** Puts rejected ink back on the pad when it is empty. */
export class ReturnedInk {
  #ink;
  /** @type {Stroke[][]} */
  #waiting = [];

  /** @param {Ink} ink */
  constructor(ink) {
    this.#ink = ink;
    // Later, because other listeners of this event expect an empty pad.
    ink.on("inkchanged", () => queueMicrotask(() => this.#restore()));
  }

  /** @param {Stroke[]} strokes @returns {boolean} whether they are on the pad */
  take(strokes) {
    this.#waiting.push(strokes);
    this.#restore();
    return !this.#waiting.includes(strokes);
  }

  #restore() {
    const strokes = this.#ink.isEmpty ? this.#waiting.shift() : null;
    if (strokes) this.#ink.replace([...strokes]);
  }
}
