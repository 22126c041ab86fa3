/** Teach a network the room's handwriting: connects the server's state with the views. */

import { BASE_PATH, element, find, followVisibility, TextDialog } from "../core/browser.js";
import { Poller } from "../core/events.js";
import { request } from "../core/server.js";
import { splitText, statusText } from "../lab/teach_text.js";
import { CoverageView, ResultView, showText } from "../lab/teach_views.js";

const POLL_EVERY = 1_000; // milliseconds
const START_LIMIT = 30_000; // milliseconds; the trainer may be starting
const UNREACHABLE = "The server cannot be reached. This page goes on when it is back.";

const root = find("[data-teach]");
const coverage = new CoverageView(find("[data-coverage]"));
const result = new ResultView(find("[data-result]"));
/** @type {HTMLSelectElement} */
const base = find("[data-base]");
/** @type {HTMLSelectElement} */
const wrong = find("[data-wrong]");
/** @type {Poller<TeachState>} */
const poller = new Poller(() => "/api/teach", POLL_EVERY);

let canStart = false;
let isBusy = false; // a press is being answered

/** @param {TeachState} state */
function show(state) {
  const { teaching, can_train: canTrain, reason } = state;
  const isActive = teaching?.status === "waiting" || teaching?.status === "training";
  coverage.show(state.coverage);
  showText(root, "[data-missing]", state.missing);
  showText(root, "[data-warning]", state.warning);
  find("[data-split]").textContent = splitText(state);
  showBases(state);
  showText(root, "[data-problem]", canTrain ? state.problem : reason);
  canStart = canTrain && !state.problem && !isActive;
  find("[data-start]").setAttribute("aria-disabled", String(!canStart));
  find("[data-stop]").hidden = teaching?.status !== "training";
  showProgress(teaching, isActive);
  result.show(teaching);
  showUse(state);
  root.toggleAttribute("data-loaded", true);
}

/** @param {TeachState} state */
function showBases({ bases, base: first }) {
  const names = bases.map(({ name }) => name);
  if (names.join() === [...base.options].map(({ value }) => value).join()) return;
  const chosen = base.value || first;
  base.replaceChildren(...bases.map(({ name, title }) => element("option", { value: name }, `${name}: ${title}`)));
  base.value = names.includes(chosen) ? chosen : first;
}

/** @param {Teaching|null} teaching @param {boolean} isActive */
function showProgress(teaching, isActive) {
  const text = teaching ? statusText(teaching) : "";
  const status = find("[data-status-text]");
  if (status.textContent !== text) status.textContent = text;
  const track = find("[data-progress]");
  track.hidden = !isActive;
  const share = teaching?.share_done ?? 0;
  track.style.setProperty("--share", share.toFixed(3));
  track.setAttribute("aria-valuenow", String(Math.round(share * 100)));
}

/** @param {TeachState} state */
function showUse({ teaching, used, original }) {
  const model = teaching?.model ?? null;
  find("[data-use]").hidden = !model || teaching?.is_used === true;
  const back = find("[data-back]");
  back.hidden = used === original;
  back.textContent = `Go back to ${original}`;
  find("[data-keep]").hidden = !model || teaching?.is_kept === true;
  const draw = find("[data-draw]");
  draw.hidden = !model;
  if (model) draw.setAttribute("href", `${BASE_PATH}/?model=${encodeURIComponent(model)}`);
  const kept = teaching?.is_kept ? " It is kept." : "";
  find("[data-used]").textContent = used === original ? `${original} is in use.${kept}` : `The room now draws against ${used}.${kept}`;
}

/** @param {string} sentence */
function showError(sentence) {
  find("[data-error]").textContent = sentence;
}

/** @param {string} path @param {object} body */
async function press(path, body = {}) {
  if (isBusy) return;
  isBusy = true;
  showError("");
  /** @type {Reply<TeachState>} */
  const { status, body: state, message } = await request("POST", `/api/teach${path}`, { body, limit: START_LIMIT });
  isBusy = false;
  if (status >= 200 && status < 300) show(state);
  else showError(message || UNREACHABLE);
  poller.start();
}

find("[data-teach-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  if (canStart) press("", { base: base.value, wrong_labels: Number(wrong.value) });
});
for (const action of ["stop", "use", "back"]) find(`[data-${action}]`).addEventListener("click", () => press(`/${action}`));
const keepDialog = new TextDialog(find("[data-keep-dialog]"), null, () => "", async (name) => {
  const { status, message } = await request("POST", "/api/teach/keep", { body: { name } });
  poller.start();
  return status === 201 ? "" : message || UNREACHABLE;
});
find("[data-keep]").addEventListener("click", () => keepDialog.open("our-room"));

poller.on("news", show);
poller.on("refused", ({ message }) => showText(document.body, "[data-notice]", message || UNREACHABLE));
poller.on("reachchanged", () => showText(document.body, "[data-notice]", poller.isReachable ? "" : UNREACHABLE));
followVisibility(() => poller.start(), () => poller.stop());
poller.start();
