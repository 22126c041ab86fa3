/** The tabs whose content the first load of the page Inside leaves out. */

import { Emitter, find } from "../core/browser.js";
import { LazyPart, loadAfterInput, NOT_LOADED } from "../core/lazy.js";
import { lazyImport } from "../core/server.js";
import { Panel } from "./panels.js";

/** @import { InsidePage, TabContent } from "./panels.js" */
/** @import { InsideAnswer, QueryName } from "./question.js" */
/** @typedef {new (element: HTMLElement, page: InsidePage) => TabContent} TabClass */

/** @type {Record<string, () => Promise<TabClass>>} by the names of views */
const CLASSES = {
  layers: lazyImport(addressOf("layers"), async () => (await import("./tabs/layers_tab.js")).LayersTab),
  unit: lazyImport(addressOf("unit"), async () => (await import("./tabs/unit_tab.js")).UnitTab),
  explanation: lazyImport(addressOf("explanation"), async () => (await import("./tabs/explanation_tab.js")).ExplanationTab),
  comparison: lazyImport(addressOf("comparison"), async () => (await import("./tabs/comparison_tab.js")).ComparisonTab),
};
export const importLearning = lazyImport(new URL("./learning.js", import.meta.url), () => import("./learning.js"));

/**
 * Loads the content of a tab when it is first shown, and gives answers to all that are there. Its events are those of
 * TabContent; `opened` also when a content is there.
 *
 * @extends {Emitter<{chosen: Partial<InsideState>, noticed: string, opened: void}>}
 */
export class LazyTabs extends Emitter {
  /** @type {Map<string, LazyPart<TabClass, TabContent>>} */
  #tabs = new Map();

  /** @param {InsidePage} page */
  constructor(page) {
    super();
    for (const [name, load] of Object.entries(CLASSES)) {
      this.#tabs.set(name, new LazyPart(load, (Content) => this.#make(new Content(elementOf(name), page))));
    }
    loadAfterInput([...Object.values(CLASSES), importLearning]);
  }

  /** @returns {boolean} */
  get isLoading() {
    return [...this.#tabs.values()].some((tab) => tab.isLoading);
  }

  /** Load the content of a tab, if it is not there. @param {string} name @param {boolean} hasInk */
  async open(name, hasInk) {
    const tab = this.#tabs.get(name);
    if (!tab || tab.part || tab.isLoading) return;
    const hint = elementOf(name).querySelector("[data-hint]") ? new Panel(elementOf(name)) : null;
    hint?.empty(hasInk);
    if (await tab.open()) return this.emit("opened");
    hint?.empty(false);
    this.emit("noticed", NOT_LOADED);
  }

  /** @param {string} name of a tab; others are ignored */
  follow(name) {
    this.#tabs.get(name)?.part?.follow();
  }

  /** @param {string} name of a tab; others are ignored */
  followSlowly(name) {
    this.#tabs.get(name)?.part?.followSlowly();
  }

  /** @param {InsideAnswer} answer */
  show(answer) {
    for (const { part } of this.#tabs.values()) part?.show(answer);
  }

  /** @param {QueryName} name @param {boolean} isWaiting whether an answer is due */
  clear(name, isWaiting) {
    for (const { part } of this.#tabs.values()) part?.clear(name, isWaiting);
  }

  /** @param {TabContent} content */
  #make(content) {
    content.on("chosen", (changes) => this.emit("chosen", changes));
    content.on("noticed", (sentence) => this.emit("noticed", sentence));
    content.on("opened", () => this.emit("opened"));
    return content;
  }
}

/** @param {string} name of a view */
function elementOf(name) {
  return find(`#view-${name}`);
}

/** @param {string} name of a view @returns {URL} of its module */
function addressOf(name) {
  return new URL(`./tabs/${name}_tab.js`, import.meta.url);
}
