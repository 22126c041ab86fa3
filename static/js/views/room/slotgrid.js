/** The places of a wall as tiles. Only tiles whose drawing has changed are touched; places never move. */

import { Slots } from "../../room/slots.js";
import { Tile } from "./tile.js";

const FRESH_TIME = 1_500; // milliseconds for which the newest drawing is marked

export class SlotGrid {
  #list;
  #makeTools;
  #tiles = [];
  #slots = new Slots(0);

  /** @param {HTMLElement} list holds the tiles; @param {(tile: () => Tile) => Node[]} makeTools for each tile */
  constructor(list, makeTools = () => []) {
    this.#list = list;
    this.#makeTools = makeTools;
  }

  get isEmpty() {
    return this.#slots.isEmpty;
  }

  /** @returns {number} drawings that it could show if it had the places */
  get known() {
    return this.#slots.known;
  }

  /** Have `count` places. */
  resize(count) {
    if (count === this.#tiles.length) return;
    while (this.#tiles.length > count) this.#tiles.pop().element.remove();
    while (this.#tiles.length < count) this.#tiles.push(this.#add());
    this.#slots.resize(count);
    this.#tiles.forEach((tile, index) => tile.show(this.#slots.places[index]));
  }

  /** @param {object[]} drawings new, changed or gone; with `isWhole` all there are */
  take(drawings, isWhole = false) {
    const before = new Set(this.#slots.places.map((drawing) => drawing?.id));
    if (isWhole) this.#slots.empty();
    const changed = this.#slots.take(drawings);
    for (const index of isWhole ? this.#tiles.keys() : changed) this.#show(index, !isWhole && before);
  }

  /** @returns {Tile|undefined} where a drawing hangs */
  tileOf(id) {
    return this.#tiles.find((tile) => tile.drawing?.id === id);
  }

  #show(index, before) {
    const drawing = this.#slots.places[index];
    const tile = this.#tiles[index];
    tile.show(drawing);
    if (before && drawing && !before.has(drawing.id)) markFresh(tile.element);
  }

  #add() {
    let tile = null;
    tile = new Tile(this.#makeTools(() => tile));
    this.#list.append(tile.element);
    return tile;
  }
}

const timers = new WeakMap();

function markFresh(element) {
  element.dataset.fresh = "";
  clearTimeout(timers.get(element));
  timers.set(element, setTimeout(() => delete element.dataset.fresh, FRESH_TIME));
}
