/** The button that switches the unit shown off and on. Tells `switched` with "layer.unit" as detail. */

export class SwitchOff extends EventTarget {
  #button;
  #unit = "";

  constructor(button) {
    super();
    this.#button = button;
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("switched", { detail: this.#unit })));
  }

  /** @param {object} layer of the unit; @param {number} unit; @param {Set} off what is switched off */
  show(layer, unit, off) {
    this.#unit = `${layer.name}.${unit}`;
    const isOff = off.has(this.#unit);
    this.#button.hidden = !layer.is_hidden;
    this.#button.setAttribute("aria-pressed", String(isOff));
    this.#button.textContent = isOff ? "Switched off: switch on" : "Switch off";
  }
}
