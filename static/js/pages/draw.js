/** The page on which one draws: puts stores, server and views together, and does nothing else. */

import { Announcer, followVisibility, showAddress } from "../core/browser.js";
import { Server, Status } from "../core/server.js";
import { LivePrediction } from "../draw/live_prediction.js";
import { ModelSwitch } from "../draw/model_choice.js";
import { Pad, Pen } from "../draw/pad.js";
import { Grid, InputModeButton } from "../draw/pixel_grid.js";
import { Bars, BitmapView, Samples, Toolbar, PredictionView } from "../draw/views.js";
import { Ink } from "../ink/ink.js";
import { Pixels, Sheet } from "../ink/input.js";
import { carryOver, fragmentOf, readFragment } from "../ink/link.js";

const REST = 300; // milliseconds without a change after which the ink is written into the address

const find = (hook) => document.querySelector(hook);

const ink = new Ink();
const pixels = new Pixels();
const sheet = new Sheet(ink, pixels);
const server = new Server();
const models = new ModelSwitch(find("[data-models]"), find("[data-scores]"));
const samples = new Samples(find("[data-samples]"), find("[data-open-samples]"));
const reading = new LivePrediction(sheet, server, () => models.chosen, {
  winner: new PredictionView(find("[data-answer]")),
  bars: new Bars(find("[data-bars]")),
  bitmap: new BitmapView(find("[data-bitmap]")),
  announcer: new Announcer(find("[data-announcer]")),
});

new Pad(find("[data-pad]"), ink);
new Pen(find("[data-pad]"), ink);
new InputModeButton(find("[data-surface]"), find("[data-turn]"), sheet, new Grid(find("[data-grid]"), pixels));
new Toolbar(find("[data-tools]"), sheet);
new Status(find("[data-status]"), server);

const address = new URL(location); // what is to stand in the address bar

function rememberModel() {
  if (models.isDefault) address.searchParams.delete("model");
  else address.searchParams.set("model", models.chosen);
  showAddress(address);
  server.model = models.chosen;
  reading.read();
}

let timer = 0;
function rememberInk() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    address.hash = fragmentOf(sheet.content);
    showAddress(address);
  }, REST);
}

sheet.addEventListener("sheetchanged", rememberInk);
samples.addEventListener("sampletaken", ({ detail: strokes }) => {
  sheet.setMode("ink");
  ink.replace(strokes);
});
models.addEventListener("modelchosen", rememberModel);
server.addEventListener("modelsseen", () => models.follow(server.models));
models.addEventListener("modelreplaced", ({ detail }) => {
  find("[data-notice]").textContent = detail;
  find("[data-notice]").hidden = false;
});
window.addEventListener("hashchange", ({ newURL }) => sheet.restore(readFragment(new URL(newURL).hash)));
followVisibility(() => server.check(), () => {});

carryOver(sheet, models);
models.choose(new URLSearchParams(location.search).get("model"));
sheet.restore(readFragment(location.hash));
server.check();
