/** The drawings that were hidden, the latest first, each with a way back. Tells `showwanted` with the id. */

import { Tile } from "./tile.js";
import { plainButton } from "./tilebuttons.js";

export class HiddenList extends EventTarget {
  #part;
  #list;
  #tiles = new Map(); // by the drawing's id

  /** @param {HTMLElement} part is shown where there is something in its `[data-hidden-list]` */
  constructor(part) {
    super();
    this.#part = part;
    this.#list = part.querySelector("[data-hidden-list]");
  }

  /** @param {object} drawing */
  add(drawing) {
    if (this.#tiles.has(drawing.id)) return;
    const back = plainButton("Show again", () => {
      this.dispatchEvent(new CustomEvent("showwanted", { detail: drawing.id }));
    });
    const tile = new Tile([back]);
    tile.show(drawing);
    this.#tiles.set(drawing.id, tile);
    this.#list.prepend(tile.element);
    this.#part.hidden = false;
  }

  /** It is shown again, or gone for good. */
  remove(id) {
    this.#tiles.get(id)?.element.remove();
    this.#tiles.delete(id);
    this.#part.hidden = this.#tiles.size === 0;
  }
}
