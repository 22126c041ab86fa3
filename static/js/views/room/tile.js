/** One drawing as a tile: its ink, who drew it, what the network reads, how surely, and whether that is right. */

import { pathOf } from "../../room/picture.js";
import { readingOf } from "../../room/words.js";
import { element, svg } from "../elements.js";

const VIEW = "0 0 1000 1000";

export class Tile {
  #path = svg("path", { class: "tile__stroke" });
  #name = element("p.tile__name", { dir: "auto" });
  #digit = element("b.tile__digit");
  #sign = element("span.tile__sign");
  #share = element("span.tile__share");
  #sentence = element("span.unseen");
  #tools;
  #drawing = null;

  /** @param {Node[]} tools what stands below the answer, such as buttons; @param {string} kind of element */
  constructor(tools = [], kind = "li") {
    this.#tools = tools;
    const answer = element("p.tile__answer", { "aria-hidden": "true" }, this.#digit, this.#sign, this.#share);
    const picture = svg("svg", { class: "tile__ink", viewBox: VIEW, "aria-hidden": "true" }, this.#path);
    this.element = element(`${kind}.tile`, {}, this.#name, picture, this.#sentence, answer, ...tools);
    this.show(null);
  }

  get drawing() {
    return this.#drawing;
  }

  /** Show a drawing; null leaves an empty place. Names are only ever text. */
  show(drawing) {
    if (drawing && drawing.id !== this.#drawing?.id) this.#path.setAttribute("d", pathOf(drawing.strokes));
    this.#drawing = drawing;
    this.element.classList.toggle("tile--empty", !drawing);
    this.element.dataset.drawing = drawing?.id ?? "";
    for (const tool of this.#tools) tool.hidden = !drawing;
    if (drawing) this.#write(drawing, readingOf(drawing));
    else this.#wipe();
  }

  #write(drawing, { digit, sign, share, sentence, tone }) {
    this.element.dataset.tone = tone;
    put(this.#name, drawing.name);
    put(this.#digit, digit);
    put(this.#sign, sign);
    put(this.#share, share);
    put(this.#sentence, `: drawing ${drawing.number}, ${sentence}`);
  }

  #wipe() {
    this.#path.setAttribute("d", "");
    this.element.dataset.tone = "open";
    for (const part of [this.#name, this.#digit, this.#sign, this.#share, this.#sentence]) put(part, "");
  }
}

function put(part, text) {
  if (part.textContent !== text) part.textContent = text;
}
