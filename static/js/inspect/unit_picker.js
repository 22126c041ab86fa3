/** Which unit is looked at, and which are switched off. */

const KINDS = ["Dense", "Conv2D", "MaxPooling2D"];

/** Choose a layer, a unit of it, and a place on its feature map. Tells `chosen` {layer, unit, row, column}. */
export class UnitPicker extends EventTarget {
  #find;
  #word;
  #layers = [];

  constructor(element) {
    super();
    this.#find = (name) => element.querySelector(`[data-choose-${name}]`);
    this.#word = element.querySelector("[data-unit-word]");
    this.#find("layer").addEventListener("change", () => this.#emit({ unit: 0, row: null, column: null }));
    this.#find("unit").addEventListener("change", () => this.#emit({ row: null, column: null }));
    for (const name of ["row", "column"]) {
      this.#find(name).addEventListener("change", () => this.#emit({}));
    }
  }

  /**
   * Offer the layers of a model and show the choice.
   *
   * @param {object[]} layers of an answer of /api/inspect
   * @param {{layer: string, unit: number, row: number|null, column: number|null}} choice
   */
  show(layers, choice) {
    this.#layers = layersToChoose(layers);
    const names = this.#layers.map(({ name }) => name);
    const select = this.#find("layer");
    if (names.join() !== [...select.options].map(({ value }) => value).join()) {
      select.replaceChildren(...names.map((name) => new Option(name)));
    }
    select.value = choice.layer;
    const { shape } = this.#layers.find(({ name }) => name === choice.layer);
    this.#word.textContent = shape.length === 3 ? "feature map" : "neuron";
    this.#put("unit", choice.unit, shape.at(-1));
    this.#put("row", choice.row, shape[0]);
    this.#put("column", choice.column, shape[1] ?? 1);
  }

  #put(name, value, count) {
    const field = this.#find(name);
    field.max = count - 1;
    if (document.activeElement !== field) field.value = value ?? "";
  }

  #emit(changes) {
    const read = (name) => {
      const { value, max } = this.#find(name);
      return value === "" ? null : Math.min(Math.max(Math.round(Number(value)), 0), Number(max));
    };
    const now = { layer: this.#find("layer").value, unit: read("unit") ?? 0, row: read("row"), column: read("column") };
    this.dispatchEvent(new CustomEvent("chosen", { detail: { ...now, ...changes } }));
  }
}

/** @returns {object[]} the layers whose units compute something */
export function layersToChoose(layers) {
  return layers.filter(({ kind }) => KINDS.includes(kind));
}

/**
 * The nearest unit to the one that is wished for.
 *
 * @returns {{choice: object, notice: string|null}} the notice says what was not there
 */
export function nearest(layers, { layer, unit, row, column }) {
  const usable = layersToChoose(layers);
  const hidden = usable.filter((each) => each.is_hidden);
  const found = usable.find(({ name }) => name === layer) ?? hidden[0] ?? usable[0];
  const isFound = layer === null || found.name === layer;
  const [rows, columns] = found.shape;
  const limit = (value, count) => (value === null || value === undefined ? null : Math.min(value, count - 1));
  const isMap = found.shape.length === 3 && isFound;
  const choice = {
    layer: found.name,
    unit: isFound ? limit(unit, found.shape.at(-1)) ?? 0 : 0,
    row: isMap ? limit(row, rows) : null,
    column: isMap ? limit(column, columns) : null,
  };
  if (!isFound) return { choice, notice: `This network has no layer ${layer.slice(0, 40)} to look at; here is ${found.name}.` };
  if (unit !== null && unit !== choice.unit) {
    return { choice, notice: `${found.name} has the units 0 to ${found.shape.at(-1) - 1}; here is ${choice.unit} instead of ${unit}.` };
  }
  return { choice, notice: null };
}

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

/** What is broken, in one line, and the button that restores all. Tells `restored`. */
export class AblationBanner extends EventTarget {
  #element;
  #figures; // what is left of a model without any activation function, by its name

  constructor(element) {
    super();
    this.#element = element;
    this.#figures = JSON.parse(element.dataset.figures);
    element.querySelector("[data-restore]").addEventListener("click", () => this.dispatchEvent(new Event("restored")));
  }

  /** @param {{off: Set, linear: Set}} switches; @param {object[]} layers of the model of this name */
  show(switches, layers, model) {
    const { off, linear } = switches;
    this.#element.hidden = off.size + linear.size === 0;
    const parts = [];
    if (off.size) parts.push(`Switched off: ${some([...off])}.`);
    if (linear.size) parts.push(`Without activation function: ${some([...linear])}.`);
    if (isWithoutActivations(switches, layers)) parts.push(whatIsLeft(layers), this.#figures[model] ?? "");
    this.#element.querySelector("[data-broken-words]").textContent = parts.join(" ").trim();
  }
}

function isWithoutActivations({ linear }, layers) {
  const hidden = layers.filter((layer) => layer.is_hidden);
  return hidden.length > 0 && hidden.every(({ name }) => linear.has(name));
}

function whatIsLeft(layers) {
  const isPooled = layers.some(({ kind }) => kind === "MaxPooling2D");
  return isPooled
    ? "Without any activation function only the pooling, which keeps the largest of each patch, is not linear."
    : "Without any activation function it has collapsed to a linear model.";
}

function some(names) {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
