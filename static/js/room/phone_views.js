/** Views of the participant's page: label, send status, ballot and own drawings. */

import { element, Emitter, find } from "../core/browser.js";
import { article, count, mayBeNoDigit, percent, readingOf, verdictSentence } from "../core/format.js";
import { inkPicture, Tile } from "./tiles.js";

const TAUGHT_KEY = "inkwise.taught"; // time of the notice that was shown

/** The optional label: "Is it a 4?", answered with yes or with one of ten digits; the same digit again clears it. */
export class LabelChoice {
  #element;
  #question;
  #yes;
  #other;
  #digits;
  #isPicking = false;
  /** @type {number|null} */
  #predicted = null;

  /** @type {number|null} */
  chosen = null;

  /**
   * @param {HTMLElement} element holds `[data-label-question]`, `[data-label-yes]`, `[data-label-other]`, and in
   *   `[data-label-digits]` ten buttons with `data-label`
   */
  constructor(element) {
    this.#element = element;
    this.#question = find("[data-label-question]", element);
    this.#yes = find("[data-label-yes]", element);
    this.#other = find("[data-label-other]", element);
    this.#digits = find("[data-label-digits]", element);
    this.#yes.addEventListener("click", () => this.choose(this.#predicted));
    this.#other.addEventListener("click", () => {
      this.#isPicking = true;
      this.#update();
    });
    for (const button of this.#buttons) {
      const digit = Number(button.dataset.label);
      button.addEventListener("click", () => this.choose(digit === this.chosen ? null : digit));
    }
    // The pressed button hides: keep the focus here, but on no button that a second Enter would press.
    element.addEventListener("click", () => element.focus());
    this.choose(null);
  }

  /** @param {number|null} digit */
  choose(digit) {
    this.chosen = digit;
    this.#isPicking = false;
    this.#update();
  }

  /** @param {number|null} digit that the network predicts */
  ask(digit) {
    this.#predicted = digit;
    this.#update();
  }

  /** @param {boolean} isWanted false on an empty pad, and where the round asks for a digit */
  set isWanted(isWanted) {
    this.#element.hidden = !isWanted;
  }

  /** @returns {HTMLElement[]} */
  get #buttons() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#digits.querySelectorAll("[data-label]"))];
  }

  #update() {
    const hasAnswer = this.chosen !== null;
    const isOpen = !hasAnswer && this.#predicted !== null; // whether there is a prediction to confirm
    const digit = this.chosen ?? this.#predicted;
    const text = digit === null ? "What is it?" : `${hasAnswer ? "It’s" : "Is it"} ${article(digit)} ${digit}`;
    this.#question.textContent = isOpen ? `${text}?` : text;
    this.#other.textContent = hasAnswer ? "Change" : isOpen ? "No, it’s…" : "It’s…";
    this.#yes.hidden = !isOpen || this.#isPicking;
    this.#question.hidden = this.#other.hidden = this.#isPicking;
    this.#digits.hidden = !this.#isPicking;
    for (const button of this.#buttons) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.label) === this.chosen));
    }
  }
}

const WAITS = "The presenter looks at it before the wall shows it.";
const STUCK = "Saved here, but not sent: the server has no neural network loaded. Tell the presenter.";

/** The result of sending, in one line. */
export class SendStatus {
  #element;

  /** @param {HTMLElement} element a polite live region */
  constructor(element) {
    this.#element = element;
  }

  showSending() {
    this.#write("open", "Sending…");
  }

  /** @param {Drawing} drawing */
  showSent(drawing) {
    const text = drawing.pending ? WAITS : drawing.fooled ? attempt(drawing) : outcome(drawing);
    this.#write(drawing.right === false && !drawing.fooled ? "wrong" : "right", `Sent as number ${drawing.number}. ${text}`);
  }

  /**
   * @param {number} number of waiting drawings @param {string} message of the server, or ""
   * @param {boolean} isStuck whether the room has no network and cannot take drawings
   */
  showKept(number, message, isStuck = false) {
    if (isStuck) return this.#write("wrong", STUCK);
    const what = number > 1 ? `${number} drawings are saved here and will be sent` : "Saved here. It will be sent";
    const when = message ? "when the server can store it" : "when your Wi-Fi is back";
    this.#write("wrong", `${what} ${when}.`);
  }

  /** @param {string} message of the server @param {string} ending */
  showRefused(message, ending = "") {
    this.#write("wrong", `Not sent. ${message} ${ending}`.trim());
  }

  /** @param {string} sentence that a drawing is read now, "" for none */
  showTaught(sentence) {
    if (sentence) this.#write("right", sentence);
  }

  /** @param {string} sentence */
  say(sentence) {
    this.#write("open", sentence);
  }

  /** Say what to do, unless the line tells what became of a drawing. @param {string} sentence */
  suggest(sentence) {
    if (!this.#element.textContent) this.say(sentence);
  }

  /** Clear this sentence, if it is shown. @param {string} sentence */
  dismiss(sentence) {
    if (this.#element.textContent === sentence) this.say("");
  }

  /** @param {string} tone @param {string} text */
  #write(tone, text) {
    this.#element.dataset.tone = tone;
    this.#element.textContent = text;
  }
}

/** @param {Drawing} drawing */
function attempt(drawing) {
  if (drawing.fooled === "caught") return `Caught: the network ${predictionText(drawing)}. Try again.`;
  return `The network ${predictionText(drawing)}. The room votes: can people read it?`;
}

/** @param {Drawing} drawing */
function outcome(drawing) {
  const { right, label } = drawing;
  if (right === true) return `The network ${predictionText(drawing)}: correct.`;
  if (right === false) return `The network ${predictionText(drawing)}, but it is ${article(label)} ${label}.`;
  return `The network ${predictionText(drawing)}.`;
}

/** @param {Drawing} drawing */
function predictionText({ digit, probability, is_digit: isDigit }) {
  if (mayBeNoDigit(isDigit)) return "predicts no digit";
  return `predicts ${article(digit)} ${digit}, ${percent(probability)}`;
}

const VOTE_DELAY = 700; // milliseconds without votes after a drawing has appeared under the finger

/**
 * Another participant's drawing to vote on: can it be read as the asked digit? It covers the pad while open; a button
 * counts the drawings while closed.
 *
 * @extends {Emitter<{voted: {id: string, counts: boolean}}>}
 */
export class Ballot extends Emitter {
  #element;
  #opener;
  #isOpen = false;
  /** @type {Drawing[]} */
  #waiting = [];
  #delay = 0; // a timer
  /** @type {Map<string, Drawing>} by id; the server may not know of these votes yet */
  #done = new Map();

  /**
   * @param {HTMLElement} element holds `[data-candidate]`, `[data-question]`, `[data-yes]`, `[data-no]`, `[data-later]`,
   *   `[data-more]`
   * @param {HTMLElement} opener
   */
  constructor(element, opener) {
    super();
    this.#element = element;
    this.#opener = opener;
    this.#find("[data-yes]").addEventListener("click", () => this.#vote(true));
    this.#find("[data-no]").addEventListener("click", () => this.#vote(false));
    this.#find("[data-later]").addEventListener("click", () => {
      this.close();
      opener.focus();
    });
    opener.addEventListener("click", () => {
      this.open();
      this.#find("[data-yes]").focus();
    });
  }

  /** Cover the pad now, or as soon as there is a drawing to vote on. */
  open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    if (this.#waiting.length) this.#delayVotes();
    this.#update();
  }

  close() {
    this.#isOpen = false;
    this.#update();
  }

  /** @param {Drawing[]} drawings to vote on */
  show(drawings) {
    const before = this.#waiting[0]?.id;
    this.#waiting = drawings.filter(({ id }) => !this.#done.has(id));
    // Keep the current drawing in view.
    const same = this.#waiting.findIndex(({ id }) => id === before);
    if (same > 0) this.#waiting.unshift(...this.#waiting.splice(same, 1));
    if (this.#waiting[0]?.id !== before) this.#draw();
    this.#update();
  }

  /** Offer a drawing again whose vote was lost. @param {string} id */
  takeBack(id) {
    const drawing = this.#done.get(id);
    if (!drawing) return;
    this.#done.delete(id);
    this.show([...this.#waiting, drawing]);
  }

  /** @param {boolean} counts whether it counts as the asked digit */
  #vote(counts) {
    if (this.#delay) return; // meant for the previous drawing, or for the pad
    const drawing = this.#waiting.shift();
    if (!drawing) return;
    this.#done.set(drawing.id, drawing);
    this.#draw();
    this.#update();
    this.emit("voted", { id: drawing.id, counts });
  }

  #delayVotes() {
    clearTimeout(this.#delay);
    this.#delay = setTimeout(() => {
      this.#delay = 0;
      this.#mark();
    }, VOTE_DELAY);
    this.#mark();
  }

  #mark() {
    for (const hook of ["[data-yes]", "[data-no]"]) this.#find(hook).setAttribute("aria-disabled", String(this.#delay > 0));
  }

  #draw() {
    const [drawing] = this.#waiting;
    if (!drawing) return;
    this.#delayVotes();
    this.#element.dataset.drawing = drawing.id;
    const question = `Does this look like ${article(drawing.label)} ${drawing.label}?`;
    this.#find("[data-question]").textContent = question;
    this.#find("[data-candidate]").replaceChildren(inkPicture(drawing.strokes, "another participant’s drawing"));
  }

  #update() {
    const { length } = this.#waiting;
    this.#element.hidden = !this.#isOpen || length === 0;
    this.#opener.hidden = this.#isOpen || length === 0;
    this.#opener.textContent = `${count(length, "drawing")} to judge`;
    this.#find("[data-more]").textContent = length > 1 ? `${length - 1} more` : "";
  }

  /** @param {string} selector */
  #find(selector) {
    return find(selector, this.#element);
  }
}

/** @typedef {{tile: Tile, verdict: HTMLElement, answers: HTMLElement, item: HTMLElement}} Card */

/**
 * The own drawings with each model's prediction. `deletewanted` carries an id.
 *
 * @extends {Emitter<{deletewanted: string}>}
 */
export class MyDrawings extends Emitter {
  #element;
  /** @type {Map<string, Card>} by id */
  #cards = new Map();

  /** @param {HTMLElement} element holds `[data-my-drawings-list]` */
  constructor(element) {
    super();
    this.#element = element;
  }

  /** @param {Drawing[]} drawings with `answers`, the newest first */
  show(drawings) {
    const list = find("[data-my-drawings-list]", this.#element);
    const cards = drawings.map((drawing) => this.#card(drawing));
    this.#cards = new Map(drawings.map(({ id }, index) => [id, cards[index]]));
    if (!isSame(list.children, cards)) list.replaceChildren(...cards.map(({ item }) => item));
    this.#element.hidden = drawings.length === 0;
  }

  /** @param {Drawing} drawing */
  #card(drawing) {
    const card = this.#cards.get(drawing.id) ?? this.#make(drawing.id);
    card.tile.show(drawing);
    card.verdict.textContent = drawing.pending ? "Waits for the presenter" : verdictSentence(drawing);
    card.answers.replaceChildren(...(drawing.answers ?? []).map((answer) => answerLine(answer, drawing)));
    return card;
  }

  /** @param {string} id @returns {Card} */
  #make(id) {
    const verdict = element("p.my-drawings__verdict");
    const answers = element("ul.my-drawings__answers", { "aria-label": "How each network reads it" });
    const remove = element("button.button", { type: "button" }, "Delete");
    remove.addEventListener("click", () => this.emit("deletewanted", id));
    const tile = new Tile([], "div");
    return { tile, verdict, answers, item: element("li.my-drawings__card", {}, tile.element, verdict, answers, remove) };
  }
}

/** @param {HTMLCollection} children @param {Card[]} cards */
function isSame(children, cards) {
  return children.length === cards.length && cards.every(({ item }, index) => children[index] === item);
}

/** Return "shallow 9 ✗": one model's prediction. @param {ModelAnswer} answer @param {Drawing} drawing */
function answerLine(answer, { label, fooled }) {
  const reading = readingOf({ ...answer, label, fooled });
  const sign = reading.sign ? reading.sign[0] : "";
  return element(
    "li.my-drawings__answer",
    { "data-tone": reading.tone },
    element("span.my-drawings__model", { translate: "no" }, answer.model),
    element("b", { "aria-hidden": "true" }, `${reading.digit} ${sign}`),
    element("span.visually-hidden", {}, `: ${reading.sentence}`),
  );
}

/** The notice that a taught network reads a misread drawing of this phone: each notice once. */
export class TaughtNotice {
  #storage;
  #shown = "";

  /** @param {Pick<Storage, "getItem"|"setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
    this.#shown = storage.getItem(TAUGHT_KEY) ?? "";
  }

  /** @param {RoomState["taught"]} notice of the state @returns {string} a sentence to show, "" for none or one shown before */
  take(notice) {
    if (!notice || String(notice.at) === this.#shown) return "";
    this.#shown = String(notice.at);
    try {
      this.#storage.setItem(TAUGHT_KEY, this.#shown);
    } catch {
      // The storage is full: shown again after the page is opened again.
    }
    const { label } = notice;
    return `Your ${label} is now read as ${article(label)} ${label}.`;
  }
}
