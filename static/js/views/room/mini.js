/** A drawing as a small picture that leads to the inside view with this very ink. */

import { readingOf } from "../../room/words.js";
import { element } from "../elements.js";
import { inkPicture } from "./inkpicture.js";

/** Keeps the pictures that are shown, so that a list that changes a little is not drawn anew. */
export class Minis {
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
  const words = element("span.unseen", {}, `: drawing ${drawing.number}, ${sentence}. Look inside`);
  const name = element("span.mini__name", { dir: "auto" }, drawing.name);
  const address = `/room/drawings/${drawing.id}/inside`;
  return element("li.mini", {}, element("a.mini__link", { href: address }, inkPicture(drawing.strokes), name, words));
}
