/** Tell screen readers the result once the hand rests, not at every change. */

const REST = 800; // milliseconds without a change

export class Announcer {
  #element;
  #timer = null;

  /** @param {HTMLElement} element a polite live region that is not seen */
  constructor(element) {
    this.#element = element;
  }

  /** Say `sentence` unless something newer comes meanwhile; "" says nothing any more. */
  say(sentence) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.textContent = sentence), REST);
  }
}
