/** The digits to train with, and the button that fetches all of MNIST. */

import { Emitter, find } from "../core/browser.js";

/** @import { Announcer } from "../core/browser.js" */

const MEGABYTE = 1_000_000; // bytes

/** How many digits there are. */
export class DataText {
  #element;
  #announcer;

  /** @param {HTMLElement} element @param {Announcer} announcer says a change */
  constructor(element, announcer) {
    this.#element = element;
    this.#announcer = announcer;
  }

  /** @param {LabState["data"]} data @returns {boolean} whether it has changed */
  show({ title, ...counts }) {
    const [trained, validated, tested] = [counts.train, counts.validation, counts.test].map((number) => number.toLocaleString("en"));
    const text = `${title}: ${trained} digits to train with, ${validated} to validate, ${tested} to test`;
    const known = this.#element.textContent;
    if (known === text) return false;
    if (known) this.#announcer.say(text);
    this.#element.textContent = text;
    return true;
  }
}

/**
 * The button that fetches all of MNIST, with its progress.
 *
 * @extends {Emitter<{wanted: void}>}
 */
export class MnistFetchView extends Emitter {
  #element;
  #button;
  /** @type {string|null} of the newest failure */
  #reason = null;

  /** @param {HTMLElement} element holds `[data-fetch-start]`, `[data-fetch-text]` and `[data-fetch-error]` */
  constructor(element) {
    super();
    this.#element = element;
    this.#button = find("[data-fetch-start]", element);
    this.#button.addEventListener("click", () => {
      if (this.#button.getAttribute("aria-disabled") !== "true") this.emit("wanted");
    });
  }

  /** @param {LabFetch|null} fetch null if all of MNIST is in use */
  show(fetch) {
    this.#element.hidden = !fetch;
    if (!fetch) return;
    this.#button.setAttribute("aria-disabled", String(fetch.is_running || isFetched(fetch)));
    find("[data-fetch-text]", this.#element).textContent = textOf(fetch);
    if (fetch.reason !== this.#reason) this.fail(fetch.reason ?? ""); // else a refusal of the server stays
    this.#reason = fetch.reason;
  }

  /** @param {string} sentence "" for none */
  fail(sentence) {
    const place = find("[data-fetch-error]", this.#element);
    if (place.textContent !== sentence) place.textContent = sentence; // announced once
  }
}

/** @param {LabFetch} fetch @returns {string} progress or outcome; "" before the start */
function textOf(fetch) {
  if (isFetched(fetch)) return "All of MNIST is here. It is used after the present run.";
  return fetch.is_running ? `${megabytes(fetch.received)} of ${megabytes(fetch.size)} MB` : "";
}

/** @param {LabFetch} fetch */
function isFetched({ is_running, received, size, reason }) {
  return !is_running && !reason && received === size;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.floor(bytes / MEGABYTE);
}
