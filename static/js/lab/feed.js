/** News of the lab: one event stream; while it fails, polls each second. */

import { BASE_PATH, Emitter } from "../core/browser.js";
import { Poller } from "../core/events.js";
import { request } from "../core/server.js";

const POLL_EVERY = 1_000; // milliseconds
const PUSHED_EVERY = 30_000; // milliseconds until the first poll while events come
const FIRST_EVENT = 5_000; // milliseconds until the first event; later means that a proxy buffers the stream
const SILENCE = 40_000; // milliseconds; the server sends a ping every 15 s
const FIRST_WAIT = 5_000; // milliseconds before the first reconnect, doubled for each further one
const LONGEST_WAIT = 160_000; // milliseconds
const VIEWS = /** @type {const} */ (["weights", "pinned", "confusion", "gradients"]);

/**
 * Follows the lab. `news` carries an event of the server; its `points` are new ones, or all where `isComplete`. `state` is
 * the whole state, after start and whenever a run begins, ends or changes its name.
 *
 * @extends {Emitter<{news: LabEvent & {isComplete: boolean}, state: LabState, reachchanged: boolean}>}
 */
export class LabFeed extends Emitter {
  #open;
  #send;
  #every;
  /** @type {Poller<LabState>} */
  #poller;
  /** @type {EventSource|null} */
  #source = null;
  #timer = 0;
  #tries = 0;
  #isFirst = true; // whether the next event of the stream is its first
  #shown = ""; // what of the run is known from the state

  /**
   * @param {{open?: (path: string) => EventSource, send?: Send, every?: number}} options `every`: milliseconds between two polls
   */
  constructor({ open = (path) => new EventSource(BASE_PATH + path), send = request, every = POLL_EVERY } = {}) {
    super();
    this.#open = open;
    this.#send = send;
    this.#every = every;
    this.#poller = new Poller(() => "/api/lab", every, send);
    this.#poller.on("news", (state) => this.#takeState(state));
    this.#poller.on("reachchanged", () => this.emit("reachchanged", this.#poller.isReachable));
  }

  /** Open the stream, and poll, where the state is known already not before it may have changed. @param {LabState|null} known */
  start(known = null) {
    if (known) this.#shown = signatureOf(known);
    this.#connect();
    if (!known) this.#poller.start();
    else setTimeout(() => (this.#poller.isPushed ? this.#pollLater() : this.#poller.start()), this.#every);
  }

  /** While events come, a state that no event tells of may be late. */
  #pollLater() {
    setTimeout(() => this.#poller.start(), PUSHED_EVERY);
  }

  /** Poll now. */
  refresh() {
    this.#poller.start();
  }

  #connect() {
    this.#close();
    if (!("EventSource" in window)) return;
    const source = this.#open("/api/lab/events");
    this.#source = source;
    source.addEventListener("lab", ({ data }) => this.#onEvent(data));
    source.addEventListener("ping", () => this.#expect(SILENCE));
    source.addEventListener("error", () => this.#fail()); // the browser would reconnect without backoff
    this.#expect(FIRST_EVENT);
  }

  /** @param {string} data */
  #onEvent(data) {
    /** @type {LabEvent} */
    let news;
    try {
      news = JSON.parse(data);
    } catch {
      this.#fail();
      return;
    }
    this.#expect(SILENCE);
    this.#tries = 0;
    this.#poller.isPushed = true;
    this.emit("news", { ...news, isComplete: this.#isFirst });
    this.#isFirst = false;
    if (signatureOf(news) !== this.#shown) this.#poller.pollSoon();
  }

  /** @param {LabState} state */
  async #takeState(state) {
    this.#shown = signatureOf(state);
    this.emit("state", state);
    if (this.#poller.isPushed) return;
    const { status, reason, run, saved, scored, fetch } = state;
    const detail = run ? await this.#detail(run.id) : null;
    if (this.#poller.isPushed) return; // the stream came back meanwhile
    this.emit("news", { ...detail, status, reason, saved, scored, fetch, run: detail?.run ?? run, isComplete: true });
  }

  /** @param {number} id @returns {Promise<LabDetail|null>} */
  async #detail(id) {
    const { status, body } = await this.#send("GET", `/api/lab/runs/${id}`);
    return status === 200 ? /** @type {LabDetail} */ (body) : null;
  }

  /** @param {number} limit milliseconds */
  #expect(limit) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), limit);
  }

  #fail() {
    const wasPushed = this.#poller.isPushed;
    this.#close();
    if (wasPushed) this.#poller.start();
    this.#timer = setTimeout(() => this.#connect(), Math.min(FIRST_WAIT * 2 ** this.#tries, LONGEST_WAIT));
    this.#tries += 1;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#isFirst = true;
    this.#poller.isPushed = false;
  }
}

/** @param {LabState|LabEvent} state @returns {string} differs where the table of runs or the data have changed */
function signatureOf({ status, run, fetch, saved = 0, scored = 0 }) {
  return JSON.stringify([status, saved, scored, fetch === null, run && [run.id, run.status, run.model, run.kept_as]]);
}

/** @param {Partial<LabViews>} news @returns {Partial<LabViews>} what it brings for the views */
export function viewsIn(news) {
  return Object.fromEntries(VIEWS.filter((name) => news[name]).map((name) => [name, news[name]]));
}
