/**
 * Smooth curves through the points of a stroke, known piece by piece while the pen moves.
 *
 * A piece runs from the middle between two points to the middle between the next two, bent towards the
 * point that they share (a quadratic Bézier curve). Neighbouring pieces meet without a corner, and a new
 * point never changes an older piece, so what is drawn once stays.
 */

/**
 * @param {number[][]} points a stroke's points
 * @param {number} index of the point, 1 or more, that made this piece known
 * @returns {{from: number[], control: number[], to: number[]}} the piece that ends before that point
 */
export function pieceAt(points, index) {
  const control = points[index - 1];
  const from = index > 1 ? middle(points[index - 2], control) : control;
  return { from, control, to: middle(control, points[index]) };
}

/** @returns the last piece, straight to where the pen is; of no length for a stroke of one point */
export function tailOf(points) {
  const to = points[points.length - 1];
  const from = points.length > 1 ? middle(points[points.length - 2], to) : to;
  return { from, control: to, to };
}

/** @returns {string} the strokes as the `d` of an SVG path; a dot is a line of no length */
export function toPath(strokes) {
  return strokes.map(strokePath).join("");
}

function strokePath(points) {
  const pieces = points.slice(1).map((_, index) => pieceAt(points, index + 1));
  const curves = pieces.map(({ control, to }) => `Q${format(control)} ${format(to)}`);
  return `M${format(points[0])}${curves.join("")}L${format(tailOf(points).to)}`;
}

function middle([x, y], [otherX, otherY]) {
  return [(x + otherX) / 2, (y + otherY) / 2];
}

function format([x, y]) {
  return `${Math.round(x)} ${Math.round(y)}`;
}
