/** Ink as the 28x28 bitmap that a network gets, and as the smooth curve that people see. */

/**
 * Draw ink as MNIST's digits were made: scaled into 20x20, its centre of mass in the middle of 28x28.
 *
 * This is webapp/ink/bitmap.py in the browser's language, step by step with the same names, and tests hold
 * the two together. It is plain arithmetic on purpose and uses no canvas: canvases differ between browsers,
 * and privacy-minded browsers falsify what is read back from one. So the network gets the same numbers
 * from every device.
 */

export const SIZE = 28; // pixels along each side of the bitmap
const BOX = 20; // pixels along the longer side of the drawn ink, its pen included
const CENTRE = 14; // pixel index of the centre of mass
const INNER = 0.75; // pixels from the line up to which there is full ink
const OUTER = 1.9; // pixels from the line from which on there is paper; a straight ramp between
const MIN_STEP = 0.1; // pixels; points nearer to the one before add nothing that 28x28 could show
const MIN_EXTENT = 1e-9; // in the ink's own unit; anything smaller is a dot
const NUMBERS_PER_LINE = 4; // start x, start y, end x, end y

/**
 * Draw `strokes` as a bitmap.
 *
 * @param {number[][][]} strokes lists of [x, y], any unit, x to the right and y down
 * @returns {Uint8Array} 784 values row by row, 0 = paper, 255 = ink; all 0 where there is no ink
 */
export function toBitmap(strokes) {
  const inked = strokes.filter((stroke) => stroke.length > 0);
  if (inked.length === 0) return new Uint8Array(SIZE * SIZE);
  const lines = toLines(fitToBox(inked));
  const [x, y] = centreOfMass(draw(lines));
  const grey = draw(moved(lines, CENTRE - x, CENTRE - y));
  return Uint8Array.from(grey, (value) => Math.floor(value * 255 + 0.5));
}

/** Scale strokes, proportions kept, so that what the pen draws is BOX pixels at its longer side. */
export function fitToBox(strokes) {
  const { left, top, right, bottom } = boundsOf(strokes);
  const extent = Math.max(right - left, bottom - top);
  const scale = extent > MIN_EXTENT ? (BOX - 2 * OUTER) / extent : 0;
  const middleX = (left + right) / 2;
  const middleY = (top + bottom) / 2;
  const fit = ([x, y]) => [(x - middleX) * scale + CENTRE, (y - middleY) * scale + CENTRE];
  return strokes.map((stroke) => stroke.map(fit));
}

/** @returns the smallest box that holds every point of `strokes`, in their unit */
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

/** @returns {Float64Array} the straight lines of the strokes; a single point is a line of no length */
export function toLines(strokes) {
  const lines = [];
  for (const stroke of strokes) {
    const points = thinned(stroke);
    if (points.length === 1) points.push(points[0]);
    for (let index = 1; index < points.length; index += 1) lines.push(...points[index - 1], ...points[index]);
  }
  return Float64Array.from(lines);
}

/** Leave out points closer than MIN_STEP to the last one kept, except the end of the stroke. */
function thinned(stroke) {
  const kept = [stroke[0]];
  let [lastX, lastY] = stroke[0];
  for (let index = 1; index < stroke.length - 1; index += 1) {
    const [x, y] = stroke[index];
    if ((x - lastX) * (x - lastX) + (y - lastY) * (y - lastY) >= MIN_STEP * MIN_STEP) {
      kept.push(stroke[index]);
      [lastX, lastY] = stroke[index];
    }
  }
  if (stroke.length > 1) kept.push(stroke[stroke.length - 1]);
  return kept;
}

function moved(lines, byX, byY) {
  return lines.map((value, index) => value + (index % 2 === 0 ? byX : byY));
}

/** @returns {Float64Array} the grey of each of the 784 pixels, from 0 (paper) to 1 (ink) */
export function draw(lines) {
  const nearest = new Float64Array(SIZE * SIZE).fill(Infinity);
  for (let index = 0; index < lines.length; index += NUMBERS_PER_LINE) {
    lowerDistances(nearest, ...lines.subarray(index, index + NUMBERS_PER_LINE));
  }
  return nearest.map((squared) => clamp((OUTER - Math.sqrt(squared)) / (OUTER - INNER), 0, 1));
}

/** Lower `nearest`, squared distances, where this line is nearer. Pixels beyond OUTER stay paper anyway. */
function lowerDistances(nearest, startX, startY, endX, endY) {
  const alongX = endX - startX;
  const alongY = endY - startY;
  const length = alongX * alongX + alongY * alongY;
  const [left, right] = pixelsNear(startX, endX);
  const [top, bottom] = pixelsNear(startY, endY);
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const toX = x - startX;
      const toY = y - startY;
      const share = clamp((toX * alongX + toY * alongY) / (length > 0 ? length : 1), 0, 1);
      const offX = toX - share * alongX;
      const offY = toY - share * alongY;
      const squared = offX * offX + offY * offY;
      if (squared < nearest[y * SIZE + x]) nearest[y * SIZE + x] = squared;
    }
  }
}

/** @returns the first and the last pixel index that the pen can touch between two coordinates */
function pixelsNear(start, end) {
  const first = Math.ceil(Math.min(start, end) - OUTER);
  const last = Math.floor(Math.max(start, end) + OUTER);
  return [Math.max(first, 0), Math.min(last, SIZE - 1)];
}

/** @returns {number[]} the centre of mass of 784 greys as [x, y], in pixel indices */
export function centreOfMass(grey) {
  let total = 0;
  let across = 0;
  let down = 0;
  grey.forEach((value, index) => {
    total += value;
    across += value * (index % SIZE);
    down += value * Math.floor(index / SIZE);
  });
  return [across / total, down / total];
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

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

/** Bytes as text, the way a page, a card or an answer carries them. */

/**
 * @param {string} text base64
 * @returns {Uint8Array} its bytes
 */
export function fromBase64(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let index = 0; index < signs.length; index += 1) bytes[index] = signs.charCodeAt(index); // live, so no callback for each
  return bytes;
}
