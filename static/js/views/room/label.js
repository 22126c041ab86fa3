/** Ten buttons to say which digit one drew. It may be left open: the chosen one is let go by a second press. */

export class LabelChoice {
  #element;
  #buttons;

  /** @param {HTMLElement} element holds ten buttons with `data-label` */
  constructor(element) {
    this.#element = element;
    this.#buttons = [...element.querySelectorAll("[data-label]")];
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.choose(isPressed(button) ? null : Number(button.dataset.label)));
    }
  }

  /** @returns {number|null} */
  get chosen() {
    const button = this.#buttons.find(isPressed);
    return button ? Number(button.dataset.label) : null;
  }

  /** @param {number|null} digit */
  choose(digit) {
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.label) === digit));
  }

  /** Only where the round that is drawn for does not say itself what is drawn. */
  set isWanted(isWanted) {
    this.#element.hidden = !isWanted;
  }
}

function isPressed(button) {
  return button.getAttribute("aria-pressed") === "true";
}
