/** The panels of the inside view: tabs, Keras code, attribution, the comparison of networks, and logits. */

import { copyText } from "../core/browser.js";
import { mayBeNoDigit, percent } from "../core/format.js";
import { Bars } from "../draw/views.js";
import { format } from "./numbers.js";
import { paint } from "./palette.js";
import { unpackExact } from "./question.js";

/** A view that has something to show only where there is an answer; until then it says what it waits for. */
export class Panel {
  #element;
  #hint;

  /** @param {HTMLElement} element a tab's panel; it holds a `[data-hint]`, whose own text asks for ink */
  constructor(element) {
    this.#element = element;
    this.#hint = { place: element.querySelector("[data-hint]"), asks: element.querySelector("[data-hint]").textContent };
  }

  /** There is an answer to show. */
  fill() {
    this.#element.toggleAttribute("data-filled", true);
  }

  /** There is none: no ink either, or the answer is still to come. */
  empty(isWaiting) {
    this.#element.removeAttribute("data-filled");
    this.#hint.place.textContent = isWaiting ? "One moment: the answer comes by itself." : this.#hint.asks;
  }
}

/** Tabs: one view at a time, chosen by pointer or arrow keys. Tells `viewchosen` with its name as detail. */
export class Tabs extends EventTarget {
  #tabs;
  #shown = null;

  /** @param {HTMLElement} element holds buttons with `data-tab`; `aria-controls` names each one's panel */
  constructor(element) {
    super();
    this.#tabs = [...element.querySelectorAll("[data-tab]")];
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#choose(tab));
    element.addEventListener("keydown", (event) => this.#press(event));
  }

  show(name) {
    for (const tab of this.#tabs) {
      const isShown = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isShown;
      if (isShown && name !== this.#shown) reveal(tab);
    }
    this.#shown = name;
  }

  #choose(tab) {
    this.dispatchEvent(new CustomEvent("viewchosen", { detail: tab.dataset.tab }));
  }

  #press(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const { length } = this.#tabs;
    const next = this.#tabs[(this.#tabs.indexOf(event.target) + steps[event.key] + length) % length];
    next.focus();
    this.#choose(next);
  }
}

/** Scroll the row of tabs sideways, and never the page, until the tab is seen whole. */
function reveal(tab) {
  const row = tab.parentElement;
  const [inner, outer] = [tab, row].map((each) => each.getBoundingClientRect());
  row.scrollLeft += Math.min(inner.left - outer.left, 0) + Math.max(inner.right - outer.right, 0);
}

/** The Keras lines of the model shown, and a button that copies them. */
export class Code {
  #element;

  constructor(element) {
    this.#element = element;
    this.#find("copy").addEventListener("click", () => this.#copy());
  }

  /** @param {object} answer of /api/code */
  show({ code, versions }) {
    this.#find("lines").textContent = code;
    this.#find("versions").textContent = `Running here: tf.__version__ == "${versions.tensorflow}", keras.__version__ == "${versions.keras}"`;
    this.#find("copied").textContent = "";
  }

  #find(hook) {
    return this.#element.querySelector(`[data-${hook}]`);
  }

  async #copy() {
    const isCopied = await copyText(this.#find("lines"));
    this.#find("copied").textContent = isCopied ? "copied" : "selected: copy it with the keys or the menu";
  }
}

const SIDE = 28;

/** Why this answer: which pixels speak for it and which against it. Tells `againstchosen` with a digit or null. */
export class AttributionView extends EventTarget {
  #find;
  #panel;

  constructor(element) {
    super();
    this.#panel = new Panel(element);
    this.#find = (hook) => element.querySelector(`[data-${hook}]`);
    this.#find("digits").addEventListener("change", ({ target }) => {
      const detail = target.value === "" ? null : Number(target.value);
      this.dispatchEvent(new CustomEvent("againstchosen", { detail }));
    });
  }

  /** @param {object} answer of /api/explain */
  show({ digit, against, blank, full, gained, total, pixels }) {
    this.#panel.fill();
    const values = unpackExact(pixels);
    paint(this.#find("attribution"), values, SIDE);
    for (const radio of this.#find("digits").querySelectorAll("input")) {
      radio.checked = radio.value === (against === null ? "" : String(against));
      radio.disabled = radio.value === String(digit);
    }
    const what = against === null ? `the logit of ${digit}` : `the lead of ${digit} over ${against}`;
    this.#find("question").textContent = against === null ? `Why a ${digit}?` : `Why a ${digit}, and why not a ${against}?`;
    this.#find("gain").textContent = `On blank paper ${what} is ${format(blank, 2)}; with this ink it is ${format(full, 2)}: a difference of ${format(gained, 2)}.`;
    const [plus, minus] = [1, -1].map((sign) => values.reduce((sum, value) => sum + Math.max(value * sign, 0), 0));
    this.#find("balance").textContent = `The pixels give +${plus.toFixed(2)} for it and −${minus.toFixed(2)} against it: ${format(total, 2)} in all.`;
  }

  /** There is no answer; `isWaiting` where one is to come. */
  clear(isWaiting) {
    this.#panel.empty(isWaiting);
  }
}

/** The same ink read by every model at once. */
export class Ladder {
  #rows;

  /** How many models' answers are shown. */
  count = 0;

  /** @param {HTMLElement} element holds a `[data-model-row]` for each model */
  constructor(element) {
    this.#rows = [...element.querySelectorAll("[data-model-row]")];
  }

  /** @param {object[]} predictions of /api/predict?model=all */
  show(predictions) {
    this.count = predictions.length;
    for (const row of this.#rows) {
      const found = predictions.find(({ model }) => model === row.dataset.modelRow);
      const put = (hook, text) => (row.querySelector(`[data-${hook}]`).textContent = text);
      put("reads", found ? String(found.digit) : "");
      put("share", found ? percent(found.probabilities[found.digit]) : "not loaded");
      put("doubt", found && mayBeNoDigit(found.is_digit) ? "perhaps no digit" : "");
    }
  }

  clear() {
    this.count = 0;
    for (const row of this.#rows) {
      for (const hook of ["reads", "share", "doubt"]) row.querySelector(`[data-${hook}]`).textContent = "";
    }
  }
}

const NARROW = matchMedia("(max-width: 599px)"); // where "−26.8" would run into its neighbour
const LONG = 9.95; // from which on a number has two digits before the point

/** The ten probabilities as bars, and under each digit its logit. */
export class Logits {
  #bars;
  #places;

  /** @param {HTMLElement} element holds the ten `[data-probability]`, each with a `[data-logit]` */
  constructor(element) {
    this.#bars = new Bars(element);
    this.#places = [...element.querySelectorAll("[data-logit]")];
  }

  /** @param {object} answer of /api/inspect */
  show({ probabilities, digit, logits, is_digit: isDigit }) {
    this.#bars.show(probabilities, digit, mayBeNoDigit(isDigit));
    this.#places.forEach((place, index) => (place.textContent = written(logits[index])));
  }

  clear() {
    this.#bars.clear();
    this.#places.forEach((place) => (place.textContent = ""));
  }
}

function written(logit) {
  return format(logit, NARROW.matches && Math.abs(logit) >= LONG ? 0 : 1);
}
