/** The slots of the wall, and which drawing takes which. */

import { Tile } from "./tiles.js";

const LEAST_HEIGHT = 11; // of a tile in rem: name, answer and ink, readable from the last row
const ROWS = 4; // at most
const SHAPE = 0.9; // a tile's width by its height

/** @param {number} width CSS pixels @param {number} height CSS pixels @param {number} rem CSS pixels */
export function placesFor(width, height, rem) {
  const rows = Math.max(Math.min(Math.floor(height / (LEAST_HEIGHT * rem)), ROWS), 2);
  const tallest = height / rows;
  return { rows, columns: Math.max(Math.floor(width / (tallest * SHAPE)), 2) };
}

/**
 * Assigns drawings to slots. A drawing keeps its slot until it is removed, or is the oldest when a new one comes, so
 * nothing else moves.
 */
export class Slots {
  /** @type {(Drawing|null)[]} */
  #places;
  /** @type {Map<string, Drawing>} by id */
  #known = new Map();
  #most;

  /** @param {number} count of slots @param {number} most drawings to keep for added slots */
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

  /** @returns {number} drawings, shown or not */
  get known() {
    return this.#known.size;
  }

  /** Add, update and remove drawings. @param {(Drawing|Gone)[]} drawings @returns {number[]} the changed slots */
  take(drawings) {
    /** @type {Set<number>} */
    const changed = new Set();
    const inOrder = [...drawings].sort((one, other) => (one.number ?? 0) - (other.number ?? 0));
    for (const drawing of inOrder) {
      const place = drawing.gone ? this.#remove(drawing.id) : this.#put(drawing);
      if (place >= 0) changed.add(place);
    }
    this.#forgetOldest();
    return [...changed];
  }

  clear() {
    this.#known.clear();
    this.#places.fill(null);
  }

  /** Keep the newest drawings, in order. @param {number} count of slots */
  resize(count) {
    if (count === this.#places.length) return;
    const newest = this.#newestFirst().slice(0, count).reverse();
    this.#places = Array.from({ length: count }, (_, index) => newest[index] ?? null);
  }

  /** @param {Drawing} drawing */
  #put(drawing) {
    const isNew = !this.#known.has(drawing.id);
    this.#known.set(drawing.id, drawing);
    const old = this.#placeOf(drawing.id);
    const place = old < 0 && isNew ? this.#freePlace(drawing) : old;
    if (place >= 0) this.#places[place] = drawing;
    return place;
  }

  /** @param {string} id */
  #remove(id) {
    this.#known.delete(id);
    const place = this.#placeOf(id);
    if (place >= 0) this.#places[place] = null;
    return place;
  }

  /** @param {string} id */
  #placeOf(id) {
    return this.#places.findIndex((drawing) => drawing?.id === id);
  }

  /** @param {Drawing} drawing @returns {number} an empty slot, or that of the oldest if older; else -1 */
  #freePlace({ number }) {
    const empty = this.#places.indexOf(null);
    if (empty >= 0) return empty;
    const numbers = this.#places.map((drawing) => drawing?.number ?? Infinity);
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

const FRESH_TIME = 1_500; // milliseconds in which a new drawing is marked

/** The slots as tiles. Only changed tiles are updated. */
export class SlotGrid {
  #list;
  #makeTools;
  /** @type {Tile[]} */
  #tiles = [];
  #slots = new Slots(0);
  /** @type {string|null} id of the drawing in the spotlight */
  #lit = null;

  /** @param {HTMLElement} list @param {(tile: () => Tile) => HTMLElement[]} makeTools of each tile */
  constructor(list, makeTools = () => []) {
    this.#list = list;
    this.#makeTools = makeTools;
  }

  get isEmpty() {
    return this.#slots.isEmpty;
  }

  /** @returns {number} drawings, shown or not */
  get known() {
    return this.#slots.known;
  }

  /** @param {number} count of slots */
  resize(count) {
    if (count === this.#tiles.length) return;
    while (this.#tiles.length > count) this.#tiles.pop()?.element.remove();
    while (this.#tiles.length < count) this.#tiles.push(this.#add());
    this.#slots.resize(count);
    for (const index of this.#tiles.keys()) this.#show(index, null);
  }

  /** @param {(Drawing|Gone)[]} drawings changes @param {boolean} isFull whether they are all drawings */
  take(drawings, isFull = false) {
    const before = new Set(this.#slots.places.map((drawing) => drawing?.id));
    if (isFull) this.#slots.clear();
    const changed = this.#slots.take(drawings);
    for (const index of isFull ? this.#tiles.keys() : changed) this.#show(index, isFull ? null : before);
  }

  /** Mark the drawing in the spotlight. @param {string|null} id */
  mark(id) {
    this.#lit = id;
    for (const tile of this.#tiles) this.#markLit(tile);
  }

  /** @param {string} id of a drawing */
  tileOf(id) {
    return this.#tiles.find((tile) => tile.drawing?.id === id);
  }

  /** @param {number} index @param {Set<string|undefined>|null} before ids shown before; null marks nothing as new */
  #show(index, before) {
    const drawing = this.#slots.places[index];
    const tile = this.#tiles[index];
    tile.show(drawing);
    this.#markLit(tile);
    if (before && drawing && !before.has(drawing.id)) markFresh(tile.element);
  }

  /** @param {Tile} tile */
  #markLit(tile) {
    const isLit = this.#lit !== null && tile.drawing?.id === this.#lit;
    if (tile.isLit !== isLit) tile.isLit = isLit;
  }

  #add() {
    /** @type {Tile} */
    const tile = new Tile(this.#makeTools(() => tile));
    this.#list.append(tile.element);
    return tile;
  }
}

/** @type {WeakMap<HTMLElement, number>} */
const timers = new WeakMap();

/** @param {HTMLElement} element */
function markFresh(element) {
  element.dataset.fresh = "";
  clearTimeout(timers.get(element));
  timers.set(element, setTimeout(() => delete element.dataset.fresh, FRESH_TIME));
}
