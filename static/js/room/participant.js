/** The participant: joining the room, and an outbox that loses no drawing. */

import { BASE_PATH, Emitter, openStorage, uuid } from "../core/browser.js";
import { isTransient, request } from "../core/server.js";

const FIRST_JOIN_WAIT = 1_000; // milliseconds; doubled for each further try
const LONGEST_JOIN_WAIT = 8_000;
const OK = 200;
const CREATED = 201;
const NOT_JOINED = 401;
const CLOSED = "joining_closed"; // error code
const NO_COOKIES =
  "This browser blocks cookies, so the room cannot recognize you. Allow cookies for this page, or use another browser.";

const JOIN_KEY = "inkwise.join"; // in storage while joining: all tabs send it, and so become one participant
const ME_KEY = "inkwise.me"; // id and name in storage, so that a change reaches the other tabs

/** @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem">} MemberStorage */
/** @typedef {Reply<Me> & {isForgotten?: boolean}} JoinReply `isForgotten`: the browser dropped the cookie */

/**
 * Membership in the room, which a cookie identifies.
 *
 * `joined` also fires when the own drawings have changed, `roomchanged` before it where this is another room than last time. `codewanted` carries an error message, "" before the first
 * try. `waiting` fires before each retry.
 *
 * @extends {Emitter<{joined: Me, roomchanged: void, renamed: string, codewanted: string, waiting: void}>}
 */
export class Membership extends Emitter {
  #send;
  #storage;
  /** @type {string|null} */
  #code = null;
  #isAsked = false; // whether the user was asked for a code, and has not entered one since
  #tries = 0;
  #timer = 0;
  #isBusy = false;
  /** @type {string|null} */
  #etag = null;

  /** @type {Me|null} */
  me = null;

  /** @param {Send} send @param {MemberStorage} storage shared by the tabs of the browser */
  constructor(send = request, storage = openStorage()) {
    super();
    this.#send = send;
    this.#storage = storage;
    window.addEventListener("storage", ({ key }) => this.me && key === BASE_PATH + ME_KEY && this.refresh());
  }

  /** Join, or find out that the cookie is valid already. @param {string|null} code of the room, if it has one */
  enter(code) {
    this.#code = code;
    this.#isAsked = false;
    return this.enterAgain();
  }

  /** Join again. A rejected code is not sent twice: each counts against the rate limit. @returns {Promise<void>} */
  async enterAgain() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    clearTimeout(this.#timer);
    const code = this.#code;
    const reply = await this.#authenticate();
    this.#isBusy = false;
    if (code !== this.#code && reply.status !== OK && reply.status !== CREATED) return this.enterAgain(); // a newer code
    this.#take(reply);
  }

  /** Fetch name and drawings; join again where the room does not know the participant. */
  async refresh() {
    /** @type {Reply<Me>} */
    const reply = await this.#send("GET", "/api/room/me", { etag: this.#etag });
    if (reply.status === NOT_JOINED) return this.enterAgain();
    if (reply.status !== OK) return;
    this.#etag = reply.etag;
    this.#setMe(reply.body);
  }

  /** @param {string} name @returns {Promise<string>} an error message, or "" */
  async rename(name) {
    let reply = await this.#sendName(name);
    if (reply.status === NOT_JOINED) {
      await this.enterAgain();
      reply = await this.#sendName(name);
    }
    if (reply.status !== OK) return reply.message || "The server cannot be reached. Try again in a moment.";
    this.me = { ...this.me, ...reply.body };
    this.#share();
    this.emit("renamed", this.me.name);
    return "";
  }

  /** @param {string} name @returns {Promise<Reply<Me>>} */
  #sendName(name) {
    return this.#send("PATCH", "/api/room/me", { body: { name } });
  }

  /** @returns {Promise<JoinReply>} */
  async #authenticate() {
    // Stored before the first request and read after it: meanwhile tabs that open at once see the same key.
    if (!this.#storage.getItem(JOIN_KEY)) this.#store(JOIN_KEY, uuid());
    /** @type {Reply<Me>} */
    const known = await this.#send("GET", "/api/room/me");
    if (known.status !== NOT_JOINED || this.#isAsked) return known;
    const body = { key: this.#storage.getItem(JOIN_KEY), ...(this.#code ? { code: this.#code } : {}) };
    /** @type {Reply<Me>} */
    const joined = await this.#send("POST", "/api/room/participants", { body });
    if (joined.status !== CREATED) return joined;
    // Without the cookie, each drawing would add a participant. Another tab may have replaced it.
    /** @type {Reply<Me>} */
    const kept = await this.#send("GET", "/api/room/me");
    if (kept.status === NOT_JOINED) return { ...kept, message: NO_COOKIES, isForgotten: true };
    return kept.status === OK ? kept : joined;
  }

  /** @param {JoinReply} reply */
  #take(reply) {
    if (reply.status === OK || reply.status === CREATED) return this.#setMe(reply.body);
    if (!isTransient(reply)) {
      if (this.#isAsked) return;
      this.#isAsked = true;
      this.me = null;
      this.emit("codewanted", this.#code || reply.isForgotten || reply.code === CLOSED ? reply.message : "");
      return;
    }
    this.emit("waiting");
    this.#timer = setTimeout(() => this.enterAgain(), Math.min(FIRST_JOIN_WAIT * 2 ** this.#tries, LONGEST_JOIN_WAIT));
    this.#tries += 1;
  }

  /** @param {Me} me */
  #setMe(me) {
    this.#tries = 0;
    this.#isAsked = false;
    const known = this.me?.id ?? this.#storage.getItem(ME_KEY)?.split(" ")[0];
    this.me = { ...me, drawings: me.drawings ?? [] }; // a new participant has none
    this.#storage.removeItem(JOIN_KEY);
    this.#share();
    if (known && known !== me.id) this.emit("roomchanged");
    this.emit("joined", this.me);
  }

  /** Tell the other tabs. */
  #share() {
    if (this.me) this.#store(ME_KEY, `${this.me.id} ${this.me.name}`);
  }

  /** @param {string} key @param {string} text */
  #store(key, text) {
    try {
      this.#storage.setItem(key, text);
    } catch {
      // The storage is full: other tabs do not learn of it.
    }
  }
}

const KEY = "inkwise.outbox";
const FIRST_SEND_WAIT = 1_000; // milliseconds before the first retry; doubled for each further one
const LONGEST_SEND_WAIT = 10_000;
const DELETED = 410;
const MOST_KEPT = 50; // parcels

/** @typedef {Pick<Storage, "getItem"|"setItem">} ParcelStorage */

/**
 * Drawings to send. Each stays in storage until the server has accepted or rejected it, so outages and reloads lose
 * none; its id is made here, so none counts twice.
 *
 * `kept`: not sent, `message` is the server's, "" where unreachable. `refused`: rejected, `isDeleted` where the
 * participant has deleted it. `unjoined`: the server does not know the participant.
 *
 * @extends {Emitter<{sending: {parcel: Parcel, isRetry: boolean}, delivered: {parcel: Parcel, drawing: Drawing},
 *   kept: {parcel: Parcel, message: string}, refused: {parcel: Parcel, message: string, code?: string, isDeleted: boolean},
 *   unjoined: void}>}
 */
export class Outbox extends Emitter {
  #storage;
  #send;
  /** @type {Promise<boolean>|null} */
  #inFlight = null;
  #tries = 0;
  #timer = 0;
  /** @type {Parcel[]} parcels that did not fit into the storage */
  #unstored = [];

  /** @param {ParcelStorage} storage @param {Send} send */
  constructor(storage, send = request) {
    super();
    this.#storage = storage;
    this.#send = send;
  }

  /** @returns {Parcel[]} the oldest first */
  get parcels() {
    return [...readParcels(this.#storage), ...this.#unstored];
  }

  /**
   * Store a drawing and send it.
   *
   * @param {Omit<Parcel, "id">} drawing @returns {string|null} id; null where the outbox is full
   */
  add({ strokes, label, round, kind }) {
    if (this.parcels.length >= MOST_KEPT) return null;
    const parcel = { id: uuid(), strokes, label, round, kind };
    if (!writeParcels(this.#storage, [...readParcels(this.#storage), parcel])) this.#unstored.push(parcel);
    this.flush();
    return parcel.id;
  }

  /** Send all parcels now, one after the other. */
  async flush() {
    if (this.#inFlight) return;
    clearTimeout(this.#timer);
    this.#inFlight = this.#sendParcels();
    const isDone = await this.#inFlight;
    this.#inFlight = null;
    if (!isDone) return this.#tryLater();
    if (this.parcels.length) await this.flush(); // added meanwhile
  }

  /** Delete all parcels, and wait for a request in flight. */
  async discard() {
    this.#unstored = [];
    writeParcels(this.#storage, []);
    await this.#inFlight;
  }

  /** @returns {Promise<boolean>} whether all were sent */
  async #sendParcels() {
    let goesOn = true;
    while (goesOn && this.parcels.length) goesOn = await this.#sendParcel(this.parcels[0]);
    return goesOn;
  }

  /** @param {Parcel} parcel @returns {Promise<boolean>} whether to go on */
  async #sendParcel(parcel) {
    this.emit("sending", { parcel, isRetry: this.#tries > 0 });
    const { id, strokes, label, round } = parcel;
    /** @type {Reply<Drawing>} */
    const reply = await this.#send("PUT", `/api/room/drawings/${id}`, { body: { strokes, label, round } });
    if (reply.status === NOT_JOINED) {
      this.emit("unjoined");
      return false;
    }
    if (isTransient(reply) || isBlank(reply)) {
      this.emit("kept", { parcel, message: reply.message });
      return false;
    }
    this.#remove(id);
    this.#tries = 0;
    if (reply.status < 300) this.emit("delivered", { parcel, drawing: reply.body });
    else this.#refuse(parcel, reply);
    return true;
  }

  /** @param {Parcel} parcel @param {Reply<unknown>} reply */
  #refuse(parcel, { status, message, code }) {
    this.emit("refused", { parcel, message, code, isDeleted: status === DELETED });
  }

  #tryLater() {
    const wait = Math.min(FIRST_SEND_WAIT * 2 ** this.#tries, LONGEST_SEND_WAIT);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.flush(), wait * (0.8 + 0.4 * Math.random()));
  }

  /** @param {string} id */
  #remove(id) {
    /** @param {Parcel} parcel */
    const isOther = (parcel) => parcel.id !== id;
    this.#unstored = this.#unstored.filter(isOther);
    writeParcels(this.#storage, readParcels(this.#storage).filter(isOther));
  }
}

/** The server confirms with the stored drawing; proxies may send an empty 200. @param {Reply<Drawing>} reply */
function isBlank({ status, body }) {
  return status < 300 && !body;
}

/** Other tabs change the same storage. @param {ParcelStorage} storage @returns {Parcel[]} */
function readParcels(storage) {
  try {
    const parcels = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(parcels) ? parcels.filter((parcel) => parcel?.id && Array.isArray(parcel.strokes)) : [];
  } catch {
    return [];
  }
}

/** @param {ParcelStorage} storage @param {Parcel[]} parcels @returns {boolean} whether they fit */
function writeParcels(storage, parcels) {
  try {
    storage.setItem(KEY, JSON.stringify(parcels));
    return true;
  } catch {
    return false;
  }
}
