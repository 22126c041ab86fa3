/** Live predictions: at most one request in flight, and only the newest input waits. */

import { Emitter } from "../core/browser.js";
import { describe } from "../core/format.js";
import { fetchAnswer } from "../core/server.js";

/** @import { Announcer } from "../core/browser.js" */
/** @import { Outcome, Server } from "../core/server.js" */
/** @import { DrawingInput } from "../ink/input.js" */
/** @import { Bars, BitmapView, PredictionView } from "./views.js" */

const TIME_LIMIT = 10_000; // milliseconds

/** @typedef {{path: string, bitmapOf: () => Bitmap|null, model?: string}} Query `bitmapOf` is called when it is sent */

/**
 * Sends the newest query. While a request is in flight, newer queries replace the pending one, so a slow server gets
 * fewer queries and replies arrive in order. A failed query is sent again when the server is ready.
 *
 * @template T
 * @extends {Emitter<{answered: {answer: T, query: Query}, refused: string}>}
 */
export class LatestRequest extends Emitter {
  #server;
  #timeLimit;
  /** @type {Query|null} */
  #pending = null;
  /** @type {AbortController|null} */
  #inFlight = null;

  /** @param {Server} server @param {number} timeLimit milliseconds */
  constructor(server, timeLimit = TIME_LIMIT) {
    super();
    this.#server = server;
    this.#timeLimit = timeLimit;
    server.addEventListener("serverready", (event) => {
      if (this.isWaiting) event.preventDefault(); // the reply tells whether it is ready
      this.#flush();
    });
  }

  /** @returns {boolean} whether the newest query has no answer yet */
  get isWaiting() {
    return this.#pending !== null || this.#inFlight !== null;
  }

  /** @param {Query} query replaces the pending one */
  send(query) {
    this.#pending = query;
    if (["ready", "unknown"].includes(this.#server.state)) this.#flush();
  }

  cancel() {
    this.#pending = null;
    this.#inFlight?.abort();
    this.#inFlight = null;
  }

  async #flush() {
    if (this.#inFlight || !this.#pending) return;
    const query = this.#pending;
    const control = new AbortController();
    this.#pending = null;
    this.#inFlight = control;
    /** @type {Outcome<T>} */
    const outcome = await fetchAnswer(query.path, query.bitmapOf(), control, this.#timeLimit);
    if (this.#inFlight !== control) return; // canceled
    this.#inFlight = null;
    this.#take(outcome, query);
  }

  /** @param {Outcome<T>} outcome @param {Query} query */
  #take({ answer, refusal = "", failure, pause }, query) {
    if (failure) {
      this.#pending ??= query;
      this.#server.fail(failure, pause);
      return;
    }
    this.#server.markReady();
    if (answer) this.emit("answered", { answer, query });
    else this.emit("refused", refusal);
    this.#flush();
  }
}

const LATE = 1_500; // milliseconds without an answer after which an older one is cleared

/**
 * Shows the prediction for an input while it changes. `predicted` carries the digit shown, or null.
 *
 * @extends {Emitter<{predicted: number|null}>}
 */
export class LivePrediction extends Emitter {
  #input;
  /** @type {LatestRequest<Prediction>} */
  #latest;
  #server;
  #views;
  #modelOf;
  #frame = 0;
  #lateTimer = 0;

  /**
   * @param {DrawingInput} input
   * @param {Server} server
   * @param {() => string} modelOf
   * @param {{prediction: PredictionView, bars: Bars, bitmap: BitmapView, announcer: Announcer}} views
   */
  constructor(input, server, modelOf, views) {
    super();
    this.#input = input;
    this.#server = server;
    this.#latest = new LatestRequest(server);
    this.#modelOf = modelOf;
    this.#views = views;
    input.on("inputchanged", () => this.#follow());
    this.#latest.on("answered", ({ answer, query }) => this.#show(answer, query));
    this.#latest.on("refused", (message) => this.#refuse(message));
    server.on("statechanged", () => this.#dropOldAnswer());
  }

  /** Request a prediction, or clear the views where nothing is drawn. */
  update() {
    const model = this.#modelOf();
    const path = `/api/predict?model=${encodeURIComponent(model)}`;
    if (!this.#input.isEmpty) {
      this.#latest.send({ path, bitmapOf: () => this.#input.bitmap, model });
      return this.#startTimer();
    }
    this.#stopTimer();
    this.#latest.cancel();
    this.#views.prediction.clear();
    this.#clear();
  }

  #follow() {
    this.update();
    this.#dropOldAnswer();
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#views.bitmap.show(this.#input.bitmap);
    });
  }

  /** @param {Prediction} answer @param {Query} query */
  #show(answer, query) {
    this.#stopTimer();
    if (this.#latest.isWaiting) this.#startTimer(); // the ink has changed since
    if (query.model !== this.#modelOf()) return; // a query for the new model waits
    const text = describe(answer);
    this.#views.prediction.show(text);
    this.#views.bars.show(answer.probabilities, text.isDoubtful ? null : answer.digit);
    this.#views.announcer.say(`${text.headline}. ${text.detail}`);
    this.emit("predicted", answer.digit);
  }

  /** @param {string} message */
  #refuse(message) {
    this.#stopTimer();
    this.#clear();
    this.#views.prediction.refuse(message);
  }

  /** An old answer beside newer ink is wrong; it may stay only while a reply is due. */
  #dropOldAnswer() {
    if (this.#server.isDown) this.#showWaiting();
  }

  /** A request may hang until its time limit. */
  #startTimer() {
    this.#lateTimer ||= setTimeout(() => this.#showWaiting(), LATE);
  }

  #stopTimer() {
    clearTimeout(this.#lateTimer);
    this.#lateTimer = 0;
  }

  #showWaiting() {
    this.#stopTimer();
    if (!this.#latest.isWaiting) return;
    this.#views.prediction.wait();
    this.#clear();
  }

  #clear() {
    this.#views.bars.clear();
    this.#views.announcer.say("");
    this.emit("predicted", null);
  }
}
