/** What the server reports to the presenter, in words: its state, an import, the burst of the pre-flight check. */

import { count } from "./words.js";

const MINUTE = 60; // seconds
const HOUR = 3600; // seconds
const TOLD = 3; // problems of an import that are told in full

/** @param {object} status of GET /api/status @returns {string} "up 12 min · 31.0 predictions a second · ..." */
export function machineWords(status) {
  const { loading = 0, failed = 0 } = status.models ?? {};
  const parts = [
    ["uptime_s", (value) => `up ${duration(value)}`],
    ["predictions_per_second", (value) => `${value.toFixed(1)} predictions a second`],
    ["p95_ms", (value) => `95 % within ${value < 10 ? value.toFixed(1) : Math.round(value)} ms`],
    ["queue", (value) => `${value} waiting`],
    ["refusals", (value) => `${value} sent away in the last minute`],
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
  const told = problems.slice(0, TOLD).map(({ line, reason }) => `line ${line}: ${reason}`);
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
