/** Coverage of the room's drawings, and a taught network before and after. */

import { element, find } from "../core/browser.js";
import { inkPicture } from "../room/tiles.js";
import { changeText, difference, poisonText, readingText, scoreText, toneOf, verdictOn } from "./teach_text.js";

const PARTS = /** @type {const} */ (["held_out", "mnist", "taught"]);

/** @param {Element} root @param {string} selector @param {string|null} text shown unless it is empty */
export function showText(root, selector, text) {
  const shown = find(selector, root);
  if (shown.textContent !== (text ?? "")) shown.textContent = text ?? "";
  shown.hidden = !text;
}

/** The ten digits with their drawings. */
export class CoverageView {
  #element;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#element = root;
  }

  /** @param {TeachCoverage[]} coverage */
  show(coverage) {
    for (const { digit, drawings, people } of coverage) {
      const item = find(`[data-coverage-digit="${digit}"]`, this.#element);
      find("[data-count]", item).textContent = String(drawings);
      find("[data-people]", item).textContent = String(people);
      item.toggleAttribute("data-empty", drawings === 0);
    }
  }
}

/** Scores and changed drawings. */
export class ResultView {
  #element;
  #shown = ""; // the result that is on the page

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#element = root;
  }

  /** @param {Teaching|null} teaching */
  show(teaching) {
    const result = teaching?.result ?? null;
    this.#element.hidden = !result;
    const shown = JSON.stringify([teaching?.id, result]);
    if (!teaching || !result || shown === this.#shown) return;
    this.#shown = shown;
    const { text, tone } = verdictOn(result);
    const verdict = find("[data-verdict]", this.#element);
    verdict.textContent = text;
    verdict.dataset.tone = tone;
    showText(this.#element, "[data-poisoned]", poisonText(teaching.wrong_labels));
    for (const part of PARTS) this.#showScores(part, result[part]);
    const better = result.changes.filter(({ label, after }) => label === after);
    this.#showChanges("better", better);
    this.#showChanges("worse", result.changes.filter((change) => !better.includes(change)));
  }

  /** @param {typeof PARTS[number]} part @param {TeachScores} scores */
  #showScores(part, scores) {
    const row = find(`[data-scores="${part}"]`, this.#element);
    find("[data-before]", row).textContent = scoreText(scores, "before");
    find("[data-after]", row).textContent = scoreText(scores, "after");
    const change = find("[data-change]", row);
    change.textContent = changeText(scores);
    change.dataset.tone = toneOf(difference(scores));
  }

  /** @param {"better"|"worse"} group @param {TeachChange[]} changes */
  #showChanges(group, changes) {
    find(`[data-total="${group}"]`, this.#element).textContent = String(changes.length);
    find(`[data-changes="${group}"]`, this.#element).replaceChildren(...changes.map(changeItem));
  }
}

/** @param {TeachChange} change */
function changeItem({ label, before, after, is_held_out: isHeldOut, strokes }) {
  const readings = element("span.change__readings", { translate: "no" }, `${readingText(before)} → ${readingText(after)}`);
  const person = element("span.change__person", {}, isHeldOut ? "held out" : "learned from");
  return element("li.change", {}, inkPicture(strokes, `a ${label}`), readings, person);
}
