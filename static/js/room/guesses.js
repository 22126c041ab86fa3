/** Guesses of an accuracy, 0 to 1: how near they are, in words and as bars. Knows no DOM. */

const SAME = 1e-9; // less than any difference of two guesses

/** @param {number} accuracy @returns {string} "94.5 %"; a guess is exact, so it may be 100 % */
export function guessText(accuracy) {
  return `${(accuracy * 100).toFixed(1).replace(/\.0$/, "")} %`;
}

/** @param {number} number @returns {string} "1 guess", "12 guesses" */
export function guessCount(number) {
  return `${number.toLocaleString("en")} ${number === 1 ? "guess" : "guesses"}`;
}

/** @param {number} guess @param {number} truth @returns {string} "2.7 points off" */
export function distanceText(guess, truth) {
  const points = (Math.abs(guess - truth) * 100).toFixed(1);
  if (points === "0.0") return "exactly right";
  return `${points} ${points === "1.0" ? "point" : "points"} off`;
}

/** @param {number[]} values @param {number} guess @param {number} truth @returns {number} 1 for the nearest; equal ones share a rank */
export function rankOf(values, guess, truth) {
  const distance = Math.abs(guess - truth);
  return 1 + values.filter((value) => Math.abs(value - truth) < distance - SAME).length;
}

/** @param {number[]} values at least one @param {number} truth @returns {number} the value nearest to the truth */
export function nearestTo(values, truth) {
  return values.reduce((best, value) => (Math.abs(value - truth) < Math.abs(best - truth) ? value : best));
}

/** @param {number} number from 1 @returns {string} "1st", "12th" */
export function ordinal(number) {
  const isTeen = Math.floor(number / 10) % 10 === 1;
  return `${number}${(!isTeen && ["th", "st", "nd", "rd"][number % 10]) || "th"}`;
}

/** @param {number} guess @param {number[]} values all @param {number} truth @returns {string} what a phone says at the end */
export function resultText(guess, values, truth) {
  const rank = rankOf(values, guess, truth);
  const place = rank === 1 ? "the nearest" : `the ${ordinal(rank)} nearest`;
  return `You guessed ${guessText(guess)}: ${distanceText(guess, truth)}, ${place} of ${guessCount(values.length)}.`;
}

/** @param {number[]} values all @param {number} truth @returns {string} what the wall says at the end */
export function nearestText(values, truth) {
  if (!values.length) return "";
  const nearest = nearestTo(values, truth);
  return `Nearest of ${guessCount(values.length)}: ${guessText(nearest)}, ${distanceText(nearest, truth)}.`;
}

const BINS = 40;
const STEP = 0.1; // the axis begins and ends at a multiple

/**
 * Return bars of equal width over the range of the guesses.
 *
 * @param {number[]} values @param {number|null} truth which the range contains too
 * @returns {{low: number, high: number, counts: number[]}}
 */
export function binsOf(values, truth) {
  const all = truth === null ? values : [...values, truth];
  const least = all.length ? Math.min(...all) : 0;
  const most = all.length ? Math.max(...all) : 1;
  const high = Math.max(STEP, Math.ceil(most / STEP - SAME) * STEP);
  const low = Math.min(Math.floor(least / STEP + SAME) * STEP, high - STEP);
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS + SAME))] += 1;
  return { low, high, counts };
}
