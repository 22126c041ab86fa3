/** What is new on the wall, revision by revision, and holding it back while the presenter points at the list. */

import { Poller } from "../core/events.js";

const EVERY = 500; // milliseconds

/**
 * What the wall shows, followed from revision to revision.
 *
 * Events: `changed` with {drawings, isFull} as detail: new, changed and gone drawings, or all there are where it is
 * full; `statechanged` with the room's state as detail. While the room is paused only what is gone is told, and the
 * rest when it goes on: also where more has changed meanwhile than an answer holds, so that it is a full one.
 */
export class WallFeed extends EventTarget {
  #since = null; // the revision up to which everything has been told
  #limit;
  #told = new Map(); // the number of each drawing that has been told and is not gone, by its id

  /** @param {number} limit drawings at most; @param {number} every milliseconds between two looks */
  constructor(limit, { every = EVERY, ask, followsPause = true } = {}) {
    super();
    this.#limit = limit;
    this.followsPause = followsPause;
    this.poller = new Poller(() => this.#address(), every, ask);
    this.poller.addEventListener("news", ({ detail }) => this.#take(detail));
  }

  #address() {
    const since = this.#since === null ? "" : `since=${this.#since}&`;
    return `/api/room/wall?${since}limit=${this.#limit}`;
  }

  #take({ drawings, full: isFull, count, ...rest }) {
    const state = { ...rest, drawings: count }; // as /api/room/state has it
    const isFirst = this.#since === null;
    const isHeld = state.paused && this.followsPause && !isFirst;
    this.#emit("statechanged", state);
    if (isHeld) return this.#emitChange(isFull ? this.#missingIn(drawings) : drawings.filter(({ gone }) => gone), false);
    this.#since = state.revision;
    return this.#emitChange(drawings, isFull);
  }

  #emitChange(drawings, isFull) {
    if (isFull) this.#told.clear();
    for (const { id, number, gone } of drawings) {
      if (gone) this.#told.delete(id);
      else this.#told.set(id, number);
    }
    this.#emit("changed", { drawings, isFull });
  }

  /** @returns {{id, gone}[]} what a full answer would hold if it had not been cleared, hidden or deleted */
  #missingIn(drawings) {
    const there = new Set(drawings.map(({ id }) => id));
    const isCut = drawings.length >= this.#limit; // then older ones may be there, and only did not fit in
    const oldest = isCut ? Math.min(...drawings.map(({ number }) => number)) : -Infinity;
    const missing = [...this.#told].filter(([id, number]) => !there.has(id) && number > oldest);
    return missing.map(([id]) => ({ id, gone: true }));
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** Pause a list while the presenter points at it: new drawings wait, removed ones leave at once. */
export class PausedList {
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
