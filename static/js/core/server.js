/** Requests to the server, modules that are loaded later, its readiness, and the status line. Paths leave out the base path. */

import { BASE_PATH, Emitter, find } from "./browser.js";

// --- requests ---

const TIME_LIMIT = 10_000; // milliseconds
const UNCHANGED = 304;
const TOO_LARGE = 413;
export const UNREACHABLE = 0; // status where the server sent no reply
const UNEXPLAINED = "The server did not accept this. Reload the page and try again.";

/**
 * Abort a request after a time limit. Browsers of 2021 lack `AbortSignal.timeout`.
 *
 * @template T
 * @param {number} milliseconds
 * @param {(signal: AbortSignal) => Promise<T>} send
 * @param {AbortController} control aborts the request as well
 */
async function withinLimit(milliseconds, send, control = new AbortController()) {
  const timer = setTimeout(() => control.abort(), milliseconds);
  try {
    return await send(control.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** @template T @returns {Reply<T>} */
function unreachable() {
  return { status: UNREACHABLE, body: /** @type {T} */ (null), etag: null, message: "" };
}

/**
 * Send one request to the API. Never rejects.
 *
 * @template T
 * @param {string} method
 * @param {string} path
 * @param {RequestOptions} options `body` is sent as JSON, a Blob as it is; `limit` in milliseconds
 * @returns {Promise<Reply<T>>}
 */
export async function request(method, path, { body, etag, signal, limit = TIME_LIMIT } = {}) {
  const control = new AbortController();
  signal?.addEventListener("abort", () => control.abort());
  try {
    /** @type {RequestInit} */
    const options = { method, ...content(body, etag), cache: "no-store", signal: control.signal };
    return await withinLimit(limit, async () => read(await fetch(BASE_PATH + path, options)), control);
  } catch {
    return unreachable();
  }
}

/** @param {{status: number}} reply @returns {boolean} whether the same request may succeed later */
export function isTransient({ status }) {
  return status === UNREACHABLE || status === 408 || status === 429 || status >= 500;
}

/** @param {unknown} body @param {string|null} [etag] @returns {RequestInit} */
function content(body, etag) {
  /** @type {Record<string, string>} */
  const headers = etag ? { "If-None-Match": etag } : {};
  if (body === undefined || body instanceof Blob) return { headers, body }; // a Blob has its own type
  return { headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** @template T @param {Response} response @returns {Promise<Reply<T>>} */
async function read(response) {
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    if (response.status !== TOO_LARGE) return unreachable();
  }
  if (!isFromServer(response, body)) return unreachable();
  const message = response.ok || response.status === UNCHANGED ? "" : explain(body);
  return { status: response.status, body, etag: response.headers.get("ETag"), message, code: body?.error?.code };
}

/** @param {{error?: {explanation?: string}}|null} body of an error @returns {string} for people, not for programmers */
function explain(body) {
  return body?.error?.explanation ?? UNEXPLAINED;
}

/**
 * A captive portal or proxy may answer in the server's place; only its 413 holds for the server too.
 *
 * @param {Response} response @param {{error?: {code?: string}}|null} body
 */
function isFromServer({ ok, status }, body) {
  return ok || status === UNCHANGED || status === TOO_LARGE || Boolean(body?.error?.code);
}

const BUSY = 503;
const RATE_LIMITED = 429;
const BAD_MODEL = "bad_model"; // error code of a model that could not be loaded
const GATEWAY_ERRORS = [502, 504]; // from a proxy

/**
 * @template T
 * @typedef {{answer?: T, refusal?: string, failure?: "waking"|"unreachable"|"failed", pause?: number}} Outcome `answer` is the
 *   JSON, `refusal` an error for people; `pause` milliseconds of Retry-After after a failure
 */

/**
 * @template T
 * @param {string} path
 * @param {Bitmap|null} bitmap to post; null for a GET
 * @param {AbortController} control
 * @param {number} timeLimit milliseconds
 * @returns {Promise<Outcome<T>>}
 */
export async function fetchAnswer(path, bitmap, control, timeLimit) {
  const post = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: bitmap };
  try {
    /** @param {AbortSignal} signal */
    const send = async (signal) => readAnswer(await fetch(BASE_PATH + path, { ...(bitmap ? post : {}), signal }));
    return await withinLimit(timeLimit, send, control);
  } catch {
    return { failure: "unreachable" };
  }
}

/** @template T @param {Response} response @returns {Promise<Outcome<T>>} */
async function readAnswer(response) {
  if (response.status === RATE_LIMITED) return { failure: "waking", pause: retryAfter(response) };
  if (response.status === BUSY) return { failure: (await errorCode(response)) === BAD_MODEL ? "failed" : "waking" };
  if (GATEWAY_ERRORS.includes(response.status)) return { failure: "unreachable" };
  const body = await response.json();
  return response.ok ? { answer: body } : { refusal: explain(body) };
}

/** @param {Response} response @returns {Promise<string>} "" where a proxy has answered */
async function errorCode(response) {
  const body = await response.json().catch(() => null);
  return body?.error?.code ?? "";
}

/** @param {Response} response @returns {number} milliseconds */
function retryAfter(response) {
  return 1000 * (Number(response.headers.get("Retry-After")) || 1);
}

// --- modules ---

const STATIC_IMPORT = /^(?:import|\}) (?:.* )?"(\.[^"]+)";$/gm; // as SCRIPT_IMPORT in webapp/server/static_files.py

/**
 * Return a function that imports a module once all of its files are in the browser's cache: browsers up to 2026 never ask
 * again for a module that could not be loaded once.
 *
 * @template Module
 * @param {URL} address @param {() => Promise<Module>} load imports the module at that address
 * @returns {() => Promise<Module>} rejects where a file cannot be fetched
 */
export function lazyImport(address, load) {
  /** @type {Module|null} */
  let module = null;
  return async () => {
    if (module === null) {
      await fetchModule(address.href, new Set());
      module = await load();
    }
    return module;
  };
}

/** Fetch a module and those that it imports. @param {string} address @param {Set<string>} known addresses to leave out */
async function fetchModule(address, known) {
  known.add(address);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const imports = [...(await response.text()).matchAll(STATIC_IMPORT)].map(([, path]) => new URL(path, address).href);
  await Promise.all(imports.map((each) => known.has(each) || fetchModule(each, known)));
}

// --- readiness ---

const CHECK = "/readyz";
const CHECK_EVERY = 10_000; // milliseconds between checks of a ready server
const FIRST_WAIT = 250; // milliseconds before the first retry; doubled for each further one
const LONGEST_WAIT = { waking: 1_000, unreachable: 3_000, failed: CHECK_EVERY }; // milliseconds
const CHECK_LIMIT = 5_000; // milliseconds for one check

/**
 * State of the server. The only place that waits and retries: with backoff until the server is ready, then at a
 * fixed interval.
 *
 * `modelstatus` fires after each reply. `serverready` fires when the server can predict; the server counts as ready
 * unless a listener that still waits for a prediction prevents the default.
 *
 * @extends {Emitter<{statechanged: void, modelstatus: void}>}
 */
export class Server extends Emitter {
  #timer = 0;
  #tries = 0;
  #every;

  /** @type {ServerState} */
  state = "unknown";
  /** @type {Object<string, ModelStatus>} */
  models = {};
  /** @type {string|null} the model that must be warm; null for any */
  model = null;

  /** @param {number} every milliseconds between checks of a ready server */
  constructor(every = CHECK_EVERY) {
    super();
    this.#every = every;
  }

  /** Check now, and go on checking. */
  async check() {
    clearTimeout(this.#timer);
    const state = await this.#fetchState();
    if (state !== "ready") this.#change(state);
    else if (this.dispatchEvent(new Event("serverready", { cancelable: true }))) this.markReady();
    this.#schedule();
  }

  /** Reset the backoff: the server has answered, or nothing waits for an answer. */
  markReady() {
    this.#tries = 0;
    this.#change("ready");
  }

  /**
   * Note a failed request, and check again later.
   *
   * @param {"waking"|"unreachable"|"failed"} state
   * @param {number} pause milliseconds of Retry-After
   */
  fail(state, pause = 0) {
    this.#change(state);
    this.#schedule(pause);
  }

  /** @returns {Promise<ServerState>} */
  async #fetchState() {
    try {
      const { isReady, models = {} } = await withinLimit(CHECK_LIMIT, readiness);
      this.models = models;
      this.emit("modelstatus"); // a listener may replace a failed model
      const status = this.model === null ? undefined : models[this.model];
      if (isReady || status === "warm") return "ready";
      return status === "failed" && !Object.values(models).includes("loading") ? "failed" : "waking";
    } catch {
      return "unreachable";
    }
  }

  /** @returns {boolean} whether no answer can be expected now */
  get isDown() {
    return this.state in LONGEST_WAIT;
  }

  /** @param {ServerState} state */
  #change(state) {
    if (state === this.state) return;
    this.state = state;
    this.emit("statechanged");
  }

  #schedule(pause = 0) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), Math.max(this.#wait(), pause));
  }

  #wait() {
    if (this.state === "unknown" || this.state === "ready") return this.#every;
    const wait = FIRST_WAIT * 2 ** this.#tries;
    this.#tries += 1;
    return Math.min(wait, LONGEST_WAIT[this.state]);
  }
}

/** @param {AbortSignal} signal @returns {Promise<{isReady: boolean, models?: Object<string, ModelStatus>}>} */
async function readiness(signal) {
  const response = await fetch(BASE_PATH + CHECK, { cache: "no-store", signal });
  return { ...(await response.json()), isReady: response.ok };
}

const TEXTS = {
  unknown: "",
  ready: "ready",
  waking: "server is busy, please wait",
  unreachable: "server unreachable, your drawing is kept",
  failed: "no model loaded, tell the presenter",
};

/** The status line. */
export class StatusLine {
  /** @param {HTMLElement} element @param {Server} server */
  constructor(element, server) {
    server.on("statechanged", () => {
      element.dataset.status = server.state;
      find("[data-status-text]", element).textContent = TEXTS[server.state];
    });
  }
}
