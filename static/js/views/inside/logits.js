/** The ten probabilities as bars, and under each digit its logit. */

import { mayBeNoDigit } from "../../answers/words.js";
import { format } from "../../inside/sums.js";
import { Bars } from "../bars.js";

const NARROW = matchMedia("(max-width: 599px)"); // where "−26.8" would run into its neighbour
const LONG = 9.95; // from which on a number has two digits before the point

export class Logits {
  #bars;
  #places;

  /** @param {HTMLElement} element holds the ten `[data-probability]`, each with a `[data-logit]` */
  constructor(element) {
    this.#bars = new Bars(element);
    this.#places = [...element.querySelectorAll("[data-logit]")];
  }

  /** @param {object} answer of /api/inspect */
  show({ probabilities, digit, logits, is_digit: isDigit }) {
    this.#bars.show(probabilities, digit, mayBeNoDigit(isDigit));
    this.#places.forEach((place, index) => (place.textContent = written(logits[index])));
  }

  clear() {
    this.#bars.clear();
    this.#places.forEach((place) => (place.textContent = ""));
  }
}

function written(logit) {
  return format(logit, NARROW.matches && Math.abs(logit) >= LONG ? 0 : 1);
}
