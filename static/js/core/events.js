/** Updates of the room: server-sent events, with polling as fallback. */

import { BASE_PATH, Emitter } from "./browser.js";
import { isTransient, request } from "./server.js";

const LONGEST_POLL_WAIT = 10_000; // milliseconds between two polls while the server is unreachable
const PUSHED_EVERY = 30_000; // milliseconds between two polls while an event stream is open
const JITTER = 0.3; // share of a wait by which it varies, so that 300 phones do not poll in step
const OK = 200;
const UNCHANGED = 304;

/**
 * Polls one address: at most one request in flight, with backoff while the server is unreachable. While an event
 * stream is open (RoomEvents), it polls when an event arrives, and every half minute.
 *
 * `reachchanged` fires when `isReachable` changes.
 *
 * @template T
 * @extends {Emitter<{news: T, refused: Reply<T>, reachchanged: void}>}
 */
export class Poller extends Emitter {
  #addressOf;
  #every;
  #send;
  /** @type {string|null} */
  #etag = null;
  #tries = 0;
  #timer = 0;
  /** @type {AbortController|null} */
  #inFlight = null;
  #gap;
  #sentAt = -Infinity;
  #revision = -Infinity; // of the room in the newest reply
  #newest = -Infinity; // revision of the newest event; Infinity where unknown

  isReachable = true;
  isPushed = false; // whether an event stream is open

  /**
   * @param {() => string} addressOf
   * @param {number} every milliseconds between two polls
   * @param {Send} send
   * @param {number} gap minimum milliseconds between two requests
   */
  constructor(addressOf, every, send = request, gap = 0) {
    super();
    this.#addressOf = addressOf;
    this.#every = every;
    this.#send = send;
    this.#gap = gap;
  }

  /** Poll now, abort a request in flight, and go on polling. */
  async start() {
    this.stop();
    this.#sentAt = performance.now();
    const control = new AbortController();
    this.#inFlight = control;
    /** @type {Reply<T>} */
    const reply = await this.#send("GET", this.#addressOf(), { etag: this.#etag, signal: control.signal });
    if (this.#inFlight !== control) return; // restarted or stopped
    this.#inFlight = null;
    this.#take(reply);
    if (this.#newest > this.#revision) this.pollSoon(this.#newest);
    else if (!this.#timer && !this.#inFlight) this.#timer = setTimeout(() => this.start(), this.#wait());
  }

  /** Poll after the request in flight, unless `revision` of the room is known. */
  pollSoon(revision = Infinity) {
    this.#newest = revision;
    if (this.#inFlight || revision <= this.#revision) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), Math.max(0, this.#sentAt + this.#gap - performance.now()));
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#inFlight?.abort();
    this.#inFlight = null;
    this.#newest = -Infinity;
  }

  /** Drop the ETag, so that the next reply is complete. */
  forget() {
    this.#etag = null;
  }

  /** @param {Reply<T>} reply */
  #take(reply) {
    this.#tries = isTransient(reply) ? this.#tries + 1 : 0;
    this.#setReachable(!isTransient(reply));
    if (reply.status === OK) {
      this.#etag = reply.etag;
      this.#revision = /** @type {{revision?: number}} */ (reply.body).revision ?? -Infinity;
      this.emit("news", reply.body);
    } else if (reply.status !== UNCHANGED && !isTransient(reply)) {
      this.emit("refused", reply);
    }
  }

  /** @param {boolean} isReachable */
  #setReachable(isReachable) {
    if (isReachable === this.isReachable) return;
    this.isReachable = isReachable;
    this.emit("reachchanged");
  }

  #wait() {
    const every = this.isPushed && !this.#tries ? Math.max(PUSHED_EVERY, this.#every) : this.#every;
    const wait = Math.min(every * 2 ** this.#tries, Math.max(LONGEST_POLL_WAIT, every));
    return wait * (1 - JITTER / 2 + JITTER * Math.random());
  }
}

const FIRST_EVENT = 5_000; // milliseconds until the first event; later means that a proxy buffers the stream
const SILENCE = 40_000; // milliseconds; the server sends a ping every 15 s
const FIRST_STREAM_WAIT = 5_000; // milliseconds before the first reconnect, doubled for each further one
const LONGEST_STREAM_WAIT = 160_000;

/**
 * Server-sent events that tell pollers when the room has changed. Without a stream they poll at their usual rate
 * while it reconnects. A hidden page has none: browsers allow six connections to a server.
 *
 * `opened` fires at the first event of a stream, `own` when one of the participant's drawings was approved, hidden or judged,
 * `run` with an update of the lab's run.
 *
 * @extends {Emitter<{opened: void, own: void, run: RunNews}>}
 */
export class RoomEvents extends Emitter {
  #path;
  #pollers;
  #makeSource;
  /** @type {EventSource|null} */
  #source = null;
  #timer = 0;
  #tries = 0;
  #hasEvent = false; // whether the open stream has brought an event

  /**
   * @param {Pick<Poller<unknown>, "start"|"stop"|"pollSoon"|"isPushed">[]} pollers
   * @param {{onlyState?: boolean, open?: (path: string) => EventSource}} options `onlyState` leaves out drawings and
   *   participants
   */
  constructor(pollers, { onlyState = false, open = (path) => new EventSource(BASE_PATH + path) } = {}) {
    super();
    this.#path = `/api/room/events${onlyState ? "?only=state" : ""}`;
    this.#pollers = pollers;
    this.#makeSource = open;
  }

  /** Open the stream where it is closed, and poll now. */
  start() {
    if (!this.#source) this.open();
    for (const poller of this.#pollers) poller.start();
  }

  /** Close the stream and poll without it until `start`. */
  poll() {
    this.#close();
    for (const poller of this.#pollers) poller.start();
  }

  /** Close the stream and stop polling until `start`. */
  stop() {
    this.#close();
    for (const poller of this.#pollers) poller.stop();
  }

  /** Reopen the stream: its cookie identifies the participant. */
  open() {
    this.#close();
    if (!("EventSource" in window)) return;
    const source = this.#makeSource(this.#path);
    this.#source = source;
    source.addEventListener("room", ({ data }) => this.#onEvent(JSON.parse(data)));
    source.addEventListener("ping", () => this.#onEvent());
    source.addEventListener("own", () => this.emit("own"));
    source.addEventListener("run", ({ data }) => {
      if (this.#hasEvent) this.#expect(SILENCE);
      this.emit("run", JSON.parse(data));
    });
    source.addEventListener("error", () => this.#fail()); // the browser would reconnect without backoff
    this.#expect(FIRST_EVENT);
  }

  /** @param {{revision: number}} [news] */
  #onEvent(news) {
    const isFirst = !this.#hasEvent; // a poll since the stream opened may know its revision
    this.#hasEvent = true;
    this.#tries = 0;
    this.#expect(SILENCE);
    for (const poller of this.#pollers) {
      poller.isPushed = true;
      if (news) poller.pollSoon(isFirst ? news.revision : Infinity);
    }
    if (isFirst) this.emit("opened");
  }

  /** @param {number} limit milliseconds */
  #expect(limit) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), limit);
  }

  #fail() {
    const wasPushed = this.#pollers.some(({ isPushed }) => isPushed);
    this.#close();
    if (wasPushed) for (const poller of this.#pollers) poller.start();
    const wait = Math.min(FIRST_STREAM_WAIT * 2 ** this.#tries, LONGEST_STREAM_WAIT);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#hasEvent = false;
    for (const poller of this.#pollers) poller.isPushed = false;
  }
}

const RUN_EVERY = 3_000; // milliseconds between two polls of the run
const LEEWAY = 6_000; // milliseconds that a stream has to open
const LOAD_AGAIN = 3_000; // milliseconds after which the views are loaded again

/**
 * News of the lab's run. One of the pollers of RoomEvents, which polls only while no stream is open: that brings the news itself.
 *
 * @extends {Emitter<{news: RunNews}>}
 */
export class RunFeed extends Emitter {
  #poller;
  #leeway;
  #timer = 0;
  #isStarted = false;
  #isPushed = false;

  /** @param {Send} send @param {number} leeway milliseconds before the first poll */
  constructor(send = request, leeway = LEEWAY) {
    super();
    this.#leeway = leeway;
    /** @type {Poller<RunNews>} */
    this.#poller = new Poller(() => "/api/room/run", RUN_EVERY, send);
    this.#poller.on("news", (news) => this.take(news));
  }

  /** @param {RunNews} news from the stream */
  take(news) {
    this.emit("news", news);
  }

  get isPushed() {
    return this.#isPushed;
  }

  set isPushed(isPushed) {
    if (isPushed === this.#isPushed) return;
    this.#isPushed = isPushed;
    if (isPushed) this.#halt();
    else if (this.#isStarted) this.#pollLater();
  }

  /** Poll soon, unless a stream opens. */
  async start() {
    this.#isStarted = true;
    this.#pollLater();
  }

  stop() {
    this.#isStarted = false;
    this.#halt();
  }

  #pollLater() {
    this.#halt();
    if (!this.#isPushed) this.#timer = setTimeout(() => this.#poller.start(), this.#leeway);
  }

  #halt() {
    clearTimeout(this.#timer);
    this.#poller.stop();
  }

  /** A change of the room is none of the run. */
  pollSoon() {}
}

/**
 * Show news by a view that is loaded once a run is shown: most pages of a room never need it.
 *
 * @param {RunFeed} feed @param {() => Promise<{show: (news: RunNews) => void}>} load
 */
export function showLazily(feed, load) {
  /** @type {{show: (news: RunNews) => void}|null} */
  let view = null;
  /** @type {RunNews[]} */
  let waiting = [];

  async function loadView() {
    try {
      view = await load();
    } catch {
      setTimeout(loadView, LOAD_AGAIN); // the server cannot be reached
      return;
    }
    for (const news of waiting) view.show(news);
    waiting = [];
  }

  feed.on("news", (news) => {
    if (view) return view.show(news);
    if (!news.shown && !waiting.length) return;
    waiting.push(news);
    if (waiting.length === 1) loadView();
  });
}
