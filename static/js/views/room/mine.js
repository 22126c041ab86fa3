/** One's own drawings: how each model read them, and a way to delete them. Tells `deletewanted` with the id. */

import { readingOf, verdictOf } from "../../room/words.js";
import { element } from "../elements.js";
import { Tile } from "./tile.js";

export class Mine extends EventTarget {
  #element;
  #cards = new Map(); // by the drawing's id

  /** @param {HTMLElement} element holds `[data-mine-list]` and `[data-mine-none]` */
  constructor(element) {
    super();
    this.#element = element;
  }

  /** @param {object[]} drawings with `answers`, the newest first */
  show(drawings) {
    const list = this.#element.querySelector("[data-mine-list]");
    const cards = drawings.map((drawing) => this.#card(drawing));
    this.#cards = new Map(drawings.map(({ id }, index) => [id, cards[index]]));
    if (!isSame(list.children, cards)) list.replaceChildren(...cards.map(({ item }) => item));
    this.#element.hidden = drawings.length === 0;
  }

  #card(drawing) {
    const card = this.#cards.get(drawing.id) ?? this.#make(drawing.id);
    card.tile.show(drawing);
    card.verdict.textContent = verdictOf(drawing);
    card.answers.replaceChildren(...(drawing.answers ?? []).map((answer) => answerLine(answer, drawing.label)));
    return card;
  }

  #make(id) {
    const verdict = element("p.mine__verdict");
    const answers = element("ul.mine__answers", { "aria-label": "How each model reads it" });
    const remove = element("button.button", { type: "button" }, "Delete");
    remove.addEventListener("click", () => this.dispatchEvent(new CustomEvent("deletewanted", { detail: id })));
    const tile = new Tile([], "div");
    return { tile, verdict, answers, item: element("li.mine__card", {}, tile.element, verdict, answers, remove) };
  }
}

function isSame(children, cards) {
  return children.length === cards.length && cards.every(({ item }, index) => children[index] === item);
}

/** @returns {HTMLElement} "shallow 9 ✗": one model's answer, right or wrong where the label is known */
function answerLine({ model, digit, probability, is_digit: isDigit }, label) {
  const right = label === null ? null : digit === label;
  const reading = readingOf({ digit, probability, is_digit: isDigit, label, right });
  const sign = reading.sign ? reading.sign[0] : "";
  return element(
    "li.mine__answer",
    { "data-tone": reading.tone },
    element("span.mine__model", {}, model),
    element("b", { "aria-hidden": "true" }, `${reading.digit} ${sign}`),
    element("span.unseen", {}, `: ${reading.sentence}`),
  );
}
