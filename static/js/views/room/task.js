/** What is to be drawn now, as the page's headline. */

import { taskOf } from "../../room/words.js";

export class Task {
  #element;
  #shown = "";

  /** @param {HTMLElement} element holds `[data-task]` and `[data-task-hint]` */
  constructor(element) {
    this.#element = element;
  }

  /** @returns {boolean} whether the task is another one than before */
  show(round) {
    const { headline, hint } = taskOf(round);
    this.#element.dataset.round = round.kind;
    if (`${headline} ${hint}` === this.#shown) return false;
    this.#shown = `${headline} ${hint}`;
    this.#element.querySelector("[data-task]").textContent = headline;
    this.#element.querySelector("[data-task-hint]").textContent = hint;
    return true;
  }
}
