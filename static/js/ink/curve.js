/**
 * The curve through the points of a stroke: the pad shows it, and the network sees it.
 *
 * A centripetal Catmull-Rom spline, as in webapp/ink/curve.py, which explains it: it passes through all points, and
 * a new point changes the last piece only. Tests compare the two.
 */

/** @param {Stroke[]} strokes @returns {Bounds} of their points, in their unit */
export function boundsOf(strokes) {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const stroke of strokes) {
    for (const [x, y] of stroke) {
      bounds.left = Math.min(bounds.left, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.right = Math.max(bounds.right, x);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
  }
  return bounds;
}

/**
 * Leave out points closer than `spacing` to the point kept before; keep start and end. As webapp/ink/simplify.py does.
 *
 * @param {Stroke} stroke @param {number} spacing @returns {Stroke}
 */
export function simplify(stroke, spacing) {
  const kept = [stroke[0]];
  let [lastX, lastY] = stroke[0];
  for (const point of stroke.slice(1, -1)) {
    const [x, y] = point;
    if ((x - lastX) * (x - lastX) + (y - lastY) * (y - lastY) >= spacing * spacing) {
      kept.push(point);
      [lastX, lastY] = point;
    }
  }
  return kept.concat(stroke.slice(1).slice(-1));
}

/**
 * Return the piece of the curve from the point before `index` to that point, as a cubic Bézier curve. It is final
 * when the next point is known.
 *
 * @param {Stroke} points
 * @param {number} index 1 or more
 * @returns {Piece}
 */
function pieceAt(points, index) {
  const [start, end] = [points[index - 1], points[index]];
  if (points.length === 2) return { start, first: start, second: end, end };
  const third = durationOf(start, end) / 3;
  const first = moved(start, tangentAt(points, index - 1), third);
  const second = moved(end, tangentAt(points, index), -third);
  return { start, first, second, end };
}

/**
 * Return the pieces of the curve from the one that ends at point `from`; a single point is a piece of length 0.
 *
 * @param {Stroke} points @param {number} [from] @returns {Piece[]}
 */
export function piecesOf(points, from = 1) {
  const [start] = points;
  if (points.length === 1) return [{ start, first: start, second: start, end: start }];
  return points.slice(from).map((_, offset) => pieceAt(points, from + offset));
}

/**
 * Return the derivative of the curve at a point.
 *
 * @param {Stroke} points three or more @param {number} index @returns {Point}
 */
function tangentAt(points, index) {
  const last = points.length - 1;
  if (index === 0) return endTangent(points[0], points[1], tangentAt(points, 1));
  if (index === last) return endTangent(points[last - 1], points[last], tangentAt(points, last - 1));
  const [before, point, after] = points.slice(index - 1, index + 2);
  const [one, other] = [durationOf(before, point), durationOf(point, after)];
  const [speedX, speedY] = speedOf(before, point, one);
  const [nextX, nextY] = speedOf(point, after, other);
  const [acrossX, acrossY] = speedOf(before, after, one + other);
  return [speedX + nextX - acrossX, speedY + nextY - acrossY];
}

/** @param {Point} start @param {Point} end @param {Point} other tangent at the other end of the piece @returns {Point} */
function endTangent(start, end, [otherX, otherY]) {
  const [x, y] = speedOf(start, end, durationOf(start, end));
  return [2 * x - otherX, 2 * y - otherY];
}

/** @param {Point} start @param {Point} end */
function durationOf([startX, startY], [endX, endY]) {
  const [x, y] = [endX - startX, endY - startY];
  return Math.sqrt(Math.sqrt(x * x + y * y)); // centripetal: the root of the distance
}

/** @param {Point} start @param {Point} end @param {number} duration @returns {Point} 0 for a repeated point */
function speedOf([startX, startY], [endX, endY], duration) {
  return duration > 0 ? [(endX - startX) / duration, (endY - startY) / duration] : [0, 0];
}

/** @param {Point} point @param {Point} tangent @param {number} by @returns {Point} */
function moved([x, y], [tangentX, tangentY], by) {
  return [x + tangentX * by, y + tangentY * by];
}

/**
 * Return points on the curve through a stroke; the lines between them follow the curve.
 *
 * @param {Stroke} stroke
 * @param {number} tolerance largest distance from the curve, in the unit of the points, unless `most` forbids it
 * @param {number} most lines for each piece
 * @returns {Stroke}
 */
export function toPolyline(stroke, tolerance, most) {
  if (stroke.length < 3) return stroke;
  const points = [stroke[0]];
  for (const piece of piecesOf(stroke)) {
    const count = Math.min(Math.max(Math.ceil(Math.sqrt((0.75 * bendOf(piece)) / tolerance)), 1), most);
    for (let number = 1; number <= count; number += 1) points.push(pointOn(piece, number / count));
  }
  return points;
}

/** @param {Piece} piece @returns {number} its n chords are at most 3/4 of this / n^2 away from it */
function bendOf({ start, first, second, end }) {
  return Math.sqrt(Math.max(bendAt(start, first, second), bendAt(first, second, end)));
}

/** @param {Point} before @param {Point} point @param {Point} after */
function bendAt(before, point, after) {
  const x = before[0] - 2 * point[0] + after[0];
  const y = before[1] - 2 * point[1] + after[1];
  return x * x + y * y;
}

/** @param {Piece} piece @param {number} share 0 at its start, 1 at its end @returns {Point} */
function pointOn({ start, first, second, end }, share) {
  const rest = 1 - share;
  /** @param {0|1} axis */
  const at = (axis) =>
    rest * rest * rest * start[axis] +
    3 * rest * rest * share * first[axis] +
    3 * rest * share * share * second[axis] +
    share * share * share * end[axis];
  return [at(0), at(1)];
}

/** @param {Stroke[]} strokes @returns {string} `d` of an SVG path; a dot is a line of length 0 */
export function toPath(strokes) {
  return strokes.map(strokePath).join("");
}

/** @param {Stroke} points */
function strokePath(points) {
  const start = `M${format(points[0])}`;
  if (points.length < 3) return `${start}L${format(points[points.length - 1])}`;
  const pieces = piecesOf(points).map(({ first, second, end }) => `C${[first, second, end].map(format).join(" ")}`);
  return start + pieces.join("");
}

/** @param {Point} point */
function format([x, y]) {
  return `${Math.round(x)} ${Math.round(y)}`;
}

const SIDE = 1000; // units of a picture
const INK_SIDE = 800; // units of the longer side of the ink
const MIN_EXTENT = 1e-9; // in the ink's unit; smaller ink is a dot

/**
 * Fit ink into a picture of 1000x1000 units.
 *
 * @param {Stroke[]} strokes any unit @returns {string} `d` of an SVG path
 */
export function toFittedPath(strokes) {
  const inked = strokes.filter((stroke) => stroke.length > 0);
  if (inked.length === 0) return "";
  const { left, top, right, bottom } = boundsOf(inked);
  const scale = INK_SIDE / Math.max(right - left, bottom - top, MIN_EXTENT);
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  /** @param {Point} point @returns {Point} */
  const fit = ([x, y]) => [(x - middleX) * scale + SIDE / 2, (y - middleY) * scale + SIDE / 2];
  return toPath(inked.map((stroke) => stroke.map(fit)));
}
