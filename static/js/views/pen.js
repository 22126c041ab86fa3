/** Turn what mouse, finger or pen do on the pad into ink. */

import { PAD_UNITS } from "../ink/ink.js";
import { Hand } from "./hand.js";

const JITTER = 3; // CSS pixels; a tap trembles less than that
const MARGIN = 150; // pad units; a hand that slides off the pad goes on drawing up to here

export class Pen {
  #element;

  constructor(element, ink) {
    this.#element = element;
    new Hand(element, {
      begin: (event) => ink.begin(this.#pointOf(event)),
      move: (events) => ink.extend(events.map((event) => this.#pointOf(event))),
      end: () => ink.end((JITTER / element.clientWidth) * PAD_UNITS),
      drop: () => ink.drop(),
    });
  }

  #pointOf({ clientX, clientY }) {
    const box = this.#element.getBoundingClientRect();
    const toUnits = (pixels) => within((pixels / box.width) * PAD_UNITS);
    return [toUnits(clientX - box.left), toUnits(clientY - box.top)];
  }
}

/** Keep a coordinate near the pad, to a tenth of a unit: finer than any screen. */
function within(units) {
  return Math.round(Math.min(Math.max(units, -MARGIN), PAD_UNITS + MARGIN) * 10) / 10;
}
