/**
 * Who this phone is in the room. The server knows it by a cookie; here is only what it says.
 *
 * Events: `joined` with {id, name, drawings} as detail, also when one's own drawings have changed; `renamed` with the
 * name as detail; `codewanted` with a sentence as detail ("" where no code was given yet), also where the browser has not
 * kept the cookie; `waiting` when the server cannot answer now: it is asked again by itself.
 */

import { isPassing, request } from "./request.js";

const FIRST_WAIT = 1_000; // milliseconds; doubled for each further try
const LONGEST_WAIT = 8_000;
const OK = 200;
const CREATED = 201;
const NOT_JOINED = 401;
const FORGOTTEN =
  "This browser keeps no cookies for this page, so the room cannot know whose drawings are yours. Allow them, or open " +
  "the page in another browser.";

export class Membership extends EventTarget {
  #ask;
  #code = null;
  #isAsked = false; // whether the person is asked for a code, and has given none since
  #tries = 0;
  #timer = null;
  #isBusy = false;
  #etag = null; // of what is known of one's own drawings

  /** @type {{id: string, name: string, drawings: object[]}|null} */
  me = null;

  constructor(ask = request) {
    super();
    this.#ask = ask;
  }

  /** Enter the room with the room's word, if there is one, or find out that this phone is in it. */
  enter(code) {
    this.#code = code;
    this.#isAsked = false;
    return this.enterAgain();
  }

  /** The same once more. A word that was refused is not tried again: each wrong one counts against the phone. */
  async enterAgain() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    clearTimeout(this.#timer);
    const answer = await this.#knock();
    this.#isBusy = false;
    this.#take(answer);
  }

  /** Ask whether there is news of one's own drawings. */
  async refresh() {
    const answer = await this.#ask("GET", "/api/room/me", { etag: this.#etag });
    if (answer.status !== OK) return; // nothing new, or nothing known: then it is asked again another time
    this.#etag = answer.etag;
    this.#welcome(answer.body);
  }

  /** @returns {Promise<string>} "" where the name is taken over, else a sentence that says why not */
  async rename(name) {
    const answer = await this.#ask("PATCH", "/api/room/me", { body: { name } });
    if (answer.status !== OK) return answer.message || "The server cannot be reached now. Try again in a moment.";
    this.me = { ...this.me, ...answer.body };
    this.dispatchEvent(new CustomEvent("renamed", { detail: this.me.name }));
    return "";
  }

  async #knock() {
    const known = await this.#ask("GET", "/api/room/me");
    if (known.status !== NOT_JOINED || this.#isAsked) return known;
    const joined = await this.#ask("POST", "/api/room/participants", { body: this.#code ? { code: this.#code } : {} });
    if (joined.status !== CREATED) return joined;
    // Each drawing of somebody whom nobody knows again would be one more who joins.
    const kept = await this.#ask("GET", "/api/room/me");
    return kept.status === NOT_JOINED ? { ...kept, message: FORGOTTEN, isForgotten: true } : joined;
  }

  #take(answer) {
    if (answer.status === OK || answer.status === CREATED) return this.#welcome(answer.body);
    if (!isPassing(answer)) {
      if (this.#isAsked) return false;
      this.#isAsked = true;
      const detail = this.#code || answer.isForgotten ? answer.message : "";
      return this.dispatchEvent(new CustomEvent("codewanted", { detail }));
    }
    this.dispatchEvent(new Event("waiting"));
    this.#timer = setTimeout(() => this.enterAgain(), Math.min(FIRST_WAIT * 2 ** this.#tries, LONGEST_WAIT));
    this.#tries += 1;
    return false;
  }

  #welcome(me) {
    this.#tries = 0;
    this.#isAsked = false;
    this.me = { drawings: [], ...me }; // somebody new has drawn nothing yet
    this.dispatchEvent(new CustomEvent("joined", { detail: this.me }));
  }
}
