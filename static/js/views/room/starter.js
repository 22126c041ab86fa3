/** Start a round: a kind, and for two of them a digit. Tells `roundwanted` with {kind, digit} as detail. */

import { taskOf } from "../../room/words.js";

export class Starter extends EventTarget {
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
