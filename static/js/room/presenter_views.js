/** The presenter's controls: starting a round, and importing drawings in parts. */

import { taskOf } from "../core/format.js";

/** Start a round: a kind, and for two of them a digit. Tells `roundwanted` with {kind, digit} as detail. */
export class RoundControls extends EventTarget {
  #element;
  #running = null; // the round that runs

  /** @param {HTMLElement} element holds buttons with `data-start` and ten radios */
  constructor(element) {
    super();
    this.#element = element;
    for (const button of element.querySelectorAll("[data-start]")) {
      button.addEventListener("click", () => this.#want(button.dataset.start));
    }
    element.addEventListener("change", () => {
      this.#describe();
      this.#mark();
    });
    this.#describe();
  }

  /** Mark the round that runs. */
  show(round) {
    this.#running = round;
    this.#mark();
  }

  /** "Runs now" stands only beside the digit that it runs with. */
  #mark() {
    const { kind, digit } = this.#running ?? {};
    for (const button of this.#element.querySelectorAll("[data-start]")) {
      const isOn = button.dataset.start === kind && (kind === "free" || digit === this.#digit);
      button.toggleAttribute("data-running", isOn);
    }
  }

  get #digit() {
    return Number(this.#element.querySelector("input:checked").value);
  }

  #want(kind) {
    const digit = kind === "free" ? null : this.#digit;
    this.dispatchEvent(new CustomEvent("roundwanted", { detail: { kind, digit } }));
  }

  #describe() {
    this.#element.querySelector("[data-ask-words]").textContent = taskOf({ kind: "ask", digit: this.#digit }).headline;
    this.#element.querySelector("[data-fool-words]").textContent = taskOf({ kind: "fool", digit: this.#digit }).hint;
  }
}

/** Sends a file of drawings in parts, cut between two lines: no file is too large, and the page can tell how far it is. */

const PART = 1_000_000; // bytes, some thousand drawings, read in seconds
const NEW_LINE = 10;
const OK = 200;
const MOST_PROBLEMS = 100; // told one by one
const UNREADABLE = "the browser cannot read the file (any more); choose it again";

/**
 * @param {Blob} file JSON Lines
 * @param {function(ArrayBuffer): Promise<{status, body, message}>} send one part
 * @param {function(number): void} tell the share that is done, 0 to 1
 * @param {number} size of a part in bytes
 * @returns {Promise<{found: object, message: string|null}>} what was read of the whole file, as the server tells it
 *   of a part; `message` is why it ended early, null where it did not
 */
export async function importInParts(file, send, tell, size = PART) {
  const found = { imported: 0, skipped: 0, left_out: 0, problems: [] };
  let start = 0, lines = 0;
  while (start < file.size) {
    const part = await takePart(file, start, size).catch(() => null); // it was moved, changed, or is a folder
    if (!part) return { found, message: UNREADABLE };
    const { status, body, message } = await send(part);
    if (status !== OK) return { found, message: message || "the server cannot be reached now" };
    add(found, body, lines);
    lines += countLines(part);
    start += part.byteLength;
    tell(start / file.size);
  }
  return { found, message: null };
}

/** @returns {Promise<ArrayBuffer>} whole lines from `start` on, or the rest of the file */
async function takePart(file, start, size) {
  const bytes = new Uint8Array(await file.slice(start, start + size).arrayBuffer());
  if (start + size >= file.size) return bytes.buffer;
  const end = bytes.lastIndexOf(NEW_LINE) + 1;
  return end ? bytes.slice(0, end).buffer : takePart(file, start, size * 2); // one line longer than a part
}

function countLines(part) {
  return new Uint8Array(part).reduce((count, byte) => count + (byte === NEW_LINE ? 1 : 0), 0);
}

function add(found, part, lines) {
  for (const name of ["imported", "skipped", "left_out"]) found[name] += part[name];
  const problems = part.problems.map(({ line, reason }) => ({ line: line + lines, reason }));
  found.problems = [...found.problems, ...problems].slice(0, MOST_PROBLEMS);
}
