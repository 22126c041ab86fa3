/** The network's answer in plain words. */

const NAMES = ["a zero", "a one", "a two", "a three", "a four", "a five", "a six", "a seven", "an eight", "a nine"];
const SURE = 0.9; // probability from which on the answer is called sure
const RIVAL = 0.2; // probability from which on the second digit is named too
const WORTH_TELLING = 0.005; // probability from which on the second digit has a percentage of its own
const IS_DIGIT = 0.5; // probability below which the ink may be no digit at all

/**
 * @param {{digit: number, probabilities: number[], is_digit: number|null}} answer
 * @returns {{digit: string, headline: string, detail: string, isDoubtful: boolean}}
 */
export function describe({ digit, probabilities, is_digit: isDigit }) {
  const next = runnerUp(digit, probabilities);
  const words = { digit: String(digit), isDoubtful: mayBeNoDigit(isDigit) };
  if (words.isDoubtful) {
    const share = percent(probabilities[digit]);
    return { ...words, headline: "Not sure that this is a digit", detail: `If it is one: ${NAMES[digit]}, ${share}` };
  }
  return { ...words, headline: verdict(digit, next, probabilities), detail: shares(digit, next, probabilities) };
}

/** @param {number|null} isDigit probability that the ink is a digit, null from a network that cannot tell */
export function mayBeNoDigit(isDigit) {
  return typeof isDigit === "number" && isDigit < IS_DIGIT;
}

function verdict(digit, next, probabilities) {
  if (probabilities[digit] >= SURE) return `Surely ${NAMES[digit]}`;
  if (probabilities[next] >= RIVAL) return `${capital(NAMES[digit])}, or ${NAMES[next]}?`;
  return `Probably ${NAMES[digit]}`;
}

function shares(digit, next, probabilities) {
  const first = percent(probabilities[digit]);
  return probabilities[next] < WORTH_TELLING ? first : `${first}, next is ${next} with ${percent(probabilities[next])}`;
}

function runnerUp(digit, probabilities) {
  const others = probabilities.map((share, index) => (index === digit ? -1 : share));
  return others.indexOf(Math.max(...others));
}

/** @returns {string} a share from 0 to 1 as "95 %"; never "100 %" or "0 %" of what is only nearly so */
export function percent(share) {
  return `${hundredths(share).replace(">", "over ").replace("<", "under ")} %`;
}

/** @returns {string} the same where there is little room: "95", ">99", "<1" */
export function hundredths(share) {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return ">99";
  if (rounded === 0 && share > 0) return "<1";
  return String(rounded);
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
