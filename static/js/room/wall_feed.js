/** Updates of the wall by revision, and a list that pauses while the presenter points at it. */

import { Emitter } from "../core/browser.js";
import { Poller } from "../core/events.js";

const EVERY = 500; // milliseconds

/** @typedef {{drawings: (Drawing|Gone)[], isFull: boolean}} WallChange `isFull`: all drawings, not only changes */

/**
 * Follows the wall. While the room is paused, only removed drawings are emitted; the rest follows after the pause.
 *
 * @extends {Emitter<{changed: WallChange, statechanged: RoomState}>}
 */
export class WallFeed extends Emitter {
  /** @type {number|null} revision up to which all changes were emitted */
  #since = null;
  #limit;
  /** @type {Map<string, number>} numbers of the emitted drawings, by id */
  #known = new Map();

  /**
   * @param {number} limit most drawings
   * @param {{every?: number, ask?: Send, followsPause?: boolean}} options `every` in milliseconds
   */
  constructor(limit, { every = EVERY, ask, followsPause = true } = {}) {
    super();
    this.#limit = limit;
    this.followsPause = followsPause;
    /** @type {Poller<Wall>} */
    this.poller = new Poller(() => this.#address(), every, ask);
    this.poller.on("news", (wall) => this.#take(wall));
  }

  #address() {
    const since = this.#since === null ? "" : `since=${this.#since}&`;
    return `/api/room/wall?${since}limit=${this.#limit}`;
  }

  /** @param {Wall} wall */
  #take({ drawings, full: isFull, count, ...rest }) {
    const state = { ...rest, drawings: count };
    const isHeld = state.paused && this.followsPause && this.#since !== null;
    this.emit("statechanged", state);
    if (isHeld) {
      const removed = isFull ? this.#missingIn(drawings) : drawings.filter(({ gone }) => gone);
      return this.#emitChange(removed, false);
    }
    this.#since = state.revision;
    this.#emitChange(drawings, isFull);
  }

  /** @param {(Drawing|Gone)[]} drawings @param {boolean} isFull */
  #emitChange(drawings, isFull) {
    if (isFull) this.#known.clear();
    for (const drawing of drawings) {
      if (drawing.gone) this.#known.delete(drawing.id);
      else this.#known.set(drawing.id, drawing.number);
    }
    this.emit("changed", { drawings, isFull });
  }

  /** Return the known drawings that a full reply lacks. @param {(Drawing|Gone)[]} drawings @returns {Gone[]} */
  #missingIn(drawings) {
    const there = new Set(drawings.map(({ id }) => id));
    const isCut = drawings.length >= this.#limit; // older ones may exist
    const oldest = isCut ? Math.min(...drawings.map(({ number = Infinity }) => number)) : -Infinity;
    const missing = [...this.#known].filter(([id, number]) => !there.has(id) && number > oldest);
    return missing.map(([id]) => ({ id, gone: true }));
  }
}

/** Pauses a list while the presenter points at it: new drawings wait, removed ones leave at once. */
export class PausedList {
  /** @type {Map<string, Drawing>} by id, in order of arrival */
  #waiting = new Map();
  #isWaitingFull = false; // whether the waiting drawings replace all shown ones
  /** @type {Set<string>} ids */
  #shown = new Set();
  #isPaused = false;
  #apply;

  /** @param {(drawings: (Drawing|Gone)[], isFull: boolean) => void} apply shows changes */
  constructor(apply) {
    this.#apply = apply;
  }

  /** @returns {number} new drawings that wait */
  get waiting() {
    return [...this.#waiting.keys()].filter((id) => !this.#shown.has(id)).length;
  }

  /** @param {(Drawing|Gone)[]} drawings changes @param {boolean} isFull whether they are all drawings */
  take(drawings, isFull) {
    if (!this.#isPaused) return this.#show(drawings, isFull);
    if (isFull) this.#waitForAll();
    const gone = drawings.filter((drawing) => drawing.gone);
    for (const drawing of drawings) {
      if (drawing.gone) this.#waiting.delete(drawing.id);
      else this.#waiting.set(drawing.id, drawing);
    }
    if (gone.length) this.#show(gone, false);
  }

  pause() {
    this.#isPaused = true;
  }

  /** Show the waiting drawings. */
  resume() {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const [drawings, isFull] = [[...this.#waiting.values()], this.#isWaitingFull];
    this.#waiting.clear();
    this.#isWaitingFull = false;
    if (drawings.length || isFull) this.#show(drawings, isFull);
  }

  #waitForAll() {
    this.#waiting.clear();
    this.#isWaitingFull = true;
  }

  /** @param {(Drawing|Gone)[]} drawings @param {boolean} isFull */
  #show(drawings, isFull) {
    if (isFull) this.#shown.clear();
    for (const { id, gone } of drawings) {
      if (gone) this.#shown.delete(id);
      else this.#shown.add(id);
    }
    this.#apply(drawings, isFull);
  }
}
