/** The editable 28x28 pixel grid, and the button that shows it instead of the pad. */

import { keyOf } from "../core/browser.js";
import { percent } from "../core/format.js";
import { SIZE } from "../ink/bitmap.js";
import { clipLine, isOnPad, PAD_UNITS } from "../ink/ink.js";
import { INK, PAPER } from "../ink/input.js";
import { isAtEdge, isEraser, PointerInput, unitsIn } from "./pad.js";

/** @import { DrawingInput, Pixels } from "../ink/input.js" */

const LAST = SIZE - 1;
/** @type {Record<string, [right: number, down: number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A 28x28 grid for arrow keys, space and pointers; Shift with an arrow key paints. It is one tab stop: focus moves from
 * cell to cell, so that screen readers announce each cell.
 */
export class PixelGrid {
  #pixels;
  #cells;
  #focused = 0; // index of the cell with tabIndex 0
  /** @type {number|null} value that the pointer paints; null: the first cell decides whether it paints or erases */
  #brush = null;
  /** @type {Point} place of the pointer, maybe beside the cells, in thousandths of their width and height */
  #place = [0, 0];
  /** @type {number[]} value that each cell shows */
  #shown = [];

  /** @param {HTMLElement} element has role="grid" @param {Pixels} pixels */
  constructor(element, pixels) {
    this.#pixels = pixels;
    this.#cells = fill(element);
    this.#cells[this.#focused].tabIndex = 0;
    element.addEventListener("keydown", (event) => this.#press(event));
    new PointerInput(element, pixels, {
      begin: (event) => this.#touch(event),
      move: (events) => {
        for (const event of events) this.#paintTo(event);
      },
      end: () => pixels.end(),
      mayRest: (event) => isAtEdge(this.#placeOf(event)),
    });
    pixels.on("pixelschanged", () => this.#show());
    this.#show();
  }

  /** Focus the cell in the middle. */
  focus() {
    this.#focus((SIZE * SIZE + SIZE) / 2);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = keyOf(event);
    if (key === " " || key === "Enter") this.#pixels.toggle(this.#focused);
    else if (key in STEPS) this.#step(STEPS[key], event.shiftKey);
    else if (key === "Home") this.#focus(this.#focused - (this.#focused % SIZE));
    else if (key === "End") this.#focus(this.#focused - (this.#focused % SIZE) + LAST);
    else return;
    event.preventDefault();
  }

  /** @param {[number, number]} step @param {boolean} isPainting */
  #step([right, down], isPainting) {
    const x = Math.min(Math.max((this.#focused % SIZE) + right, 0), LAST);
    const y = Math.min(Math.max(Math.floor(this.#focused / SIZE) + down, 0), LAST);
    this.#focus(y * SIZE + x);
    if (isPainting) this.#pixels.paint(this.#focused, INK);
  }

  /** @param {number} index */
  #focus(index) {
    this.#cells[this.#focused].tabIndex = -1;
    this.#cells[index].tabIndex = 0;
    this.#cells[index].focus();
    this.#focused = index;
  }

  /** @param {PointerEvent} event */
  #touch(event) {
    this.#pixels.begin();
    this.#brush = isEraser(event) ? PAPER : null;
    this.#place = this.#placeOf(event);
    if (isOnPad(this.#place)) this.#focus(cellAt(this.#place));
    this.#paintTo(event);
  }

  /** Paint the cells on the pointer's way, also those that a fast pointer skips. @param {PointerEvent} event */
  #paintTo(event) {
    if (!this.#pixels.isBegun) return;
    const place = this.#placeOf(event);
    const line = clipLine(this.#place, place);
    this.#place = place;
    if (!line) return;
    const [from, to] = [cellAt(line.start), cellAt(line.end)];
    this.#brush ??= this.#pixels.opposite(from);
    for (const cell of cellsBetween(from, to)) this.#pixels.paint(cell, this.#brush);
  }

  /** @param {PointerEvent} event @returns {Point} */
  #placeOf(event) {
    const { left, top } = this.#cells[0].getBoundingClientRect();
    const { right, bottom } = this.#cells[this.#cells.length - 1].getBoundingClientRect();
    return unitsIn({ left, top, width: right - left, height: bottom - top }, event);
  }

  #show() {
    this.#pixels.values.forEach((value, index) => {
      if (this.#shown[index] === value) return;
      const cell = this.#cells[index];
      this.#shown[index] = value;
      cell.style.setProperty("--ink-share", String(value / INK));
      cell.setAttribute("aria-label", labelOf(index, value));
    });
  }
}

/** @param {Point} place on the cells @returns {number} index of the cell */
function cellAt(place) {
  const [column, row] = place.map((units) => Math.min(Math.floor((units / PAD_UNITS) * SIZE), LAST));
  return row * SIZE + column;
}

/** @param {number} from @param {number} to @returns {number[]} the cells on the line, both ends included */
function cellsBetween(from, to) {
  const [x, y] = [from % SIZE, Math.floor(from / SIZE)];
  const [right, down] = [(to % SIZE) - x, Math.floor(to / SIZE) - y];
  const steps = Math.max(Math.abs(right), Math.abs(down), 1);
  /** @param {number} share */
  const cellOf = (share) => Math.round(y + down * share) * SIZE + Math.round(x + right * share);
  return Array.from({ length: steps + 1 }, (_, step) => cellOf(step / steps));
}

/** @param {HTMLElement} element */
function fill(element) {
  const rows = Array.from({ length: SIZE }, () => {
    const row = document.createElement("div");
    row.setAttribute("role", "row");
    row.className = "grid__row";
    row.append(...Array.from({ length: SIZE }, makeCell));
    return row;
  });
  element.append(...rows);
  /** @type {NodeListOf<HTMLElement>} */
  const cells = element.querySelectorAll("[role=gridcell]");
  return [...cells];
}

function makeCell() {
  const cell = document.createElement("div");
  cell.setAttribute("role", "gridcell");
  cell.className = "grid__cell";
  cell.tabIndex = -1;
  return cell;
}

/** @param {number} index @param {number} value */
function labelOf(index, value) {
  const state = value === 0 ? "paper" : value === INK ? "ink" : `${percent(value / INK)} ink`;
  return `row ${Math.floor(index / SIZE) + 1}, column ${(index % SIZE) + 1}: ${state}`;
}

/** Switches between the pad and the pixel grid. */
export class InputModeButton {
  /**
   * @param {HTMLElement} surface its `data-surface` holds the mode
   * @param {HTMLButtonElement} button
   * @param {DrawingInput} input
   * @param {PixelGrid} grid
   */
  constructor(surface, button, input, grid) {
    button.addEventListener("click", () => {
      input.setMode(input.mode === "ink" ? "pixels" : "ink");
      if (input.mode === "pixels") grid.focus();
    });
    input.on("modechanged", () => {
      surface.dataset.surface = input.mode;
      button.setAttribute("aria-pressed", String(input.mode === "pixels"));
    });
  }
}
