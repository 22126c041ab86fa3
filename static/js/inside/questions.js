/** The questions of the page Inside, each with an asker of its own, so that a slow one holds up no other. */

import { Asker } from "../answers/asker.js";

const TIME_LIMIT = 30_000; // milliseconds for one answer; the first look into a network compiles it

/**
 * Events: `answered` with {name, answer} as detail, `refused` with {name, sentence}.
 */
export class Questions extends EventTarget {
  #askers = {};

  /** @param {Server} server; @param {string[]} names of the questions */
  constructor(server, names) {
    super();
    for (const name of names) {
      this.#askers[name] = new Asker(server, TIME_LIMIT);
      const tell = (kind, detail) => this.dispatchEvent(new CustomEvent(kind, { detail }));
      this.#askers[name].addEventListener("answered", ({ detail: { answer } }) => tell("answered", { name, answer }));
      this.#askers[name].addEventListener("refused", ({ detail: sentence }) => tell("refused", { name, sentence }));
    }
  }

  /** @returns {string[]} the questions whose newest answer is still to come */
  get waiting() {
    return Object.keys(this.#askers).filter((name) => this.#askers[name].isWaiting);
  }

  /**
   * @param {string} name of the question
   * @param {string} path
   * @param {Object<string, *>} query what is null or empty is left out
   * @param {Uint8Array|null} bitmap what is posted; null for a GET
   */
  ask(name, path, query, bitmap) {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
    const text = new URLSearchParams(given).toString();
    this.#askers[name].ask({ path: text ? `${path}?${text}` : path, bitmapOf: () => bitmap });
  }

  /** Want no answer to these questions any more. */
  forget(...names) {
    for (const name of names) this.#askers[name].forget();
  }
}
