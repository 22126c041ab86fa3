/** The page Inside: connects ink, server and views, and keeps its state in the address. */

import { Announcer, find, followVisibility, showAddress } from "../core/browser.js";
import { count, describe } from "../core/format.js";
import { NOT_LOADED } from "../core/lazy.js";
import { Server, StatusLine } from "../core/server.js";
import { ModelSwitch } from "../draw/model_choice.js";
import { InkRecorder, Pad } from "../draw/pad.js";
import { PredictionView, Samples, Toolbar } from "../draw/views.js";
import { Ink } from "../ink/ink.js";
import { DrawingInput, Pixels } from "../ink/input.js";
import { InkStorage, linkState, readFragment } from "../ink/link.js";
import { shrink } from "../ink/shrink.js";
import { AblationBanner, knownAblation } from "../inspect/ablation.js";
import { InputView, PaintedPixels } from "../inspect/input_view.js";
import { LazyTabs } from "../inspect/lazy_tabs.js";
import { CodeView, Tabs } from "../inspect/panels.js";
import { Queries, readAddress, writeAddress } from "../inspect/question.js";

/** @import { InsidePage } from "../inspect/panels.js" */
/** @import { QueryName } from "../inspect/question.js" */

const DEBOUNCE_MS = 150; // for slow queries and the address

const state = readAddress(location.search, location.hash);
const ink = new Ink();
const pixels = new Pixels();
const input = new DrawingInput(ink, pixels);
const server = new Server();
/** @type {QueryName[]} */
const MODEL_QUERIES = ["inspect", "unit", "explain", "learn"]; // of one model and the ink
/** @type {QueryName[]} */
const INK_QUERIES = [...MODEL_QUERIES, "predictAll", "superposition"];
const queries = new Queries(server, [...INK_QUERIES, "code"], () => {
  return { model: models.chosen, ablation: knownAblation(state, page.layers), bitmap: bitmap() };
});

const models = new ModelSwitch(find("[data-models]"), find("[data-scores]"));
const samples = new Samples(find("[data-samples]"), find("[data-open-samples]"));
const tabs = new Tabs(find("[data-tabs]"));
const announcer = new Announcer(find("[data-announcer]"));
const prediction = new PredictionView(find("[data-answer]"), server);
const inputView = new InputView(find("[data-input-view]"), announcer);
const code = new CodeView(find("[data-code]"));
const ablationBanner = new AblationBanner(find("[data-ablation]"));
new Pad(find("[data-pad]"), ink);
const recorder = new InkRecorder(find("[data-pad]"), ink);
new PaintedPixels(find("[data-painted]"), find("[data-pad]"), input);
new Toolbar(find("[data-tools]"), input);
new StatusLine(find("[data-status]"), server);
/** @type {InsidePage} */
const page = { state, layers: [], bitmap, queries, announcer };
const lazyTabs = new LazyTabs(page);

function bitmap() {
  return state.isPlain && input.mode === "ink" ? shrink(ink.strokes) : input.bitmap;
}

let frame = 0;
let hadInk = false;
function follow() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (state.view === "input") inputView.show(input.mode === "ink" ? ink.strokes : [], bitmap(), state.isPlain);
    if (input.isEmpty) showBlank();
    else queries.ask("inspect", "/api/inspect");
    hadInk = !input.isEmpty;
    if (!input.isEmpty) lazyTabs.follow(state.view);
    dropOldAnswers();
    markSettled();
  });
  debounce();
}

let timer = 0;
function debounce() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = 0;
    inkStorage.save();
    if (!input.isEmpty) lazyTabs.followSlowly(state.view);
    dropOldAnswers();
    markSettled();
  }, DEBOUNCE_MS);
  markSettled();
}

/** Set `data-settled`, for screenshots, when no update is due. */
function markSettled() {
  document.body.toggleAttribute("data-settled", !frame && !timer && !lazyTabs.isLoading && queries.waiting.length === 0);
}

/** The next drawing may be another digit. */
function forgetLabel() {
  Object.assign(state, { label: null, weight: null });
}

function showBlank() {
  if (hadInk) forgetLabel();
  queries.cancel(...INK_QUERIES);
  for (const name of INK_QUERIES) clear(name, false);
}

/** An old answer beside newer ink is wrong; it may stay only while a reply is due. */
function dropOldAnswers() {
  if (!server.isDown) return;
  for (const name of queries.waiting) clear(name, server.state !== "failed");
}

/** @param {Prediction} answer */
function showPrediction(answer) {
  const text = describe(answer);
  prediction.show(text);
  announcer.say(`${text.headline}. ${text.detail}`);
}

/** @param {QueryName} name @param {boolean} isWaiting whether an answer is due */
function clear(name, isWaiting) {
  if (name === "inspect") clearPrediction(isWaiting);
  lazyTabs.clear(name, isWaiting);
}

/** @param {boolean} isWaiting */
function clearPrediction(isWaiting) {
  if (isWaiting) prediction.wait();
  else prediction.clear();
  announcer.say("");
}

/** @param {Inspection} answer */
function takeLayers(answer) {
  const isFirst = page.layers.length === 0;
  page.layers = answer.layers;
  showPrediction(answer);
  if (!isFirst) return;
  dropUnknownAblation();
  if (state.view === "unit" || state.off.size + state.linear.size > 0) follow();
}

function dropUnknownAblation() {
  const known = knownAblation(state, page.layers);
  const dropped = state.off.size + state.linear.size - known.off.size - known.linear.size;
  if (dropped) notify([`The link switches off ${count(dropped, "part")} that this network does not have.`]);
  Object.assign(state, { off: known.off, linear: known.linear });
  showAblation();
}

function showAblation() {
  ablationBanner.show(state, page.layers, models.chosen);
}

/** @param {string[]} sentences */
function notify(sentences) {
  const text = sentences.filter(Boolean).join(" ");
  find("[data-notice]").hidden = !text;
  find("[data-notice]").textContent = text;
}

function writeState() {
  const model = models.isDefault ? null : models.chosen;
  showAddress(location.pathname + writeAddress({ ...state, ...input.content, model }));
}
const inkStorage = new InkStorage(input, writeState);

/** @param {Partial<InsideState>} changes */
function change(changes) {
  if ("layer" in changes && changes.layer !== state.layer) state.weight = null; // a number among those of another layer
  Object.assign(state, changes);
  notify([]);
  tabs.show(state.view);
  showAblation();
  lazyTabs.open(state.view, !input.isEmpty);
  follow();
}

function chooseModel() {
  server.model = models.chosen;
  queries.cancel(...MODEL_QUERIES);
  for (const name of MODEL_QUERIES) clear(name, !input.isEmpty && server.state !== "failed");
  page.layers = [];
  queries.send("code", "/api/code", { model: models.chosen }, null);
  change({ off: new Set(), linear: new Set(), weight: null });
}

queries.on("answered", (news) => {
  const { name, answer } = news;
  const isOutdated = input.isEmpty || ("model" in answer && answer.model !== models.chosen);
  if (name === "code") code.show(answer);
  else if (!isOutdated) {
    if (name === "inspect") takeLayers(answer);
    lazyTabs.show(news);
  }
  markSettled();
});
queries.on("refused", ({ name, message }) => {
  clear(name, false); // an answer to older ink must not stay
  notify([message]);
  markSettled();
});

input.on("inputchanged", follow);
ink.on("strokeended", () => inkStorage.save());
ink.on("strokestarted", () => input.setMode("ink"));
ink.on("inkreplaced", () => input.returnToPixels()); // a stray tap, or undo of the first stroke over a link's pixels
tabs.on("viewchosen", (view) => change({ view }));
inputView.on("plainchosen", (isPlain) => change({ isPlain }));
lazyTabs.on("chosen", (changes) => {
  change(changes);
  if (changes.view) find(`#tab-${changes.view}`).focus(); // what had the focus is hidden
});
lazyTabs.on("opened", () => {
  if (find("[data-notice]").textContent === NOT_LOADED) notify([]);
  follow();
});
lazyTabs.on("noticed", (sentence) => {
  notify([sentence]);
  markSettled();
});
ablationBanner.on("restored", () => change({ off: new Set(), linear: new Set() }));
samples.on("sampletaken", (strokes) => {
  input.setMode("ink");
  forgetLabel();
  ink.replace(strokes);
});
window.addEventListener("hashchange", ({ newURL }) => {
  const { notice, ...content } = readFragment(new URL(newURL).hash);
  if (content.strokes || content.bitmap) forgetLabel();
  input.restore(content);
  notify([notice]);
});
server.on("statechanged", () => {
  dropOldAnswers();
  if (server.state === "ready") lazyTabs.open(state.view, !input.isEmpty); // where it could not be loaded before
});
server.on("modelstatus", () => models.follow(server.models));
models.on("modelreplaced", (message) => notify([message]));
followVisibility(() => server.check());

function start() {
  const { off, linear, weight, notices, model } = state;
  notices.push(models.choose(model));
  input.restore(inkStorage.newest());
  recorder.replay(input);
  linkState(input, models);
  models.on("modelchosen", chooseModel);
  chooseModel();
  change({ off, linear, weight });
  notify(notices);
  server.check();
}

start();
