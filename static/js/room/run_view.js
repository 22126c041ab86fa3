/** The lab's newest run as wall and phones see it: name, progress, curves, and the accuracy at the end. */

import { find } from "../core/browser.js";
import { percent } from "../core/format.js";
import { CurveStore } from "../lab/curve_store.js";
import { CurvesView } from "../lab/curves_view.js";
import { runName } from "../lab/spec.js";

/** @typedef {Extract<RunNews, {shown: true}>} Shown */

const ASKED = "Which accuracy will it reach on digits it has never seen?";
const NOTHING = "The training has not started yet.";

export class RunView {
  #element;
  #store = new CurveStore();
  #curves;

  /** @param {HTMLElement} element holds `[data-run-title]`, `[data-run-status]`, `[data-run-result]`, `[data-curves]` */
  constructor(element) {
    this.#element = element;
    this.#curves = new CurvesView(find("[data-curves]", element));
    this.#store.on("changed", () => this.#curves.show(this.#store.curves));
  }

  /** @param {Shown} news */
  show({ run, points, whole, guesses }) {
    const isAsking = guesses?.open ?? false;
    this.#store.take(/** @type {LabRun|null} */ (run), points, whole);
    find("[data-curves]", this.#element).hidden = isAsking || !run;
    this.#put("title", isAsking ? ASKED : run ? runName(/** @type {LabRun} */ (run)) : NOTHING);
    this.#put("status", isAsking || !run ? "" : progressText(run));
    this.#put("result", isAsking || !run ? "" : endText(run));
  }

  /** @param {string} hook @param {string} text */
  #put(hook, text) {
    const part = find(`[data-run-${hook}]`, this.#element);
    if (part.textContent !== text) part.textContent = text;
  }
}

/** @param {ShownRun} run @returns {string} "epoch 2 of 3" */
export function progressText({ status, epoch, epochs }) {
  const place = `epoch ${Math.min(epoch + 1, epochs)} of ${epochs}`;
  if (status === "waiting") return "begins…";
  if (status === "training") return place;
  return status === "paused" ? `paused, ${place}` : status;
}

/** @param {ShownRun} run @returns {string} "" while it trains */
export function endText({ status, reason, test_accuracy: accuracy }) {
  if (status === "failed") return `It failed. ${reason ?? ""}`.trim();
  return accuracy === null ? "" : `${percent(accuracy, 1)} of the test digits are right.`;
}

/** @param {Shown} news @returns {{guesses: Guesses, truth: number|null}|null} the guesses, if there were any for this run */
export function guessesIn({ run, guesses }) {
  if (!guesses) return null;
  return { guesses, truth: guesses.open ? null : (run?.test_accuracy ?? null) };
}
