/** "Teach it our handwriting": connects the poll of /api/teach, the buttons and the views. */

import { Announcer, find, followVisibility, TextDialog } from "../core/browser.js";
import { request } from "../core/server.js";
import { ChangesView } from "../teach/changes.js";
import { TeachControls } from "../teach/controls.js";
import { CoverageView } from "../teach/coverage.js";
import { DecisionView } from "../teach/decision.js";
import { TeachFeed } from "../teach/feed.js";
import { ResultView } from "../teach/result.js";
import { caveatOf, statusText, verdictOf } from "../teach/text.js";

const START_LIMIT = 30_000; // milliseconds; the trainer may be starting
const UNREACHABLE = "The server cannot be reached. This page goes on when it is back.";

const feed = new TeachFeed();
const coverage = new CoverageView(find("[data-coverage]"));
const controls = new TeachControls(find("[data-teach-form]"));
const result = new ResultView(find("[data-result]"));
const changes = new ChangesView(find("[data-changed]"));
const decision = new DecisionView(find("[data-decision]"));
const announcer = new Announcer(find("[data-announcer]"));
let said = ""; // the last sentence for screen readers

/** @param {TeachState} state */
function show(state) {
  notify("");
  coverage.show(state);
  controls.show(state);
  result.show(state);
  changes.show(state.teaching);
  decision.show(state);
  find("[data-teach]").toggleAttribute("data-loaded", true);
  announce(state);
}

/** @param {TeachState} state */
function announce(state) {
  const { teaching } = state;
  const verdict = teaching?.result ? `${verdictOf(teaching.result)} ${caveatOf(teaching.result)}` : "";
  const sentence = `${statusText(teaching, state)} ${verdict}`.trim();
  if (sentence !== said) announcer.say(sentence);
  said = sentence;
}

/** Show an error where it is seen. @param {string} sentence "" for none */
function notify(sentence) {
  if (find("[data-notice-text]").textContent !== sentence) find("[data-notice-text]").textContent = sentence;
  find("[data-notice]").hidden = !sentence;
}

/** Returns when the page shows what came of it. @param {string} path @param {unknown} body @returns {Promise<string>} "" or an error */
async function post(path, body = {}) {
  const { status, message } = await request("POST", path, { body, limit: START_LIMIT });
  await feed.poll();
  return status >= 200 && status < 300 ? "" : message || UNREACHABLE;
}

controls.on("teach", (body) => controls.hold(async () => controls.showError(await post("/api/teach", body))));
controls.on("stop", () => controls.hold(async () => controls.showError(await post("/api/teach/stop"))));

const keepDialog = new TextDialog(find("[data-keep-dialog]"), null, () => "", (name) => post("/api/teach/keep", { name }));
decision.on("decided", (decided) => {
  if (decided === "keep") return keepDialog.open("");
  decision.hold(async () => decision.showError(await post(`/api/teach/${decided}`)));
});

feed.on("news", show);
feed.on("refused", notify);
feed.on("reachchanged", (isBack) => notify(isBack ? "" : UNREACHABLE));
feed.poll();
followVisibility(() => feed.poll(), () => feed.stop());
