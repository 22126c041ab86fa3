/** The presenter's page: connects the room's API and the views. */

import { confirmDialog, find, followVisibility, openStorage } from "../core/browser.js";
import { Poller, RoomEvents } from "../core/events.js";
import { count, percent } from "../core/format.js";
import { request } from "../core/server.js";
import { HiddenDrawings, HiddenList } from "../room/hidden_drawings.js";
import { BlockedPart, PendingPart, RoomSwitch } from "../room/moderation_views.js";
import { importInParts, importSummary, modelAlarm, RoundControls, statusSummary, WifiForm } from "../room/presenter_views.js";
import { plainButton, spotlightButton, TaskView } from "../room/tiles.js";
import { PausedList, WallFeed } from "../room/wall_feed.js";
import { SlotGrid } from "../room/wall_grid.js";
import { RoomCounts } from "../room/wall_views.js";

const FEW = 12; // drawings
const MANY = 48; // drawings after a click on "more"
const FEED_EVERY = 1_000; // milliseconds
const METRICS_EVERY = 2_000; // milliseconds
const MODERATION_EVERY = 1_000; // milliseconds
const MESSAGE_TIME = 6_000; // milliseconds
const IMPORT_TIME = 120_000; // milliseconds
const NONE_YET = find("[data-none-yet]").textContent;
const JSON_LINES = "application/x-ndjson";

const feed = new WallFeed(MANY, { every: FEED_EVERY, followsPause: false });
/** @type {Poller<Moderation>} */
const moderation = new Poller(() => "/api/room/moderation", MODERATION_EVERY, request, MODERATION_EVERY);
const events = new RoomEvents([feed.poller, moderation]);
/** @type {Poller<ServerMetrics>} */
const metrics = new Poller(() => "/api/status", METRICS_EVERY);
const counts = new RoomCounts(find("[data-presenter]"));
const task = new TaskView(find("[data-task-view]"));
const roundControls = new RoundControls(find(".presenter__rounds"));
const wifiForm = new WifiForm(find("[data-wifi-form]"));
const list = find("[data-newest]");
const grid = new SlotGrid(list, (tile) => [
  spotlightButton(() => change("PATCH", "/api/room", { spotlight: tile().isLit ? null : tile().drawing?.id ?? null })),
  plainButton("Hide", () => hide(tile().drawing)),
  plainButton("Block person", () => block(tile().drawing)),
]);
const pausedList = new PausedList((drawings, isFull) => {
  grid.take(drawings, isFull);
  find("[data-none-yet]").hidden = !grid.isEmpty;
  showMore();
});
const hidden = new HiddenDrawings(openStorage());
const hiddenList = new HiddenList(find("[data-hidden-part]"));
const joiningSwitch = new RoomSwitch(find("[data-joining]"), { on: "Joining closed: open it", off: "Close joining" });
const approvalSwitch = new RoomSwitch(find("[data-approval]"), { on: "Approval on: end it", off: "Approve first" });
const pendingPart = new PendingPart(find("[data-pending-part]"));
const blockedPart = new BlockedPart(find("[data-blocked-part]"));

/** @type {RoomState|null} */
let state = null;
let isPointedAt = false; // whether a mouse is over the newest drawings
let isWide = false; // whether up to MANY drawings are shown
let timer = 0;

/** Show the result of an action for a while. @param {string} sentence */
function say(sentence) {
  clearTimeout(timer);
  find("[data-answer-line]").textContent = sentence;
  timer = setTimeout(() => (find("[data-answer-line]").textContent = ""), MESSAGE_TIME);
}

/** @param {string} method @param {string} path @param {object} body @returns {Promise<boolean>} whether it succeeded */
async function change(method, path, body) {
  return reportResult(await request(method, path, { body }));
}

/** @param {Reply<unknown>} reply */
function reportResult({ status, message }) {
  const isDone = status >= 200 && status < 300;
  if (!isDone) say(message || "The server cannot be reached. Try again.");
  feed.poller.start();
  return isDone;
}

// --- the room ---

/** @param {RoomState} newest */
function showState(newest) {
  state = newest;
  counts.show(state);
  find("[data-local-only]").hidden = state.needs_code ?? Boolean(state.code);
  joiningSwitch.show(state.joining_closed);
  approvalSwitch.show(state.approval);
  task.show(state.round);
  roundControls.show(state.round);
  wifiForm.show(state.wifi ?? null);
  find("[data-pause]").setAttribute("aria-pressed", String(state.paused));
  find("[data-pause]").textContent = state.paused ? "Paused: resume" : "Pause";
  find("[data-end-spotlight]").setAttribute("aria-disabled", String(!state.spotlight));
  const cleared = state.drawings - state.on_wall;
  const kept = `The wall is empty. ${count(cleared, "cleared drawing")} remain${cleared === 1 ? "s" : ""} in the room’s data.`;
  find("[data-none-yet]").textContent = cleared ? kept : NONE_YET;
  showSpotlight();
}

/** Mark the drawing in the spotlight, which may be older than those listed. */
function showSpotlight() {
  const id = state?.spotlight ?? null;
  const drawing = id && grid.tileOf(id)?.drawing;
  grid.mark(id);
  find("[data-lit-line]").hidden = !id;
  find("[data-lit-name]").textContent = drawing ? drawing.name : "";
  find("[data-lit-drawing]").textContent = drawing ? `drawing ${drawing.number}` : "an older drawing";
}

feed.on("statechanged", showState);
feed.on("changed", ({ drawings, isFull }) => {
  pausedList.take(drawings, isFull);
  showSpotlight();
  find("[data-waiting-count]").textContent = pausedList.waiting ? `${pausedList.waiting} more when you move the pointer away` : "";
});
feed.poller.on("reachchanged", () => {
  if (!feed.poller.isReachable) say("The server cannot be reached. This page updates when it is back.");
});

roundControls.on("roundwanted", (task) => change("POST", "/api/room/rounds", task));
find("[data-pause]").addEventListener("click", () => state && change("PATCH", "/api/room", { paused: !state.paused }));
find("[data-end-spotlight]").addEventListener("click", () => {
  if (state?.spotlight) change("PATCH", "/api/room", { spotlight: null });
});
find("[data-clear-wall]").addEventListener("click", async () => {
  if (!(await confirmDialog(find("[data-clear-dialog]")))) return;
  if (await change("POST", "/api/room/clear", {})) say("The wall is empty.");
});

wifiForm.on("wifiwanted", async (wifi) => {
  if (!(await change("PUT", "/api/room/wifi", wifi))) return;
  wifiForm.settle();
  say(wifi.name ? "The wall shows this Wi-Fi." : "The wall shows no Wi-Fi.");
});

// --- the newest drawings ---

// A drawing must not change under the pointer that is about to hide it.
list.addEventListener("pointerenter", ({ pointerType }) => {
  isPointedAt = pointerType === "mouse";
  if (isPointedAt) pausedList.pause();
});
list.addEventListener("pointerleave", () => {
  isPointedAt = false;
  resume();
});
list.addEventListener("focusin", () => list.querySelector(":focus-visible") && pausedList.pause());
list.addEventListener("focusout", ({ relatedTarget }) => {
  if (!isPointedAt && !list.contains(/** @type {Node|null} */ (relatedTarget))) resume();
});

function resume() {
  pausedList.resume();
  find("[data-waiting-count]").textContent = "";
}

// Only a click changes the number of slots: drawings would move.
find("[data-more]").addEventListener("click", () => {
  isWide = !isWide;
  grid.resize(isWide ? Math.min(Math.max(grid.known, FEW), MANY) : FEW);
  showMore();
});

function showMore() {
  find("[data-more]").hidden = !isWide && grid.known <= FEW;
  find("[data-more]").textContent = isWide ? "Show fewer" : `Show ${Math.min(grid.known, MANY) - FEW} more`;
}

/** @param {Drawing|null} drawing */
async function hide(drawing) {
  if (drawing) reportResult(await hidden.hide(drawing.id));
}

hidden.on("hidden", (drawing) => hiddenList.add(drawing));
hiddenList.on("showwanted", async (id) => {
  if (reportResult(await hidden.show(id)) || !hidden.ids.includes(id)) hiddenList.remove(id);
});

// --- moderation ---

moderation.on("news", (news) => {
  pendingPart.show(news);
  blockedPart.show(news);
});

joiningSwitch.on("wanted", async (isWanted) => {
  if (!(await change("PATCH", "/api/room", { joining_closed: isWanted }))) return;
  say(isWanted ? "No one else can join. Phones that have joined stay." : "Phones can join again.");
});
approvalSwitch.on("wanted", async (isWanted) => {
  if (!(await change("PATCH", "/api/room", { approval: isWanted }))) return;
  say(isWanted ? "New drawings wait here for you before the wall shows them." : "The wall shows new drawings at once.");
});

pendingPart.on("decided", ({ drawing, isApproved }) => moderate("PATCH", `/api/room/drawings/${drawing.id}`, { hidden: !isApproved }));
pendingPart.on("allwanted", () => moderate("POST", "/api/room/approve", {}));

/** Hide everything of the person who made a drawing, and take no more. @param {Drawing|null} drawing */
async function block(drawing) {
  if (!drawing) return;
  const path = `/api/room/participants/${drawing.participant_id}`;
  if (await moderate("PATCH", path, { blocked: true })) say(`${drawing.name} is blocked: all their drawings are hidden, and new drawings and votes are rejected.`);
}
blockedPart.on("unblockwanted", (id) => moderate("PATCH", `/api/room/participants/${id}`, { blocked: false }));

/** @param {string} method @param {string} path @param {object} body */
async function moderate(method, path, body) {
  const isDone = await change(method, path, body);
  moderation.start();
  return isDone;
}

// --- data ---

find("[data-import]").addEventListener("submit", async (event) => {
  event.preventDefault();
  /** @param {string} text */
  const put = (text) => (find("[data-import-answer]").textContent = text);
  /** @type {HTMLInputElement} */
  const field = find("[data-import-file]");
  const file = field.files?.[0];
  if (!file) return; // the field is required
  /** @param {ArrayBuffer} part @returns {Promise<Reply<ImportReport>>} */
  const send = (part) => {
    const body = new Blob([part], { type: JSON_LINES }); // browsers do not know this type
    return request("POST", "/api/room/import", { body, limit: IMPORT_TIME });
  };
  /** @type {HTMLButtonElement} */
  const button = find("[data-import] button");
  button.disabled = true; // no second import of the same file
  put("Importing…");
  /** @param {number} share */
  const showProgress = (share) => put(`Importing… ${percent(share)}`);
  const { found, message } = await importInParts(file, send, showProgress).finally(() => (button.disabled = false));
  const summary = importSummary(found);
  put(message === null ? summary : `${summary} Then the import stopped. ${message} Import the file again for the rest.`);
});

// --- start ---

metrics.on("news", (status) => {
  find("[data-server-metrics]").textContent = statusSummary(status);
  find("[data-alarm-text]").textContent = modelAlarm(status);
  find("[data-alarm]").hidden = !modelAlarm(status);
  showNotices(status.notices ?? []);
  find("[data-server-metrics]").toggleAttribute("data-overloaded", (status.rejections ?? 0) > 0);
});

/** @param {string[]} notices what endangers the room's data */
function showNotices(notices) {
  const text = notices.join(" ");
  const line = find("[data-notices]");
  if (line.textContent !== text) line.textContent = text; // an alert that is written again is read again
  line.hidden = !text;
}

grid.resize(FEW);
hidden.follow();
followVisibility(() => {
  events.start();
  metrics.start();
}, () => {
  events.stop();
  metrics.stop();
});
events.start();
metrics.start();
