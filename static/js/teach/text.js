/** Sentences about a teaching. Knows no DOM. */

import { count, percent } from "../core/format.js";
import { duration } from "../lab/scale.js";

/** @typedef {"better"|"worse"|"same"|"none"} Direction */
/** @typedef {{direction: Direction, sign: string, text: string}} Difference */

const FEW = 100; // samples, below which they are counted
/** @type {Record<Direction, string>} */
const SIGNS = { better: "▲", worse: "▼", same: "=", none: "" };

/** @param {TeachScores} scores @returns {Difference} such as "▲", "better by 4.0 points" */
export function differenceOf({ samples, before, after }) {
  if (!samples || before === null || after === null) return { direction: "none", sign: SIGNS.none, text: "nothing to test on" };
  const drawings = Math.round(after * samples) - Math.round(before * samples);
  if (drawings === 0) return { direction: "same", sign: SIGNS.same, text: "the same" };
  const direction = drawings > 0 ? "better" : "worse";
  return { direction, sign: SIGNS[direction], text: `${direction} by ${amount(drawings, samples)}` };
}

/** @param {number} drawings @param {number} samples @returns {string} "4.0 points", of a few samples "3 drawings" */
function amount(drawings, samples) {
  const size = Math.abs(drawings);
  if (samples < FEW) return count(size, "drawing");
  const points = (size * 100) / samples;
  return points < 0.05 ? "under 0.1 points" : `${points.toFixed(1)} points`;
}

/** @param {TeachScores} scores @param {number|null} share @returns {string} "95.0 %", of a few samples "12 of 13" */
export function scoreText({ samples }, share) {
  return percent(share, 1, samples);
}

/** @param {TeachResult} result @returns {string} what the audience should take home */
export function verdictOf({ held_out: heldOut }) {
  const { direction } = differenceOf(heldOut);
  if (direction === "none") return "No one was held out: this does not show how it reads new people.";
  if (direction === "same") return `It reads new people as before: ${scoreText(heldOut, heldOut.after)}.`;
  return `It reads new people ${direction}: ${figures(heldOut)}.`;
}

/** @param {TeachResult} result @returns {string} what it has forgotten, "" for nothing */
export function caveatOf({ mnist }) {
  const { direction, sign } = differenceOf(mnist);
  return direction === "worse" ? `${sign} It reads MNIST digits worse: ${figures(mnist)}.` : "";
}

/** @param {TeachScores} scores */
function figures(scores) {
  return `${scoreText(scores, scores.before)} before, ${scoreText(scores, scores.after)} after`;
}

/** @param {Teaching|null} teaching @param {TeachState} state @returns {string} */
export function statusText(teaching, { problem, reason, can_train: canTrain }) {
  if (teaching?.status === "waiting") return "The trainer is starting…";
  if (teaching?.status === "training") return "It learns…";
  if (!canTrain) return reason ?? "Teaching is not available.";
  if (problem) return problem;
  if (!teaching) return "Ready.";
  return `${outcomeOf(teaching)} ${teaching.reason ?? ""}`.trim();
}

/** @param {Teaching} teaching @returns {string} */
function outcomeOf({ status, result }) {
  if (status === "failed") return "It failed.";
  if (status === "done") return "It has learned.";
  return result ? "Stopped early. This is what it had learned by then." : "Stopped before it had learned anything.";
}

/** @param {Teaching|null} teaching @returns {string} */
export function timeText(teaching) {
  if (!teaching || teaching.status === "waiting" || teaching.status === "failed") return "";
  if (teaching.status !== "training") return `It took ${duration(teaching.seconds)}.`;
  return teaching.seconds_left === null ? duration(teaching.seconds) : `${duration(teaching.seconds_left)} left`;
}

/** @param {Teaching} teaching @param {TeachState} state @returns {string} what it was taught with, where that matters */
export function taughtWith({ base, wrong_labels: wrong }, { bases }) {
  const title = bases.find(({ name }) => name === base)?.title ?? base;
  return wrong > 0 ? `${title}, ${percent(wrong)} of the labels wrong` : title;
}

/** @param {TeachState} state @returns {string} */
export function heldOutText({ people, drawings }) {
  const all = people.taught + people.held_out;
  if (!all) return "No one has sent a labeled drawing yet.";
  const total = count(drawings.taught + drawings.held_out, "drawing");
  return `Held out: ${people.held_out} of ${all} people, ${drawings.held_out.toLocaleString("en")} of ${total}.`;
}

/** @param {TeachState} state @returns {string} */
export function decisionText({ teaching, used, original }) {
  const kept = teaching?.kept_as ? ` Kept as ${teaching.kept_as}.` : "";
  if (teaching?.is_used) return `In use: phones, and pages opened from now on, draw against it.${kept}`;
  if (used !== original) return `In use: ${used}, which was taught earlier.${kept}`;
  return teaching?.result ? `Not in use: pages and phones still use the network from before.${kept}` : "";
}
