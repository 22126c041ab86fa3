/** The 10x10 confusion matrix: what was drawn by row, what was read by column. */

const LEVELS = [0, 0.1, 0.35, 0.7]; // shares of the largest number above which a cell is deeper

export class Matrix {
  #cells;

  /** @param {HTMLTableElement} table holds a hundred `td`, row by row */
  constructor(table) {
    this.#cells = [...table.querySelectorAll("tbody td")];
  }

  /** @param {number[][]} confusion rows are labels, columns what was read */
  show(confusion) {
    const size = confusion.length;
    const at = (index) => confusion[Math.floor(index / size)][index % size];
    const isRight = (index) => index % size === Math.floor(index / size);
    const most = (isWanted) => Math.max(1, ...this.#cells.map((_, index) => (isWanted(index) ? at(index) : 0)));
    const largest = { right: most(isRight), wrong: most((index) => !isRight(index)) };
    this.#cells.forEach((cell, index) => write(cell, at(index), at(index) / largest[isRight(index) ? "right" : "wrong"]));
  }
}

function write(cell, count, share) {
  const text = count ? String(count) : "";
  if (cell.textContent !== text) cell.textContent = text;
  const level = count ? LEVELS.filter((least) => share > least).length : 0;
  cell.dataset.level = level;
}
