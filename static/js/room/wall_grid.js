/** The places on the wall: how many there are, and which drawing takes which. */

import { Tile } from "./tiles.js";

/** How many tiles fit on a wall, so that each can be read from the last row. */

const LEAST_HEIGHT = 170; // CSS pixels of a tile
const ROWS = 4; // where there is room for them
const SHAPE = 0.9; // a tile's width by its height

/** @returns {{columns: number, rows: number}} for a wall of so many CSS pixels */
export function placesFor(width, height) {
  const rows = Math.max(Math.min(Math.floor(height / LEAST_HEIGHT), ROWS), 2);
  const tallest = height / rows;
  return { rows, columns: Math.max(Math.floor(width / (tallest * SHAPE)), 2) };
}

/**
 * Which drawing hangs at which place of the wall.
 *
 * A drawing keeps its place until it is taken off or becomes the oldest when a new one needs room. So nothing
 * moves but what is new, however fast drawings arrive.
 */
export class Slots {
  #places; // a drawing or null for each place
  #known = new Map(); // every drawing that could be shown, by its id
  #most;

  /** @param {number} count places; @param {number} most drawings to remember for when places are added */
  constructor(count, most = 120) {
    this.#places = Array(count).fill(null);
    this.#most = most;
  }

  get places() {
    return this.#places;
  }

  get isEmpty() {
    return this.#known.size === 0;
  }

  /** @returns {number} drawings that could be shown */
  get known() {
    return this.#known.size;
  }

  /**
   * Hang new drawings, take off what is gone, renew what has changed.
   *
   * @param {object[]} drawings of the API, or {id, gone: true}
   * @returns {number[]} the places that have changed
   */
  take(drawings) {
    const changed = new Set();
    const inOrder = [...drawings].sort((one, other) => (one.number ?? 0) - (other.number ?? 0));
    for (const drawing of inOrder) {
      const place = drawing.gone ? this.#takeOff(drawing.id) : this.#hang(drawing);
      if (place >= 0) changed.add(place);
    }
    this.#forgetOldest();
    return [...changed];
  }

  /** Take everything off. */
  empty() {
    this.#known.clear();
    this.#places.fill(null);
  }

  /** Have `count` places; the newest drawings stay, in the order in which they came. */
  resize(count) {
    if (count === this.#places.length) return;
    const newest = this.#newestFirst().slice(0, count).reverse();
    this.#places = Array.from({ length: count }, (_, index) => newest[index] ?? null);
  }

  #hang(drawing) {
    const isNew = !this.#known.has(drawing.id);
    this.#known.set(drawing.id, drawing);
    const old = this.#placeOf(drawing.id);
    const place = old < 0 && isNew ? this.#freePlace(drawing) : old;
    if (place >= 0) this.#places[place] = drawing;
    return place;
  }

  #takeOff(id) {
    this.#known.delete(id);
    const place = this.#placeOf(id);
    if (place >= 0) this.#places[place] = null;
    return place;
  }

  #placeOf(id) {
    return this.#places.findIndex((drawing) => drawing?.id === id);
  }

  /** @returns {number} an empty place, or the oldest drawing's where that is older; -1 where none is */
  #freePlace({ number }) {
    const empty = this.#places.indexOf(null);
    if (empty >= 0) return empty;
    const numbers = this.#places.map((drawing) => drawing.number);
    const oldest = Math.min(...numbers);
    return oldest < number ? numbers.indexOf(oldest) : -1;
  }

  #forgetOldest() {
    if (this.#known.size <= this.#most) return;
    for (const { id } of this.#newestFirst().slice(this.#most)) this.#known.delete(id);
  }

  #newestFirst() {
    return [...this.#known.values()].sort((one, other) => other.number - one.number);
  }
}

const FRESH_TIME = 1_500; // milliseconds for which the newest drawing is marked

/** The places of a wall as tiles. Only tiles whose drawing has changed are touched; places never move. */
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
