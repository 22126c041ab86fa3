/** The bar that starts, pauses and stops a training, and says how far it is. */

import { Emitter, find } from "../core/browser.js";
import { percent } from "../core/format.js";
import { duration } from "./scale.js";

/** @typedef {LabAction|"train"|"again"} Press */

const RUNNING = ["training", "paused"];
/** @type {Record<LabStatus, string>} */
const TEXTS = {
  off: "Training is not available.",
  starting: "The trainer is starting…",
  idle: "Ready to train.",
  training: "Training",
  paused: "Paused",
  failed: "The trainer has stopped.",
};

/**
 * @param {LabStatus} status @param {LabRun|null} run @param {boolean} isValid whether the configuration works
 * @returns {Set<Press>} what acts now
 */
export function actionsOf(status, run, isValid) {
  /** @type {Set<Press>} */
  const actions = new Set();
  const isFree = ["idle", "starting", "failed"].includes(status) && run?.status !== "waiting";
  if (isFree && isValid) actions.add("train").add("step").add("epoch"); // the last two start a run that pauses
  if (isFree && run) actions.add("again");
  if (status === "training") actions.add("pause");
  if (status === "paused") actions.add("resume").add("step");
  if (RUNNING.includes(status)) actions.add("epoch").add("stop");
  return actions;
}

/** @extends {Emitter<{pressed: Press}>} */
export class TrainingBar extends Emitter {
  #element;
  /** @type {HTMLElement[]} */
  #buttons;
  /** @type {Set<Press>} */
  #actions = new Set();
  #isBusy = false; // whether a press waits for its answer

  /** @param {HTMLElement} element holds a button with `data-press` for each action */
  constructor(element) {
    super();
    this.#element = element;
    this.#buttons = [...element.querySelectorAll("[data-press]")].map((button) => /** @type {HTMLElement} */ (button));
    for (const button of this.#buttons) button.addEventListener("click", () => this.#press(button));
  }

  /** Take no press while a request is sent. @param {() => Promise<void>} send */
  async hold(send) {
    this.#isBusy = true;
    await send();
    this.#isBusy = false;
  }

  /** @param {LabStatus} status @param {LabRun|null} run @param {boolean} isValid */
  show(status, run, isValid) {
    this.#actions = actionsOf(status, run, isValid);
    this.#toggle(status === "paused");
    for (const button of this.#buttons) setDisabled(button, !this.#actions.has(nameOf(button)));
    this.#element.dataset.status = status;
    this.#put("status-text", statusText(status, run));
    this.#put("time", run ? timeText(status, run) : "");
    const share = run && run.steps > 0 ? run.step / run.steps : 0;
    const progress = find("[data-progress]", this.#element);
    progress.style.setProperty("--share", share.toFixed(4));
    progress.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  /** One button pauses and resumes. @param {boolean} isPaused */
  #toggle(isPaused) {
    const toggle = find("[data-toggle]", this.#element);
    toggle.dataset.press = isPaused ? "resume" : "pause";
    if (toggle.textContent !== toggle.dataset[toggle.dataset.press]) toggle.textContent = toggle.dataset[toggle.dataset.press] ?? "";
  }

  /** @param {HTMLElement} button */
  #press(button) {
    if (!this.#isBusy && this.#actions.has(nameOf(button))) this.emit("pressed", nameOf(button));
  }

  /** @param {string} hook @param {string} text */
  #put(hook, text) {
    const element = find(`[data-${hook}]`, this.#element);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** @param {HTMLElement} button @returns {Press} */
function nameOf(button) {
  return /** @type {Press} */ (button.dataset.press);
}

/** @param {HTMLElement} button @param {boolean} isDisabled */
function setDisabled(button, isDisabled) {
  button.setAttribute("aria-disabled", String(isDisabled));
}

/** @param {LabStatus} status @param {LabRun|null} run @returns {string} such as "Training, epoch 2 of 3" */
export function statusText(status, run) {
  if (run?.status === "waiting") return `Run ${run.id} begins…`;
  if (!run || !RUNNING.includes(status)) return run && status === "idle" ? endText(run) : TEXTS[status];
  return `${TEXTS[status]}, epoch ${Math.min(run.epoch + 1, run.epochs)} of ${run.epochs}`;
}

/** @param {LabRun} run @returns {string} how it ended */
function endText({ status, reason, id, val_accuracy: accuracy }) {
  if (status === "failed") return `Run ${id} failed. ${reason ?? ""}`.trim();
  const reached = accuracy === null ? "" : `: ${percent(accuracy, 1)} of the validation digits are right`;
  if (status === "done") return `Run ${id} is done${reached}.`;
  return status === "stopped" ? `Run ${id} was stopped${reached}.` : TEXTS.idle;
}

/** @param {LabStatus} status @param {LabRun} run */
function timeText(status, { seconds, seconds_left: left, step, steps }) {
  const done = `step ${step.toLocaleString("en")} of ${steps.toLocaleString("en")}, ${duration(seconds)}`;
  return status === "training" && left !== null ? `${done}, ${duration(left)} left` : done;
}

/**
 * What screen readers say of a run: its start, each epoch, its end.
 *
 * @param {LabStatus} status @param {LabRun|null} run @returns {string}
 */
export function milestone(status, run) {
  if (!run || run.status === "waiting") return statusText(status, run);
  if (status === "paused") return `Paused in epoch ${Math.min(run.epoch + 1, run.epochs)}.`;
  if (status !== "training") return statusText(status, run);
  if (run.epoch === 0) return `Run ${run.id}, ${run.title}, is training.`;
  return `Epoch ${run.epoch} of ${run.epochs} is done: validation accuracy ${percent(run.val_accuracy, 1)}.`;
}
