/** The switch between models. Tells `modelchosen`; `chosen` is the model's name. */

export class ModelSwitch extends EventTarget {
  #element;
  #scores;
  #default;

  /**
   * @param {HTMLElement} element holds a radio per model; `data-default` names the first choice
   * @param {HTMLElement} scores holds a sentence per model, of which the chosen one's is shown
   */
  constructor(element, scores) {
    super();
    this.#element = element;
    this.#scores = scores;
    this.#default = element.dataset.default;
    element.addEventListener("change", () => this.#tell());
  }

  get chosen() {
    return this.#element.querySelector("input:checked").value;
  }

  get isDefault() {
    return this.chosen === this.#default;
  }

  /** Choose `name`, or the default where there is no such model. */
  choose(name) {
    const radio = this.#radios.find((each) => each.value === name && !each.disabled);
    (radio ?? this.#radios.find((each) => each.value === this.#default)).checked = true;
    this.#tell();
  }

  /** Models that failed to load cannot be chosen. */
  disable(names) {
    this.#radios.forEach((radio) => (radio.disabled = names.includes(radio.value)));
  }

  get #radios() {
    return [...this.#element.querySelectorAll("input")];
  }

  #tell() {
    for (const sentence of this.#scores.children) sentence.hidden = sentence.dataset.scoresOf !== this.chosen;
    this.dispatchEvent(new Event("modelchosen"));
  }
}
