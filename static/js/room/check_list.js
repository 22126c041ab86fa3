/** The pre-flight checks as a list: fine, not fine, or for a person to see, by sign and word; and what to do. */

import { element } from "../core/browser.js";

const SIGNS = new Map([[true, ["✓", "fine"]], [false, ["✗", "not yet"]], [null, ["?", "look yourself"]]]);

export class Checks {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {{name, ok, detail, advice}[]} checks */
  show(checks) {
    this.#list.replaceChildren(...checks.map(item));
  }
}

function item({ name, ok, detail, advice }) {
  const [sign, verdict] = SIGNS.get(ok);
  const title = element("b.checks__name", {}, `${name[0].toUpperCase()}${name.slice(1)}`, element("span.visually-hidden", {}, `: ${verdict}. `));
  const words = element("div.checks__words", {}, title, element("span.checks__detail", {}, detail));
  if (advice) words.append(element("p.checks__advice", {}, advice));
  return element("li.checks__check", { "data-ok": String(ok) }, element("span.checks__sign", { "aria-hidden": "true" }, sign), words);
}
