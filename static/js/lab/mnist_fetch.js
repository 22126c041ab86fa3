/** The button that fetches all of MNIST, with its progress. */

import { Emitter, find } from "../core/browser.js";

const MEGABYTE = 1_000_000; // bytes

/** @extends {Emitter<{wanted: void}>} */
export class MnistFetchView extends Emitter {
  #element;
  #button;

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
    this.fail(fetch.reason ?? "");
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
