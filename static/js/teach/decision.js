/** Use the taught network, go back to the one used before, or keep it under a name. */

import { Emitter, find } from "../core/browser.js";
import { enable } from "./controls.js";
import { isActive } from "./feed.js";
import { decisionText } from "./text.js";

/** @typedef {"use"|"back"|"keep"} Decision */

/** @param {TeachState} state @returns {Set<Decision>} what acts now */
export function decisionsOf({ teaching, before }) {
  /** @type {Set<Decision>} */
  const decisions = new Set();
  const hasNetwork = Boolean(teaching?.result && teaching.model) && !isActive(teaching);
  if (hasNetwork && !teaching?.is_used) decisions.add("use");
  if (hasNetwork && !teaching?.kept_as) decisions.add("keep");
  if (before !== null) decisions.add("back");
  return decisions;
}

/** @extends {Emitter<{decided: Decision}>} */
export class DecisionView extends Emitter {
  #element;
  /** @type {Set<Decision>} */
  #decisions = new Set();
  #isBusy = false; // whether a press waits for its answer

  /** @param {HTMLElement} element holds a button with `data-press` for each decision */
  constructor(element) {
    super();
    this.#element = element;
    for (const name of /** @type {const} */ (["use", "back", "keep"])) {
      this.#button(name).addEventListener("click", () => {
        if (!this.#isBusy && this.#decisions.has(name)) this.emit("decided", name);
      });
    }
  }

  /** Take no press while a request is sent. @param {() => Promise<void>} send */
  async hold(send) {
    this.#isBusy = true;
    await send();
    this.#isBusy = false;
  }

  /** @param {TeachState} state */
  show(state) {
    this.#decisions = decisionsOf(state);
    for (const name of /** @type {const} */ (["use", "back", "keep"])) enable(this.#button(name), this.#decisions.has(name));
    this.#element.hidden = !state.teaching?.result && !this.#decisions.has("back");
    this.#element.toggleAttribute("data-used", Boolean(state.teaching?.is_used));
    const target = find("[data-back-to]", this.#button("back"));
    const before = state.before === null ? "" : ` to ${state.before}`;
    if (target.textContent !== before) target.textContent = before;
    const text = find("[data-decision-text]", this.#element);
    const sentence = decisionText(state);
    if (text.textContent !== sentence) text.textContent = sentence;
  }

  /** @param {string} sentence "" for none */
  showError(sentence) {
    find("[data-decision-error]", this.#element).textContent = sentence;
  }

  /** @param {Decision} name */
  #button(name) {
    return find(`[data-press="${name}"]`, this.#element);
  }
}
