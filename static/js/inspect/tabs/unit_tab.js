/** Step 3: one neuron in full, and one learning step of it. */

import { find } from "../../core/browser.js";
import { LazyPart, NOT_LOADED } from "../../core/lazy.js";
import { toggled } from "../ablation.js";
import { followWidth } from "../layer_view.js";
import { importLearning } from "../lazy_tabs.js";
import { TabContent } from "../panels.js";
import { nearest, UnitPicker, UnitSwitch } from "../unit_picker.js";
import { UnitView } from "../unit_view.js";

/** @import { LearningPanel } from "../learning.js" */
/** @import { InsideAnswer, QueryName, QueryParameters } from "../question.js" */
/** @import { InsidePage } from "../panels.js" */

export class UnitTab extends TabContent {
  #page;
  #picker;
  #switch;
  #view;
  #learning;
  /** @type {UnitInspection|null} */
  #answer = null;
  #isFirst = true; // whether nothing has been followed yet

  /** @param {HTMLElement} element @param {InsidePage} page */
  constructor(element, page) {
    super();
    this.#page = page;
    this.#picker = new UnitPicker(element);
    this.#switch = new UnitSwitch(find("[data-switch-off]", element));
    this.#view = new UnitView(element);
    this.#learning = new LazyPart(importLearning, ({ LearningPanel }) => new LearningPanel(element, page.announcer));
    this.#picker.on("chosen", (choice) => this.emit("chosen", choice));
    this.#view.on("placechosen", (place) => this.emit("chosen", place));
    this.#switch.on("switched", (unit) => this.emit("chosen", { off: toggled(page.state.off, unit) }));
    find("[data-open-learning]", element).addEventListener("click", async () => {
      await this.#openLearning();
      this.#learning.part?.scrollIntoView();
    });
    followWidth(() => this.#answer && this.#showUnit(this.#answer));
  }

  follow() {
    const { state, layers, queries } = this.#page;
    if (this.#isFirst && state.label !== null) this.#openLearning();
    this.#isFirst = false;
    if (!layers.length) return; // queried when the layers are known
    const { choice, notice } = nearest(layers, state);
    if (notice) this.emit("noticed", notice);
    Object.assign(state, choice);
    this.#picker.show(layers, choice);
    this.#switch.show(layers.find(({ name }) => name === choice.layer) ?? layers[0], choice.unit, state.off);
    queries.ask("unit", "/api/inspect", choice);
  }

  followSlowly() {
    const { state, layers, queries } = this.#page;
    const layer = layers.find(({ name }) => name === state.layer);
    const learning = this.#learning.part;
    if (!learning || !layer) return;
    learning.choose(state, layer);
    if (state.label === null) return queries.cancel("learn");
    const { label, rate, steps, unit, row, column, weight } = state;
    /** @type {QueryParameters} */
    const traced = learning.canTrace(layer) ? { layer: layer.name, unit, row, column, input: weight } : {};
    queries.ask("learn", "/api/learn", { label, rate, steps, ...traced });
  }

  /** @param {InsideAnswer} answer */
  show({ name, answer }) {
    if (name === "unit") this.#showUnit(answer);
    if (name === "learn") this.#learning.part?.show(answer);
  }

  /** @param {QueryName} name @param {boolean} isWaiting */
  clear(name, isWaiting) {
    if (name === "unit") this.#clearUnit(isWaiting);
    if (name === "learn") this.#learning.part?.clear(isWaiting);
  }

  /** @param {UnitInspection} answer */
  #showUnit(answer) {
    this.#answer = answer;
    const { unit } = answer;
    this.#view.show(unit, this.#page.bitmap());
    this.#learning.part?.follow(unit);
    const [row, column] = unit.kind === "dense" ? [null, null] : [unit.row, unit.column]; // the strongest place by default
    const { layers, state } = this.#page;
    const found = { layer: unit.layer, unit: unit.unit, row, column };
    if (layers.length && isOf(state, found)) this.#picker.show(layers, found);
  }

  /** @param {boolean} isWaiting */
  #clearUnit(isWaiting) {
    this.#answer = null;
    this.#view.clear(isWaiting);
  }

  async #openLearning() {
    if (this.#learning.part || this.#learning.isLoading) return;
    const learning = await this.#learning.open();
    if (!learning) return this.emit("noticed", NOT_LOADED);
    learning.on("chosen", (lesson) => this.emit("chosen", lesson));
    this.emit("opened");
  }
}

/** @param {RequestedUnit} wanted null where any will do @param {UnitChoice} found @returns {boolean} */
function isOf(wanted, found) {
  const names = /** @type {const} */ (["layer", "unit", "row", "column"]);
  return names.every((name) => wanted[name] === null || wanted[name] === found[name]);
}
