/**
 * The switch between models. Tells `modelchosen`; `chosen` is the model's name. Where the chosen one cannot be used,
 * tells `modelreplaced` with one sentence as detail.
 */

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
    element.addEventListener("change", () => this.#emit());
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
    this.#emit();
  }

  /**
   * Models that failed to load cannot be chosen; where the chosen one did, the largest that is warm takes its place.
   *
   * @param {Object<string, "loading"|"warm"|"failed">} statuses
   */
  follow(statuses) {
    this.#radios.forEach((radio) => (radio.disabled = statuses[radio.value] === "failed"));
    const other = this.#radios.filter(({ value }) => statuses[value] === "warm").at(-1)?.value;
    if (statuses[this.chosen] !== "failed" || !other) return;
    const detail = `${this.chosen} cannot be used: ${other} reads instead.`;
    this.choose(other);
    this.dispatchEvent(new CustomEvent("modelreplaced", { detail }));
  }

  get #radios() {
    return [...this.#element.querySelectorAll("input")];
  }

  #emit() {
    for (const sentence of this.#scores.children) sentence.hidden = sentence.dataset.scoresOf !== this.chosen;
    this.dispatchEvent(new Event("modelchosen"));
  }
}
