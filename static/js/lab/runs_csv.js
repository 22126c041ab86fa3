/** Runs as comma-separated values. Knows no DOM. */

import { runName } from "./spec.js";

const HEADS = [
  "run", "validation accuracy", "validation loss", "test accuracy", "this room's digits read right", "this room's digits", "accuracy", "loss",
  "parameters", "seconds", "status", "spec",
];

/** @param {LabRun[]} runs @returns {string} a table with one line for each run, as RFC 4180 has it */
export function csvOf(runs) {
  const rows = runs.map((run) => [
    runName(run), run.val_accuracy, run.val_loss, run.test_accuracy, run.room_score?.right, run.room_score?.count, run.accuracy, run.loss,
    run.parameters, run.seconds, run.status, JSON.stringify(run.spec),
  ]);
  return [HEADS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** @param {string|number|null} [value] */
function cell(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
