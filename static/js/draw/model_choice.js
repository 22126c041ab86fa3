/** The choice of a model. */

import { Emitter, find } from "../core/browser.js";

/**
 * Radios, one per model. `modelreplaced` carries a message when the chosen model has failed and another replaces it.
 *
 * @extends {Emitter<{modelchosen: void, modelreplaced: string}>}
 */
export class ModelSwitch extends Emitter {
  #element;
  #scores;
  #default;

  /**
   * @param {HTMLElement} element holds a radio per model; `data-default` names the default
   * @param {HTMLElement} scores holds a sentence per model, `[data-scores-of]`
   */
  constructor(element, scores) {
    super();
    this.#element = element;
    /** @type {NodeListOf<HTMLElement>} */
    this.#scores = scores.querySelectorAll("[data-scores-of]");
    this.#default = element.dataset.default;
    element.addEventListener("change", () => this.#update());
  }

  /** @returns {string} */
  get chosen() {
    /** @type {HTMLInputElement} */
    const radio = find("input:checked", this.#element);
    return radio.value;
  }

  get isDefault() {
    return this.chosen === this.#default;
  }

  /**
   * @param {string|null} name the default is chosen where there is no such model
   * @returns {string} a sentence for people where there is none, else ""
   */
  choose(name) {
    const radios = this.#radios;
    const radio = radios.find((each) => each.value === name && !each.disabled);
    const chosen = radio ?? radios.find((each) => each.value === this.#default);
    if (chosen) chosen.checked = true;
    this.#update();
    return name === null || radio ? "" : `There is no network ${name.slice(0, 40)}. Showing ${this.chosen}.`;
  }

  /**
   * Disable failed models, and replace a failed choice by the largest warm model.
   *
   * @param {Object<string, ModelStatus>} statuses
   */
  follow(statuses) {
    for (const radio of this.#radios) radio.disabled = statuses[radio.value] === "failed";
    const other = this.#radios.filter(({ value }) => statuses[value] === "warm").at(-1)?.value;
    if (statuses[this.chosen] !== "failed" || !other) return;
    const message = `${this.chosen} cannot be used. Using ${other} instead.`;
    this.choose(other);
    this.emit("modelreplaced", message);
  }

  get #radios() {
    return [...this.#element.querySelectorAll("input")];
  }

  #update() {
    for (const sentence of this.#scores) sentence.hidden = sentence.dataset.scoresOf !== this.chosen;
    this.emit("modelchosen");
  }
}
