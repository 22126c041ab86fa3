/** Whether the server can be reached and its networks are loaded, and the line on the page that says so. */

import { withinLimit } from "./http.js";

const CHECK = "/readyz";
const HEARTBEAT = 10_000; // milliseconds between looks at a server that is ready, where nothing else is said
const FIRST_WAIT = 250; // milliseconds before the first new try; doubled for each further one
const LONGEST_WAIT = { waking: 1_000, unreachable: 3_000 }; // milliseconds
const TIME_LIMIT = 5_000; // milliseconds for one look

/**
 * What is known of the server: is it ready, still waking up, or out of reach?
 *
 * The one place that waits and tries again. While the server is not ready it is asked more and more seldom;
 * while it is, now and then, so that the page notices when it goes.
 *
 * Events: `statechanged`; `modelsseen` each time it says how its models are; and `serverseen` each time it says
 * that it can answer. Who still wants an answer prevents the default of `serverseen`, which is that the server
 * counts as ready.
 */
export class Server extends EventTarget {
  #timer = null;
  #tries = 0;
  #heartbeat;

  /** @type {"unknown"|"ready"|"waking"|"unreachable"} */
  state = "unknown";
  /** @type {Object<string, "loading"|"warm"|"failed">} */
  models = {};
  /** The model whose answers are wanted; null for any. */
  model = null;

  /** @param {number} heartbeat milliseconds between looks at a server that is ready */
  constructor(heartbeat = HEARTBEAT) {
    super();
    this.#heartbeat = heartbeat;
  }

  /** Look now, and from now on. */
  async check() {
    clearTimeout(this.#timer);
    const state = await this.#look();
    if (state !== "ready") this.#change(state);
    else if (this.dispatchEvent(new Event("serverseen", { cancelable: true }))) this.settle();
    this.#schedule();
  }

  /** An answer has come, or nothing is wanted from a server that can answer. */
  settle() {
    this.#tries = 0;
    this.#change("ready");
  }

  /**
   * A request failed: the server is "waking" (it said so) or "unreachable"; look again after a while.
   *
   * @param {"waking"|"unreachable"} state
   * @param {number} pause milliseconds that the server asked for
   */
  fail(state, pause = 0) {
    this.#change(state);
    this.#schedule(pause);
  }

  async #look() {
    try {
      const { isReady, models = {} } = await withinLimit(TIME_LIMIT, readiness);
      this.models = models;
      this.dispatchEvent(new Event("modelsseen"));
      return isReady || models[this.model] === "warm" ? "ready" : "waking";
    } catch {
      return "unreachable";
    }
  }

  #change(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("statechanged"));
  }

  #schedule(pause = 0) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), Math.max(this.#wait(), pause));
  }

  #wait() {
    if (!(this.state in LONGEST_WAIT)) return this.#heartbeat;
    const wait = FIRST_WAIT * 2 ** this.#tries;
    this.#tries += 1;
    return Math.min(wait, LONGEST_WAIT[this.state]);
  }
}

async function readiness(signal) {
  const response = await fetch(CHECK, { cache: "no-store", signal });
  return { ...(await response.json()), isReady: response.ok };
}

const WORDS = {
  unknown: "",
  ready: "ready",
  waking: "waking up: the answer comes by itself",
  unreachable: "server not reachable, your ink is safe",
};

/** One line on the server: ready, waking up, or out of reach. */
export class Status {
  /** @param {HTMLElement} element shows the words; @param {Server} server */
  constructor(element, server) {
    server.addEventListener("statechanged", () => {
      element.dataset.status = server.state;
      element.querySelector("[data-status-words]").textContent = WORDS[server.state];
    });
  }
}
