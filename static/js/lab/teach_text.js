/** Sentences about a teaching. */

import { count, percent } from "../core/format.js";

/** @typedef {"better"|"worse"|"same"} Tone */

/** @param {TeachScores} scores @returns {number} drawings read right after, minus before */
export function difference({ samples, before, after }) {
  return Math.round(after * samples) - Math.round(before * samples);
}

/** @param {number} change in drawings @returns {Tone} */
export function toneOf(change) {
  return change > 0 ? "better" : change < 0 ? "worse" : "same";
}

/** @param {TeachScores} scores @returns {string} "3 more", "2 fewer", "the same" */
export function changeText(scores) {
  const change = difference(scores);
  if (!change) return "the same";
  return `${Math.abs(change).toLocaleString("en")} ${change > 0 ? "more" : "fewer"}`;
}

/** @param {TeachScores} scores @param {"before"|"after"} when @returns {string} */
export function scoreText(scores, when) {
  return percent(scores[when], 1, scores.samples);
}

/** @param {TeachResult} result @returns {{text: string, tone: Tone}} what came of it, for people who were not learned from */
export function verdictOn({ held_out: scores }) {
  const tone = toneOf(difference(scores));
  const word = { better: "Better", worse: "Worse", same: "No change" }[tone];
  const [before, after] = [scoreText(scores, "before"), scoreText(scores, "after")];
  return { text: `${word} for people it did not learn from: ${before} before, ${after} after.`, tone };
}

/** @param {number} share of wrong labels @returns {string} */
export function poisonText(share) {
  if (!share) return "";
  return `${percent(share)} of the labels were made wrong before it learned. It cannot tell: check the data before you train on it.`;
}

/** @param {TeachState} state @returns {string} how the people are split */
export function splitText({ people, drawings }) {
  if (!people.taught) return "";
  const learned = `${count(drawings.taught, "drawing")} of ${people.taught} ${people.taught === 1 ? "person" : "people"}`;
  const tested = `${count(drawings.held_out, "drawing")} of ${people.held_out} ${people.held_out === 1 ? "person" : "people"}`;
  return `It learns from ${learned}. ${tested} are held out for the test.`;
}

/** @param {Teaching} teaching @returns {string} how far it is, or how it ended */
export function statusText({ status, seconds, seconds_left: left, reason }) {
  const took = `${seconds.toFixed(0)} s`;
  if (status === "waiting") return "Starting the trainer…";
  if (status === "training") return left === null ? `Preparing the drawings… ${took}` : `Learning… ${took}, about ${Math.ceil(left)} s left`;
  if (status === "failed") return reason ?? "The training failed.";
  const words = status === "stopped" ? `Stopped after ${took}.` : `Done after ${took}.`;
  return reason ? `${words} ${reason}` : words;
}

/** @param {number|null} reading @returns {string} */
export function readingText(reading) {
  return reading === null ? "no digit" : String(reading);
}
