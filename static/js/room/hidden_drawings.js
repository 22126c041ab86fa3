/** Drawings that the presenter has hidden, remembered in this browser, and the list to show them again. */

import { request } from "../core/http.js";
import { plainButton, Tile } from "./tiles.js";

const KEY = "inkwise.hidden";
const MOST = 60; // ids, the newest
const SHOWN = 200;
const UNKNOWN = 404;

/**
 * What the presenter has hidden, remembered in their browser: the wall and the presenter's page tell each other, and
 * a page that is loaded anew still offers to show it again. Only ids are kept; whose drawing is deleted is gone here too.
 *
 * Event: `hidden` with the drawing as detail, also when another page of this browser has hidden it.
 */
export class HiddenDrawings extends EventTarget {
  #storage;
  #ask;
  #told = new Set(); // ids

  /** @param {Storage} storage; @param {function} ask what sends the request */
  constructor(storage, ask = request) {
    super();
    this.#storage = storage;
    this.#ask = ask;
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

  /** Hide a drawing. @returns {Promise<object>} the answer */
  async hide(id) {
    const answer = await this.#set(id, true);
    if (answer.status !== SHOWN) return answer;
    this.#keep([...this.ids.filter((other) => other !== id), id]);
    this.#emit(answer.body);
    return answer;
  }

  /** Show it again. @returns {Promise<object>} the answer */
  async show(id) {
    const answer = await this.#set(id, false);
    if (answer.status === SHOWN || answer.status === UNKNOWN) this.#forget(id);
    return answer;
  }

  /** Tell all that are remembered and still hidden, the latest last, and those that other pages hide from now on. */
  async follow() {
    window.addEventListener("storage", ({ key }) => key === KEY && this.#find());
    await this.#find();
  }

  async #find() {
    for (const id of this.ids.filter((each) => !this.#told.has(each))) await this.#look(id);
  }

  /** A drawing that the server shows is not hidden any more; an unknown one has been deleted. */
  async #look(id) {
    const path = `/api/room/drawings/${id}`;
    const seen = await this.#ask("GET", path);
    if (seen.status === SHOWN) return this.#forget(id);
    if (seen.status !== UNKNOWN) return undefined;
    const hidden = await this.#set(id, true); // it is so already; only so the server shows it
    if (hidden.status === SHOWN) return this.#emit(hidden.body);
    return hidden.status === UNKNOWN ? this.#forget(id) : undefined;
  }

  #set(id, isHidden) {
    return this.#ask("PATCH", `/api/room/drawings/${id}`, { body: { hidden: isHidden } });
  }

  #forget(id) {
    this.#told.delete(id);
    this.#keep(this.ids.filter((other) => other !== id));
  }

  #keep(ids) {
    try {
      this.#storage.setItem(KEY, JSON.stringify(ids.slice(-MOST)));
    } catch {
      // Without room in the storage it is remembered as long as the page lives.
    }
  }

  #emit(drawing) {
    this.#told.add(drawing.id);
    this.dispatchEvent(new CustomEvent("hidden", { detail: drawing }));
  }
}

/** The drawings that were hidden, the latest first, each with a way back. Tells `showwanted` with the id. */
export class HiddenList extends EventTarget {
  #part;
  #list;
  #tiles = new Map(); // by the drawing's id

  /** @param {HTMLElement} part is shown where there is something in its `[data-hidden-list]` */
  constructor(part) {
    super();
    this.#part = part;
    this.#list = part.querySelector("[data-hidden-list]");
  }

  /** @param {object} drawing */
  add(drawing) {
    if (this.#tiles.has(drawing.id)) return;
    const back = plainButton("Show again", () => {
      this.dispatchEvent(new CustomEvent("showwanted", { detail: drawing.id }));
    });
    const tile = new Tile([back]);
    tile.show(drawing);
    this.#tiles.set(drawing.id, tile);
    this.#list.prepend(tile.element);
    this.#part.hidden = false;
  }

  /** The drawing is shown again, or has been deleted. */
  remove(id) {
    this.#tiles.get(id)?.element.remove();
    this.#tiles.delete(id);
    this.#part.hidden = this.#tiles.size === 0;
  }
}
