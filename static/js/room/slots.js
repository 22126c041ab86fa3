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
