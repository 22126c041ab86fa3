/** Where the units of a layer are in its picture: neurons as cells, feature maps as pictures with gaps between. */

const CELLS_ACROSS = 32;
const MAP_ROWS = 2; // of feature maps, where there is room
const FEW_MAPS = 16; // fit in one row
const MAPS_ACROSS_NARROW = [8, 12];
const NARROW = matchMedia("(max-width: 899px)");

export class LayerGrid {
  #shape;

  /** @param {{shape: number[]}} layer */
  constructor({ shape }) {
    this.#shape = shape;
  }

  /** How many units stand beside each other. */
  get across() {
    const units = this.#shape.at(-1);
    if (this.#shape.length !== 3) return Math.min(units, CELLS_ACROSS);
    if (NARROW.matches) return MAPS_ACROSS_NARROW.find((across) => units <= across * across) ?? MAPS_ACROSS_NARROW.at(-1);
    return units <= FEW_MAPS ? units : Math.ceil(units / MAP_ROWS);
  }

  /** @returns {{unit: number, row: number|null, column: number|null}} what is at these shares of the picture's sides */
  placeAt(right, down) {
    const { columns, rows, gap } = this.#cell;
    const [width, height] = this.#size;
    const x = Math.min(Math.floor(right * width), width - 1);
    const y = Math.min(Math.floor(down * height), height - 1);
    const unit = Math.floor(y / (rows + gap)) * this.across + Math.floor(x / (columns + gap));
    const place = { unit: Math.min(unit, this.#shape.at(-1) - 1), row: null, column: null };
    if (!gap) return place;
    return { ...place, row: Math.min(y % (rows + gap), rows - 1), column: Math.min(x % (columns + gap), columns - 1) };
  }

  /** @returns {{left, top, width, height}} the box of a unit, as CSS says it of the picture */
  boxOf(unit) {
    const { columns, rows, gap } = this.#cell;
    const [width, height] = this.#size;
    const percent = (share) => `${share * 100}%`;
    return {
      left: percent(((unit % this.across) * (columns + gap)) / width),
      top: percent((Math.floor(unit / this.across) * (rows + gap)) / height),
      width: percent(columns / width),
      height: percent(rows / height),
    };
  }

  /** How many values a unit is wide and high, and the gap after it. */
  get #cell() {
    if (this.#shape.length !== 3) return { rows: 1, columns: 1, gap: 0 };
    return { rows: this.#shape[0], columns: this.#shape[1], gap: 1 };
  }

  /** How many values, and gaps between, the picture is wide and high. */
  get #size() {
    const { columns, rows, gap } = this.#cell;
    const down = Math.ceil(this.#shape.at(-1) / this.across);
    return [this.across * (columns + gap) - gap, down * (rows + gap) - gap];
  }
}

/** @returns {boolean} whether the layer's units are feature maps */
export function isMaps({ shape }) {
  return shape.length === 3;
}
