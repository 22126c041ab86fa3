/**
 * Ask the server one question after the other, live while the ink changes.
 *
 * At most one request is under way. Meanwhile only the newest wish is kept, so a slow server gets fewer
 * questions, never a queue of old ones; and answers come in the order of the ink. What could not be asked
 * is asked again when the server is seen to be ready.
 *
 * Events: `answered` with {answer, question} as detail, `refused` with one sentence as detail.
 */

import { request } from "./request.js";

const TIME_LIMIT = 10_000; // milliseconds for one answer, unless told

export class Asker extends EventTarget {
  #server;
  #timeLimit;
  #wish = null; // the newest question not yet sent
  #underWay = null; // the AbortController of the request under way

  /** @param {Server} server; @param {number} timeLimit milliseconds for one answer */
  constructor(server, timeLimit = TIME_LIMIT) {
    super();
    this.#server = server;
    this.#timeLimit = timeLimit;
    server.addEventListener("serverseen", (event) => this.#goOn(event));
  }

  /** @returns {boolean} whether the newest question has no answer yet */
  get isWaiting() {
    return this.#wish !== null || this.#underWay !== null;
  }

  /**
   * Ask a question as soon as the one before it has its answer.
   *
   * @param {{path: string, bitmapOf: (() => Uint8Array)|null}} question `bitmapOf` is called when it is
   *   sent, and without it nothing is posted; whatever else it holds comes back with the answer
   */
  ask(question) {
    this.#wish = question;
    if (["ready", "unknown"].includes(this.#server.state)) this.#send();
  }

  /** Want nothing any more; an answer that is still under way is not told. */
  forget() {
    this.#wish = null;
    this.#underWay?.abort();
    this.#underWay = null;
  }

  /** The server can answer again. Whether it does, the answer tells; the event need not. */
  #goOn(event) {
    if (this.isWaiting) event.preventDefault();
    this.#send();
  }

  async #send() {
    if (this.#underWay || !this.#wish) return;
    const question = this.#wish;
    const control = new AbortController();
    this.#wish = null;
    this.#underWay = control;
    const outcome = await request(question.path, question.bitmapOf?.() ?? null, control, this.#timeLimit);
    if (this.#underWay !== control) return; // forgotten meanwhile
    this.#underWay = null;
    this.#take(outcome, question);
  }

  #take({ answer, refusal, failure, pause }, question) {
    if (failure) {
      this.#wish ??= question;
      this.#server.fail(failure, pause);
      return;
    }
    this.#server.settle();
    const event = answer ? ["answered", { detail: { answer, question } }] : ["refused", { detail: refusal }];
    this.dispatchEvent(new CustomEvent(...event));
    this.#send();
  }
}
