/** The page Inside: puts ink, server and views together, keeps its state in the address, does nothing else. */

import { Announcer, followVisibility, showAddress } from "../core/browser.js";
import { describe } from "../core/format.js";
import { Server, Status } from "../core/server.js";
import { ModelSwitch } from "../draw/model_choice.js";
import { Pad, Pen } from "../draw/pad.js";
import { Samples, Toolbar, PredictionView } from "../draw/views.js";
import { Ink } from "../ink/ink.js";
import { Pixels, Sheet } from "../ink/input.js";
import { carryOver, readFragment } from "../ink/link.js";
import { InputView, Halves } from "../inspect/input_view.js";
import { Layers } from "../inspect/layer_view.js";
import { shrink } from "../inspect/numbers.js";
import { PaintedPixels } from "../inspect/palette.js";
import { Code, Ladder, Logits, Tabs, AttributionView } from "../inspect/panels.js";
import { knownSwitches, Questions, readAddress, toggled, unpackLayers, writeAddress } from "../inspect/question.js";
import { AblationBanner, UnitPicker, nearest, SwitchOff } from "../inspect/unit_picker.js";
import { Unit } from "../inspect/unit_view.js";

const REST = 150; // milliseconds without a change after which slow questions are asked and the address is written

const find = (hook) => document.querySelector(hook);
const state = readAddress(location.search, location.hash);
const ink = new Ink();
const pixels = new Pixels();
const sheet = new Sheet(ink, pixels);
const server = new Server();
const ABOUT_INK = ["look", "unit", "why", "all", "halves"]; // questions that need ink
const ABOUT_MODEL = ["look", "unit", "why"]; // of them, those that one model answers
const questions = new Questions(server, [...ABOUT_INK, "code"]);

const models = new ModelSwitch(find("[data-models]"), find("[data-scores]"));
const samples = new Samples(find("[data-samples]"), find("[data-open-samples]"));
const tabs = new Tabs(find("[data-tabs]"));
const announcer = new Announcer(find("[data-announcer]"));
const winner = new PredictionView(find("[data-answer]"));
const gets = new InputView(find("[data-gets]"), announcer);
const layersView = new Layers(find("[data-layers-view]"), announcer);
const logits = new Logits(find("[data-bars]"));
const choice = new UnitPicker(find("[data-unit-view]"));
const switchOff = new SwitchOff(find("[data-switch-off]"));
const unitView = new Unit(find("[data-unit-view]"));
const why = new AttributionView(find("[data-why]"));
const ladder = new Ladder(find("[data-ladder]"));
const halvesView = new Halves(find("[data-halves]"));
const code = new Code(find("[data-code]"));
const broken = new AblationBanner(find("[data-broken]"));
new Pad(find("[data-pad]"), ink);
new Pen(find("[data-pad]"), ink);
new PaintedPixels(find("[data-painted]"), find("[data-pad]"), sheet);
new Toolbar(find("[data-tools]"), sheet);
new Status(find("[data-status]"), server);

let layers = []; // of the model shown, as its last answer had them

function bitmap() {
  return state.isPlain && sheet.side === "ink" ? shrink(ink.strokes) : sheet.bitmap;
}

/** Ask about the model shown, as it is broken now. */
function ask(name, path, more = {}) {
  const { off, linear } = knownSwitches(state, layers);
  const query = { model: models.chosen, off: [...off].join(), linear: [...linear].join(), ...more };
  questions.ask(name, path, query, bitmap());
}

let frame = 0;
function follow() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (state.view === "gets") gets.show(sheet.side === "ink" ? ink.strokes : [], bitmap(), state.isPlain);
    if (sheet.isEmpty) showBlank();
    else ask("look", "/api/inspect");
    if (!sheet.isEmpty && state.view === "unit") askUnit();
    dropOldAnswers();
    tellWhetherSettled();
  });
  rest();
}

let timer = 0;
function rest() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = 0;
    remember();
    if (!sheet.isEmpty && state.view === "why") ask("why", "/api/explain", { against: state.against });
    if (!sheet.isEmpty && state.view === "ladder") askLadder();
    dropOldAnswers();
    tellWhetherSettled();
  }, REST);
  tellWhetherSettled();
}

function askLadder() {
  questions.ask("all", "/api/predict", { model: "all" }, bitmap());
  questions.ask("halves", "/api/halves", {}, bitmap());
}

/** Whoever waits for this page, such as a script that takes pictures of it, can see that no more is to come. */
function tellWhetherSettled() {
  document.body.toggleAttribute("data-settled", !frame && !timer && questions.waiting.length === 0);
}

function askUnit() {
  if (!layers.length) return; // asked as soon as the layers are known
  const { choice: near, notice } = nearest(layers, state);
  if (notice) notify([notice]);
  Object.assign(state, near);
  choice.show(layers, near);
  switchOff.show(layers.find(({ name }) => name === near.layer), near.unit, state.off);
  ask("unit", "/api/inspect", near);
}

function showBlank() {
  questions.forget(...ABOUT_INK);
  ABOUT_INK.forEach((name) => clear[name](false));
}

/** An old answer beside newer ink would be wrong; it is fine for the moment that an answer takes. */
function dropOldAnswers() {
  if (!["waking", "unreachable"].includes(server.state)) return;
  questions.waiting.forEach((name) => clear[name]?.(true));
}

function showAnswer(answer) {
  const words = describe(answer);
  winner.show(words);
  announcer.say(`${words.headline}. ${words.detail}`);
}

function clearAnswer(isWaiting) {
  if (isWaiting) winner.wait();
  else winner.clear();
  announcer.say("");
  layersView.clear(isWaiting);
  logits.clear();
}

function showLayers(answer) {
  if (answer.model !== models.chosen || sheet.isEmpty) return;
  const isFirst = layers.length === 0;
  layers = answer.layers;
  showAnswer(answer);
  if (isFirst) dropUnknownSwitches();
  if (state.view === "layers") {
    layersView.show(answer.model, unpackLayers(answer.layers), state);
    logits.show(answer);
  }
  if (isFirst && (state.view === "unit" || state.off.size + state.linear.size > 0)) follow();
}

function showUnit(answer) {
  if (answer.model !== models.chosen || sheet.isEmpty) return;
  unitView.show(answer.unit, bitmap());
  const { row = null, column = null } = answer.unit; // the strongest place, where none was chosen
  if (layers.length) choice.show(layers, { ...state, row, column });
}

/** Networks that were still being loaded when all were asked can answer by now. */
function showHalvesOfAll({ halves }) {
  halvesView.show(halves);
  if (ladder.count < halves.length) questions.ask("all", "/api/predict", { model: "all" }, bitmap());
}

function dropUnknownSwitches() {
  const known = knownSwitches(state, layers);
  const dropped = state.off.size + state.linear.size - known.off.size - known.linear.size;
  if (dropped) notify([`The address switches off ${dropped} that this network does not have.`]);
  Object.assign(state, { off: known.off, linear: known.linear });
  showBroken();
}

function showBroken() {
  broken.show(state, layers, models.chosen);
}

function notify(sentences) {
  find("[data-notice]").hidden = sentences.length === 0;
  find("[data-notice]").textContent = sentences.join(" ");
}

function remember() {
  const model = models.isDefault ? null : models.chosen;
  showAddress(location.pathname + writeAddress({ ...state, ...sheet.content, model }));
}

function change(changes) {
  Object.assign(state, changes);
  notify([]);
  tabs.show(state.view);
  showBroken();
  follow();
}

function chooseModel() {
  server.model = models.chosen;
  questions.forget(...ABOUT_MODEL);
  ABOUT_MODEL.forEach((name) => clear[name](!sheet.isEmpty));
  layers = [];
  questions.ask("code", "/api/code", { model: models.chosen }, null);
  change({ off: new Set(), linear: new Set() });
}

const show = {
  look: showLayers,
  unit: showUnit,
  why: (answer) => why.show(answer),
  all: ({ predictions }) => ladder.show(predictions),
  halves: showHalvesOfAll,
  code: (answer) => code.show(answer),
};
const clear = {
  look: clearAnswer,
  unit: (isWaiting) => unitView.clear(isWaiting),
  why: (isWaiting) => why.clear(isWaiting),
  all: () => ladder.clear(),
  halves: () => halvesView.clear(),
};
questions.addEventListener("answered", ({ detail: { name, answer } }) => {
  show[name](answer);
  tellWhetherSettled();
});
questions.addEventListener("refused", ({ detail: { name, sentence } }) => {
  clear[name]?.(false); // an answer to older ink must not stand beside the refusal
  notify([sentence]);
  tellWhetherSettled();
});

sheet.addEventListener("sheetchanged", follow);
ink.addEventListener("strokestarted", () => sheet.setMode("ink"));
tabs.addEventListener("viewchosen", ({ detail: view }) => change({ view }));
find("[data-gets]").addEventListener("plainchosen", ({ detail: isPlain }) => change({ isPlain }));
layersView.addEventListener("unitchosen", ({ detail }) => change({ ...detail, view: "unit" }));
layersView.addEventListener("activationswitched", ({ detail }) => change({ linear: toggled(state.linear, detail) }));
choice.addEventListener("chosen", ({ detail }) => change(detail));
unitView.addEventListener("placechosen", ({ detail }) => change(detail));
why.addEventListener("againstchosen", ({ detail: against }) => change({ against }));
broken.addEventListener("restored", () => change({ off: new Set(), linear: new Set() }));
switchOff.addEventListener("switched", ({ detail }) => change({ off: toggled(state.off, detail) }));
samples.addEventListener("sampletaken", ({ detail: strokes }) => {
  sheet.setMode("ink");
  ink.replace(strokes);
});
window.addEventListener("hashchange", ({ newURL }) => sheet.restore(readFragment(new URL(newURL).hash)));
server.addEventListener("statechanged", dropOldAnswers);
server.addEventListener("modelsseen", () => models.follow(server.models));
models.addEventListener("modelreplaced", ({ detail }) => notify([detail]));
followVisibility(() => server.check(), () => {});

function start() {
  const { off, linear, notices, model } = state;
  models.choose(model);
  if (model !== null && models.chosen !== model) notices.push(`There is no model ${model.slice(0, 40)}; here is ${models.chosen}.`);
  sheet.restore(state);
  carryOver(sheet, models);
  models.addEventListener("modelchosen", chooseModel);
  chooseModel();
  change({ off, linear });
  notify(notices);
  server.check();
}

start();
