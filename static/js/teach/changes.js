/** Drawings that the taught network reads and the one before does not, and the other way around. */

import { element, find } from "../core/browser.js";
import { article } from "../core/format.js";
import { inkPicture } from "../room/tiles.js";

const NO_DIGIT = "?";
const FIRST = 9; // drawings of a group that are shown at once

/** @param {TeachChange} change */
function isNowRight({ label, after }) {
  return after === label;
}

export class ChangesView {
  #element;
  #shown = "";

  /** @param {HTMLElement} element holds `[data-changes="right"]` and `[data-changes="wrong"]` */
  constructor(element) {
    this.#element = element;
    for (const kind of ["right", "wrong"]) {
      const group = this.#group(kind);
      find("[data-more]", group).addEventListener("click", () => showAll(group));
    }
  }

  /** @param {Teaching|null} teaching */
  show(teaching) {
    const changes = teaching?.result?.changes ?? null;
    const shown = JSON.stringify([teaching?.id, changes?.length ?? null]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#element.hidden = changes === null;
    this.#fill("right", (changes ?? []).filter(isNowRight));
    this.#fill("wrong", (changes ?? []).filter((change) => !isNowRight(change)));
  }

  /** @param {string} kind @param {TeachChange[]} changes */
  #fill(kind, changes) {
    const group = this.#group(kind);
    find("[data-count]", group).textContent = String(changes.length);
    find("[data-none]", group).hidden = changes.length > 0;
    find("[data-list]", group).replaceChildren(...changes.map((change, index) => tileOf(change, kind === "right", index >= FIRST)));
    const more = find("[data-more]", group);
    more.hidden = changes.length <= FIRST;
    more.textContent = `Show all ${changes.length}`;
  }

  /** @param {string} kind */
  #group(kind) {
    return find(`[data-changes="${kind}"]`, this.#element);
  }
}

/** @param {HTMLElement} group */
function showAll(group) {
  /** @type {HTMLElement[]} */
  const hidden = [...group.querySelectorAll("[data-list] > [hidden]")].map((item) => /** @type {HTMLElement} */ (item));
  for (const item of hidden) item.hidden = false;
  find("[data-more]", group).hidden = true;
  hidden[0]?.focus();
}

/** @param {TeachChange} change @param {boolean} isRight @param {boolean} isHidden */
function tileOf({ label, before, after, is_held_out: isHeldOut, strokes }, isRight, isHidden) {
  const [first, second] = [before ?? NO_DIGIT, after ?? NO_DIGIT];
  const text = element("p.change__text", { translate: "no", "aria-hidden": "true" }, `${first} → ${second} `, element("span.change__sign", {}, isRight ? "✓" : "✗"));
  const spoken = `${article(label)} ${label}, read as ${before ?? "no digit"} before and as ${after ?? "no digit"} now, ${isRight ? "right" : "wrong"}`;
  const who = element("p.change__who", {}, isHeldOut ? "held out" : "learned");
  const item = element("li.change", { tabindex: "-1", "data-tone": isRight ? "right" : "wrong" }, inkPicture(strokes), element("span.visually-hidden", {}, spoken), text, who);
  item.hidden = isHidden;
  return item;
}
