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

import { uuid } from "./random.js";
import { isPassing, request } from "./request.js";

const KEY = "inkwise.outbox";
const FIRST_WAIT = 1_000; // milliseconds before a parcel that could not be sent is tried again; doubled each time
const LONGEST_WAIT = 10_000;
const NOT_JOINED = 401;
const DELETED = 410;
const MOST_KEPT = 50; // parcels; more than a patient hand draws in an outage

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
    this.#tell("sending", { parcel, isRetry: this.#tries > 0 });
    const { id, strokes, label, round } = parcel;
    const answer = await this.#ask("PUT", `/api/room/drawings/${id}`, { body: { strokes, label, round } });
    if (answer.status === NOT_JOINED) return this.#stay("unjoined");
    if (isPassing(answer) || isBlank(answer)) return this.#stay("kept", { parcel, message: answer.message });
    this.#remove(id);
    this.#tries = 0;
    const isDelivered = answer.status < 300;
    if (isDelivered) this.#tell("delivered", { parcel, drawing: answer.body });
    else this.#tell("refused", { parcel, message: answer.message, isDeleted: answer.status === DELETED });
    return true;
  }

  #stay(event, detail) {
    this.#tell(event, detail);
    return false;
  }

  #tryLater() {
    const wait = Math.min(FIRST_WAIT * 2 ** this.#tries, LONGEST_WAIT);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.flush(), wait * (0.8 + 0.4 * Math.random()));
  }

  #remove(id) {
    const isOther = (parcel) => parcel.id !== id;
    this.#unstored = this.#unstored.filter(isOther);
    writeParcels(this.#storage, readParcels(this.#storage).filter(isOther));
  }

  #tell(name, detail) {
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
