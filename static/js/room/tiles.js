/** Views that the pages of the room share: the task of the round, and drawings as tiles and thumbnails. */

import { BASE_PATH, element, find, strokePicture, svg } from "../core/browser.js";
import { readingOf, taskOf, verdictOf, verdictSentence } from "../core/format.js";
import { toFittedPath } from "../ink/curve.js";

/** The task of the round, as headline. */
export class TaskView {
  #element;
  #shown = "";

  /** @param {HTMLElement} element holds `[data-task]` and `[data-task-hint]` */
  constructor(element) {
    this.#element = element;
  }

  /** @param {Round} round @returns {boolean} whether the task has changed */
  show(round) {
    const { headline, hint } = taskOf(round);
    this.#element.dataset.round = round.kind;
    if (`${headline} ${hint}` === this.#shown) return false;
    this.#shown = `${headline} ${hint}`;
    find("[data-task]", this.#element).textContent = headline;
    find("[data-task-hint]", this.#element).textContent = hint;
    return true;
  }
}

/** @param {Stroke[]} strokes any unit @param {string} label "" hides the picture from screen readers */
export function inkPicture(strokes, label = "") {
  return strokePicture(svg("path", { d: toFittedPath(strokes) }), label);
}

/** One drawing as a tile: ink, name, predicted digit, probability, right or wrong. */
export class Tile {
  #path = svg("path");
  #name = element("p.tile__name", { dir: "auto", translate: "no" });
  #digit = element("b.tile__digit", { translate: "no" });
  #sign = element("span.tile__sign", { translate: "no" });
  #share = element("span.tile__share");
  #sentence = element("span.visually-hidden");
  #tools;
  /** @type {Drawing|null} */
  #drawing = null;

  /** @param {HTMLElement[]} tools such as buttons @param {string} kind tag name */
  constructor(tools = [], kind = "li") {
    this.#tools = tools;
    const answer = element("p.tile__answer", { "aria-hidden": "true" }, this.#digit, this.#sign, this.#share);
    const picture = strokePicture(this.#path);
    this.element = element(`${kind}.tile`, {}, this.#name, picture, this.#sentence, answer, ...tools);
    this.show(null);
  }

  get drawing() {
    return this.#drawing;
  }

  get isLit() {
    return this.element.hasAttribute("data-lit");
  }

  /** @param {boolean} isLit whether the drawing is in the room's spotlight; presses the tool with `aria-pressed` */
  set isLit(isLit) {
    this.element.toggleAttribute("data-lit", isLit);
    for (const tool of this.#tools) if (tool.hasAttribute("aria-pressed")) tool.setAttribute("aria-pressed", String(isLit));
  }

  /** @param {Drawing|null} drawing null for an empty tile */
  show(drawing) {
    if (drawing && drawing.id !== this.#drawing?.id) this.#path.setAttribute("d", toFittedPath(drawing.strokes));
    this.#drawing = drawing;
    this.element.classList.toggle("tile--empty", !drawing);
    this.element.dataset.drawing = drawing?.id ?? "";
    for (const tool of this.#tools) tool.hidden = !drawing;
    if (drawing) this.#write(drawing, readingOf(drawing));
    else this.#clear();
  }

  /** @param {Drawing} drawing @param {ReadingText} text */
  #write(drawing, { digit, sign, share, tone, isDoubtful }) {
    const verdict = verdictOf(drawing);
    this.element.dataset.tone = tone;
    this.#share.setAttribute("translate", isDoubtful ? "yes" : "no"); // words or a number
    put(this.#name, drawing.name);
    put(this.#digit, digit);
    put(this.#sign, verdict || sign);
    put(this.#share, verdict ? "" : share);
    put(this.#sentence, describe(drawing));
    for (const tool of this.#tools) nameFor(tool, drawing);
  }

  #clear() {
    this.#path.setAttribute("d", "");
    this.element.dataset.tone = "open";
    for (const part of [this.#name, this.#digit, this.#sign, this.#share, this.#sentence]) put(part, "");
  }
}

/** Skip unchanged text: no layout. @param {Element} part @param {string} text */
function put(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

/** Drawings as links to the page Inside. Reuses the elements of drawings that stay. */
export class Thumbnails {
  /** @type {Map<string, HTMLElement>} by id and verdict */
  #links = new Map();

  /** @param {Drawing[]} drawings @returns {HTMLElement[]} list items */
  itemsOf(drawings) {
    const keys = drawings.map(({ id, fooled }) => `${id} ${fooled}`);
    this.#links = new Map(drawings.map((drawing, at) => [keys[at], this.#links.get(keys[at]) ?? makeItem(drawing)]));
    return [...this.#links.values()];
  }
}

/** Put `items` into `list` unless it has them. @param {Element} list @param {Element[]} items */
export function fill(list, items) {
  const isSame = list.children.length === items.length && items.every((item, index) => list.children[index] === item);
  if (!isSame) list.replaceChildren(...items);
}

/** @param {Drawing} drawing @returns {string} for screen readers, after the name */
function describe(drawing) {
  const parts = [`: drawing ${drawing.number}, ${readingOf(drawing).sentence}`, verdictSentence(drawing)];
  return parts.filter(Boolean).join("; ");
}

/** @param {Drawing} drawing */
function makeItem(drawing) {
  const text = element("span.visually-hidden", {}, `${describe(drawing)}. Look inside`);
  const name = element("span.thumbnail__name", { dir: "auto", translate: "no" }, drawing.name);
  const address = `${BASE_PATH}/room/drawings/${drawing.id}/inside`;
  return element("li.thumbnail", {}, element("a.thumbnail__link", { href: address }, inkPicture(drawing.strokes), name, text));
}

/** Return a button that covers the tile. @param {() => void} act */
export function growButton(act) {
  return button("tile__cover", "Look at this drawing", act);
}

/** Return a button that is pressed while its drawing is in the spotlight. @param {() => void} act */
export function spotlightButton(act) {
  const made = plainButton("Spotlight", act);
  made.setAttribute("aria-pressed", "false");
  return made;
}

/** @param {string} text @param {() => void} act */
export function plainButton(text, act) {
  return button("button", text, act, text);
}

/** @param {string} className @param {string} verb @param {() => void} act @param {string} text */
function button(className, verb, act, text = "") {
  const made = element(`button.${className}`, { type: "button", "data-verb": verb }, text);
  made.addEventListener("click", act);
  return made;
}

/** Name a tile's button after its drawing: each tile has the same ones. @param {HTMLElement} tool @param {Drawing} drawing */
function nameFor(tool, { number, name }) {
  tool.setAttribute("aria-label", `${tool.dataset.verb}: number ${number} by ${name}`);
}
