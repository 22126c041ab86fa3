/** The page Inside: connects ink, server and views, and keeps its state in the address. */

import { Announcer, find, followVisibility, showAddress } from "../core/browser.js";
import { count, describe } from "../core/format.js";
import { Server, StatusLine } from "../core/server.js";
import { ModelSwitch } from "../draw/model_choice.js";
import { InkRecorder, Pad } from "../draw/pad.js";
import { PredictionView, Samples, Toolbar } from "../draw/views.js";
import { Ink } from "../ink/ink.js";
import { DrawingInput, Pixels } from "../ink/input.js";
import { InkStorage, linkState, readFragment } from "../ink/link.js";
import { InputView, PaintedPixels, SuperpositionTable } from "../inspect/input_view.js";
import { LayersView } from "../inspect/layer_view.js";
import { shrink } from "../inspect/numbers.js";
import { AttributionView, CodeView, LogitsView, ModelComparison, Tabs } from "../inspect/panels.js";
import { knownAblation, Queries, readAddress, toggled, unpackLayers, writeAddress } from "../inspect/question.js";
import { AblationBanner, nearest, UnitPicker, UnitSwitch } from "../inspect/unit_picker.js";
import { UnitView } from "../inspect/unit_view.js";

/** @import { LearningPanel } from "../inspect/learning.js" */
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
const queries = new Queries(server, [...INK_QUERIES, "code"]);

const models = new ModelSwitch(find("[data-models]"), find("[data-scores]"));
const samples = new Samples(find("[data-samples]"), find("[data-open-samples]"));
const tabs = new Tabs(find("[data-tabs]"));
const announcer = new Announcer(find("[data-announcer]"));
const prediction = new PredictionView(find("[data-answer]"), server);
const inputView = new InputView(find("[data-input-view]"), announcer);
const layersView = new LayersView(find("[data-layers-view]"), announcer);
const logits = new LogitsView(find("[data-bars]"));
const unitPicker = new UnitPicker(find("[data-unit-view]"));
const unitSwitch = new UnitSwitch(find("[data-switch-off]"));
const unitView = new UnitView(find("[data-unit-view]"));
const attributionView = new AttributionView(find("[data-attribution-view]"));
const comparison = new ModelComparison(find("[data-comparison]"));
const superposition = new SuperpositionTable(find("[data-superposition]"));
const code = new CodeView(find("[data-code]"));
const ablationBanner = new AblationBanner(find("[data-ablation]"));
new Pad(find("[data-pad]"), ink);
const recorder = new InkRecorder(find("[data-pad]"), ink);
new PaintedPixels(find("[data-painted]"), find("[data-pad]"), input);
new Toolbar(find("[data-tools]"), input);
new StatusLine(find("[data-status]"), server);

/** @type {Layer[]} of the chosen model; empty before its first answer */
let layers = [];
/** @type {LearningPanel|null} loaded when it is opened */
let learning = null;

function bitmap() {
  return state.isPlain && input.mode === "ink" ? shrink(ink.strokes) : input.bitmap;
}

/**
 * Query the chosen model with the current ablation.
 *
 * @param {QueryName} name @param {string} path @param {Object<string, string|number|null>} more
 */
function query(name, path, more = {}) {
  const { off, linear } = knownAblation(state, layers);
  const parameters = { model: models.chosen, off: [...off].join(), linear: [...linear].join(), ...more };
  queries.send(name, path, parameters, bitmap());
}

let frame = 0;
let hadInk = false;
function follow() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (state.view === "input") inputView.show(input.mode === "ink" ? ink.strokes : [], bitmap(), state.isPlain);
    if (input.isEmpty) showBlank();
    else query("inspect", "/api/inspect");
    hadInk = !input.isEmpty;
    if (!input.isEmpty && state.view === "unit") queryUnit();
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
    if (!input.isEmpty && state.view === "explanation") query("explain", "/api/explain", { against: state.against });
    if (!input.isEmpty && state.view === "comparison") compareModels();
    if (!input.isEmpty && state.view === "unit") queryLearning();
    dropOldAnswers();
    markSettled();
  }, DEBOUNCE_MS);
  markSettled();
}

function compareModels() {
  queries.send("predictAll", "/api/predict", { model: "all" }, bitmap());
  queries.send("superposition", "/api/superposition", {}, bitmap());
}

/** Set `data-settled`, for screenshots, when no update is due. */
function markSettled() {
  document.body.toggleAttribute("data-settled", !frame && !timer && queries.waiting.length === 0);
}

function queryUnit() {
  if (!layers.length) return; // queried when the layers are known
  const { choice, notice } = nearest(layers, state);
  if (notice) notify([notice]);
  Object.assign(state, choice);
  unitPicker.show(layers, choice);
  unitSwitch.show(layers.find(({ name }) => name === choice.layer) ?? layers[0], choice.unit, state.off);
  query("unit", "/api/inspect", choice);
}

function queryLearning() {
  const layer = layers.find(({ name }) => name === state.layer);
  if (!learning || !layer) return;
  learning.choose(state, layer);
  if (state.label === null) return queries.cancel("learn");
  const { label, rate, steps, unit, row, column, weight } = state;
  /** @type {Object<string, string|number|null>} */
  const traced = learning.canTrace(layer) ? { layer: layer.name, unit, row, column, input: weight } : {};
  query("learn", "/api/learn", { label, rate, steps, ...traced });
}

async function openLearning() {
  try {
    const { LearningPanel } = await import("../inspect/learning.js");
    if (learning) return;
    learning = new LearningPanel(find("[data-unit-view]"), announcer);
    learning.on("chosen", change);
    follow();
  } catch {
    notify(["This part of the page could not be loaded. Try again when the server can be reached."]);
  }
}

/** The next drawing may be another digit. */
function forgetLabel() {
  Object.assign(state, { label: null, weight: null });
}

function showBlank() {
  if (hadInk) forgetLabel();
  queries.cancel(...INK_QUERIES);
  for (const name of INK_QUERIES) clear[name](false);
}

/** An old answer beside newer ink is wrong; it may stay only while a reply is due. */
function dropOldAnswers() {
  if (!server.isDown) return;
  for (const name of queries.waiting) clear[name](server.state !== "failed");
}

/** @param {Prediction} answer */
function showPrediction(answer) {
  const text = describe(answer);
  prediction.show(text);
  announcer.say(`${text.headline}. ${text.detail}`);
}

/** @param {boolean} isWaiting whether an answer is due */
function clearPrediction(isWaiting) {
  if (isWaiting) prediction.wait();
  else prediction.clear();
  announcer.say("");
  layersView.clear(isWaiting);
  logits.clear();
}

/** @param {Inspection} answer */
function showLayers(answer) {
  if (answer.model !== models.chosen || input.isEmpty) return;
  const isFirst = layers.length === 0;
  layers = answer.layers;
  showPrediction(answer);
  if (isFirst) dropUnknownAblation();
  if (state.view === "layers") {
    layersView.show(answer.model, unpackLayers(answer.layers), state);
    logits.show(answer);
  }
  if (isFirst && (state.view === "unit" || state.off.size + state.linear.size > 0)) follow();
}

/** @param {UnitInspection} answer */
function showUnit(answer) {
  if (answer.model !== models.chosen || input.isEmpty) return;
  unitView.show(answer.unit, bitmap());
  learning?.follow(answer.unit);
  const { unit } = answer;
  const [row, column] = unit.kind === "dense" ? [null, null] : [unit.row, unit.column]; // the strongest place by default
  if (layers.length) unitPicker.show(layers, { layer: unit.layer, unit: unit.unit, row, column });
}

/** Query all predictions again where a model has been loaded meanwhile. @param {{models: Superposition[]}} answer */
function showSuperposition({ models }) {
  superposition.show(models);
  if (comparison.count < models.length) queries.send("predictAll", "/api/predict", { model: "all" }, bitmap());
}

function dropUnknownAblation() {
  const known = knownAblation(state, layers);
  const dropped = state.off.size + state.linear.size - known.off.size - known.linear.size;
  if (dropped) notify([`The link switches off ${count(dropped, "part")} that this network does not have.`]);
  Object.assign(state, { off: known.off, linear: known.linear });
  showAblation();
}

function showAblation() {
  ablationBanner.show(state, layers, models.chosen);
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
  follow();
}

function chooseModel() {
  server.model = models.chosen;
  queries.cancel(...MODEL_QUERIES);
  for (const name of MODEL_QUERIES) clear[name](!input.isEmpty && server.state !== "failed");
  layers = [];
  queries.send("code", "/api/code", { model: models.chosen }, null);
  change({ off: new Set(), linear: new Set(), weight: null });
}

/** @type {{[Name in QueryName]: (answer: InsideAnswers[Name]) => void}} */
const show = {
  inspect: showLayers,
  unit: showUnit,
  explain: (answer) => attributionView.show(answer),
  learn: (answer) => answer.model === models.chosen && learning?.show(answer),
  predictAll: ({ predictions }) => comparison.show(predictions),
  superposition: showSuperposition,
  code: (answer) => code.show(answer),
};
/** @type {Record<QueryName, (isWaiting: boolean) => void>} */
const clear = {
  inspect: clearPrediction,
  unit: (isWaiting) => unitView.clear(isWaiting),
  explain: (isWaiting) => attributionView.clear(isWaiting),
  learn: (isWaiting) => learning?.clear(isWaiting),
  predictAll: () => comparison.clear(),
  superposition: () => superposition.clear(),
  code: () => {},
};
queries.on("answered", ({ name, answer }) => {
  show[name](/** @type {never} */ (answer)); // `name` decides the type of `answer`
  markSettled();
});
queries.on("refused", ({ name, message }) => {
  clear[name](false); // an answer to older ink must not stay
  notify([message]);
  markSettled();
});

input.on("inputchanged", follow);
ink.on("strokeended", () => inkStorage.save());
ink.on("strokestarted", () => input.setMode("ink"));
tabs.on("viewchosen", (view) => change({ view }));
inputView.on("plainchosen", (isPlain) => change({ isPlain }));
layersView.on("unitchosen", (place) => change({ ...place, view: "unit" }));
layersView.on("activationswitched", (name) => change({ linear: toggled(state.linear, name) }));
unitPicker.on("chosen", change);
unitView.on("placechosen", change);
attributionView.on("againstchosen", (against) => change({ against }));
ablationBanner.on("restored", () => change({ off: new Set(), linear: new Set() }));
find("[data-open-learning]").addEventListener("click", async () => {
  await openLearning();
  learning?.scrollIntoView();
});
unitSwitch.on("switched", (unit) => change({ off: toggled(state.off, unit) }));
samples.on("sampletaken", (strokes) => {
  input.setMode("ink");
  forgetLabel();
  ink.replace(strokes);
});
window.addEventListener("hashchange", ({ newURL }) => {
  const { notice, ...content } = readFragment(new URL(newURL).hash);
  input.restore(content);
  notify([notice]);
});
server.on("statechanged", dropOldAnswers);
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
  if (state.label !== null) openLearning();
  notify(notices);
  server.check();
}

start();
