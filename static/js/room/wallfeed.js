/**
 * What the wall shows, followed from revision to revision.
 *
 * Events: `changed` with {drawings, isFull} as detail: new, changed and gone drawings, or all there are where it is
 * full; `statechanged` with the room's state as detail. While the room is paused only what is gone is told, and the
 * rest when it goes on.
 */

import { Poller } from "./poller.js";

const EVERY = 500; // milliseconds

export class WallFeed extends EventTarget {
  #since = null; // the revision up to which everything has been told
  #limit;

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
    const isHeld = state.paused && this.followsPause && !isFull && !isFirst;
    this.#tell("statechanged", state);
    this.#tell("changed", { drawings: isHeld ? drawings.filter(({ gone }) => gone) : drawings, isFull });
    if (!isHeld) this.#since = state.revision;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
