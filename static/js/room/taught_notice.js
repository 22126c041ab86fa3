/** The notice that a taught network reads a drawing of this phone's which was misread: once for each notice. */

import { article } from "../core/format.js";

const KEY = "inkwise.taught"; // id of the notice that was shown

export class TaughtNotice {
  #storage;
  #shown = "";

  /** @param {Pick<Storage, "getItem"|"setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
    this.#shown = storage.getItem(KEY) ?? "";
  }

  /** @param {RoomState["taught"]} notice of the state @returns {string} a sentence to show, "" for none or one shown before */
  take(notice) {
    if (!notice || notice.id === this.#shown) return "";
    this.#shown = notice.id;
    try {
      this.#storage.setItem(KEY, notice.id);
    } catch {
      // The storage is full: shown again after the page is opened again.
    }
    const { label } = notice;
    return `Your ${label} is now read as ${article(label)} ${label}.`;
  }
}
