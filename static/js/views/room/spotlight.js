/** One drawing grown over the wall, with what every model says of it and the way to look inside. */

import { exactPercent, readingOf, verdictOf } from "../../room/words.js";
import { element } from "../elements.js";
import { inkPicture } from "./inkpicture.js";

const BOUND_PERCENT = "\u00a0%"; // no line ends between a number and its sign
const QUICK = 120; // milliseconds that it takes to grow

export class Spotlight {
  #element;

  /** @param {HTMLElement} element holds `[data-ink]`, `[data-who]`, `[data-answers]` and the like */
  constructor(element) {
    this.#element = element;
  }

  get isOpen() {
    return !this.#element.hidden;
  }

  /**
   * @param {object} drawing with its answers
   * @param {DOMRect|null} from where its tile is
   */
  show(drawing, from) {
    this.#write(drawing);
    if (this.isOpen) return;
    this.#element.hidden = false;
    if (from && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.#grow(from);
  }

  hide() {
    this.#element.hidden = true;
  }

  #write(drawing) {
    const { sentence, tone } = readingOf(drawing);
    this.#element.dataset.tone = tone;
    this.#element.dataset.drawing = drawing.id;
    this.#find("[data-ink]").replaceChildren(inkPicture(drawing.strokes, `drawing ${drawing.number}`));
    this.#put("[data-who]", drawing.name);
    this.#put("[data-number]", `drawing ${drawing.number}`);
    this.#put("[data-verdict]", verdictOf(drawing));
    const unbroken = sentence.replaceAll(" %", BOUND_PERCENT);
    this.#put("[data-sentence]", `${unbroken[0].toUpperCase()}${unbroken.slice(1)}.`);
    this.#find("[data-answers]").replaceChildren(...drawing.answers.map((answer) => answerRow(answer, drawing.label)));
    this.#find("[data-inside]").href = `/room/drawings/${drawing.id}/inside`;
    this.#find("[data-inside-qr]").src = `/room/drawings/${drawing.id}/inside.svg`;
  }

  #grow(from) {
    const to = this.#element.getBoundingClientRect();
    const scale = Math.max(from.width / to.width, from.height / to.height);
    const [x, y] = [from.x + from.width / 2 - (to.x + to.width / 2), from.y + from.height / 2 - (to.y + to.height / 2)];
    const start = { transform: `translate(${x}px, ${y}px) scale(${scale})` };
    this.#element.animate([start, { transform: "none" }], { duration: QUICK, easing: "ease-out" });
  }

  #find(hook) {
    return this.#element.querySelector(hook);
  }

  #put(hook, text) {
    this.#find(hook).textContent = text;
  }
}

/** @returns {HTMLElement} one model's answer: its name, the digit, a bar for its probability */
function answerRow({ model, digit, probability, is_digit: isDigit }, label) {
  const right = label === null ? null : digit === label;
  const reading = readingOf({ digit, probability, is_digit: isDigit, label, right });
  const fill = element("span.ladderbar__fill");
  fill.style.setProperty("--share", probability);
  return element(
    "li.ladderbar",
    { "data-tone": reading.tone },
    element("span.ladderbar__model", {}, model),
    element("b.ladderbar__digit", {}, digit.toString()),
    element("span.ladderbar__sign", {}, reading.sign[0] ?? ""),
    element("span.ladderbar__track", { "aria-hidden": "true" }, fill),
    element("span.ladderbar__share", {}, reading.isDoubtful ? reading.share : exactPercent(probability)),
  );
}
