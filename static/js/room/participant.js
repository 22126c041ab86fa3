/** This phone as a participant of the room: joining, and sending drawings so that none is lost. */

import { uuid } from "../core/browser.js";
import { isTransient, request } from "../core/http.js";

const FIRST_JOIN_WAIT = 1_000; // milliseconds; doubled for each further try
const LONGEST_JOIN_WAIT = 8_000;
const OK = 200;
const CREATED = 201;
const NOT_JOINED = 401;
const FORGOTTEN =
  "This browser keeps no cookies for this page, so the room cannot know whose drawings are yours. Allow them, or open " +
  "the page in another browser.";

/**
 * Who this phone is in the room. The server knows it by a cookie; here is only what it says.
 *
 * Events: `joined` with {id, name, drawings} as detail, also when one's own drawings have changed; `renamed` with the
 * name as detail; `codewanted` with a sentence as detail ("" where no code was given yet), also where the browser has not
 * kept the cookie; `waiting` when the server cannot answer now: it is asked again by itself.
 */
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
    const answer = await this.#authenticate();
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

  async #authenticate() {
    const known = await this.#ask("GET", "/api/room/me");
    if (known.status !== NOT_JOINED || this.#isAsked) return known;
    const joined = await this.#ask("POST", "/api/room/participants", { body: this.#code ? { code: this.#code } : {} });
    if (joined.status !== CREATED) return joined;
    // Without a stored cookie, each drawing would add another participant.
    const kept = await this.#ask("GET", "/api/room/me");
    return kept.status === NOT_JOINED ? { ...kept, message: FORGOTTEN, isForgotten: true } : joined;
  }

  #take(answer) {
    if (answer.status === OK || answer.status === CREATED) return this.#welcome(answer.body);
    if (!isTransient(answer)) {
      if (this.#isAsked) return false;
      this.#isAsked = true;
      const detail = this.#code || answer.isForgotten ? answer.message : "";
      return this.dispatchEvent(new CustomEvent("codewanted", { detail }));
    }
    this.dispatchEvent(new Event("waiting"));
    this.#timer = setTimeout(() => this.enterAgain(), Math.min(FIRST_JOIN_WAIT * 2 ** this.#tries, LONGEST_JOIN_WAIT));
    this.#tries += 1;
    return false;
  }

  #welcome(me) {
    this.#tries = 0;
    this.#isAsked = false;
    this.me = { drawings: [], ...me }; // a new participant has no drawings
    this.dispatchEvent(new CustomEvent("joined", { detail: this.me }));
  }
}

const KEY = "inkwise.outbox";
const FIRST_SEND_WAIT = 1_000; // milliseconds before a parcel that could not be sent is tried again; doubled each time
const LONGEST_SEND_WAIT = 10_000;
const DELETED = 410;
const MOST_KEPT = 50; // parcels; more than a patient hand draws in an outage

/**
 * Drawings on their way to the room. Each is kept in the browser's storage before it is sent, and taken out only
 * when the server has said what became of it; so neither an outage nor a reload loses one, and none is counted
 * twice, because its name was made here.
 *
 * Events, with the parcel in the detail: `sending` (+ isRetry), `delivered` (+ drawing), `kept` (+ message: the server's
 * sentence, "" where it was out of reach), `refused` (+ message, isDeleted: its
 * own hand has deleted it; never to be sent again); `unjoined` without a
 * detail: the server does not know this phone (any more).
 */
export class Outbox extends EventTarget {
  #storage;
  #ask;
  #underWay = null; // a promise while something is sent
  #tries = 0;
  #timer = null;
  #unstored = []; // parcels that the browser would not store

  /** @param {Storage} storage where parcels lie; @param {function} ask what sends the request */
  constructor(storage, ask = request) {
    super();
    this.#storage = storage;
    this.#ask = ask;
  }

  /** @returns {{id, strokes, label, round, kind}[]} what waits, the oldest first */
  get parcels() {
    return [...readParcels(this.#storage), ...this.#unstored];
  }

  /**
   * Keep a drawing and send it as soon as possible.
   *
   * @param {object} drawing `round` is the id of the round that it was drawn for, `kind` that round's kind: the
   *   server needs no telling, but the page's words do
   * @returns {string|null} its id, or null where too many wait already
   */
  add({ strokes, label, round, kind }) {
    if (this.parcels.length >= MOST_KEPT) return null;
    const parcel = { id: uuid(), strokes, label, round, kind };
    if (!writeParcels(this.#storage, [...readParcels(this.#storage), parcel])) this.#unstored.push(parcel);
    this.flush();
    return parcel.id;
  }

  /** Send what waits, one after the other, now. */
  async flush() {
    if (this.#underWay) return;
    clearTimeout(this.#timer);
    this.#underWay = this.#sendAll();
    const isDone = await this.#underWay;
    this.#underWay = null;
    if (!isDone) return this.#tryLater();
    return this.parcels.length ? this.flush() : undefined; // one that came just now
  }

  /** Throw away what waits. What is just being sent has arrived when this ends, or never will. */
  async discard() {
    this.#unstored = [];
    writeParcels(this.#storage, []);
    await this.#underWay;
  }

  /** @returns {Promise<boolean>} whether nothing waits any more */
  async #sendAll() {
    let goesOn = true;
    while (goesOn && this.parcels.length) goesOn = await this.#send(this.parcels[0]);
    return goesOn;
  }

  async #send(parcel) {
    this.#emit("sending", { parcel, isRetry: this.#tries > 0 });
    const { id, strokes, label, round } = parcel;
    const answer = await this.#ask("PUT", `/api/room/drawings/${id}`, { body: { strokes, label, round } });
    if (answer.status === NOT_JOINED) return this.#stay("unjoined");
    if (isTransient(answer) || isBlank(answer)) return this.#stay("kept", { parcel, message: answer.message });
    this.#remove(id);
    this.#tries = 0;
    const isDelivered = answer.status < 300;
    if (isDelivered) this.#emit("delivered", { parcel, drawing: answer.body });
    else this.#emit("refused", { parcel, message: answer.message, isDeleted: answer.status === DELETED });
    return true;
  }

  #stay(event, detail) {
    this.#emit(event, detail);
    return false;
  }

  #tryLater() {
    const wait = Math.min(FIRST_SEND_WAIT * 2 ** this.#tries, LONGEST_SEND_WAIT);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.flush(), wait * (0.8 + 0.4 * Math.random()));
  }

  #remove(id) {
    const isOther = (parcel) => parcel.id !== id;
    this.#unstored = this.#unstored.filter(isOther);
    writeParcels(this.#storage, readParcels(this.#storage).filter(isOther));
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** @returns {boolean} whether it says yes and nothing else: the server tells what it has stored */
function isBlank({ status, body }) {
  return status < 300 && !body;
}

/** Read anew each time: another tab of the same phone has the same storage. */
function readParcels(storage) {
  try {
    const parcels = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(parcels) ? parcels.filter((parcel) => parcel?.id && Array.isArray(parcel.strokes)) : [];
  } catch {
    return [];
  }
}

/** @returns {boolean} whether they are stored; some browsers store nothing, and none without end */
function writeParcels(storage, parcels) {
  try {
    storage.setItem(KEY, JSON.stringify(parcels));
    return true;
  } catch {
    return false;
  }
}
