/** The pad with the network that reads it live: what the page to draw on and the room's page do alike. */

import { Asker } from "./asker.js";
import { describe } from "./words.js";

const LATE = 1_500; // milliseconds without an answer after which an older one beside the ink is taken away

export class LiveReading {
  #sheet;
  #asker;
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
    this.#asker = new Asker(server);
    this.#modelOf = modelOf;
    this.#views = views;
    sheet.addEventListener("sheetchanged", () => this.#follow());
    this.#asker.addEventListener("answered", ({ detail }) => this.#show(detail));
    this.#asker.addEventListener("refused", ({ detail }) => this.#refuse(detail));
    server.addEventListener("statechanged", () => this.#dropOldAnswer());
  }

  /** Read what is on the sheet now, or show that nothing is. */
  read() {
    const model = this.#modelOf();
    const path = `/api/predict?model=${encodeURIComponent(model)}`;
    if (!this.#sheet.isEmpty) {
      this.#asker.ask({ path, bitmapOf: () => this.#sheet.bitmap, model });
      return this.#watch();
    }
    this.#rest();
    this.#asker.forget();
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
    if (this.#asker.isWaiting) this.#watch(); // the ink has changed since
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
    if (!this.#asker.isWaiting) return;
    this.#views.winner.wait();
    this.#wipe();
  }

  #wipe() {
    this.#views.bars.clear();
    this.#views.announcer.say("");
  }
}
