/** Text for predictions, shares, rounds and drawings. */

const NAMES = ["a zero", "a one", "a two", "a three", "a four", "a five", "a six", "a seven", "an eight", "a nine"];
const SURE = 0.9; // least probability of a sure prediction
const RIVAL = 0.2; // least probability of a second digit in the headline
const MENTIONED = 0.005; // least probability of a second digit in the detail
const CLOSE = 0.2; // least probability of a digit that ink which is no digit is close to
const UNDER_ONE = 0.0049; // the largest share that is shown as under 1 %
const NO_DIGIT = "?"; // in the place of the predicted digit
// Probability below which the ink is probably not a digit; from webapp/nets/network.py by templates/base.html.
const IS_DIGIT = Number(document.documentElement.dataset.isDigitThreshold);

/** @param {Omit<Prediction, "model">} prediction @returns {PredictionText} */
export function describe({ digit, probabilities: given, is_digit: isDigit }) {
  const probabilities = shownShares(given);
  const next = runnerUp(digit, probabilities);
  const text = { digit: digitText({ digit, is_digit: isDigit }), isDoubtful: mayBeNoDigit(isDigit) };
  if (text.isDoubtful) {
    const closest = `Closest: ${NAMES[digit]}, ${percent(probabilities[digit])}`;
    return { ...text, headline: "Probably not a digit", detail: probabilities[digit] < CLOSE ? "No digit is close." : closest };
  }
  return { ...text, headline: verdict(digit, next, probabilities), detail: shares(digit, next, probabilities) };
}

/** @param {number|null} isDigit probability that the ink is a digit; null from a network without that output */
export function mayBeNoDigit(isDigit) {
  return typeof isDigit === "number" && isDigit < IS_DIGIT;
}

/** @param {Digit} prediction @returns {string} the predicted digit; "?" where the ink is probably not a digit */
export function digitText({ digit, is_digit: isDigit }) {
  return mayBeNoDigit(isDigit) ? NO_DIGIT : String(digit);
}

/** @param {number} digit @param {number} next the second digit @param {number[]} probabilities */
function verdict(digit, next, probabilities) {
  if (probabilities[digit] >= SURE) return `Definitely ${NAMES[digit]}`;
  if (probabilities[next] >= RIVAL) return `Maybe ${NAMES[digit]}, maybe ${NAMES[next]}`;
  return `Probably ${NAMES[digit]}`;
}

/** @param {number} digit @param {number} next the second digit @param {number[]} probabilities */
function shares(digit, next, probabilities) {
  const first = percent(probabilities[digit]);
  return probabilities[next] < MENTIONED ? first : `${first}, next is ${next} with ${percent(probabilities[next])}`;
}

/** @param {number} digit @param {number[]} probabilities */
function runnerUp(digit, probabilities) {
  const others = probabilities.map((share, index) => (index === digit ? -1 : share));
  return others.indexOf(Math.max(...others));
}

/**
 * Round shares so that they still add up to 1: the largest as usual, the others by the method of the largest remainder.
 *
 * @param {number[]} shares 0 to 1, which add up to 1 @param {number} decimals
 */
export function roundShares(shares, decimals) {
  const scale = 10 ** decimals;
  const largest = shares.indexOf(Math.max(...shares));
  const steps = shares.map((share, index) => (index === largest ? Math.round(share * scale) : Math.floor(share * scale)));
  const missing = scale - steps.reduce((sum, step) => sum + step, 0);
  const others = [...shares.keys()].filter((index) => index !== largest);
  const remainderOf = (/** @type {number} */ index) => shares[index] * scale - steps[index];
  others.sort((one, other) => remainderOf(other) - remainderOf(one));
  for (const index of others.slice(0, Math.max(missing, 0))) steps[index] += 1;
  return steps.map((step) => step / scale);
}

/**
 * Round to whole percentages that add up to 100. A share that would be 1 stays, for ">99", and one that would be 0 stays
 * below half a percent, for "<1".
 *
 * @param {number[]} shares 0 to 1, which add up to 1
 */
export function shownShares(shares) {
  const rounded = roundShares(shares, 2);
  return shares.map((share, index) => (rounded[index] === 1 ? share : rounded[index] || Math.min(share, UNDER_ONE)));
}

const FEW = 100; // drawings, below which one of them is more than one percent

/**
 * Return a share as text that never overstates it: 100 % and 0 % stand for exactly these. webapp/percent.py holds the
 * same function.
 *
 * @param {number|null} [share] 0 to 1; "–" for none
 * @param {number} decimals of the percentage
 * @param {number} of the number of drawings that the share is of; a few are counted instead
 * @returns {string} "95 %", "over 99 %", "under 1 %", "12 of 13"
 */
export function percent(share, decimals = 0, of = Infinity) {
  if (typeof share !== "number" || of === 0) return "–";
  if (of < FEW) return `${Math.round(share * of)} of ${of}`;
  const scale = 10 ** decimals;
  const steps = Math.round(share * 100 * scale);
  if (steps >= 100 * scale && share < 1) return `over ${(100 - 1 / scale).toFixed(decimals)} %`;
  if (steps <= 0 && share > 0) return `under ${(1 / scale).toFixed(decimals)} %`;
  return `${(steps / scale).toFixed(share === 0 || share === 1 ? 0 : decimals)} %`;
}

/** @param {number} share 0 to 1 @param {number} decimals @returns {string} the same, shorter: "95 %", "> 99 %", "< 1 %" */
export function shortPercent(share, decimals = 0) {
  return percent(share, decimals).replace("over", ">").replace("under", "<");
}

/** @param {number} share 0 to 1 @returns {string} the same, shortest: "95", ">99", "<1" */
export function hundredths(share) {
  return shortPercent(share).replace(/[ %]/g, "");
}

/** @type {Record<RoundKind, (digit: number|null) => {headline: string, hint: string}>} */
const TASKS = {
  free: () => ({ headline: "Draw a digit. Any digit.", hint: "The network predicts while you draw." }),
  ask: (digit) => ({ headline: `Draw ${article(digit)} ${digit}`, hint: "Write it the way you always do." }),
  fool: (digit) => ({
    headline: "Fool the network",
    hint: `Draw ${article(digit)} ${digit} that people recognize but the network misreads.`,
  }),
};

/** @param {Task} round */
export function taskOf({ kind, digit }) {
  return (TASKS[kind] ?? TASKS.free)(digit);
}

/** @param {number|null} digit @returns {"a"|"an"} */
export function article(digit) {
  return digit === 8 ? "an" : "a";
}

/**
 * @param {Reading} drawing or a model's answer; the server says whether it is right
 * @returns {ReadingText} with a sign for people without color vision, a sentence for screen readers
 */
export function readingOf({ digit, probability, is_digit: isDigit, label, right, fooled }) {
  const isDoubtful = mayBeNoDigit(isDigit);
  const closest = `${article(digit)} ${digit}`;
  const prediction = isDoubtful ? `predicted no digit (closest: ${closest})` : `predicted ${closest}, ${percent(probability)}`;
  const share = isDoubtful ? "not a digit?" : shortPercent(probability);
  const text = { isDoubtful, digit: digitText({ digit, is_digit: isDigit }), share };
  if (right === true) return { ...text, tone: "right", sign: "✓", sentence: `${prediction}, correct` };
  if (right === false) {
    const truth = `it ${fooled ? "was meant to be" : "is"} ${article(label)} ${label}`; // people judge drawings of fool rounds
    return { ...text, tone: "wrong", sign: `✗ ${label}`, sentence: `${prediction}, but ${truth}` };
  }
  return { ...text, tone: isDoubtful ? "unsure" : "open", sign: "", sentence: prediction };
}

/** @param {number} number @param {string} noun @returns {string} "1 phone", "61 phones" */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** What became of drawings that should fool the network, on every page. @type {Record<Verdict, {word: string, why: string}>} */
const VERDICTS = {
  yes: { word: "FOOLED", why: "people read it, the network did not" },
  caught: { word: "caught", why: "the network read it" },
  voting: { word: "voting", why: "can people read it?" },
  no: { word: "unclear", why: "people could not read it either" },
};

/** @param {{fooled: Verdict|null}} drawing @returns {string} "FOOLED", "caught" and so on; "" outside of fool rounds */
export function verdictOf({ fooled }) {
  return fooled ? VERDICTS[fooled].word : "";
}

/** @param {{fooled: Verdict|null}} drawing @returns {string} "caught: the network read it"; "" outside of fool rounds */
export function verdictSentence({ fooled }) {
  return fooled ? `${VERDICTS[fooled].word}: ${VERDICTS[fooled].why}` : "";
}

/** @param {Record<Verdict, number>} counts @returns {string} "3 FOOLED, 12 caught"; "" for none */
export function verdictCounts(counts) {
  const verdicts = /** @type {Verdict[]} */ (Object.keys(VERDICTS)).filter((verdict) => counts[verdict]);
  return verdicts.map((verdict) => `${counts[verdict].toLocaleString("en")} ${VERDICTS[verdict].word}`).join(", ");
}

/** @param {{label: number, digit: number|null}} pair @returns {string} "4 → 9", "4 → none" */
export function pairText({ label, digit }) {
  return `${label} → ${digit ?? "none"}`;
}
