/**
 * Ask one address for what is new, again and again: at most one request under way, less often while the server
 * is gone, at once when somebody looks again. Where events say when there is news (see events.js), it is asked
 * then, and besides only every half minute.
 *
 * Events: `news` with the answer's body as detail, `refused` with {status, message} as detail, and `reachchanged`
 * when the server goes or comes back (`isReachable`).
 */

import { isPassing, request } from "./request.js";

const LONGEST_WAIT = 10_000; // milliseconds between two tries while the server is gone
const SAFETY_EVERY = 30_000; // milliseconds between two requests while events say when there is news
const JITTER = 0.3; // share of a wait by which it varies, so that 300 phones do not ask in step
const OK = 200;
const UNCHANGED = 304;

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
  #hasNews = false; // whether an event came while a request was under way

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
    if (this.#hasNews) this.nudge();
    else if (!this.#timer && !this.#underWay) this.#timer = setTimeout(() => this.wake(), this.#wait());
  }

  /** Ask soon: an event said that there is news. What is under way is waited for. */
  nudge() {
    this.#hasNews = Boolean(this.#underWay);
    if (this.#underWay) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.max(0, this.#askedAt + this.#gap - performance.now()));
  }

  /** Ask no more until `wake`. */
  rest() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#underWay?.abort();
    this.#underWay = null;
    this.#hasNews = false;
  }

  /** Forget what is known, so that the next answer is a whole one. */
  forget() {
    this.#etag = null;
  }

  #take(answer) {
    this.#tries = isPassing(answer) ? this.#tries + 1 : 0;
    this.#reach(!isPassing(answer));
    if (answer.status === OK) {
      this.#etag = answer.etag;
      this.dispatchEvent(new CustomEvent("news", { detail: answer.body }));
    } else if (answer.status !== UNCHANGED && !isPassing(answer)) {
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
    const wait = Math.min(every * 2 ** this.#tries, Math.max(LONGEST_WAIT, every));
    return wait * (1 - JITTER / 2 + JITTER * Math.random());
  }
}
