/** The form of a configuration: presets, layers, and how to train. */

import { element, Emitter, find } from "../core/browser.js";
import { limitsOf, presetOf, valueAt, withLayer, withoutLayer, withValue } from "./spec.js";

/** @typedef {HTMLInputElement|HTMLSelectElement} Field */

const ACTIVATIONS = [["relu", "ReLU"], ["tanh", "tanh"], ["sigmoid", "sigmoid"], ["none", "none"], ["step", "step"]];
const SIZES = [2, 3, 4, 5, 6, 7, 8, 9].map((side) => [String(side), `${side}×${side}`]);
const PERCENT_DIGITS = 6; // of a share that a percentage becomes

/** @extends {Emitter<{specchanged: LabSpec}>} */
export class SpecForm extends Emitter {
  #element;
  #rows;
  /** @type {LabPreset[]} */
  #presets = [];
  /** @type {LabLimits} */
  #limits = {};

  /** @type {LabSpec} */
  spec;

  /**
   * @param {HTMLFormElement} element holds `[data-field]` for each value, `[data-layers]` and `[data-presets]`
   * @param {LabState} state
   */
  constructor(element, { presets, limits }) {
    super();
    this.#element = element;
    this.#rows = find("[data-layers]", element);
    this.#presets = presets;
    this.#limits = limits;
    this.spec = presets[0].spec;
    find("[data-presets]", element).replaceChildren(...presets.map(presetChoice));
    element.addEventListener("submit", (event) => event.preventDefault());
    element.addEventListener("input", ({ target }) => this.#read(/** @type {Field} */ (target)));
    for (const kind of /** @type {const} */ (["dense", "conv"])) {
      find(`[data-add="${kind}"]`, element).addEventListener("click", () => this.#add(kind));
    }
  }

  /** Fill in a configuration. @param {LabSpec} spec */
  load(spec) {
    this.#set(spec);
    const rows = spec.layers.map((layer, index) => this.#row(layer, index));
    this.#rows.replaceChildren(...rows);
    find("[data-no-layers]", this.#element).hidden = spec.layers.length > 0;
    for (const field of this.#fields()) {
      this.#limit(field);
      write(field, valueAt(spec, pathOf(field)));
    }
    const isFull = spec.layers.length >= Number(this.#limits.layers ?? Infinity);
    for (const button of this.#element.querySelectorAll("[data-add]")) button.setAttribute("aria-disabled", String(isFull));
  }

  /** Take other limits, as the number of digits. @param {LabLimits} limits */
  limit(limits) {
    this.#limits = limits;
    for (const field of this.#fields()) this.#limit(field);
  }

  /** Show each warning beside its field. @param {{field: string, text: string}[]} warnings */
  warn(warnings) {
    for (const old of this.#element.querySelectorAll(".setting__warning")) old.remove();
    for (const field of this.#fields()) field.removeAttribute("aria-describedby");
    for (const [index, { field: path, text }] of warnings.entries()) {
      const fields = this.#fields().filter((field) => pathOf(field) === path);
      const id = `lab-warning-${index}`;
      fields[0]?.setAttribute("aria-describedby", id);
      this.#place(path, fields[0]).append(element("p.setting__warning", { id }, text));
      this.#open(fields[0]);
    }
  }

  /** Mark the field that is wrong. @param {string} path "" for none */
  markInvalid(path) {
    for (const field of this.#fields()) {
      const isInvalid = pathOf(field) === path;
      field.setAttribute("aria-invalid", String(isInvalid));
      if (isInvalid) this.#open(field);
    }
  }

  /** @param {string} path of a field @param {Field|undefined} field @returns {Element} where its warnings stand */
  #place(path, field) {
    const row = this.#rows.children[Number(/^layers\.(\d+)/.exec(path)?.[1] ?? NaN)];
    return row ?? field?.closest(".setting") ?? find("[data-problems]", this.#element);
  }

  /** Open what a warning stands in. @param {Field|undefined} field */
  #open(field) {
    for (let part = field?.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true;
  }

  /** @returns {Field[]} */
  #fields() {
    return [...this.#element.querySelectorAll("[data-field]")].map((field) => /** @type {Field} */ (field));
  }

  /** @param {Field} field */
  #limit(field) {
    const limits = limitsOf(this.#limits, pathOf(field));
    if (!limits || field.type !== "number") return;
    const [least, most] = "percent" in field.dataset ? limits.map((limit) => limit * 100) : limits;
    field.setAttribute("min", String(least));
    field.setAttribute("max", String(most));
  }

  /** @param {Field} field */
  #read(field) {
    if (field.name === "preset") {
      const preset = this.#presets.find(({ name }) => name === field.value);
      if (preset) this.#change(preset.spec);
    } else if (field.dataset.field) {
      this.#set(withValue(this.spec, pathOf(field), read(field)));
      this.emit("specchanged", this.spec);
    }
  }

  /** @param {LabSpec} spec */
  #set(spec) {
    this.spec = { ...spec, preset: presetOf(spec, this.#presets) };
    /** @type {NodeListOf<HTMLInputElement>} */
    const radios = this.#element.querySelectorAll("[name=preset]");
    for (const radio of radios) radio.checked = radio.value === this.spec.preset;
  }

  /** @param {LabSpec} spec */
  #change(spec) {
    this.load(spec);
    this.emit("specchanged", this.spec);
  }

  /** @param {"dense"|"conv"} kind */
  #add(kind) {
    if (find(`[data-add="${kind}"]`, this.#element).getAttribute("aria-disabled") === "true") return;
    const before = this.spec.layers.filter((layer) => layer.kind === "conv").length;
    this.#change(withLayer(this.spec, kind));
    const index = kind === "conv" ? before : this.spec.layers.length - 1;
    find(`[data-field="layers.${index}.units"]`, this.#element).focus();
  }

  /** @param {number} index */
  #remove(index) {
    this.#change(withoutLayer(this.spec, index));
    const next = this.#rows.querySelectorAll("[data-remove]")[Math.min(index, this.spec.layers.length - 1)];
    (next instanceof HTMLElement ? next : find('[data-add="dense"]', this.#element)).focus();
  }

  /** @param {LabLayer} layer @param {number} index */
  #row(layer, index) {
    const isConv = layer.kind === "conv";
    const name = `layer ${index + 1}`;
    /** @param {string} key @param {string} label */
    const attributes = (key, label) => ({ "data-field": `layers.${index}.${key}`, "aria-label": `${label}, ${name}` });
    const units = element("input.field", { type: "number", inputmode: "numeric", step: 1, ...attributes("units", isConv ? "filters" : "neurons") });
    const dropout = element("input.field", { type: "number", inputmode: "decimal", step: 0.1, ...attributes("dropout", "dropout") });
    const remove = element("button.button", { type: "button", "data-remove": "", "aria-label": `Remove ${name}` }, "×");
    remove.addEventListener("click", () => this.#remove(index));
    const row = element(
      "li.layer-row", {}, element("span.layer-row__kind", {}, isConv ? "Conv" : "Dense"),
      units, choice(ACTIVATIONS, attributes("activation", "activation")), dropout, remove,
    );
    if (isConv) row.append(kernelFields(attributes));
    return row;
  }
}

/** @param {(key: string, label: string) => Record<string, string>} attributes */
function kernelFields(attributes) {
  const pool = element("input", { type: "checkbox", ...attributes("pool", "max pooling") });
  const size = choice(SIZES, { ...attributes("size", "kernel"), "data-number": "" });
  return element(
    "div.layer-row__kernel", {}, element("label.check", {}, "kernel", size), element("label.check", {}, pool, "then max pooling 2×2"),
  );
}

/** @param {string[][]} options value and text @param {Record<string, string>} attributes */
function choice(options, attributes) {
  return element("select.field", attributes, ...options.map(([value, text]) => element("option", { value }, text)));
}

/** @param {LabPreset} preset */
function presetChoice({ name, title }) {
  const radio = element("input", { type: "radio", name: "preset", value: name, autocomplete: "off" });
  const text = element("span.models__text", {}, element("span.models__name", { translate: "no" }, name), " ", element("span.models__title", {}, title));
  return element("label.models__choice", {}, radio, text);
}

/** @param {Field} field @returns {string} "layers.0.units" */
function pathOf(field) {
  return field.dataset.field ?? "";
}

/** @param {Field} field @returns {string|number|boolean|null} null for a number that is not there */
function read(field) {
  if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked;
  if (field.type !== "number" && !("number" in field.dataset)) return field.value;
  if (field.value === "") return null;
  return "percent" in field.dataset ? Number((Number(field.value) / 100).toFixed(PERCENT_DIGITS)) : Number(field.value);
}

/** @param {Field} field @param {unknown} value */
function write(field, value) {
  if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = Boolean(value);
  else if ("percent" in field.dataset) field.value = value === null ? "" : String(Number((Number(value) * 100).toFixed(PERCENT_DIGITS - 2)));
  else field.value = String(value ?? "");
}
