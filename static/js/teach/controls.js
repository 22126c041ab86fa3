/** What to teach, and the buttons that begin and stop it. */

import { element, Emitter, find } from "../core/browser.js";
import { isActive } from "./feed.js";
import { statusText, timeText } from "./text.js";

/** @typedef {{base: string, wrong_labels: number}} TeachRequest */

const POISON = 30; // percent of the labels

/** @extends {Emitter<{teach: TeachRequest, stop: void}>} */
export class TeachControls extends Emitter {
  #element;
  #poison;
  /** @type {HTMLInputElement} */
  #wrongLabels;
  #isBusy = false; // whether a press waits for its answer
  #bases = "";

  /** @param {HTMLElement} form holds `[data-bases]`, `[data-wrong-labels]`, `[data-poison]` and the buttons */
  constructor(form) {
    super();
    this.#element = form;
    this.#wrongLabels = find("[data-wrong-labels]", form);
    this.#poison = find("[data-poison]", form);
    form.addEventListener("submit", (event) => event.preventDefault());
    this.#wrongLabels.addEventListener("input", () => this.#showPoison());
    this.#poison.addEventListener("click", () => {
      this.#wrongLabels.value = this.#percent === POISON ? "0" : String(POISON);
      this.#showPoison();
    });
    this.#button("teach").addEventListener("click", () => this.#press("teach"));
    this.#button("stop").addEventListener("click", () => this.#press("stop"));
  }

  /** Take no press while a request is sent. @param {() => Promise<void>} send */
  async hold(send) {
    this.#isBusy = true;
    await send();
    this.#isBusy = false;
  }

  /** @param {TeachState} state */
  show(state) {
    const { teaching } = state;
    const isRunning = isActive(teaching);
    this.#showBases(state);
    enable(this.#button("teach"), state.can_train && !state.problem && !isRunning);
    enable(this.#button("stop"), isRunning);
    put(find("[data-status-text]", this.#element), statusText(teaching, state));
    put(find("[data-time]", this.#element), timeText(teaching));
    const share = isRunning || teaching?.status === "stopped" ? (teaching?.share_done ?? 0) : Number(teaching?.status === "done");
    const progress = find("[data-progress]", this.#element);
    progress.style.setProperty("--share", share.toFixed(4));
    progress.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  /** @param {string} sentence "" for none */
  showError(sentence) {
    put(find("[data-bar-error]", this.#element), sentence);
  }

  get #percent() {
    return Number(this.#wrongLabels.value);
  }

  #showPoison() {
    this.#poison.setAttribute("aria-pressed", String(this.#percent === POISON));
  }

  /** Fill in the networks once. @param {TeachState} state */
  #showBases({ bases, base }) {
    const names = bases.map(({ name }) => name).join();
    if (names === this.#bases) return;
    this.#bases = names;
    const chosen = this.#base ?? base;
    find("[data-bases]", this.#element).replaceChildren(...bases.map((each) => choiceOf(each, each.name === chosen)));
  }

  /** @returns {string|undefined} */
  get #base() {
    return /** @type {HTMLInputElement|null} */ (this.#element.querySelector("[name=base]:checked"))?.value;
  }

  /** @param {"teach"|"stop"} name */
  #press(name) {
    if (this.#isBusy || this.#button(name).getAttribute("aria-disabled") === "true") return;
    if (name === "stop") return this.emit("stop");
    if (!this.#wrongLabels.value || !this.#wrongLabels.validity.valid) {
      this.showError("Wrong labels: enter whole percent from 0 to 100.");
      this.#wrongLabels.focus();
      return;
    }
    this.emit("teach", { base: this.#base ?? "", wrong_labels: this.#percent / 100 });
  }

  /** @param {"teach"|"stop"} name */
  #button(name) {
    return find(`[data-press="${name}"]`, this.#element);
  }
}

/** @param {{name: string, title: string}} base @param {boolean} isChosen */
function choiceOf({ name, title }, isChosen) {
  const input = element("input", { type: "radio", name: "base", value: name, autocomplete: "off" });
  input.checked = isChosen;
  const text = element("span.models__text", {}, element("span.models__name", { translate: "no" }, name), element("span.models__title", {}, title));
  return element("label.models__choice", {}, input, text);
}

/** @param {HTMLElement} button @param {boolean} isEnabled */
export function enable(button, isEnabled) {
  button.setAttribute("aria-disabled", String(!isEnabled));
}

/** @param {Element} part @param {string} text */
function put(part, text) {
  if (part.textContent !== text) part.textContent = text;
}
