/** Step 2: the layers of the network, and its logits. */

import { find } from "../../core/browser.js";
import { mayBeNoDigit } from "../../core/format.js";
import { Bars } from "../../draw/views.js";
import { toggled } from "../ablation.js";
import { LayersView } from "../layer_view.js";
import { format } from "../numbers.js";
import { TabContent } from "../panels.js";
import { unpackLayers } from "../unpack.js";

/** @import { InsideAnswer, QueryName } from "../question.js" */
/** @import { InsidePage } from "../panels.js" */

export class LayersTab extends TabContent {
  #layers;
  #logits;
  #page;

  /** @param {HTMLElement} element @param {InsidePage} page */
  constructor(element, page) {
    super();
    this.#page = page;
    this.#layers = new LayersView(element, page.announcer);
    this.#logits = new LogitsView(find("[data-bars]", element));
    this.#layers.on("unitchosen", (place) => this.emit("chosen", { ...place, view: "unit" }));
    this.#layers.on("activationswitched", (name) => this.emit("chosen", { linear: toggled(page.state.linear, name) }));
  }

  /** @param {InsideAnswer} answer */
  show({ name, answer }) {
    if (name !== "inspect" || this.#page.state.view !== "layers") return;
    this.#layers.show(answer.model, unpackLayers(answer.layers), this.#page.state);
    this.#logits.show(answer);
  }

  /** @param {QueryName} name @param {boolean} isWaiting */
  clear(name, isWaiting) {
    if (name !== "inspect") return;
    this.#layers.clear(isWaiting);
    this.#logits.clear();
  }
}

const NARROW = matchMedia("(max-width: 599px)");
const NARROW_LENGTH = 3; // characters that fit under a bar, such as 1.8, −15

/** The ten probabilities as bars, and under each digit its logit. */
class LogitsView {
  #bars;
  #places;
  /** @type {number[]} */
  #logits = [];

  /** @param {HTMLElement} element holds the ten `[data-probability]`, each with a `[data-logit]` */
  constructor(element) {
    this.#bars = new Bars(element);
    this.#places = element.querySelectorAll("[data-logit]");
    NARROW.addEventListener("change", () => this.#write()); // a phone is turned
  }

  /** @param {Inspection} answer */
  show({ probabilities, digit, logits, is_digit: isDigit }) {
    this.#bars.show(probabilities, mayBeNoDigit(isDigit) ? null : digit);
    this.#logits = logits;
    this.#write();
  }

  clear() {
    this.#bars.clear();
    this.#logits = [];
    this.#write();
  }

  #write() {
    for (const [index, place] of this.#places.entries()) place.textContent = written(this.#logits[index]);
  }
}

/** @param {number|undefined} logit */
function written(logit) {
  if (logit === undefined) return "";
  const exact = format(logit, 1);
  return NARROW.matches && exact.length > NARROW_LENGTH ? format(logit, 0) : exact;
}
