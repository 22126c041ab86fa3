/** What stands beside the wall: where to join, how many there are, how well the network reads them. */

import { exactPercent } from "../../room/words.js";
import { Counts } from "./counts.js";

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
