/** Ablation: units that are switched off, and layers without activation function. */

import { Emitter, find } from "../core/browser.js";

/** @param {Ablation} ablation @param {Layer[]} layers @returns {Ablation} only of units and layers that exist */
export function knownAblation({ off, linear }, layers) {
  if (layers.length === 0) return { off: new Set(), linear: new Set() };
  const hidden = layers.filter((layer) => layer.is_hidden);
  const units = new Map(hidden.map(({ name, shape }) => [name, shape[shape.length - 1]]));
  /** @param {string} text */
  const isKnown = (text) => {
    const [, name, unit] = text.match(/^(.+)\.(\d{1,5})$/) ?? [];
    return Number(unit) < (units.get(name) ?? 0);
  };
  return {
    off: new Set([...off].filter(isKnown)),
    linear: new Set([...linear].filter((name) => units.has(name))),
  };
}

/** @param {Set<string>} set @param {string} value @returns {Set<string>} a copy with the value added or removed */
export function toggled(set, value) {
  const changed = new Set(set);
  if (!changed.delete(value)) changed.add(value);
  return changed;
}

/**
 * The active ablation in one line, and the button that resets it.
 *
 * @extends {Emitter<{restored: void}>}
 */
export class AblationBanner extends Emitter {
  #element;
  /** @type {Object<string, string>} by model: its accuracy without activation functions */
  #figures;

  /** @param {HTMLElement} element */
  constructor(element) {
    super();
    this.#element = element;
    this.#figures = JSON.parse(element.dataset.figures ?? "{}");
    find("[data-restore]", element).addEventListener("click", () => this.emit("restored"));
  }

  /** @param {Ablation} ablation @param {Layer[]} layers @param {string} model */
  show(ablation, layers, model) {
    const { off, linear } = ablation;
    this.#element.hidden = off.size + linear.size === 0;
    const parts = [];
    if (off.size) parts.push(`Switched off: ${some([...off])}.`);
    if (linear.size) parts.push(`Without activation function: ${some([...linear])}.`);
    if (isWithoutActivations(ablation, layers)) parts.push(collapseText(layers), this.#figures[model] ?? "");
    find("[data-ablation-text]", this.#element).textContent = parts.join(" ").trim();
  }
}

/** @param {Ablation} ablation @param {Layer[]} layers */
function isWithoutActivations({ linear }, layers) {
  const hidden = layers.filter((layer) => layer.is_hidden);
  return hidden.length > 0 && hidden.every(({ name }) => linear.has(name));
}

/** @param {Layer[]} layers */
function collapseText(layers) {
  const isPooled = layers.some(({ kind }) => kind === "MaxPooling2D");
  return isPooled
    ? "Without activation functions, only the pooling layers are not linear."
    : "Without activation functions, the network has collapsed to a linear model.";
}

/** @param {string[]} names */
function some(names) {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
