/** How many labeled drawings the room has of each digit, by how many people, and what is missing. */

import { find } from "../core/browser.js";
import { heldOutText } from "./teach_text.js";

const ENOUGH = "All ten digits are there.";

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
    const missing = find("[data-missing]", this.#element);
    missing.toggleAttribute("data-lacks", state.missing !== null);
    put(missing, state.missing === null ? ENOUGH : sentence(state.missing));
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

/** @param {string} text @returns {string} as a sentence: the server's begins with a small letter */
function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** @param {Element} part @param {string} text */
function put(part, text) {
  if (part.textContent !== text) part.textContent = text;
}
