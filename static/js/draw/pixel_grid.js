/** The 28x28 pixels as a grid to paint on, and the button that shows it in place of the pad. */

import { SIZE } from "../ink/bitmap.js";
import { INK } from "../ink/input.js";
import { PointerInput } from "./pad.js";

const LAST = SIZE - 1;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A 28x28 grid that arrow keys and space paint, and a pointer too.
 *
 * One tab stop: the focus moves from cell to cell, so that screen readers tell each cell's place and state.
 * Shift with an arrow key paints while it moves.
 */
export class Grid {
  #pixels;
  #cells;
  #focused = 0; // index of the cell that the tab key reaches
  #brush = INK; // the value that the pointer paints
  #last = 0; // index of the cell that the pointer painted last
  #shown = []; // the value that each cell shows

  /** @param {HTMLElement} element has role="grid" */
  constructor(element, pixels) {
    this.#pixels = pixels;
    this.#cells = fill(element);
    this.#cells[this.#focused].tabIndex = 0;
    element.addEventListener("keydown", (event) => this.#press(event));
    new PointerInput(element, {
      begin: (event) => this.#touch(event),
      move: (events) => events.forEach((event) => this.#paintUnder(event)),
      end: () => pixels.end(),
      drop: () => pixels.drop(),
    });
    pixels.addEventListener("pixelschanged", () => this.#show());
    this.#show();
  }

  /** Put the focus into the middle, where digits are. */
  focus() {
    this.#focus((SIZE * SIZE + SIZE) / 2);
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " || event.key === "Enter") this.#pixels.toggle(this.#focused);
    else if (event.key in STEPS) this.#step(STEPS[event.key], event.shiftKey);
    else if (event.key === "Home") this.#focus(this.#focused - (this.#focused % SIZE));
    else if (event.key === "End") this.#focus(this.#focused - (this.#focused % SIZE) + LAST);
    else return;
    event.preventDefault();
  }

  #step([right, down], isPainting) {
    const x = Math.min(Math.max((this.#focused % SIZE) + right, 0), LAST);
    const y = Math.min(Math.max(Math.floor(this.#focused / SIZE) + down, 0), LAST);
    this.#focus(y * SIZE + x);
    if (isPainting) this.#pixels.paint(this.#focused, INK);
  }

  #focus(index) {
    this.#cells[this.#focused].tabIndex = -1;
    this.#cells[index].tabIndex = 0;
    this.#cells[index].focus();
    this.#focused = index;
  }

  /** The first pixel that is touched decides whether the pointer paints or erases. */
  #touch(event) {
    const index = this.#indexUnder(event);
    if (index < 0) return; // between the cells and the rim
    this.#pixels.begin();
    this.#focus(index);
    this.#brush = this.#pixels.opposite(index);
    this.#last = index;
    this.#paintUnder(event);
  }

  /** A fast pointer skips cells: those between are painted too. */
  #paintUnder(event) {
    const index = this.#pixels.isBegun ? this.#indexUnder(event) : -1;
    if (index < 0) return;
    for (const each of cellsBetween(this.#last, index)) this.#pixels.paint(each, this.#brush);
    this.#last = index;
  }

  #indexUnder({ clientX, clientY }) {
    return this.#cells.indexOf(document.elementFromPoint(clientX, clientY));
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

/** @returns {number[]} the cells on the straight way from one cell to another, both included */
function cellsBetween(from, to) {
  const [x, y] = [from % SIZE, Math.floor(from / SIZE)];
  const [right, down] = [(to % SIZE) - x, Math.floor(to / SIZE) - y];
  const steps = Math.max(Math.abs(right), Math.abs(down), 1);
  const cellAt = (share) => Math.round(y + down * share) * SIZE + Math.round(x + right * share);
  return Array.from({ length: steps + 1 }, (_, step) => cellAt(step / steps));
}

function fill(element) {
  const rows = Array.from({ length: SIZE }, () => {
    const row = document.createElement("div");
    row.setAttribute("role", "row");
    row.className = "grid__row";
    row.append(...Array.from({ length: SIZE }, makeCell));
    return row;
  });
  element.append(...rows);
  return [...element.querySelectorAll("[role=gridcell]")];
}

function makeCell() {
  const cell = document.createElement("div");
  cell.setAttribute("role", "gridcell");
  cell.className = "grid__cell";
  cell.tabIndex = -1;
  return cell;
}

function labelOf(index, value) {
  const state = value === 0 ? "paper" : value === INK ? "ink" : `${Math.round((value / INK) * 100)} % ink`;
  return `row ${Math.floor(index / SIZE) + 1}, column ${(index % SIZE) + 1}: ${state}`;
}

/** Turn the sheet between the pad and the grid of pixels, with one button that stays pressed. */
export class InputModeButton {
  /**
   * @param {HTMLElement} surface its `data-surface` says which side is seen
   * @param {HTMLButtonElement} button
   */
  constructor(surface, button, sheet, grid) {
    button.addEventListener("click", () => {
      sheet.setMode(sheet.side === "ink" ? "pixels" : "ink");
      if (sheet.side === "pixels") grid.focus();
    });
    sheet.addEventListener("sheetturned", () => {
      surface.dataset.surface = sheet.side;
      button.setAttribute("aria-pressed", String(sheet.side === "pixels"));
    });
  }
}
