/** The pre-flight checks as a list: passed, failed, or to be checked by a person; and the load test in words. */

import { element } from "../core/browser.js";
import { count } from "../core/format.js";

/** @type {Map<boolean|null, [sign: string, verdict: string]>} */
const SIGNS = new Map([[true, ["✓", "passed"]], [false, ["✗", "failed"]], [null, ["?", "check this yourself"]]]);

export class CheckList {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {PreflightCheck[]} checks */
  show(checks) {
    this.#list.replaceChildren(...checks.map(item));
  }
}

/** @param {PreflightCheck} check */
function item({ name, ok, detail, advice }) {
  const [sign, verdict] = SIGNS.get(ok) ?? ["", ""];
  const hiddenVerdict = element("span.visually-hidden", {}, `: ${verdict}. `);
  const title = element("b.checks__name", {}, `${name[0].toUpperCase()}${name.slice(1)}`, hiddenVerdict);
  const words = element("div.checks__text", {}, title, element("span.checks__detail", {}, ...withAddresses(detail)));
  if (advice) words.append(element("p.checks__advice", {}, advice));
  const mark = element("span.checks__sign", { "aria-hidden": "true" }, sign);
  return element("li.checks__check", { "data-ok": String(ok) }, mark, words);
}

/** @param {string} text @returns {(Node|string)[]} with addresses that browsers do not translate */
function withAddresses(text) {
  const parts = text.split(/(https?:[^\s,;]+)/);
  return parts.map((part, index) => (index % 2 ? element("span", { translate: "no" }, part) : part));
}

/** @param {LoadTest} loadTest @returns {{headline: string, detail: string}} */
export function loadTestSummary(loadTest) {
  const { phones, limited_by: limit, predictions_per_second: rate, p95_ms: p95, errors, assumption } = loadTest;
  const headline = phones > 0 ? `About ${count(phones, "phone")} at once` : "Too slow for phones right now";
  const why = limit === "connections" ? "limited by --connections; " : "";
  const failed = errors ? `${count(errors, "request")} failed; ` : "";
  const measured = `${rate.toLocaleString("en")} predictions per second, 95 % within ${Math.round(p95)} ms`;
  return { headline, detail: `${failed}${why}${measured}. ${assumption}` };
}
