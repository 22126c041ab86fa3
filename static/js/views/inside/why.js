/** Why this answer: which pixels speak for it and which against it. Tells `againstchosen` with a digit or null. */

import { format } from "../../inside/sums.js";
import { unpackExact } from "../../inside/unpack.js";
import { paint } from "./palette.js";
import { Panel } from "./panel.js";

const SIDE = 28;

export class Why extends EventTarget {
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
