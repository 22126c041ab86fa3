/** The lab: connects the form, the trainer's news and the views. */

import { Announcer, confirmDialog, CopyButton, find, followVisibility, openStorage, TextDialog } from "../core/browser.js";
import { request } from "../core/server.js";
import { BroadcastControls } from "../lab/broadcast.js";
import { actionsOf, milestone, TrainingBar } from "../lab/controls.js";
import { CurveStore } from "../lab/curve_store.js";
import { CurvesView } from "../lab/curves_view.js";
import { LabFeed, viewsIn } from "../lab/feed.js";
import { NetworkView } from "../lab/network_view.js";
import { RunsTable } from "../lab/runs_table.js";
import { runName } from "../lab/spec.js";
import { SpecCheck } from "../lab/spec_check.js";
import { SpecForm } from "../lab/spec_form.js";
import { RunQueue, StoriesView } from "../lab/stories.js";
import { GradientsView, PinnedView, setFilled, WeightsView } from "../lab/watch_views.js";
import { ConfusionMatrix } from "../room/score_views.js";

/** @import { Press } from "../lab/controls.js" */

const SPEC_KEY = "inkwise.lab"; // of the configuration in the tab's storage
const NARROW = "(max-width: 899px)";
const RETRY_MS = 3_000; // until the first state is asked for again
const REVEAL_MS = 2_000; // until the page is shown without its network
const START_LIMIT = 30_000; // milliseconds; the trainer may be starting
const UNREACHABLE = "The server cannot be reached. This page goes on when it is back.";

const storage = openStorage("sessionStorage");
const feed = new LabFeed();
const check = new SpecCheck();
const curves = new CurveStore();
const queue = new RunQueue();
const bar = new TrainingBar(find("[data-bar]"));
/** @type {HTMLElement|null} only in the presenter's browser */
const broadcastElement = document.querySelector("[data-broadcast]");
const broadcast = broadcastElement && new BroadcastControls(broadcastElement);
const network = new NetworkView(find("[data-network]"));
const curvesView = new CurvesView(find("[data-curves]"));
const runsTable = new RunsTable(find("[data-runs]"));
const announcer = new Announcer(find("[data-announcer]"));
const matrix = new ConfusionMatrix(find("[data-matrix]"));
const copyButton = new CopyButton(find("[data-copy]"), find("[data-lines]"), find("[data-copied]"));
const views = {
  weights: new WeightsView(find("[data-weights]")),
  pinned: new PinnedView(find("[data-pinned]")),
  gradients: new GradientsView(find("[data-gradients]")),
};

/** @type {LabState} the newest state; its run may be older than `run` */
let state;
/** @type {SpecForm} */
let form;
/** @type {StoriesView} */
let stories;
/** @type {LabStatus} */
let status = "off";
/** @type {LabRun|null} */
let run = null;
let said = ""; // the last milestone
let isReachable = true;

// --- what the server answers ---

/** Show an error where it is seen. @param {string} sentence "" for none */
function notify(sentence) {
  find("[data-notice-text]").textContent = sentence;
  find("[data-notice]").hidden = !sentence;
}

/** @param {Reply<unknown>} reply @returns {string} "" or an error */
function errorOf({ status, message }) {
  return status >= 200 && status < 300 ? "" : message || UNREACHABLE;
}

/** @param {LabEvent & {isComplete: boolean}} news */
function takeNews(news) {
  const isNewRun = news.run?.id !== run?.id;
  run = news.run;
  takeStatus(news);
  curves.take(run, news.points ?? [], news.isComplete);
  if (isNewRun) schedule({ weights: null, pinned: null, confusion: null, gradients: null });
  schedule(viewsIn(news));
  queue.follow(run);
  if (news.room) broadcast?.show(news.room, run);
  showStatus();
}

/** Without a reason, a trainer that is off starts with the next run. @param {{status: LabStatus, reason: string|null}} newest */
function takeStatus({ status: newest, reason }) {
  status = newest === "off" && !reason ? "idle" : newest;
  state.reason = reason;
}

/** @param {LabState} newest */
function takeState(newest) {
  state = newest;
  curves.keepOnly(state.runs);
  broadcast?.show(state.room, state.run);
  showRuns();
}

let frame = 0;
/** @type {Partial<LabViews>} what has changed since the last frame */
let due = {};

/** Show the newest of each view in the next frame. @param {Partial<LabViews>} changes */
function schedule(changes) {
  Object.assign(due, changes);
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    const { confusion, ...others } = due;
    due = {};
    if (confusion !== undefined) setFilled(find("[data-confusion]"), confusion !== null);
    if (confusion) matrix.show(confusion);
    for (const name of /** @type {(keyof typeof views)[]} */ (Object.keys(others))) views[name].show(/** @type {any} */ (others[name]));
  });
}

// --- status and runs ---

function showStatus() {
  bar.show(status, run, check.isValid);
  stories.allow(actionsOf(status, run, true).has("train"));
  const isDown = status === "off" || status === "failed";
  notify(!isReachable ? UNREACHABLE : isDown ? (state.reason ?? "") : "");
  find("[data-restart]").hidden = status !== "failed";
  const sentence = milestone(status, run);
  if (sentence !== said) announcer.say(sentence);
  said = sentence;
}

function showRuns() {
  const known = state.runs.map((each) => (each.id === run?.id ? { ...each, ...run } : each));
  runsTable.show(known, curves.hues);
}

curves.on("changed", () => {
  curvesView.show(curves.curves);
  if (state) showRuns();
});

// --- the configuration ---

/** @param {LabSpec} spec */
function takeSpec(spec) {
  storage.setItem(SPEC_KEY, JSON.stringify(spec));
  check.check(spec);
}

/** Show the page once it is filled, so that nothing moves. */
function reveal() {
  find("[data-lab]").toggleAttribute("data-loaded", true);
}

check.on("pending", () => {
  network.wait();
  showStatus();
});
check.on("checked", (answer) => {
  find("[data-spec-error]").textContent = "";
  form.warn(answer.warnings);
  form.markInvalid("");
  network.show(answer);
  if (find("[data-lines]").textContent !== answer.code) copyButton.clear();
  find("[data-lines]").textContent = answer.code;
  showStatus();
  reveal();
});
check.on("refused", ({ message, field }) => {
  form.warn([]);
  form.markInvalid(field);
  find("[data-spec-error]").textContent = message;
  showStatus();
  reveal();
});

/** @returns {LabSpec|null} the configuration of this tab */
function storedSpec() {
  try {
    return JSON.parse(storage.getItem(SPEC_KEY) ?? "null");
  } catch {
    return null;
  }
}

// --- training ---

/** @param {LabSpec} spec @param {string} [title] @returns {Promise<boolean>} whether it trains */
async function train(spec, title) {
  /** @type {Reply<LabRun>} */
  const reply = await request("POST", "/api/lab/runs", { body: { spec, title }, limit: START_LIMIT });
  const error = errorOf(reply);
  if (error) showError(error);
  else queue.started(reply.body.id);
  feed.refresh();
  return !error;
}

/** @param {string} sentence */
function showError(sentence) {
  find("[data-bar-error]").textContent = sentence;
}

/** @param {Press} press */
async function act(press) {
  showError("");
  if (press === "train" || press === "again") queue.stop();
  if (press === "stop") queue.stop();
  stories.progress(queue.text);
  if (press === "train") await train(form.spec);
  else if (press === "again") await train(/** @type {LabRun} */ (run).spec);
  else await control(press);
}

/** @param {LabAction} action */
async function control(action) {
  showError(errorOf(await request("POST", "/api/lab/control", { body: { action } })));
  feed.refresh();
}

broadcast?.on("wanted", async (wanted) => {
  showError(errorOf(await request("PATCH", "/api/lab/room", { body: wanted })));
  feed.refresh();
});
bar.on("pressed", (press) => bar.hold(() => act(press)));
queue.on("due", async (next) => {
  stories.progress(queue.text);
  if (!next) return;
  form.load(next.spec);
  takeSpec(form.spec);
  if (!(await train(next.spec, next.title))) queue.stop();
});
find("[data-restart]").addEventListener("click", openTrainer);

async function openTrainer() {
  showError(errorOf(await request("POST", "/api/lab/open", { body: {}, limit: START_LIMIT })));
  feed.refresh();
}

// --- runs ---

/** @type {LabRun|null} the run that a dialog is about */
let chosen = null;
const keepDialog = new TextDialog(find("[data-keep-dialog]"), null, () => "", async (name) => {
  const error = errorOf(await request("POST", `/api/lab/runs/${chosen?.id}/keep`, { body: { name } }));
  if (!error) feed.refresh();
  return error;
});
runsTable.on("keepwanted", (wanted) => {
  chosen = wanted;
  find("[data-keep-run]").textContent = runName(wanted);
  keepDialog.open("");
});
runsTable.on("discardwanted", async (wanted) => {
  find("[data-discard-run]").textContent = runName(wanted);
  if (!(await confirmDialog(find("[data-discard-dialog]")))) return;
  showRunError(errorOf(await request("DELETE", `/api/lab/runs/${wanted.id}`)));
  feed.refresh();
});
runsTable.on("overlaid", async (wanted) => showRunError(await curves.toggle(wanted)));

/** @param {string} sentence */
function showRunError(sentence) {
  find("[data-runs-error]").textContent = sentence;
}

// --- start ---

/** @param {LabStory} story */
function chooseStory({ runs: [first] }) {
  form.load(first.spec);
  takeSpec(form.spec);
  find("[data-story-banner]").scrollIntoView({ block: "nearest" });
  find("[data-run-all]").focus({ preventScroll: true });
}

async function start() {
  /** @type {Reply<LabState>} */
  const reply = await request("GET", "/api/lab");
  const error = errorOf(reply);
  if (error) {
    notify(error);
    setTimeout(start, RETRY_MS);
    return;
  }
  open(reply.body);
}

/** @param {LabState} first */
function open(first) {
  state = first;
  run = state.run;
  takeStatus(state);
  form = new SpecForm(find("[data-spec-form]"), state);
  stories = new StoriesView(find("[data-stories]"), find("[data-story-banner]"), state.stories);
  stories.on("storychosen", chooseStory);
  stories.on("runswanted", ({ runs }) => actionsOf(status, run, true).has("train") && queue.start(runs));
  stories.on("closed", () => queue.stop());
  form.on("specchanged", takeSpec);
  const { title, ...counts } = state.data;
  const [trained, validated, tested] = [counts.train, counts.validation, counts.test].map((number) => number.toLocaleString("en"));
  find("[data-data]").textContent = `${title}: ${trained} digits to train with, ${validated} to validate, ${tested} to test`;
  if (matchMedia(NARROW).matches) find("[data-settings]").removeAttribute("open");
  form.load(storedSpec() ?? run?.spec ?? startingSpec());
  check.check(form.spec, 0);
  showStatus();
  showRuns();
  setTimeout(reveal, REVEAL_MS); // also where the check of the configuration gets no answer
  feed.on("news", takeNews);
  feed.on("state", takeState);
  feed.on("reachchanged", (isBack) => {
    isReachable = isBack;
    showStatus();
  });
  feed.start();
  openTrainer();
  followVisibility(() => feed.refresh());
}

/** @returns {LabSpec} the tutorial's network */
function startingSpec() {
  return (state.presets.find(({ name }) => name === "deep") ?? state.presets[0]).spec;
}

start();
