/** Numbers and states as words: what a network answered, what a round asks for, what the server reports. */

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

/** The room's words: what is to be drawn, and what became of a drawing. */

const TASKS = {
  free: () => ({ headline: "Draw a digit. Any digit.", hint: "The network reads it while you draw." }),
  ask: (digit) => ({ headline: `Draw ${article(digit)} ${digit}`, hint: "As you always write it." }),
  fool: (digit) => ({
    headline: "Fool the network",
    hint: `Draw ${article(digit)} ${digit} that people read and the network does not.`,
  }),
};

/** @param {{kind: string, digit: number|null}} round @returns {{headline: string, hint: string}} */
export function taskOf({ kind, digit }) {
  return (TASKS[kind] ?? TASKS.free)(digit);
}

/** @returns {"a"|"an"} what stands before a digit that is read aloud */
export function article(digit) {
  return digit === 8 ? "an" : "a";
}

/**
 * @param {{digit, probability, is_digit, label, right}} drawing
 * @returns {{isDoubtful: boolean, digit: string, sign: string, share: string, sentence: string, tone: "right"|"wrong"|"unsure"|"open"}} the sign
 *   says right or wrong without colour, and the sentence says all of it without sight
 */
export function readingOf({ digit, probability, is_digit: isDigit, label, right }) {
  const isDoubtful = mayBeNoDigit(isDigit);
  const said = `read as ${article(digit)} ${digit}, ${isDoubtful ? "but perhaps no digit" : percent(probability)}`;
  const words = { isDoubtful, digit: isDoubtful ? `${digit}?` : String(digit), share: isDoubtful ? "no digit?" : shortPercent(probability) };
  if (right === true) return { ...words, tone: "right", sign: "✓", sentence: `${said}, which is right` };
  if (right === false) {
    return { ...words, tone: "wrong", sign: `✗ ${label}`, sentence: `${said}, but it is ${article(label)} ${label}` };
  }
  return { ...words, tone: isDoubtful ? "unsure" : "open", sign: "", sentence: said };
}

/** @returns {string} "1 phone", "61 phones" */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** @returns {string} what `percent` says, in fewer signs */
export function shortPercent(share) {
  return percent(share).replace("over", ">").replace("under", "<");
}

/** @returns {string} a share from 0 to 1 as "97.2 %", "–" where there is none */
export function exactPercent(share) {
  return typeof share === "number" ? `${(share * 100).toFixed(1)} %` : "–";
}

const VERDICTS = {
  voting: "the room is voting",
  yes: "fooled the network",
  no: "people could not read it either",
};

/** @returns {string} what the room says of a drawing that was to fool the network; "" where nothing */
export function verdictOf({ fooled }) {
  return VERDICTS[fooled] ?? "";
}

/** What the server reports to the presenter, in words: its state, an import, the burst of the pre-flight check. */

const MINUTE = 60; // seconds
const HOUR = 3600; // seconds
const SHOWN_PROBLEMS = 3; // of an import, in full

/** @param {object} status of GET /api/status @returns {string} "up 12 min · 31.0 predictions a second · ..." */
export function machineWords(status) {
  const { loading = 0, failed = 0 } = status.models ?? {};
  const parts = [
    ["uptime_s", (value) => `up ${duration(value)}`],
    ["predictions_per_second", (value) => `${value.toFixed(1)} predictions a second`],
    ["p95_ms", (value) => `95 % within ${value < 10 ? value.toFixed(1) : Math.round(value)} ms`],
    ["queue", (value) => `${value} waiting`],
    ["rejections", (value) => `${value} rejected in the last minute`],
    ["memory_mb", (value) => `${Math.round(value)} MB`],
  ];
  const known = parts.filter(([name]) => typeof status[name] === "number");
  const models = [loading && `${count(loading, "model")} loading`, failed && `${count(failed, "model")} failed`];
  return [...models.filter(Boolean), ...known.map(([name, write]) => write(status[name]))].join(" · ");
}

/** @param {number} seconds @returns {string} "45 s", "12 min", "3 h 05 min" */
export function duration(seconds) {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / MINUTE);
  if (seconds < HOUR) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** @param {{imported, skipped, left_out, problems}} report of an import @returns {string} */
export function importWords({ imported, skipped, left_out: leftOut, problems }) {
  const sentences = [`${count(imported, "drawing")} imported`];
  if (skipped) sentences.push(`${count(skipped, "drawing")} already here`);
  const told = problems.slice(0, SHOWN_PROBLEMS).map(({ line, reason }) => `line ${line}: ${reason}`);
  const more = leftOut - told.length;
  return [...sentences, ...told, ...(more > 0 ? [`and ${count(more, "more line")}`] : [])].join("; ");
}

/** @param {object} burst of the pre-flight check @returns {{headline: string, detail: string}} */
export function burstWords(burst) {
  const { phones, limited_by: limit, predictions_per_second: rate, p95_ms: p95, errors, assumption } = burst;
  const headline = phones > 0 ? `About ${count(phones, "phone")} at once` : "Too slow for phones just now";
  const why = limit === "connections" ? "the setting --connections is what limits it; " : "";
  const failed = errors ? `${count(errors, "request")} failed; ` : "";
  const measured = `${rate.toLocaleString("en")} predictions a second, 95 of 100 within ${Math.round(p95)} ms`;
  return { headline, detail: `${failed}${why}${measured}. ${assumption}` };
}
