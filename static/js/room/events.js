/**
 * Server-sent events: while the stream is open, pollers ask when the server says that the room has changed. Where
 * no stream comes through (a proxy keeps it back, too many are open, the server is gone) they poll as often as
 * before, and the stream is tried again later. A hidden page has none: browsers allow six connections to a server.
 */

const FIRST_EVENT = 5_000; // milliseconds in which the first event comes, or a proxy keeps the stream back
const SILENCE = 40_000; // milliseconds; the server sends a ping every 15 s
const FIRST_WAIT = 5_000; // milliseconds before the next try, doubled for each further one
const LONGEST_WAIT = 160_000;

export class RoomEvents {
  #path;
  #pollers;
  #open;
  #source = null;
  #timer = null;
  #tries = 0;

  /**
   * @param {Poller[]} pollers
   * @param {object} options `onlyState` leaves out drawings and participants; `open` makes the EventSource
   */
  constructor(pollers, { onlyState = false, open = (path) => new EventSource(path) } = {}) {
    this.#path = `/api/room/events${onlyState ? "?only=state" : ""}`;
    this.#pollers = pollers;
    this.#open = open;
  }

  /** Open the stream where it is closed, and let the pollers ask now. */
  wake() {
    if (!this.#source) this.#connect();
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

  #connect() {
    this.#close();
    if (!("EventSource" in window)) return;
    const source = this.#open(this.#path);
    this.#source = source;
    source.addEventListener("room", () => this.#hear(true));
    source.addEventListener("ping", () => this.#hear(false));
    source.addEventListener("error", () => this.#fail()); // the browser would try again at once, and for ever
    this.#expect(FIRST_EVENT);
  }

  #hear(isNews) {
    this.#tries = 0;
    this.#expect(SILENCE);
    for (const poller of this.#pollers) {
      poller.isPushed = true;
      if (isNews) poller.nudge();
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
    const wait = Math.min(FIRST_WAIT * 2 ** this.#tries, LONGEST_WAIT);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#connect(), wait * (0.8 + 0.4 * Math.random()));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    for (const poller of this.#pollers) poller.isPushed = false;
  }
}
