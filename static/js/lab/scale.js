/** Numbers of a plot: axes, ticks and points. Knows no DOM. */

export const MOST_POINTS = 2_000; // of one curve; more cannot be told apart on any screen

/**
 * Drop every other point until few enough are left; the last one and those with a validation stay.
 *
 * @param {LabPoint[]} points @param {number} most @returns {LabPoint[]}
 */
export function thin(points, most = MOST_POINTS) {
  let left = points;
  while (left.length > most) {
    const { length } = left;
    const thinned = left.filter((point, index) => index % 2 === 0 || index === length - 1 || isValidated(point));
    left = thinned.length < length ? thinned : left.filter((_, index) => index % 2 === 0 || index === length - 1);
  }
  return left;
}

/** @param {LabPoint} point */
function isValidated([, , , , valLoss]) {
  return valLoss !== null;
}

/** @param {number|null} value @returns {value is number} */
export function isNumber(value) {
  return Number.isFinite(value);
}

/** @template T @param {T[]} items @param {(item: T) => boolean} isWanted @returns {T|undefined} the last such item */
export function lastOf(items, isWanted) {
  for (let index = items.length - 1; index >= 0; index -= 1) if (isWanted(items[index])) return items[index];
  return undefined;
}

/**
 * Return steps of 1, 2 or 5 times a power of ten.
 *
 * @param {number} low @param {number} high @param {number} most ticks
 */
export function ticksOf(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999) ?? power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** @param {number} low @param {number} high @param {number} most ticks @returns {number[]} powers of ten */
export function logTicksOf(low, high, most) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const stride = Math.max(1, Math.ceil((last - first + 1) / most));
  return Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, index) => 10 ** (first + index * stride));
}

/**
 * @typedef {{low: number, high: number, isLog: boolean, ticks: number[]}} Axis
 */

const ROWS = 5; // ticks of a vertical axis
const CLOSE = 0.8; // accuracy at the lower end of the close-up
const USUAL_LOSS = 2.5; // a little more than ln 10, the loss of a guess
const LINEAR_LOSS = 6; // the largest loss on a linear axis

/** @param {boolean} isClose @returns {Axis} of shares */
export function accuracyAxis(isClose) {
  const low = isClose ? CLOSE : 0;
  return { low, high: 1, isLog: false, ticks: ticksOf(low, 1, ROWS) };
}

/** @param {number[]} values losses @param {boolean} isClose @returns {Axis} logarithmic for large losses, and for the close-up */
export function lossAxis(values, isClose) {
  const largest = Math.max(USUAL_LOSS, ...values);
  if (!isClose && largest <= LINEAR_LOSS) return { low: 0, high: largest, isLog: false, ticks: ticksOf(0, largest, ROWS) };
  const least = Math.min(0.1, ...values.filter((value) => value > 0));
  const low = 10 ** Math.max(Math.floor(Math.log10(least)), -5);
  const high = 10 ** Math.ceil(Math.log10(largest));
  return { low, high, isLog: true, ticks: logTicksOf(low, high, ROWS) };
}

/** @param {Axis} axis @param {number} value @returns {number} 0 at the lower end, 1 at the upper one */
export function shareOf({ low, high, isLog }, value) {
  if (!isLog) return (value - low) / (high - low);
  return Math.log10(Math.max(value, low * 0.1) / low) / Math.log10(high / low);
}

/** @param {number} epochs @param {number} most ticks @returns {number[]} whole epochs; parts of them for less than one */
export function epochTicks(epochs, most) {
  const ticks = ticksOf(0, epochs, most);
  return epochs < 1 ? ticks : [...new Set(ticks.map(Math.round))];
}

const LEAST_NORM = 1e-6;
const MOST_NORM = 10;

/** @param {number} norm of a gradient @returns {number} 0 to 1 on a logarithmic scale */
export function normShare(norm) {
  if (!(norm > 0)) return 0;
  return Math.min(Math.max(shareOf({ low: LEAST_NORM, high: MOST_NORM, isLog: true, ticks: [] }, norm), 0), 1);
}

const SMALL = 0.001; // written with a power of ten below

/** @param {number|null} value @returns {string} three digits: "0.0132", "2.3 · 10⁻⁵", "10⁵", "NaN" */
export function shortNumber(value) {
  if (!isNumber(value)) return "NaN";
  if (value === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(value)));
  if (Math.abs(value) >= SMALL && power < 5) return value.toLocaleString("en", { maximumSignificantDigits: 3, useGrouping: true });
  const digits = (value / 10 ** power).toFixed(1);
  return `${digits === "1.0" ? "" : `${digits} · `}10${superscript(power)}`;
}

/** @param {number} power */
function superscript(power) {
  return [...String(power)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");
}

/** @param {number} seconds @returns {string} "under 1 s", "12 s", "2 min 5 s" */
export function duration(seconds) {
  if (seconds < 1) return "under 1 s";
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
