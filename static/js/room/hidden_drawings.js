/** Drawings hidden by the presenter, and the list that shows them again. */

import { BASE_PATH, Emitter, find } from "../core/browser.js";
import { request } from "../core/server.js";
import { plainButton, Tile } from "./tiles.js";

const KEY = "inkwise.hidden";
const MOST = 60; // ids, the newest
const OK = 200;
const UNKNOWN = 404;

/**
 * The ids of hidden drawings, in localStorage: shared by all pages of the browser, kept over a reload.
 *
 * `hidden` also fires when another page has hidden a drawing.
 *
 * @extends {Emitter<{hidden: Drawing}>}
 */
export class HiddenDrawings extends Emitter {
  #storage;
  #send;
  /** @type {Set<string>} ids whose `hidden` event has fired */
  #known = new Set();

  /** @param {Pick<Storage, "getItem"|"setItem">} storage @param {Send} send */
  constructor(storage, send = request) {
    super();
    this.#storage = storage;
    this.#send = send;
  }

  /** @returns {string[]} */
  get ids() {
    try {
      const ids = JSON.parse(this.#storage.getItem(KEY) ?? "[]");
      return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
    } catch {
      return [];
    }
  }

  /** @param {string} id */
  async hide(id) {
    const reply = await this.#set(id, true);
    if (reply.status !== OK) return reply;
    this.#store([...this.ids.filter((other) => other !== id), id]);
    this.#emit(reply.body);
    return reply;
  }

  /** @param {string} id */
  async show(id) {
    const reply = await this.#set(id, false);
    if (reply.status === OK || reply.status === UNKNOWN) this.#forget(id);
    return reply;
  }

  /** Emit `hidden` for all stored drawings, the latest last, and for those that other pages hide later. */
  async follow() {
    window.addEventListener("storage", ({ key }) => key === BASE_PATH + KEY && this.#emitStored());
    await this.#emitStored();
  }

  async #emitStored() {
    for (const id of this.ids.filter((each) => !this.#known.has(each))) await this.#check(id);
  }

  /** Forget a drawing that is visible again or deleted. @param {string} id */
  async #check(id) {
    const path = `/api/room/drawings/${id}`;
    const { status } = await this.#send("GET", path);
    if (status === OK) return this.#forget(id);
    if (status !== UNKNOWN) return;
    const hidden = await this.#set(id, true); // returns the drawing, which GET does not
    if (hidden.status === OK) return this.#emit(hidden.body);
    if (hidden.status === UNKNOWN) this.#forget(id);
  }

  /** @param {string} id @param {boolean} isHidden @returns {Promise<Reply<Drawing>>} */
  #set(id, isHidden) {
    return this.#send("PATCH", `/api/room/drawings/${id}`, { body: { hidden: isHidden } });
  }

  /** @param {string} id */
  #forget(id) {
    this.#known.delete(id);
    this.#store(this.ids.filter((other) => other !== id));
  }

  /** @param {string[]} ids */
  #store(ids) {
    try {
      this.#storage.setItem(KEY, JSON.stringify(ids.slice(-MOST)));
    } catch {
      // The storage is full: the id is lost with the page.
    }
  }

  /** @param {Drawing} drawing */
  #emit(drawing) {
    this.#known.add(drawing.id);
    this.emit("hidden", drawing);
  }
}

/**
 * The hidden drawings, the latest first. `showwanted` carries an id.
 *
 * @extends {Emitter<{showwanted: string}>}
 */
export class HiddenList extends Emitter {
  #part;
  #list;
  /** @type {Map<string, Tile>} by id */
  #tiles = new Map();

  /** @param {HTMLElement} part hidden while its `[data-hidden-list]` is empty */
  constructor(part) {
    super();
    this.#part = part;
    this.#list = find("[data-hidden-list]", part);
  }

  /** @param {Drawing} drawing */
  add(drawing) {
    if (this.#tiles.has(drawing.id)) return;
    const tile = new Tile([plainButton("Show again", () => this.emit("showwanted", drawing.id))]);
    tile.show(drawing);
    this.#tiles.set(drawing.id, tile);
    this.#list.prepend(tile.element);
    this.#part.hidden = false;
  }

  /** @param {string} id */
  remove(id) {
    this.#tiles.get(id)?.element.remove();
    this.#tiles.delete(id);
    this.#part.hidden = this.#tiles.size === 0;
  }
}
