/** Panels of the page Inside: tabs and what they have in common, and the Keras code. */

import { CopyButton, Emitter, find, keyOf } from "../core/browser.js";

/** @import { Announcer } from "../core/browser.js" */
/** @import { InsideAnswer, Queries, QueryName } from "./question.js" */

/** A panel that shows a hint until there is an answer. */
export class Panel {
  #element;
  #hint;
  #text;

  /** @param {HTMLElement} element holds a `[data-hint]`, whose own text asks for ink */
  constructor(element) {
    this.#element = element;
    this.#hint = find("[data-hint]", element);
    this.#text = this.#hint.dataset.hint ||= this.#hint.textContent;
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

/**
 * What the tabs know of the page. `state` changes with each choice, `layers` with each answer of the model; empty before.
 *
 * @typedef {{state: InsideState, layers: Layer[], bitmap: () => Bitmap, queries: Queries, announcer: Announcer}} InsidePage
 */

/**
 * The content of a tab that is loaded when the tab is first shown. `chosen` carries changes of the page's state, `noticed` a
 * sentence, `opened` says that there is more to query.
 *
 * @extends {Emitter<{chosen: Partial<InsideState>, noticed: string, opened: void}>}
 */
export class TabContent extends Emitter {
  /** Query what follows the ink in each frame. */
  follow() {}

  /** Query what follows the ink when it rests. */
  followSlowly() {}

  /** Show an answer; each tab takes its own. @param {InsideAnswer} _answer */
  show(_answer) {}

  /** Forget an answer. @param {QueryName} _name @param {boolean} _isWaiting whether another is due */
  clear(_name, _isWaiting) {}
}
