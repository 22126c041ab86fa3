/** A view that has something to show only where there is an answer; until then it says what it waits for. */

export class Panel {
  #element;
  #hint;

  /** @param {HTMLElement} element a tab's panel; it holds a `[data-hint]`, whose own text asks for ink */
  constructor(element) {
    this.#element = element;
    this.#hint = { place: element.querySelector("[data-hint]"), asks: element.querySelector("[data-hint]").textContent };
  }

  /** There is an answer to show. */
  fill() {
    this.#element.toggleAttribute("data-filled", true);
  }

  /** There is none: no ink either, or the answer is still to come. */
  empty(isWaiting) {
    this.#element.removeAttribute("data-filled");
    this.#hint.place.textContent = isWaiting ? "One moment: the answer comes by itself." : this.#hint.asks;
  }
}
