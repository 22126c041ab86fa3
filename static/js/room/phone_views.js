/** The parts of a participant's page: the label, what became of a drawing, the ballot, and one's own drawings. */

import { element } from "../core/browser.js";
import { article, mayBeNoDigit, percent, readingOf, verdictOf } from "../core/format.js";
import { inkPicture, Tile } from "./tiles.js";

/** Ten buttons to say which digit one drew. It may be left open: the chosen one is let go by a second press. */
export class LabelChoice {
  #element;
  #buttons;

  /** @param {HTMLElement} element holds ten buttons with `data-label` */
  constructor(element) {
    this.#element = element;
    this.#buttons = [...element.querySelectorAll("[data-label]")];
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.choose(isPressed(button) ? null : Number(button.dataset.label)));
    }
  }

  /** @returns {number|null} */
  get chosen() {
    const button = this.#buttons.find(isPressed);
    return button ? Number(button.dataset.label) : null;
  }

  /** @param {number|null} digit */
  choose(digit) {
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.label) === digit));
  }

  /** Only where the round that is drawn for does not say itself what is drawn. */
  set isWanted(isWanted) {
    this.#element.hidden = !isWanted;
  }
}

function isPressed(button) {
  return button.getAttribute("aria-pressed") === "true";
}

/** The line that says what became of what was sent. */
export class SendStatus {
  #element;

  /** @param {HTMLElement} element a polite live region */
  constructor(element) {
    this.#element = element;
  }

  /** On its way. */
  showSending() {
    this.#write("open", "Sending …");
  }

  /** @param {object} drawing as the room has stored it; @param {boolean} isToFool whether that was asked for */
  showSent(drawing, isToFool) {
    const words = isToFool ? attempt(drawing) : outcome(drawing);
    this.#write(drawing.right === false && !isToFool ? "wrong" : "right", `Sent as number ${drawing.number}. ${words}`);
  }

  /** @param {number} number of drawings that wait; @param {string} message what the server said, if anything */
  showKept(number, message) {
    const what = number > 1 ? `${number} drawings are kept here and will be sent` : "Kept here. It will be sent";
    const when = message ? "as soon as the room can store it" : "when the network is back";
    this.#write("wrong", `${what} ${when}.`);
  }

  /** @param {string} message why it is never taken; @param {string} ending what becomes of its ink, "" where nothing */
  showRefused(message, ending = "") {
    this.#write("wrong", `Not taken: ${message || "the room does not want it"}. ${ending}`.trim());
  }

  /** @param {string} sentence */
  say(sentence) {
    this.#write("open", sentence);
  }

  /** Take a sentence back that is true no more, unless another stands there. */
  unsay(sentence) {
    if (this.#element.textContent === sentence) this.say("");
  }

  #write(tone, text) {
    this.#element.dataset.tone = tone;
    this.#element.textContent = text;
  }
}

function attempt(drawing) {
  if (drawing.fooled) return "The network is fooled. Now the room votes whether people can read it.";
  return `The network is not fooled: it ${said(drawing)}. Try again.`;
}

function outcome(drawing) {
  const { right, label } = drawing;
  if (right === true) return `The network ${said(drawing)}: right.`;
  if (right === false) return `The network ${said(drawing)}, but it is ${article(label)} ${label}.`;
  return `The network ${said(drawing)}.`;
}

function said({ digit, probability, is_digit: isDigit }) {
  if (mayBeNoDigit(isDigit)) return "does not take it for a digit";
  return `reads ${article(digit)} ${digit}, ${percent(probability)}`;
}

const SETTLE = 700; // milliseconds for which no vote counts after another drawing has come under the finger

/** Another participant's drawing to judge: can it be read as the asked digit? Emits `voted` with {id, counts}. */
export class Ballot extends EventTarget {
  #element;
  #waiting = [];
  #settling = 0; // a timer
  #done = new Map(); // drawings that were judged here, by id; the server may not know it yet

  /** @param {HTMLElement} element holds `[data-candidate]`, `[data-question]`, `[data-yes]`, `[data-no]`, `[data-more]` */
  constructor(element) {
    super();
    this.#element = element;
    this.#find("[data-yes]").addEventListener("click", () => this.#judge(true));
    this.#find("[data-no]").addEventListener("click", () => this.#judge(false));
  }

  /** @param {object[]} drawings that this phone has not judged */
  show(drawings) {
    const before = this.#waiting[0]?.id;
    this.#waiting = drawings.filter(({ id }) => !this.#done.has(id));
    // The one in view stays in view while it is wanted, wherever it stands in the list.
    const same = this.#waiting.findIndex(({ id }) => id === before);
    if (same > 0) this.#waiting.unshift(...this.#waiting.splice(same, 1));
    if (this.#waiting[0]?.id !== before || !before) this.#draw();
    if (before && this.#waiting.length && this.#waiting[0].id !== before) this.#settle();
    this.#count();
  }

  /** The vote could not be cast: it may be cast again, after those that wait already. */
  takeBack(id) {
    const drawing = this.#done.get(id);
    if (!this.#done.delete(id)) return;
    this.show([...this.#waiting, drawing]);
  }

  #judge(counts) {
    if (this.#settling) return; // aimed at the drawing before
    const drawing = this.#waiting.shift();
    if (!drawing) return;
    this.#done.set(drawing.id, drawing);
    this.#draw();
    this.#count();
    this.dispatchEvent(new CustomEvent("voted", { detail: { id: drawing.id, counts } }));
  }

  #settle() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = 0;
      this.#mark();
    }, SETTLE);
    this.#mark();
  }

  #mark() {
    for (const hook of ["[data-yes]", "[data-no]"]) this.#find(hook).setAttribute("aria-disabled", String(this.#settling > 0));
  }

  #draw() {
    const [drawing] = this.#waiting;
    this.#element.hidden = !drawing;
    if (!drawing) return;
    this.#element.dataset.drawing = drawing.id;
    const question = `Can you read ${article(drawing.label)} ${drawing.label} here?`;
    this.#find("[data-question]").textContent = question;
    this.#find("[data-candidate]").replaceChildren(inkPicture(drawing.strokes, "another participant’s drawing"));
  }

  #count() {
    const more = this.#waiting.length - 1;
    this.#find("[data-more]").textContent = more > 0 ? `${more} more` : "";
  }

  #find(hook) {
    return this.#element.querySelector(hook);
  }
}

/** One's own drawings: how each model read them, and a way to delete them. Tells `deletewanted` with the id. */
export class MyDrawings extends EventTarget {
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
    element("span.visually-hidden", {}, `: ${reading.sentence}`),
  );
}
