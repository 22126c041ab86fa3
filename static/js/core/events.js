/** News of the room: event streams where they come through, polling where they do not. */

import { isTransient, request } from "./http.js";

const LONGEST_POLL_WAIT = 10_000; // milliseconds between two tries while the server is gone
const SAFETY_EVERY = 30_000; // milliseconds between two requests while events say when there is news
const JITTER = 0.3; // share of a wait by which it varies, so that 300 phones do not ask in step
const OK = 200;
const UNCHANGED = 304;

/**
 * Ask one address for what is new, again and again: at most one request under way, less often while the server
 * is gone, at once when the page becomes visible. Where events say when there is news (RoomEvents below), it is asked
 * then, and besides only every half minute.
 *
 * Events: `news` with the answer's body as detail, `refused` with {status, message} as detail, and `reachchanged`
 * when the server goes or comes back (`isReachable`).
 */
export class Poller extends EventTarget {
  #addressOf;
  #every;
  #ask;
  #etag = null;
  #tries = 0;
  #timer = null;
  #underWay = null; // the AbortController of the request under way
  #gap;
  #askedAt = -Infinity;
  #revision = -Infinity; // of the room in the newest answer
  #newest = -Infinity; // revision of the newest event; Infinity where that is not known

  isReachable = true;
  isPushed = false; // whether events say when there is news

  /**
   * @param {() => string} addressOf the address to ask now, with the cursor in it
   * @param {number} every milliseconds between two answers
   * @param {function} ask what sends the request
   * @param {number} gap milliseconds between two requests at least, however fast events come
   */
  constructor(addressOf, every, ask = request, gap = 0) {
    super();
    this.#addressOf = addressOf;
    this.#every = every;
    this.#ask = ask;
    this.#gap = gap;
  }

  /** Ask now, whatever is under way, and from now on. */
  async wake() {
    this.rest();
    this.#askedAt = performance.now();
    const control = new AbortController();
    this.#underWay = control;
    const answer = await this.#ask("GET", this.#addressOf(), { etag: this.#etag, signal: control.signal });
    if (this.#underWay !== control) return; // woken or stopped meanwhile
    this.#underWay = null;
    this.#take(answer);
    if (this.#newest > this.#revision) this.nudge(this.#newest);
    else if (!this.#timer && !this.#underWay) this.#timer = setTimeout(() => this.wake(), this.#wait());
  }

  /** Ask soon, unless the room's `revision` is known: an event told of it. What is under way is waited for. */
  nudge(revision = Infinity) {
    this.#newest = revision;
    if (this.#underWay || revision <= this.#revision) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.max(0, this.#askedAt + this.#gap - performance.now()));
  }

  /** Ask no more until `wake`. */
  rest() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#underWay?.abort();
    this.#underWay = null;
    this.#newest = -Infinity;
  }

  /** Forget what is known, so that the next answer is a whole one. */
  forget() {
    this.#etag = null;
  }

  #take(answer) {
    this.#tries = isTransient(answer) ? this.#tries + 1 : 0;
    this.#reach(!isTransient(answer));
    if (answer.status === OK) {
      this.#etag = answer.etag;
      this.#revision = answer.body.revision ?? -Infinity;
      this.dispatchEvent(new CustomEvent("news", { detail: answer.body }));
    } else if (answer.status !== UNCHANGED && !isTransient(answer)) {
      this.dispatchEvent(new CustomEvent("refused", { detail: answer }));
    }
  }

  #reach(isReachable) {
    if (isReachable === this.isReachable) return;
    this.isReachable = isReachable;
    this.dispatchEvent(new Event("reachchanged"));
  }

  #wait() {
    const every = this.isPushed && !this.#tries ? Math.max(SAFETY_EVERY, this.#every) : this.#every;
    const wait = Math.min(every * 2 ** this.#tries, Math.max(LONGEST_POLL_WAIT, every));
    return wait * (1 - JITTER / 2 + JITTER * Math.random());
  }
}

const FIRST_EVENT = 5_000; // milliseconds in which the first event comes, or a proxy keeps the stream back
const SILENCE = 40_000; // milliseconds; the server sends a ping every 15 s
const FIRST_STREAM_WAIT = 5_000; // milliseconds before the next try, doubled for each further one
const LONGEST_STREAM_WAIT = 160_000;

/**
 * Server-sent events: while the stream is open, pollers ask when the server says that the room has changed. Where
 * no stream comes through (a proxy keeps it back, too many are open, the server is gone) they poll as often as
 * before, and the stream is tried again later. A hidden page has none: browsers allow six connections to a server.
 */
export class RoomEvents {
  #path;
  #pollers;
  #makeSource;
  #source = null;
  #timer = null;
  #tries = 0;
  #isHeard = false; // whether an event has come by the stream that is open

  /**
   * @param {Poller[]} pollers
   * @param {object} options `onlyState` leaves out drawings and participants; `open` makes the EventSource
   */
  constructor(pollers, { onlyState = false, open = (path) => new EventSource(path) } = {}) {
    this.#path = `/api/room/events${onlyState ? "?only=state" : ""}`;
    this.#pollers = pollers;
    this.#makeSource = open;
  }

  /** Open the stream where it is closed, and let the pollers ask now. */
  wake() {
    if (!this.#source) this.open();
    for (const poller of this.#pollers) poller.wake();
  }

  /** Close the stream, and let the pollers poll, until `wake`. */
  poll() {
    this.#close();
    for (const poller of this.#pollers) poller.wake();
  }

  /** Close the stream, and let the pollers rest, until `wake`. */
  rest() {
    this.#close();
    for (const poller of this.#pollers) poller.rest();
  }

  /** Open the stream anew: the server knows by the cookie whose it is. */
  open() {
    this.#close();
    if (!("EventSource" in window)) return;
    const source = this.#makeSource(this.#path);
    this.#source = source;
    source.addEventListener("room", ({ data }) => this.#hear(JSON.parse(data)));
    source.addEventListener("ping", () => this.#hear());
    source.addEventListener("error", () => this.#fail()); // the browser would try again at once, and for ever
    this.#expect(FIRST_EVENT);
  }

  #hear(news) {
    const isFirst = !this.#isHeard; // then a poller that asked after the stream was opened knows it all already
    this.#isHeard = true;
    this.#tries = 0;
    this.#expect(SILENCE);
    for (const poller of this.#pollers) {
      poller.isPushed = true;
      if (news) poller.nudge(isFirst ? news.revision : Infinity);
    }
  }

  #expect(limit) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), limit);
  }

  #fail() {
    const wasPushed = this.#pollers.some(({ isPushed }) => isPushed);
    this.#close();
    if (wasPushed) for (const poller of this.#pollers) poller.wake();
    const wait = Math.min(FIRST_STREAM_WAIT * 2 ** this.#tries, LONGEST_STREAM_WAIT);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#isHeard = false;
    for (const poller of this.#pollers) poller.isPushed = false;
  }
}
