/** Ink: strokes, with undo and redo. */

import { Emitter } from "../core/browser.js";
import { boundsOf, toPolyline } from "./curve.js";

export const PAD_UNITS = 1000; // along the pad's side
export const PEN_WIDTH = 42; // pad units

/**
 * What one contact of the pen changes. It draws a stroke for each of its ways over the pad.
 *
 * @typedef {{others: Stroke[], strokes: Stroke[], pen: Point}} Gesture `pen` may be beside the pad
 */

/**
 * The ink on the pad in pad units, independent of the screen's size. It ends at the pad's edge, where people see it end.
 *
 * Each event is followed by `inkchanged`. A stroke ends when the pen is lifted or leaves the pad. `inkreplaced` stands
 * for undo, redo, clear, a sample, the eraser, a canceled gesture.
 *
 * @extends {Emitter<{strokestarted: void, strokeextended: void, strokeended: void, inkreplaced: void, inkchanged: void}>}
 */
export class Ink extends Emitter {
  /** @type {UndoHistory<Stroke[]>} */
  #history = new UndoHistory([]);
  /** @type {Gesture|null} not yet in the history */
  #gesture = null;

  /** @returns {Stroke[]} with those being drawn; read only */
  get strokes() {
    return this.#gesture ? [...this.#gesture.others, ...this.#gesture.strokes] : this.#history.state;
  }

  get isEmpty() {
    return this.strokes.length === 0;
  }

  get canUndo() {
    return this.#history.canUndo || this.#gesture !== null;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /** @param {Point} point where the pen is put down */
  begin(point) {
    this.#gesture = { others: this.#history.state, strokes: clipStroke([point]), pen: point };
    if (isOnPad(point)) this.#change("strokestarted");
  }

  /** Draw on, if the pen is down; repeated points are dropped. @param {Point[]} points */
  extend(points) {
    const gesture = this.#gesture;
    if (!gesture) return;
    let isLonger = false;
    for (const point of points) {
      if (isSame(point, gesture.pen)) continue;
      const count = gesture.strokes.length;
      const line = addLine(gesture.strokes, gesture.pen, point);
      gesture.pen = point;
      if (gesture.strokes.length > count) this.#change("strokestarted");
      isLonger = line !== null && !line.leaves;
      if (line?.leaves) this.#change("strokeended");
    }
    if (isLonger) this.#change("strokeextended");
  }

  /** Erase, from where the eraser was, if it is down already. @param {Point[]} points */
  erase(points) {
    this.#gesture ??= { others: this.#history.state, strokes: [], pen: points[0] };
    const gesture = this.#gesture;
    const before = gesture.others;
    for (const point of points) {
      gesture.others = eraseLine(gesture.others, gesture.pen, point);
      gesture.pen = point;
    }
    if (gesture.others !== before) this.#change("inkreplaced");
  }

  /** End the gesture, one step of undo; within a box of `jitter` pad units it was a tap and becomes a dot. */
  end(jitter = 0) {
    const gesture = this.#gesture;
    if (!gesture) return;
    this.#gesture = null;
    const { others, strokes } = gesture;
    if (strokes.length === 0 && others === this.#history.state) return; // beside the pad, or nothing erased
    this.#history.push([...others, ...(isTap(strokes, jitter) ? [strokes[0].slice(0, 1)] : strokes.map(clampCurve))]);
    this.#change("strokeended");
  }

  /** Discard the current gesture. */
  cancel() {
    if (!this.#gesture) return;
    this.#gesture = null;
    this.#change("inkreplaced");
  }

  /** Cancel the current gesture, or else undo the last change. */
  undo() {
    if (this.#gesture) return this.cancel();
    this.#history.undo();
    this.#change("inkreplaced");
  }

  redo() {
    this.#history.redo();
    this.#change("inkreplaced");
  }

  /** Undo the last change as if it had not been made: there is no redo. */
  revert() {
    this.#history.revert();
    this.#change("inkreplaced");
  }

  clear() {
    this.replace([]);
  }

  /** Replace all ink; undo brings it back. @param {Stroke[]} strokes */
  replace(strokes) {
    const visible = strokes.flatMap(clipStroke).map(clampCurve);
    if (this.isEmpty && visible.length === 0) return;
    this.#gesture = null;
    this.#history.push(visible);
    this.#change("inkreplaced");
  }

  /** Put strokes on the empty pad; undo removes them one by one. @param {Stroke[]} strokes */
  restore(strokes) {
    /** @type {Stroke[]} */
    let visible = [];
    for (const parts of strokes.map(clipStroke).filter(({ length }) => length)) {
      visible = [...visible, ...parts.map(clampCurve)];
      this.#history.push(visible);
    }
    this.#change("inkreplaced");
  }

  /** @param {"strokestarted"|"strokeextended"|"strokeended"|"inkreplaced"} name */
  #change(name) {
    this.emit(name);
    this.emit("inkchanged");
  }
}

/** @param {Stroke[]} strokes of one gesture @param {number} jitter pad units */
function isTap(strokes, jitter) {
  const { left, top, right, bottom } = boundsOf(strokes);
  return strokes.length === 1 && Math.max(right - left, bottom - top) < jitter;
}

/** @param {Stroke} stroke @returns {Stroke[]} its parts on the pad; points on the pad stay as they are */
function clipStroke(stroke) {
  /** @type {Stroke[]} */
  const parts = isOnPad(stroke[0]) ? [[stroke[0]]] : [];
  for (let index = 1; index < stroke.length; index += 1) addLine(parts, stroke[index - 1], stroke[index]);
  return parts;
}

/** @typedef {{start: Point, end: Point, leaves: boolean}} Line on the pad; `leaves`: it ends at the edge, and went on beside it */

/**
 * Add a line to the last part of a stroke, or to a new part where it enters the pad or an eraser was used before.
 *
 * @param {Stroke[]} parts @param {Point} from @param {Point} to @returns {Line|null} what is on the pad
 */
function addLine(parts, from, to) {
  const line = clipLine(from, to);
  if (!line) return null;
  const last = parts.at(-1)?.at(-1);
  if (!last || !isSame(last, from)) parts.push([line.start]);
  parts[parts.length - 1].push(line.end);
  return line;
}

/**
 * Clip a line to the pad (Liang and Barsky 1984).
 *
 * @param {Point} from @param {Point} to @returns {Line|null} null where the line is beside the pad
 */
export function clipLine(from, to) {
  let [first, last] = [0, 1]; // shares of the line's length
  for (const axis of [0, 1]) {
    const step = to[axis] - from[axis];
    if (step === 0 && (from[axis] < 0 || from[axis] > PAD_UNITS)) return null;
    if (step === 0) continue;
    const crossings = [-from[axis] / step, (PAD_UNITS - from[axis]) / step];
    first = Math.max(first, Math.min(...crossings));
    last = Math.min(last, Math.max(...crossings));
  }
  if (first > last) return null;
  const start = first > 0 ? pointBetween(from, to, first) : from;
  const leaves = last < 1;
  return { start, end: leaves ? pointBetween(from, to, last) : to, leaves };
}

/** @param {Point} one @param {Point} other */
function isSame([x, y], [otherX, otherY]) {
  return x === otherX && y === otherY;
}

/** @param {Point} point */
export function isOnPad([x, y]) {
  return Math.min(x, y) >= 0 && Math.max(x, y) <= PAD_UNITS;
}

/** @param {Point} from @param {Point} to @param {number} share @returns {Point} */
function pointBetween([fromX, fromY], [toX, toY], share) {
  return rounded([fromX + share * (toX - fromX), fromY + share * (toY - fromY)]);
}

/** @param {Point} point @returns {Point} to a tenth of a pad unit */
function rounded([x, y]) {
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}

const CURVE_TOLERANCE = 1; // pad units
const CURVE_LINES = 50; // between two points, at most

/** @param {Stroke} stroke @returns {Stroke} points on its curve, closely enough for lines */
function curveOf(stroke) {
  return toPolyline(stroke, CURVE_TOLERANCE, CURVE_LINES).map(rounded);
}

/** Keep a curve on the pad that leaves it between two points. @param {Stroke} stroke on the pad @returns {Stroke} */
function clampCurve(stroke) {
  const curve = curveOf(stroke);
  if (curve.every(isOnPad)) return stroke;
  /** @param {number} value */
  const clamp = (value) => Math.min(Math.max(value, 0), PAD_UNITS);
  return curve.map(([x, y]) => [clamp(x), clamp(y)]);
}

const ERASER_REACH = 50; // pad units from the eraser's path to the middle of a stroke
const CUT_STEP = 8; // pad units; how exactly strokes are cut

/** @param {Stroke[]} strokes @param {Point} from @param {Point} to @returns {Stroke[]} the same array where none is near */
function eraseLine(strokes, from, to) {
  const left = strokes.map((stroke) => partsBeside(stroke, from, to));
  return left.every(([part], index) => part === strokes[index]) ? strokes : left.flat();
}

/** @param {Stroke} stroke @param {Point} from @param {Point} to @returns {Stroke[]} the parts that the eraser leaves */
function partsBeside(stroke, from, to) {
  /** @param {Point} point */
  const isBeside = (point) => distance(point, from, to) > ERASER_REACH;
  const curve = curveOf(stroke);
  const points = curve.flatMap((point, index) => pointsUpTo(curve[index - 1] ?? point, point));
  if (points.every(isBeside)) return [stroke];
  /** @type {Stroke[]} */
  const parts = [[]];
  for (const point of points) {
    if (isBeside(point)) parts[parts.length - 1].push(point);
    else parts.push([]);
  }
  return parts.filter(({ length }) => length > 1);
}

/** @param {Point} from @param {Point} to @returns {Point[]} points at most CUT_STEP apart after `from`, at last `to` */
function pointsUpTo(from, to) {
  const count = Math.max(Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / CUT_STEP), 1);
  return Array.from({ length: count }, (_, index) => pointBetween(from, to, (index + 1) / count));
}

/** @param {Point} point @param {Point} from @param {Point} to @returns {number} from the point to the line */
function distance([x, y], [fromX, fromY], [toX, toY]) {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const share = ((x - fromX) * alongX + (y - fromY) * alongY) / (alongX * alongX + alongY * alongY || 1);
  const nearest = Math.min(Math.max(share, 0), 1);
  return Math.hypot(x - fromX - nearest * alongX, y - fromY - nearest * alongY);
}

const MAX_STEPS = 500; // limits the memory of a long session

/** Undo and redo over immutable states. @template State */
export class UndoHistory {
  /** @type {State[]} */
  #past = [];
  /** @type {State[]} */
  #future = [];

  /** @param {State} state */
  constructor(state) {
    this.state = state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Make `state` the current one, and forget undone states. @param {State} state */
  push(state) {
    this.#past.push(this.state);
    if (this.#past.length > MAX_STEPS) this.#past.shift();
    this.#future = [];
    this.state = state;
  }

  undo() {
    if (this.canUndo) this.#step(this.#past, this.#future);
  }

  /** Undo, and forget the undone states. */
  revert() {
    this.undo();
    this.#future = [];
  }

  redo() {
    if (this.canRedo) this.#step(this.#future, this.#past);
  }

  /** @param {State[]} from not empty @param {State[]} to */
  #step(from, to) {
    to.push(this.state);
    this.state = /** @type {State} */ (from.pop());
  }
}
