/** Asks the server what a configuration gives, a moment after its last change. */

import { Emitter } from "../core/browser.js";
import { isTransient, request } from "../core/server.js";

const DEBOUNCE_MS = 200;
const RETRY_MS = 3_000; // after a request that failed

/**
 * At most one request is in flight: a newer one aborts it. `refused` carries why the configuration cannot
 * work, and the field that is wrong, or "".
 *
 * @extends {Emitter<{checked: LabCheck, refused: {message: string, field: string}, pending: void}>}
 */
export class SpecCheck extends Emitter {
  #send;
  #wait;
  #timer = 0;
  /** @type {AbortController|null} */
  #inFlight = null;

  isValid = false; // whether the newest configuration has been checked and works

  /** @param {Send} send @param {number} wait milliseconds */
  constructor(send = request, wait = DEBOUNCE_MS) {
    super();
    this.#send = send;
    this.#wait = wait;
  }

  /** @param {LabSpec} spec */
  check(spec, wait = this.#wait) {
    clearTimeout(this.#timer);
    this.#inFlight?.abort();
    this.#inFlight = null;
    this.isValid = false;
    this.emit("pending");
    this.#timer = setTimeout(() => this.#ask(spec), wait);
  }

  /** @param {LabSpec} spec */
  async #ask(spec) {
    const control = new AbortController();
    this.#inFlight = control;
    /** @type {Reply<LabCheck>} */
    const reply = await this.#send("POST", "/api/lab/check", { body: { spec }, signal: control.signal });
    if (this.#inFlight !== control) return; // a newer one is due
    this.#inFlight = null;
    if (reply.status === 200) {
      this.isValid = true;
      this.emit("checked", reply.body);
    } else if (isTransient(reply)) {
      this.check(spec, RETRY_MS);
    } else {
      const { field = "" } = /** @type {{error?: {field?: string}}|null} */ (/** @type {unknown} */ (reply.body))?.error ?? {};
      this.emit("refused", { message: reply.message, field });
    }
  }
}
