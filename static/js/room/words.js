/** The room's words: what is to be drawn, and what became of a drawing. */

import { mayBeNoDigit, percent } from "../answers/words.js";

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
