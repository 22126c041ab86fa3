/** Attribution: which pixels raise a digit's logit, and which lower it. */

import { find } from "../../core/browser.js";
import { format, remainder } from "../numbers.js";
import { paint } from "../palette.js";
import { Panel, TabContent } from "../panels.js";
import { unpackExact } from "../unpack.js";

/** @import { InsideAnswer, QueryName } from "../question.js" */
/** @import { InsidePage } from "../panels.js" */

const SIDE = 28;

export class ExplanationTab extends TabContent {
  /** @type {Find} */
  #find;
  #panel;
  #page;

  /** @param {HTMLElement} element @param {InsidePage} page */
  constructor(element, page) {
    super();
    this.#page = page;
    this.#panel = new Panel(element);
    this.#find = (hook) => find(`[data-${hook}]`, element);
    this.#find("digits").addEventListener("change", ({ target }) => {
      const { value } = /** @type {HTMLInputElement} */ (target);
      this.emit("chosen", { against: value === "" ? null : Number(value) });
    });
  }

  followSlowly() {
    this.#page.queries.ask("explain", "/api/explain", { against: this.#page.state.against });
  }

  /** @param {InsideAnswer} answer */
  show({ name, answer }) {
    if (name === "explain") this.#show(answer);
  }

  /** @param {QueryName} name @param {boolean} isWaiting */
  clear(name, isWaiting) {
    if (name === "explain") this.#panel.empty(isWaiting);
  }

  /** @param {Explanation} answer */
  #show({ digit, against, blank, full, pixels }) {
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
}

