/** Ten bars, one for each digit's probability. */

import { hundredths, percent } from "../answers/words.js";

const SHOWN = 0.01; // probability from which on a bar carries its number

export class Bars {
  #element;
  #bars;

  /** @param {HTMLElement} element holds the ten `[data-probability]`, 0 to 9 */
  constructor(element) {
    this.#element = element;
    this.#bars = [...element.querySelectorAll("[data-probability]")];
  }

  /**
   * @param {number[]} probabilities ten shares from 0 to 1
   * @param {number} winner the digit with the largest share
   * @param {boolean} isDoubtful whether the ink may be no digit
   */
  show(probabilities, winner, isDoubtful) {
    this.#element.toggleAttribute("data-doubtful", isDoubtful);
    this.#bars.forEach((bar, digit) => showShare(bar, probabilities[digit], digit === winner));
  }

  clear() {
    this.#element.removeAttribute("data-doubtful");
    this.#bars.forEach((bar) => showShare(bar, 0, false));
  }
}

function showShare(bar, share, isWinner) {
  bar.setAttribute("aria-valuenow", (share * 100).toFixed(1));
  bar.setAttribute("aria-valuetext", percent(share));
  bar.style.setProperty("--share", share);
  bar.toggleAttribute("data-winner", isWinner);
  bar.querySelector("[data-share]").textContent = share >= SHOWN ? hundredths(share) : "";
}
