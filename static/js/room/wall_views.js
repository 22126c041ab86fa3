/** What the projector shows beside the drawings: counts, the way to join, and the spotlight. */

import { element } from "../core/browser.js";
import { exactPercent, readingOf, verdictOf } from "../core/format.js";
import { inkPicture } from "./tiles.js";

const QR = "/qr.svg";
const AGAIN = 3_000; // milliseconds after which a QR code that did not come is fetched again

/** The room's numbers and its address, wherever the page has a place for them. */
export class Counts {
  #element;

  /** @param {HTMLElement} element holds hooks such as `[data-phones]`; each may be there often, or not at all */
  constructor(element) {
    this.#element = element;
    for (const image of element.querySelectorAll("[data-qr]")) fetchUntilThere(image);
  }

  /** @param {{participants, drawings, code, address}} state */
  show({ participants, drawings, code, address }) {
    this.put("[data-phones]", participants.toLocaleString("en"));
    this.put("[data-phones-word]", participants === 1 ? "phone" : "phones");
    this.put("[data-drawings]", drawings.toLocaleString("en"));
    this.put("[data-drawings-word]", drawings === 1 ? "drawing" : "drawings");
    this.put("[data-code]", code ?? "");
    for (const line of this.#element.querySelectorAll("[data-code-line]")) line.hidden = !code; // none is needed
    this.#renewCodes(`${address} ${code}`);
    this.#showAddress((address ?? "").replace(/^http:\/\//, ""));
  }

  /** QR codes are fetched anew when the laptop has moved to another network. */
  #renewCodes(target) {
    for (const image of this.#element.querySelectorAll("[data-qr]")) {
      if (image.dataset.qr && image.dataset.qr !== target) image.src = `${QR}?for=${encodeURIComponent(target)}`;
      image.dataset.qr = target;
    }
  }

  /** An address that is too long for its line breaks before its last part, and nowhere else. */
  #showAddress(address) {
    const cut = address.lastIndexOf("/");
    for (const part of this.#element.querySelectorAll("[data-address]")) {
      if (part.textContent === address) continue;
      part.replaceChildren(address.slice(0, cut), document.createElement("wbr"), address.slice(cut));
    }
  }

  /** Text is only written where it changes. */
  put(hook, text) {
    for (const part of this.#element.querySelectorAll(hook)) if (part.textContent !== text) part.textContent = text;
  }
}

/** A room that was closed when the page came has no QR code yet. */
function fetchUntilThere(image) {
  const fetchAgain = () => setTimeout(() => (image.src = `${QR}?at=${Date.now()}`), AGAIN);
  image.addEventListener("error", fetchAgain);
  if (image.complete && !image.naturalWidth) fetchAgain(); // it had failed before this was here
}

/** What stands beside the wall: where to join, how many there are, how well the network reads them. */
export class WallSide {
  #element;
  #counts;

  /** @param {HTMLElement} element holds hooks such as `[data-right]` */
  constructor(element) {
    this.#element = element;
    this.#counts = new Counts(element);
  }

  /** @param {{participants, drawings, code, address, paused}} state */
  showState(state) {
    this.#counts.show(state);
    this.#element.querySelector("[data-paused]").hidden = !state.paused;
  }

  /** @param {{models, model, pairs}} scores */
  showScores({ models, model, pairs }) {
    const own = models.find((each) => each.model === model);
    this.#counts.put("[data-right]", exactPercent(own?.accuracy));
    const [pair] = pairs;
    this.#counts.put("[data-pair]", pair ? `${pair.label} → ${pair.digit}` : "–");
  }

  /** @param {boolean} isReachable whether the server answers */
  showReach(isReachable) {
    this.#element.querySelector("[data-gone]").hidden = isReachable;
  }
}

const BOUND_PERCENT = "\u00a0%"; // no line ends between a number and its sign
const QUICK = 120; // milliseconds that it takes to grow

/** One drawing grown over the wall, with what every model says of it and the way to look inside. */
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
