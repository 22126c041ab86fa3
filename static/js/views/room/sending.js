/** The line that says what became of what was sent. */

import { mayBeNoDigit, percent } from "../../answers/words.js";
import { article } from "../../room/words.js";

export class Sending {
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
