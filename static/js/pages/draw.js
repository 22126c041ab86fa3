/** The page to draw on: connects stores, server and views. */

import { Announcer, find, followVisibility, showAddress } from "../core/browser.js";
import { Server, StatusLine } from "../core/server.js";
import { LivePrediction } from "../draw/live_prediction.js";
import { ModelSwitch } from "../draw/model_choice.js";
import { InkRecorder, Pad } from "../draw/pad.js";
import { InputModeButton, PixelGrid } from "../draw/pixel_grid.js";
import { Bars, BitmapView, PredictionView, Samples, Toolbar } from "../draw/views.js";
import { Ink } from "../ink/ink.js";
import { DrawingInput, Pixels } from "../ink/input.js";
import { fragmentOf, InkStorage, linkState, readFragment } from "../ink/link.js";

const DEBOUNCE_MS = 300;

const ink = new Ink();
const pixels = new Pixels();
const input = new DrawingInput(ink, pixels);
const server = new Server();
const models = new ModelSwitch(find("[data-models]"), find("[data-scores]"));
const samples = new Samples(find("[data-samples]"), find("[data-open-samples]"));
const livePrediction = new LivePrediction(input, server, () => models.chosen, {
  prediction: new PredictionView(find("[data-answer]"), server),
  bars: new Bars(find("[data-bars]")),
  bitmap: new BitmapView(find("[data-bitmap]")),
  announcer: new Announcer(find("[data-announcer]")),
});

new Pad(find("[data-pad]"), ink);
const recorder = new InkRecorder(find("[data-pad]"), ink);
const grid = new PixelGrid(find("[data-grid]"), pixels);
new InputModeButton(find("[data-surface]"), find("[data-toggle-pixels]"), input, grid);
new Toolbar(find("[data-tools]"), input);
new StatusLine(find("[data-status]"), server);

const address = new URL(location.href);

function rememberModel() {
  if (models.isDefault) address.searchParams.delete("model");
  else address.searchParams.set("model", models.chosen);
  showAddress(address);
  server.model = models.chosen;
  livePrediction.update();
}

const inkStorage = new InkStorage(input, () => {
  address.hash = fragmentOf(input.content);
  showAddress(address);
});

let timer = 0;
function saveSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => inkStorage.save(), DEBOUNCE_MS);
}

/** @param {ReturnType<typeof readFragment>} link @param {string} problem with the rest of the link, or "" */
function openLink({ notice, ...content }, problem = "") {
  input.restore(content);
  showLinkNotice([problem, notice].filter(Boolean).join(" "));
}

/** @param {string} text "" hides the notice */
function showLinkNotice(text) {
  find("[data-link-notice]").textContent = text;
  find("[data-link-notice]").hidden = !text;
}

input.on("inputchanged", saveSoon);
ink.on("strokeended", () => inkStorage.save());
input.on("inputchanged", () => showLinkNotice("")); // the link is no longer what is shown
samples.on("sampletaken", (strokes) => {
  input.setMode("ink");
  ink.replace(strokes);
});
models.on("modelchosen", rememberModel);
server.on("modelstatus", () => models.follow(server.models));
models.on("modelreplaced", (message) => {
  find("[data-notice]").textContent = message;
  find("[data-notice]").hidden = false;
});
window.addEventListener("hashchange", ({ newURL }) => openLink(readFragment(new URL(newURL).hash)));
followVisibility(() => server.check());

linkState(input, models);
openLink(inkStorage.newest(), models.choose(address.searchParams.get("model")));
saveSoon();
recorder.replay(input);
server.check();
