/** Panels of the page Inside: tabs, Keras code, attribution, comparison of models, logits. */

import { CopyButton, Emitter, find, keyOf } from "../core/browser.js";
import { digitText, mayBeNoDigit, percent } from "../core/format.js";
import { Bars } from "../draw/views.js";
import { format, remainder } from "./numbers.js";
import { paint } from "./palette.js";
import { unpackExact } from "./question.js";

/** A panel that shows a hint until there is an answer. */
export class Panel {
  #element;
  #hint;
  #text;

  /** @param {HTMLElement} element holds a `[data-hint]`, whose own text asks for ink */
  constructor(element) {
    this.#element = element;
    this.#hint = find("[data-hint]", element);
    this.#text = this.#hint.textContent;
  }

  fill() {
    this.#element.toggleAttribute("data-filled", true);
  }

  /** @param {boolean} isWaiting whether an answer is due */
  empty(isWaiting) {
    this.#element.removeAttribute("data-filled");
    this.#hint.textContent = isWaiting ? "Working…" : this.#text;
  }
}

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** @extends {Emitter<{viewchosen: string}>} */
export class Tabs extends Emitter {
  #tabs;

  /** @param {HTMLElement} element holds buttons with `data-tab`; `aria-controls` names each one's panel */
  constructor(element) {
    super();
    /** @type {NodeListOf<HTMLElement>} */
    const tabs = element.querySelectorAll("[data-tab]");
    this.#tabs = [...tabs];
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#choose(tab));
    element.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {string} name of a view */
  show(name) {
    for (const tab of this.#tabs) {
      const isShown = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      find(`#${tab.getAttribute("aria-controls")}`).hidden = !isShown;
    }
  }

  /** @param {HTMLElement} tab */
  #choose(tab) {
    this.emit("viewchosen", tab.dataset.tab);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const key = keyOf(event);
    if (!(key in STEPS)) return;
    event.preventDefault();
    const focused = this.#tabs.indexOf(/** @type {HTMLElement} */ (event.target));
    const { length } = this.#tabs;
    const next = this.#tabs[(focused + STEPS[key] + length) % length];
    next.focus();
    this.#choose(next);
  }
}

/** The Keras code of the model, and a button that copies it. */
export class CodeView {
  #element;
  #copyButton;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    this.#copyButton = new CopyButton(this.#find("copy"), this.#find("lines"), this.#find("copied"));
  }

  /** @param {KerasCode} answer */
  show({ code, versions }) {
    this.#find("lines").textContent = code;
    const { tensorflow, keras } = versions;
    this.#find("versions").textContent = `Running here: tf.__version__ == "${tensorflow}", keras.__version__ == "${keras}"`;
    this.#copyButton.clear();
  }

  /** @param {string} hook */
  #find(hook) {
    return find(`[data-${hook}]`, this.#element);
  }
}

const SIDE = 28;

/**
 * Attribution: which pixels raise a digit's logit, and which lower it. `againstchosen` carries a digit or null.
 *
 * @extends {Emitter<{againstchosen: number|null}>}
 */
export class AttributionView extends Emitter {
  /** @type {Find} */
  #find;
  #panel;

  /** @param {HTMLElement} element */
  constructor(element) {
    super();
    this.#panel = new Panel(element);
    this.#find = (hook) => find(`[data-${hook}]`, element);
    this.#find("digits").addEventListener("change", ({ target }) => {
      const { value } = /** @type {HTMLInputElement} */ (target);
      this.emit("againstchosen", value === "" ? null : Number(value));
    });
  }

  /** @param {Explanation} answer */
  show({ digit, against, blank, full, pixels }) {
    this.#panel.fill();
    const values = unpackExact(pixels);
    paint(this.#find("attribution"), values, SIDE);
    for (const radio of this.#find("digits").querySelectorAll("input")) {
      radio.checked = radio.value === (against === null ? "" : String(against));
      radio.disabled = radio.value === String(digit);
    }
    const what = against === null ? `the logit of ${digit}` : `the lead of ${digit} over ${against}`;
    this.#find("question").textContent = against === null ? `Why a ${digit}?` : `Why a ${digit}, compared with a ${against}?`;
    const gained = remainder(full, [blank], 2);
    const change = `with your drawing it is ${format(full, 2)}: a difference of ${format(gained, 2)}`;
    this.#find("gain").textContent = `On blank paper ${what} is ${format(blank, 2)}; ${change}.`;
    const [plus, minus] = [1, -1].map((sign) => values.reduce((sum, value) => sum + Math.max(value * sign, 0), 0));
    const error = remainder(gained, [plus, -minus], 2);
    const shares = `+${format(plus, 2)} for it and ${format(-minus, 2)} against it`;
    const rest = error ? `; ${format(error, 2)} is the error of 256 steps and of rounding` : "";
    this.#find("balance").textContent = `The pixels give ${shares}${rest}: ${format(gained, 2)} in all.`;
  }

  /** @param {boolean} isWaiting whether an answer is due */
  clear(isWaiting) {
    this.#panel.empty(isWaiting);
  }
}

/** The predictions of every model for the same ink. */
export class ModelComparison {
  #rows;

  /** Number of models with a prediction. */
  count = 0;

  /** @param {HTMLElement} element holds a `[data-model-row]` for each model */
  constructor(element) {
    /** @type {NodeListOf<HTMLElement>} */
    this.#rows = element.querySelectorAll("[data-model-row]");
  }

  /** @param {Prediction[]} predictions */
  show(predictions) {
    this.count = predictions.length;
    for (const row of this.#rows) {
      const found = predictions.find(({ model }) => model === row.dataset.modelRow);
      if (found && mayBeNoDigit(found.is_digit)) write(row, digitText(found), "", "probably not a digit");
      else if (found) write(row, digitText(found), percent(found.probabilities[found.digit]), "");
      else write(row, "", "not loaded", "");
    }
  }

  clear() {
    this.count = 0;
    for (const row of this.#rows) write(row, "", "", "");
  }
}

/** @param {HTMLElement} row @param {string} digit @param {string} share @param {string} doubt */
function write(row, digit, share, doubt) {
  find("[data-predicted]", row).textContent = digit;
  find("[data-share]", row).textContent = share;
  find("[data-doubt]", row).textContent = doubt;
}

const NARROW = matchMedia("(max-width: 599px)");
const NARROW_LENGTH = 3; // characters that fit under a bar, such as 1.8, −15

/** The ten probabilities as bars, and under each digit its logit. */
export class LogitsView {
  #bars;
  #places;
  /** @type {number[]} */
  #logits = [];

  /** @param {HTMLElement} element holds the ten `[data-probability]`, each with a `[data-logit]` */
  constructor(element) {
    this.#bars = new Bars(element);
    this.#places = element.querySelectorAll("[data-logit]");
    NARROW.addEventListener("change", () => this.#write()); // a phone is turned
  }

  /** @param {Inspection} answer */
  show({ probabilities, digit, logits, is_digit: isDigit }) {
    this.#bars.show(probabilities, mayBeNoDigit(isDigit) ? null : digit);
    this.#logits = logits;
    this.#write();
  }

  clear() {
    this.#bars.clear();
    this.#logits = [];
    this.#write();
  }

  #write() {
    for (const [index, place] of this.#places.entries()) place.textContent = written(this.#logits[index]);
  }
}

/** @param {number|undefined} logit */
function written(logit) {
  if (logit === undefined) return "";
  const exact = format(logit, 1);
  return NARROW.matches && exact.length > NARROW_LENGTH ? format(logit, 0) : exact;
}
