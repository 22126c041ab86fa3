/** What the pages of the room show alike: the round's task, and drawings as small pictures. */

import { element, svg } from "../core/browser.js";
import { readingOf, taskOf } from "../core/format.js";
import { boundsOf, toPath } from "../ink/bitmap.js";

/** What is to be drawn now, as the page's headline. */
export class Task {
  #element;
  #shown = "";

  /** @param {HTMLElement} element holds `[data-task]` and `[data-task-hint]` */
  constructor(element) {
    this.#element = element;
  }

  /** @returns {boolean} whether the task is another one than before */
  show(round) {
    const { headline, hint } = taskOf(round);
    this.#element.dataset.round = round.kind;
    if (`${headline} ${hint}` === this.#shown) return false;
    this.#shown = `${headline} ${hint}`;
    this.#element.querySelector("[data-task]").textContent = headline;
    this.#element.querySelector("[data-task-hint]").textContent = hint;
    return true;
  }
}

/** Ink as the path of a picture of 1000 by 1000 units, fitted into its middle. */

export const SIDE = 1000; // units
const INK_SIDE = 800; // units that the larger side of the ink takes
const MIN_EXTENT = 1e-9; // in the ink's unit; anything smaller is a dot

/** @param {number[][][]} strokes of any unit @returns {string} the `d` of an SVG path; "" without ink */
export function pathOf(strokes) {
  const inked = strokes.filter((stroke) => stroke.length > 0);
  if (inked.length === 0) return "";
  const { left, top, right, bottom } = boundsOf(inked);
  const scale = INK_SIDE / Math.max(right - left, bottom - top, MIN_EXTENT);
  const middle = [(left + right) / 2, (top + bottom) / 2];
  const fit = (value, axis) => (value - middle[axis]) * scale + SIDE / 2;
  return toPath(inked.map((stroke) => stroke.map(([x, y]) => [fit(x, 0), fit(y, 1)])));
}

/** Ink as a picture with words for those who cannot see it. */

/** @returns {SVGElement} strokes of any unit, fitted; `label` "" where words beside it say the same */
export function inkPicture(strokes, label = "") {
  const words = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  const path = svg("path", { class: "tile__stroke", d: pathOf(strokes) });
  return svg("svg", { class: "tile__ink", viewBox: "0 0 1000 1000", ...words }, path);
}

const VIEW = "0 0 1000 1000";

/** One drawing as a tile: its ink, who drew it, what the network reads, how surely, and whether that is right. */
export class Tile {
  #path = svg("path", { class: "tile__stroke" });
  #name = element("p.tile__name", { dir: "auto" });
  #digit = element("b.tile__digit");
  #sign = element("span.tile__sign");
  #share = element("span.tile__share");
  #sentence = element("span.visually-hidden");
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

/** A drawing as a small picture that leads to the inside view with this very ink. */

/** Keeps the pictures that are shown, so that a list that changes a little is not drawn anew. */
export class Thumbnails {
  #links = new Map(); // by the drawing's id

  /** @returns {HTMLElement[]} a list item for each drawing */
  itemsOf(drawings) {
    const links = new Map(drawings.map((drawing) => [drawing.id, this.#links.get(drawing.id) ?? makeItem(drawing)]));
    this.#links = links;
    return [...links.values()];
  }
}

/** Put `items` into `list` unless they are there already. */
export function fill(list, items) {
  const isSame = list.children.length === items.length && items.every((item, index) => list.children[index] === item);
  if (!isSame) list.replaceChildren(...items);
}

function makeItem(drawing) {
  const { sentence } = readingOf(drawing);
  const words = element("span.visually-hidden", {}, `: drawing ${drawing.number}, ${sentence}. Look inside`);
  const name = element("span.mini__name", { dir: "auto" }, drawing.name);
  const address = `/room/drawings/${drawing.id}/inside`;
  return element("li.mini", {}, element("a.mini__link", { href: address }, inkPicture(drawing.strokes), name, words));
}

/** What can be done with a tile. */

/** @returns {HTMLElement} a button that covers the tile, to let it grow */
export function growButton(act) {
  return button("tile__cover", "Look at this drawing", act);
}

/** @returns {HTMLElement} a plain button */
export function plainButton(words, act) {
  return button("button", words, act, words);
}

function button(className, label, act, words = "") {
  const made = element(`button.${className}`, { type: "button" }, words);
  if (!words) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}
