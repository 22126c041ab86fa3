/** Predictions while the hand moves: at most one request under way, and only the newest input waits. */

import { describe } from "../core/format.js";
import { fetchAnswer } from "../core/http.js";

const TIME_LIMIT = 10_000; // milliseconds for one answer, unless told

/**
 * Ask the server one question after the other, live while the ink changes.
 *
 * At most one request is under way. Meanwhile only the newest wish is kept, so a slow server gets fewer
 * questions, never a queue of old ones; and answers come in the order of the ink. What could not be asked
 * is asked again when the server is seen to be ready.
 *
 * Events: `answered` with {answer, question} as detail, `refused` with one sentence as detail.
 */
export class LatestRequest extends EventTarget {
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
    const outcome = await fetchAnswer(question.path, question.bitmapOf?.() ?? null, control, this.#timeLimit);
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

const LATE = 1_500; // milliseconds without an answer after which an older one beside the ink is taken away

/** The pad with the network that reads it live: what the page to draw on and the room's page do alike. */
export class LivePrediction {
  #sheet;
  #latest;
  #server;
  #views;
  #modelOf;
  #frame = 0;
  #lateTimer = 0;

  /**
   * @param {Sheet} sheet what is read; @param {Server} server
   * @param {() => string} modelOf the name of the model that reads now
   * @param {{winner, bars, bitmap, announcer}} views what shows the answer
   */
  constructor(sheet, server, modelOf, views) {
    this.#sheet = sheet;
    this.#server = server;
    this.#latest = new LatestRequest(server);
    this.#modelOf = modelOf;
    this.#views = views;
    sheet.addEventListener("sheetchanged", () => this.#follow());
    this.#latest.addEventListener("answered", ({ detail }) => this.#show(detail));
    this.#latest.addEventListener("refused", ({ detail }) => this.#refuse(detail));
    server.addEventListener("statechanged", () => this.#dropOldAnswer());
  }

  /** Read what is on the sheet now, or show that nothing is. */
  read() {
    const model = this.#modelOf();
    const path = `/api/predict?model=${encodeURIComponent(model)}`;
    if (!this.#sheet.isEmpty) {
      this.#latest.ask({ path, bitmapOf: () => this.#sheet.bitmap, model });
      return this.#watch();
    }
    this.#rest();
    this.#latest.forget();
    this.#views.winner.clear();
    this.#wipe();
  }

  #follow() {
    this.read();
    this.#dropOldAnswer();
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#views.bitmap.show(this.#sheet.bitmap);
    });
  }

  #show({ answer, question }) {
    this.#rest();
    if (this.#latest.isWaiting) this.#watch(); // the ink has changed since
    if (question.model !== this.#modelOf()) return; // another one was chosen meanwhile, and asked
    const words = describe(answer);
    this.#views.winner.show(words);
    this.#views.bars.show(answer.probabilities, answer.digit, words.isDoubtful);
    this.#views.announcer.say(`${words.headline}. ${words.detail}`);
  }

  #refuse(sentence) {
    this.#rest();
    this.#wipe();
    this.#views.winner.refuse(sentence);
  }

  /** An old answer beside newer ink would be wrong; it is fine for the moment that an answer takes. */
  #dropOldAnswer() {
    if (["waking", "unreachable"].includes(this.#server.state)) this.#drop();
  }

  /** Nothing may come, and nothing say so, for as long as a request may take. */
  #watch() {
    this.#lateTimer ||= setTimeout(() => this.#drop(), LATE);
  }

  #rest() {
    clearTimeout(this.#lateTimer);
    this.#lateTimer = 0;
  }

  #drop() {
    this.#rest();
    if (!this.#latest.isWaiting) return;
    this.#views.winner.wait();
    this.#wipe();
  }

  #wipe() {
    this.#views.bars.clear();
    this.#views.announcer.say("");
  }
}
