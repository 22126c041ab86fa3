/** Ten bars, one for each digit's probability. */

const SHOWN = 0.01; // probability from which on a bar carries its number

export class Bars {
  #bars;

  /** @param {HTMLElement} element holds the ten `[data-probability]`, 0 to 9 */
  constructor(element) {
    this.#bars = [...element.querySelectorAll("[data-probability]")];
  }

  /** @param {number[]} probabilities ten shares from 0 to 1 */
  show(probabilities, winner) {
    this.#bars.forEach((bar, digit) => showShare(bar, probabilities[digit], digit === winner));
  }

  clear() {
    this.#bars.forEach((bar) => showShare(bar, 0, false));
  }
}

function showShare(bar, share, isWinner) {
  bar.setAttribute("aria-valuenow", (share * 100).toFixed(1));
  bar.setAttribute("aria-valuetext", `${(share * 100).toFixed(0)} %`);
  bar.style.setProperty("--share", share);
  bar.toggleAttribute("data-winner", isWinner);
  bar.querySelector("[data-share]").textContent = share >= SHOWN ? Math.round(share * 100) : "";
}
