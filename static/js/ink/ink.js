/** Ink: strokes as they are drawn, with undo and redo. */

import { boundsOf } from "./bitmap.js";

export const PAD_UNITS = 1000; // along the pad's side
export const PEN_WIDTH = 42; // pad units

/**
 * The ink on the pad: what the hand did, as a list of strokes, each a list of [x, y] points.
 *
 * Points are in pad units: the pad's side is PAD_UNITS whatever its size on the screen, x runs right and y
 * down. So a resized or turned screen redraws the same ink, and nothing here knows of pixels.
 *
 * Events, each followed by `inkchanged`:
 *   strokestarted, strokeextended, strokeended   the hand draws
 *   inkreplaced                                  anything else: undo, redo, clear, a sample, a dropped stroke
 */
export class Ink extends EventTarget {
  #history = new History([]);
  #current = null; // the stroke under way, not yet in the history

  /** @returns {number[][][]} every stroke, the one under way included; not to be changed */
  get strokes() {
    return this.#current ? [...this.#history.state, this.#current] : this.#history.state;
  }

  get isEmpty() {
    return this.strokes.length === 0;
  }

  get canUndo() {
    return this.#history.canUndo || this.#current !== null;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /** Start a stroke at `point`. */
  begin(point) {
    this.#current = [point];
    this.#emit("strokestarted");
  }

  /** Add `points` to the stroke under way, if there is one; a point equal to the last one adds nothing. */
  extend(points) {
    const stroke = this.#current;
    if (!stroke) return;
    const before = stroke.length;
    for (const point of points) {
      const [x, y] = stroke[stroke.length - 1];
      if (point[0] !== x || point[1] !== y) stroke.push(point);
    }
    if (stroke.length > before) this.#emit("strokeextended");
  }

  /** End the stroke under way. One that never left a box of `jitter` pad units was a tap: it becomes a dot. */
  end(jitter = 0) {
    if (!this.#current) return;
    const { left, top, right, bottom } = boundsOf([this.#current]);
    const isTap = Math.max(right - left, bottom - top) < jitter;
    const stroke = isTap ? [this.#current[0]] : this.#current;
    this.#current = null;
    this.#history.push([...this.#history.state, stroke]);
    this.#emit("strokeended");
  }

  /** Forget the stroke under way, as if it had never begun. */
  drop() {
    if (!this.#current) return;
    this.#current = null;
    this.#emit("inkreplaced");
  }

  /** Take back the stroke under way, or else the last change. */
  undo() {
    if (this.#current) return this.drop();
    this.#history.undo();
    this.#emit("inkreplaced");
  }

  redo() {
    this.#history.redo();
    this.#emit("inkreplaced");
  }

  clear() {
    this.replace([]);
  }

  /** Put `strokes` in place of everything; undo brings the old ink back. */
  replace(strokes) {
    if (this.isEmpty && strokes.length === 0) return;
    this.#current = null;
    this.#history.push(strokes);
    this.#emit("inkreplaced");
  }

  /** Put `strokes` on the empty pad as if they had just been drawn: undo takes them back one by one. */
  restore(strokes) {
    strokes.forEach((_, index) => this.#history.push(strokes.slice(0, index + 1)));
    this.#emit("inkreplaced");
  }

  #emit(what) {
    this.dispatchEvent(new Event(what));
    this.dispatchEvent(new Event("inkchanged"));
  }
}

const MAX_STEPS = 500; // older states are forgotten, so that a long session does not fill the memory

/** The states that undo and redo walk through. States are never changed, only replaced. */
export class History {
  #past = [];
  #future = [];

  constructor(state) {
    this.state = state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Make `state` the present one; what was undone before is forgotten. */
  push(state) {
    this.#past.push(this.state);
    if (this.#past.length > MAX_STEPS) this.#past.shift();
    this.#future = [];
    this.state = state;
  }

  /** Go one state back, if there is one. */
  undo() {
    if (this.canUndo) this.#step(this.#past, this.#future);
  }

  /** Go one state forward, if there is one. */
  redo() {
    if (this.canRedo) this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    to.push(this.state);
    this.state = from.pop();
  }
}
