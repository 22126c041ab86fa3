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
