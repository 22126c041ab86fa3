/** The lab's run on the wall, with the guesses of the room and the truth. */

import { element, find, svg } from "../core/browser.js";
import { binsOf, guessCount, guessText, nearestText } from "./guesses.js";
import { guessesIn, RunView } from "./run_view.js";

export class WallRun {
  #element;
  #view;
  #strip;

  /** @param {HTMLElement} element holds what RunView needs, `[data-guesses]` and `[data-guess-text]` */
  constructor(element) {
    this.#element = element;
    this.#view = new RunView(element);
    this.#strip = new GuessStrip(find("[data-guesses]", element));
  }

  /** @param {RunNews} news */
  show(news) {
    this.#element.hidden = !news.shown;
    if (!news.shown) return;
    this.#view.show(news);
    const found = guessesIn(news);
    find("[data-guess-part]", this.#element).hidden = !found;
    if (!found) return;
    const { guesses, truth } = found;
    this.#strip.show(guesses.values ?? [], truth);
    const text = truth === null ? guessCount(guesses.count) : nearestText(guesses.values ?? [], truth);
    find("[data-guess-text]", this.#element).textContent = text || guessCount(guesses.count);
  }
}

const HEIGHT = 100; // of the drawing, whose width is a percentage

/** Bars for the guesses over their range, and a line for the truth. */
class GuessStrip {
  #picture;
  #shown = "";

  /** @param {HTMLElement} picture */
  constructor(picture) {
    this.#picture = picture;
  }

  /** @param {number[]} values @param {number|null} truth */
  show(values, truth) {
    const state = JSON.stringify([values, truth]);
    if (state === this.#shown) return;
    this.#shown = state;
    const { low, high, counts } = binsOf(values, truth);
    const most = Math.max(1, ...counts);
    const width = 100 / counts.length;
    const bars = counts.map((count, index) => {
      const height = (count / most) * HEIGHT;
      return svg("rect", { class: "guesses__bar", x: index * width + 0.1 * width, y: HEIGHT - height, width: 0.8 * width, height });
    });
    const drawing = svg("svg", { class: "guesses__bars", viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none" }, ...bars);
    const ends = element("p.guesses__ends", { translate: "no" }, element("span", {}, guessText(low)), element("span", {}, guessText(high)));
    this.#picture.replaceChildren(drawing, ...(truth === null ? [] : [truthLine(truth, low, high)]), ends);
    const range = values.length ? ` from ${guessText(values[0])} to ${guessText(values[values.length - 1])}` : "";
    this.#picture.setAttribute("aria-label", `${guessCount(values.length)}${range}`);
  }
}

/** @param {number} truth @param {number} low @param {number} high */
function truthLine(truth, low, high) {
  const line = element("p.guesses__truth", { translate: "no" }, element("b", {}, guessText(truth)));
  const share = (truth - low) / (high - low);
  line.style.setProperty("--share", share.toFixed(4));
  line.toggleAttribute("data-late", share > 0.5); // its text stands at the left of the line
  return line;
}
