/** The presenter's controls: starting a round, naming the Wi-Fi, importing drawings, and the server's reports in words. */

import { Emitter, find } from "../core/browser.js";
import { count, taskOf } from "../core/format.js";

/**
 * Starts rounds.
 *
 * @extends {Emitter<{roundwanted: Task}>}
 */
export class RoundControls extends Emitter {
  #element;
  /** @type {NodeListOf<HTMLElement>} */
  #buttons;
  /** @type {Task|null} */
  #running = null;

  /** @param {HTMLElement} element holds buttons with `data-start` and ten radios */
  constructor(element) {
    super();
    this.#element = element;
    this.#buttons = element.querySelectorAll("[data-start]");
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.#want(/** @type {RoundKind} */ (button.dataset.start)));
    }
    element.addEventListener("change", () => this.#describe());
    this.#describe();
  }

  /** @param {Task} round that runs; the first one's digit is chosen */
  show(round) {
    if (!this.#running && round.digit !== null) this.#choose(round.digit);
    this.#running = round;
    for (const button of this.#buttons) {
      const isOn = button.dataset.start === round.kind;
      button.toggleAttribute("data-running", isOn);
      button.setAttribute("aria-current", String(isOn));
      const text = round.digit === null ? "running" : `running: ${round.digit}`; // another digit may be chosen
      find("[data-running-text]", button).textContent = isOn ? text : "";
    }
  }

  /** @param {number} digit */
  #choose(digit) {
    /** @type {HTMLInputElement} */
    const radio = find(`input[value="${digit}"]`, this.#element);
    radio.checked = true;
    this.#describe();
  }

  get #digit() {
    /** @type {HTMLInputElement} */
    const radio = find("input:checked", this.#element);
    return Number(radio.value);
  }

  /** @param {RoundKind} kind */
  #want(kind) {
    this.emit("roundwanted", { kind, digit: kind === "free" ? null : this.#digit });
  }

  #describe() {
    find("[data-ask-text]", this.#element).textContent = taskOf({ kind: "ask", digit: this.#digit }).headline;
    find("[data-fool-text]", this.#element).textContent = taskOf({ kind: "fool", digit: this.#digit }).hint;
  }
}

/**
 * The name and the password of the Wi-Fi that the wall shows.
 *
 * @extends {Emitter<{wifiwanted: Wifi}>}
 */
export class WifiForm extends Emitter {
  /** @type {HTMLInputElement} */
  #name;
  /** @type {HTMLInputElement} */
  #password;
  #isEdited = false; // since the last save

  /** @param {HTMLElement} form holds `[data-wifi-name-field]` and `[data-wifi-password-field]` */
  constructor(form) {
    super();
    this.#name = find("[data-wifi-name-field]", form);
    this.#password = find("[data-wifi-password-field]", form);
    form.addEventListener("input", () => (this.#isEdited = true));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.emit("wifiwanted", { name: this.#name.value, password: this.#password.value });
    });
  }

  /** Show the room's Wi-Fi, unless the presenter is typing another. @param {Wifi|null} wifi */
  show(wifi) {
    if (this.#isEdited) return;
    this.#name.value = wifi?.name ?? "";
    this.#password.value = wifi?.password ?? "";
  }

  /** The room has taken what is typed. */
  settle() {
    this.#isEdited = false;
  }
}

const PART = 1_000_000; // bytes, some thousand drawings
const NEW_LINE = 10;
const OK = 200;
const MOST_PROBLEMS = 100;
const UNREADABLE = "The browser cannot read the file. Choose it again.";
const UNREACHABLE = "The server cannot be reached.";

/**
 * Upload a file in parts, split between lines.
 *
 * @param {Blob} file JSON Lines
 * @param {(part: ArrayBuffer) => Promise<{status: number, body: ImportReport, message: string}>} send
 * @param {(share: number) => void} onProgress share from 0 to 1
 * @param {number} size of a part in bytes
 * @returns {Promise<{found: ImportReport, message: string|null}>} report on the whole file; `message` where it failed
 */
export async function importInParts(file, send, onProgress, size = PART) {
  /** @type {ImportReport} */
  const found = { imported: 0, skipped: 0, expired: 0, left_out: 0, problems: [] };
  let start = 0;
  let lines = 0;
  while (start < file.size) {
    const part = await takePart(file, start, size).catch(() => null); // moved, changed, or a folder
    if (!part) return { found, message: UNREADABLE };
    const { status, body, message } = await send(part);
    if (status !== OK) return { found, message: message || UNREACHABLE };
    add(found, body, lines);
    lines += countLines(part);
    start += part.byteLength;
    onProgress(start / file.size);
  }
  return { found, message: null };
}

/** @param {Blob} file @param {number} start @param {number} size @returns {Promise<ArrayBuffer>} whole lines */
async function takePart(file, start, size) {
  const bytes = new Uint8Array(await file.slice(start, start + size).arrayBuffer());
  if (start + size >= file.size) return bytes.buffer;
  const end = bytes.lastIndexOf(NEW_LINE) + 1;
  return end ? bytes.slice(0, end).buffer : takePart(file, start, size * 2); // a line longer than a part
}

/** @param {ArrayBuffer} part */
function countLines(part) {
  return new Uint8Array(part).reduce((count, byte) => count + (byte === NEW_LINE ? 1 : 0), 0);
}

/** @param {ImportReport} found @param {ImportReport} part @param {number} lines before the part */
function add(found, part, lines) {
  for (const name of /** @type {const} */ (["imported", "skipped", "expired", "left_out"])) found[name] += part[name];
  const problems = part.problems.map(({ line, reason }) => ({ line: line + lines, reason }));
  found.problems = [...found.problems, ...problems].slice(0, MOST_PROBLEMS);
}

const SHOWN_LINES = 3; // by their numbers

/** @param {ImportReport} report @returns {string} */
export function importSummary({ imported, skipped, expired, left_out: leftOut, problems }) {
  const sentences = [`${count(imported, "drawing")} imported.`];
  if (skipped) sentences.push(`${count(skipped, "drawing")} already in the room, or deleted from it.`);
  if (expired) sentences.push(`${count(expired, "drawing")} too old to keep: start Inkwise with --retention-days 0 to import them.`);
  if (!leftOut) return sentences.join(" ");
  const shown = problems.slice(0, SHOWN_LINES).map(({ line }) => line);
  const lines = [...shown, ...(leftOut > shown.length ? [`${leftOut - shown.length} more`] : [])].join(", ");
  return [...sentences, `${count(leftOut, "line")} left out, which Inkwise cannot read as drawings: ${lines}.`].join(" ");
}

/** @param {ServerMetrics} status @returns {string} what the room cannot do without its network; "" where it is loaded */
export function modelAlarm({ default_model: status, models }) {
  if (status !== "failed" || models?.loading) return "";
  return models?.warm
    ? "The default network could not be loaded: phones cannot send."
    : "No network could be loaded: there are no predictions, and phones cannot send.";
}

const MINUTE = 60; // seconds
const HOUR = 3600; // seconds

/** @param {ServerMetrics} status of GET /api/status @returns {string} "up 12 min · 31.0 predictions per second · ..." */
export function statusSummary(status) {
  const { loading = 0, failed = 0 } = status.models ?? {};
  /** @type {[number|null|undefined, (value: number) => string][]} */
  const parts = [
    [status.uptime_s, (value) => `up ${duration(value)}`],
    [status.predictions_per_second, (value) => `${value.toFixed(1)} predictions per second`],
    [status.p95_ms, (value) => `95 % within ${value < 10 ? value.toFixed(1) : Math.round(value)} ms`],
    [status.queue, (value) => `${value} waiting`],
    [status.rejections, (value) => `${value} rejected in the last minute`],
    [status.memory_mb, (value) => `${Math.round(value)} MB`],
  ];
  const known = parts.flatMap(([value, write]) => (typeof value === "number" ? [write(value)] : []));
  const models = [loading && `${count(loading, "model")} loading`, failed && `${count(failed, "model")} failed`];
  return [...models.filter(Boolean), ...known].join(" · ");
}

/** @param {number} seconds @returns {string} "45 s", "12 min", "3 h 05 min" */
export function duration(seconds) {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / MINUTE);
  if (seconds < HOUR) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
