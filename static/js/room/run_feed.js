/** News of the lab's run: from the room's event stream, polled where there is none. */

import { Emitter } from "../core/browser.js";
import { Poller } from "../core/events.js";
import { request } from "../core/server.js";

const EVERY = 3_000; // milliseconds between two polls
const LEEWAY = 6_000; // milliseconds that a stream has to open
const RETRY = 3_000; // milliseconds after which the views are loaded again

/**
 * One of the pollers of RoomEvents, which polls only while no stream is open: that brings the news itself.
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
    this.#poller = new Poller(() => "/api/room/run", EVERY, send);
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
      setTimeout(loadView, RETRY); // the server cannot be reached
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
