/** Polls what the room has drawn and the newest teaching. */

import { Emitter } from "../core/browser.js";
import { isTransient, request } from "../core/server.js";

const ACTIVE_EVERY = 1_000; // milliseconds between two polls while a network is taught
const IDLE_EVERY = 3_000; // milliseconds; drawings arrive
const OK = 200;

/** @param {Teaching|null} teaching */
export function isActive(teaching) {
  return teaching?.status === "waiting" || teaching?.status === "training";
}

/**
 * `refused` carries an error for people, `reachchanged` whether the server answers.
 *
 * @extends {Emitter<{news: TeachState, refused: string, reachchanged: boolean}>}
 */
export class TeachFeed extends Emitter {
  #send;
  #every;
  #timer = 0;
  #asked = 0; // requests so far: an answer to an older one is dropped
  #isActive = false;
  #isReachable = true;

  /** @param {{send?: Send, every?: {active: number, idle: number}}} options `every`: milliseconds between two polls */
  constructor({ send = request, every = { active: ACTIVE_EVERY, idle: IDLE_EVERY } } = {}) {
    super();
    this.#send = send;
    this.#every = every;
  }

  /** Poll now, and go on polling. */
  async poll() {
    this.stop();
    const asked = this.#asked;
    /** @type {Reply<TeachState>} */
    const reply = await this.#send("GET", "/api/teach");
    if (asked !== this.#asked) return;
    this.#take(reply);
    this.#timer = setTimeout(() => this.poll(), this.#isActive ? this.#every.active : this.#every.idle);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  /** @param {Reply<TeachState>} reply */
  #take(reply) {
    const isReachable = !isTransient(reply);
    if (isReachable !== this.#isReachable) this.emit("reachchanged", isReachable);
    this.#isReachable = isReachable;
    if (!isReachable) return;
    if (reply.status !== OK) return this.emit("refused", reply.message);
    this.#isActive = isActive(reply.body.teaching);
    this.emit("news", reply.body);
  }
}
