/** How many labeled drawings the room has of each digit, by how many people, and what is missing. */

import { find } from "../core/browser.js";
import { heldOutText } from "./text.js";

const ENOUGH = "All ten digits are there.";
const NOTHING = "Nothing drawn yet."; // with a label; the server then lists no digits

export class CoverageView {
  #element;

  /** @param {HTMLElement} element holds `[data-covered]` for each digit, `[data-missing]` and `[data-held-out]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {TeachState} state */
  show(state) {
    const most = Math.max(1, ...state.coverage.map(({ drawings }) => drawings));
    for (const each of state.coverage) this.#showDigit(each, most);
    const isEmpty = state.coverage.every(({ drawings }) => drawings === 0);
    const lack = state.missing ?? (isEmpty ? NOTHING : null);
    const missing = find("[data-missing]", this.#element);
    missing.toggleAttribute("data-lacks", lack !== null);
    put(missing, lack ?? ENOUGH);
    put(find("[data-warning]", this.#element), state.warning ?? "");
    put(find("[data-held-out]", this.#element), heldOutText(state));
  }

  /** @param {TeachDigit} covered @param {number} most drawings of any digit */
  #showDigit({ digit, drawings, people }, most) {
    const item = find(`[data-covered="${digit}"]`, this.#element);
    item.toggleAttribute("data-lacks", drawings === 0);
    item.style.setProperty("--share", (drawings / most).toFixed(3));
    put(find("[data-drawings]", item), drawings.toLocaleString("en"));
    put(find("[data-people]", item), people.toLocaleString("en"));
  }
}

/** @param {Element} part @param {string} text */
function put(part, text) {
  if (part.textContent !== text) part.textContent = text;
}
