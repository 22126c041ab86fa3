/** The lab: connects the form, the trainer's news and the views. */

import { Announcer, find, followVisibility } from "../core/browser.js";
import { LazyPart, loadAfterInput, NOT_LOADED } from "../core/lazy.js";
import { lazyImport } from "../core/server.js";
import { BroadcastControls } from "../lab/broadcast.js";
import { changeBroadcast, controlRun, errorOf, fetchMnist, fetchState, startRun, startTrainer, UNREACHABLE } from "../lab/commands.js";
import { actionsOf, milestone, TrainingBar } from "../lab/controls.js";
import { CurveStore } from "../lab/curve_store.js";
import { CurvesView } from "../lab/curves_view.js";
import { LabFeed, viewsIn } from "../lab/feed.js";
import { RunViews } from "../lab/run_views.js";
import { RunsSection } from "../lab/runs_section.js";
import { SpecPanel } from "../lab/spec_panel.js";
import { RunQueue, StoriesView } from "../lab/stories.js";
import { DataText, MnistFetchView } from "../lab/training_data.js";

/** @import { NewRun } from "../lab/commands.js" */
/** @import { Press } from "../lab/controls.js" */

const NARROW = "(max-width: 899px)";
const RETRY_MS = 3_000; // until the first state is asked for again
const REVEAL_MS = 2_000; // until the page is shown without its network

const feed = new LabFeed();
const curves = new CurveStore();
const queue = new RunQueue();
const bar = new TrainingBar(find("[data-bar]"));
/** @type {HTMLElement|null} only in the presenter's browser */
const broadcastElement = document.querySelector("[data-broadcast]");
const broadcast = broadcastElement && new BroadcastControls(broadcastElement);
const views = new RunViews();
const curvesView = new CurvesView(find("[data-curves]"));
const fetchView = new MnistFetchView(find("[data-fetch]"));
const announcer = new Announcer(find("[data-announcer]"));
const dataText = new DataText(find("[data-data]"), announcer);
const runsSection = new RunsSection(find("[data-runs]"), curves);

/** @type {LabState} the newest state; its run may be older than `run` */
let state;
/** @type {SpecPanel} */
let panel;
/** @type {StoriesView} */
let stories;
/** @type {LabStatus} */
let status = "off";
/** @type {LabRun|null} */
let run = null;
let said = ""; // the last milestone
let isReachable = true;

// --- what the server answers ---

/** @param {string} hook of a place for an error @param {string} sentence "" for none */
function showError(hook, sentence) {
  find(`[data-${hook}]`).textContent = sentence;
}

/** Show an error where it is seen. @param {string} sentence "" for none */
function notify(sentence) {
  showError("notice-text", sentence);
  find("[data-notice]").hidden = !sentence;
}

/** @param {LabEvent & {isComplete: boolean}} news */
function takeNews(news) {
  const isNewRun = news.run?.id !== run?.id;
  run = news.run;
  takeStatus(news);
  fetchView.show(news.fetch);
  curves.take(run, news.points ?? [], news.isComplete);
  if (isNewRun) views.clear();
  views.show(viewsIn(news));
  queue.follow(run);
  if (news.room) broadcast?.show(news.room, run);
  showStatus();
}

/** Show a run before the first event of it, so that a second press does not start another. @param {LabRun} started */
function takeStarted(started) {
  queue.started(started.id);
  if (run?.id === started.id) return queue.follow(run); // an event came before the answer, and knows more
  const newest = started.status === "training" ? "training" : status;
  takeNews({ status: newest, reason: state.reason, fetch: state.fetch, run: started, isComplete: false });
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
  views.expectPinned(state.pinned);
  showRuns();
  showData();
}

function showData() {
  if (dataText.show(state.data)) panel.limit(state.limits);
  fetchView.show(state.fetch);
}

function showRuns() {
  return runsSection.show(state.runs.map((each) => (each.id === run?.id ? { ...each, ...run } : each)));
}

function showStatus() {
  bar.show(status, run, panel.isValid);
  stories.allow(canStart());
  const isDown = status === "off" || status === "failed";
  notify(!isReachable ? UNREACHABLE : isDown ? (state.reason ?? "") : "");
  find("[data-restart]").hidden = status !== "failed";
  const sentence = milestone(status, run);
  if (sentence !== said) announcer.say(sentence);
  said = sentence;
}

function canStart() {
  return actionsOf(status, run, true).has("train");
}

curves.on("changed", () => {
  curvesView.show(curves.curves);
  if (state) showRuns();
});

// --- training ---

/** @param {NewRun} wanted @returns {Promise<boolean>} whether it trains */
async function train(wanted) {
  const { error, run: started } = await startRun(wanted);
  if (started) takeStarted(started);
  else showError("bar-error", error);
  feed.refresh();
  return !error;
}

/** @param {Press} press */
async function act(press) {
  showError("bar-error", "");
  const isStart = canStart() && press !== "again";
  if (isStart || press === "again" || press === "stop") queue.stop();
  stories.progress(queue.text);
  if (press === "again") await train({ spec: /** @type {LabRun} */ (run).spec });
  else if (press === "train") await train({ spec: panel.spec });
  else if (isStart && (press === "step" || press === "epoch")) await train({ spec: panel.spec, pause_after: press });
  else await control(press);
}

/** @param {LabAction} action */
async function control(action) {
  showError("bar-error", await controlRun(action));
  feed.refresh();
}

broadcast?.on("wanted", async (wanted) => {
  showError("bar-error", await changeBroadcast(wanted));
  feed.refresh();
});
bar.on("pressed", (press) => bar.hold(() => act(press)));
queue.on("due", async (next) => {
  stories.progress(queue.text);
  if (!next) return;
  panel.load(next.spec);
  if (!(await train({ spec: next.spec, title: next.title }))) queue.stop();
});
find("[data-restart]").addEventListener("click", () => openTrainer().then(() => feed.refresh()));

fetchView.on("wanted", async () => {
  fetchView.fail(await fetchMnist());
  feed.refresh();
});

async function openTrainer() {
  showError("bar-error", await startTrainer());
}

// --- runs and pinned digits ---

runsSection.on("changed", () => feed.refresh());

const importPinDialog = lazyImport(new URL("../lab/pin_dialog.js", import.meta.url), () => import("../lab/pin_dialog.js"));
const pinDialog = new LazyPart(importPinDialog, ({ PinDialog }) => {
  const dialog = new PinDialog(find("[data-pins-dialog]"));
  dialog.on("pinned", (pinned) => {
    state.pinned = pinned;
    views.pin(pinned, run);
  });
  return dialog;
});
find("[data-open-pins]").addEventListener("click", async () => {
  const dialog = await pinDialog.open();
  showError("bar-error", dialog ? "" : NOT_LOADED);
  dialog?.open();
});

// --- start ---

/** Show the page once it is filled, so that nothing moves. */
function reveal() {
  find("[data-lab]").toggleAttribute("data-loaded", true);
}

/** @param {LabStory} story */
function chooseStory({ runs: [first] }) {
  panel.load(first.spec);
  find("[data-story-banner]").scrollIntoView({ block: "nearest" });
  find("[data-run-all]").focus({ preventScroll: true });
}

async function start() {
  const reply = await fetchState();
  const error = errorOf(reply);
  if (!error) return open(reply.body);
  notify(error);
  setTimeout(start, RETRY_MS);
}

/** @param {LabState} first */
function open(first) {
  state = first;
  run = state.run;
  takeStatus(state);
  panel = new SpecPanel(state);
  panel.on("pending", showStatus);
  panel.on("checked", async () => {
    showStatus();
    await filled;
    reveal();
  });
  stories = new StoriesView(find("[data-stories]"), find("[data-story-banner]"), state.stories);
  stories.on("storychosen", chooseStory);
  stories.on("runswanted", ({ runs }) => canStart() && queue.start(runs));
  stories.on("closed", () => queue.stop());
  showData();
  if (matchMedia(NARROW).matches) find("[data-settings]").removeAttribute("open");
  views.expectPinned(state.pinned);
  showStatus();
  const filled = showRuns();
  setTimeout(reveal, REVEAL_MS); // also where the check of the configuration gets no answer
  feed.on("news", takeNews);
  feed.on("state", takeState);
  feed.on("reachchanged", (isBack) => {
    isReachable = isBack;
    showStatus();
  });
  feed.start(state);
  openTrainer();
  followVisibility(() => feed.refresh());
}

loadAfterInput([runsSection.load, pinDialog.load, views.load]);
start();
