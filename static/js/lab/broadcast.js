/** What the presenter shows of the lab to wall and phones. */

import { Emitter, find } from "../core/browser.js";

/** @typedef {{shown?: boolean, asking?: boolean}} Wanted */

const RUNNING = ["waiting", "training", "paused"];

/** @extends {Emitter<{wanted: Wanted}>} */
export class BroadcastControls extends Emitter {
  #element;
  #show;
  #ask;
  /** @type {LabBroadcast} */
  #state = { shown: false, asking: false, guesses: 0 };
  #isRunning = false;

  /** @param {HTMLElement} element holds `[data-show-run]`, `[data-ask-guesses]` and `[data-guess-count]` */
  constructor(element) {
    super();
    this.#element = element;
    this.#show = find("[data-show-run]", element);
    this.#ask = find("[data-ask-guesses]", element);
    this.#show.addEventListener("click", () => this.emit("wanted", { shown: !this.#state.shown }));
    this.#ask.addEventListener("click", () => {
      if (!this.#isRunning) this.emit("wanted", { asking: !this.#state.asking });
    });
  }

  /** @param {LabBroadcast} state @param {LabRun|null} run */
  show(state, run) {
    this.#state = state;
    this.#isRunning = run !== null && RUNNING.includes(run.status);
    this.#show.setAttribute("aria-pressed", String(state.shown));
    this.#ask.setAttribute("aria-pressed", String(state.asking));
    this.#ask.setAttribute("aria-disabled", String(this.#isRunning));
    const count = find("[data-guess-count]", this.#element);
    const text = countText(state);
    if (count.textContent !== text) count.textContent = text;
  }
}

/** @param {LabBroadcast} state */
function countText({ asking, guesses }) {
  if (!asking && !guesses) return "";
  return `${guesses.toLocaleString("en")} ${guesses === 1 ? "guess" : "guesses"}${asking ? ", open until you press Train" : ""}`;
}
