/** Step 2, every layer at once: a row for each, all following the pen. */

import { LayerRow } from "./layer.js";
import { Panel } from "./panel.js";

export class Layers extends EventTarget {
  #element;
  #panel;
  #announcer;
  #shown = ""; // the model and its layers that the elements were made for
  #rows = new Map();

  /**
   * Events: `unitchosen` {layer, unit, row, column}; `activationswitched` with a layer's name.
   *
   * @param {HTMLElement} panel the tab's; it holds the `[data-layers]`
   * @param {Announcer} announcer
   */
  constructor(panel, announcer) {
    super();
    this.#panel = new Panel(panel);
    this.#element = panel.querySelector("[data-layers]");
    this.#announcer = announcer;
  }

  /** @param {object[]} layers with their `values`; @param {{off: Set, linear: Set}} switches */
  show(model, layers, switches) {
    this.#panel.fill();
    const seen = layers.filter((layer) => layer.values);
    const key = `${model}:${seen.map((layer) => layer.name)}`;
    if (key !== this.#shown) this.#build(key, seen);
    for (const layer of seen) this.#rows.get(layer.name).show(layer, switches);
  }

  /** There is no answer; `isWaiting` where one is to come. */
  clear(isWaiting) {
    this.#panel.empty(isWaiting);
  }

  #build(key, layers) {
    this.#shown = key;
    this.#rows = new Map(layers.map((layer) => [layer.name, new LayerRow(layer, this, this.#announcer)]));
    this.#element.replaceChildren(...[...this.#rows.values()].map((row) => row.element));
  }
}
