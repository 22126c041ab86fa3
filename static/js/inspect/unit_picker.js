/** The choice of a unit, and the button that switches it off. */

import { Emitter, find } from "../core/browser.js";

const KINDS = ["Dense", "Conv2D", "MaxPooling2D"];

/**
 * Chooses a layer, a unit of it, and a place on its feature map.
 *
 * @extends {Emitter<{chosen: UnitChoice}>}
 */
export class UnitPicker extends Emitter {
  #element;
  #word;

  /** @param {HTMLElement} element */
  constructor(element) {
    super();
    this.#element = element;
    this.#word = find("[data-unit-noun]", element);
    this.#select.addEventListener("change", () => this.#emit({ unit: 0, row: null, column: null }));
    this.#listen("unit", { row: null, column: null });
    for (const name of ["row", "column"]) this.#listen(name, {});
  }

  /** @returns {HTMLSelectElement} */
  get #select() {
    return find("[data-choose-layer]", this.#element);
  }

  /** @param {string} name @returns {HTMLInputElement} */
  #field(name) {
    return find(`[data-choose-${name}]`, this.#element);
  }

  /** Offer the layers of a model, and show the choice. @param {Layer[]} layers @param {UnitChoice} choice */
  show(layers, choice) {
    const usable = layersToChoose(layers);
    const names = usable.map(({ name }) => name);
    const select = this.#select;
    if (names.join() !== [...select.options].map(({ value }) => value).join()) {
      select.replaceChildren(...names.map((name) => new Option(name)));
    }
    select.value = choice.layer;
    const { shape } = /** @type {Layer} */ (usable.find(({ name }) => name === choice.layer));
    this.#word.textContent = shape.length === 3 ? "feature map" : "neuron";
    this.#put("unit", choice.unit, shape[shape.length - 1]);
    this.#put("row", choice.row, shape[0]);
    this.#put("column", choice.column, shape[1] ?? 1);
  }

  /** @param {string} name @param {number|null} value @param {number} count */
  #put(name, value, count) {
    const field = this.#field(name);
    field.max = String(count - 1);
    if (document.activeElement !== field) field.value = String(value ?? "");
  }

  /** @param {string} name @param {Partial<UnitChoice>} changes that an entry in this field brings */
  #listen(name, changes) {
    const field = this.#field(name);
    field.addEventListener("change", () => {
      field.value = String(this.#read(name) ?? ""); // the nearest number that is possible
      this.#emit(changes);
    });
  }

  /** @param {string} name @returns {number|null} */
  #read(name) {
    const { value, max } = this.#field(name);
    return value === "" ? null : Math.min(Math.max(Math.round(Number(value)), 0), Number(max));
  }

  /** @param {Partial<UnitChoice>} changes */
  #emit(changes) {
    const [unit, row, column] = ["unit", "row", "column"].map((name) => this.#read(name));
    this.emit("chosen", { layer: this.#select.value, unit: unit ?? 0, row, column, ...changes });
  }
}

/** @param {Layer[]} layers @returns {Layer[]} those whose units compute something */
export function layersToChoose(layers) {
  return layers.filter(({ kind }) => KINDS.includes(kind));
}

/**
 * @param {Layer[]} layers
 * @param {RequestedUnit} wanted
 * @returns {{choice: UnitChoice, notice: string|null}} the nearest unit, and a notice where it differs
 */
export function nearest(layers, { layer, unit, row, column }) {
  const usable = layersToChoose(layers);
  const hidden = usable.filter((each) => each.is_hidden);
  const found = usable.find(({ name }) => name === layer) ?? hidden[0] ?? usable[0];
  const isFound = layer === null || found.name === layer;
  const [rows, columns] = found.shape;
  const units = found.shape[found.shape.length - 1];
  /** @param {number|null} value @param {number} count */
  const limit = (value, count) => (value === null ? null : Math.min(value, count - 1));
  const isMap = found.shape.length === 3 && isFound;
  const choice = {
    layer: found.name,
    unit: isFound ? limit(unit, units) ?? 0 : 0,
    row: isMap ? limit(row, rows) : null,
    column: isMap ? limit(column, columns) : null,
  };
  if (layer !== null && !isFound) {
    return { choice, notice: `This network has no layer ${layer.slice(0, 40)}. Showing ${found.name}.` };
  }
  if (unit !== null && unit !== choice.unit) {
    return { choice, notice: `${found.name} has units 0 to ${units - 1}. Showing ${choice.unit} instead of ${unit}.` };
  }
  return { choice, notice: null };
}

/**
 * The button that switches the unit off and on. `switched` carries "layer.unit".
 *
 * @extends {Emitter<{switched: string}>}
 */
export class UnitSwitch extends Emitter {
  #button;
  #unit = "";

  /** @param {HTMLButtonElement} button */
  constructor(button) {
    super();
    this.#button = button;
    button.addEventListener("click", () => this.emit("switched", this.#unit));
  }

  /** @param {Layer} layer @param {number} unit @param {Set<string>} off */
  show(layer, unit, off) {
    this.#unit = `${layer.name}.${unit}`;
    const isOff = off.has(this.#unit);
    this.#button.hidden = !layer.is_hidden;
    this.#button.setAttribute("aria-pressed", String(isOff));
    this.#button.textContent = isOff ? "Off: switch on" : "Switch off";
  }
}
