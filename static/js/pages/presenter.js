/** The presenter's page: puts the room's API and the views together, and does nothing else. */

import { ask, followVisibility, openStorage } from "../core/browser.js";
import { Poller, RoomEvents } from "../core/events.js";
import { importWords, machineWords } from "../core/format.js";
import { request } from "../core/http.js";
import { HiddenList, HiddenDrawings } from "../room/hidden_drawings.js";
import { importInParts, RoundControls } from "../room/presenter_views.js";
import { plainButton, Task } from "../room/tiles.js";
import { PausedList, WallFeed } from "../room/wall_feed.js";
import { SlotGrid } from "../room/wall_grid.js";
import { Counts } from "../room/wall_views.js";

const FEW = 12; // drawings in view
const MANY = 48; // drawings in view where more are asked for: what may have to be hidden is not always the newest
const FEED_EVERY = 1_000; // milliseconds
const MACHINE_EVERY = 2_000; // milliseconds
const ANSWER_TIME = 6_000; // milliseconds for which a sentence stays
const IMPORT_TIME = 120_000; // milliseconds
const JSON_LINES = "application/x-ndjson";

const find = (hook) => document.querySelector(hook);

const feed = new WallFeed(MANY, { every: FEED_EVERY, followsPause: false });
const events = new RoomEvents([feed.poller]);
const machine = new Poller(() => "/api/status", MACHINE_EVERY);
const counts = new Counts(find("[data-presenter]"));
const task = new Task(find("[data-task-view]"));
const starter = new RoundControls(find(".presenter__rounds"));
const list = find("[data-newest]");
const grid = new SlotGrid(list, (tile) => [
  plainButton("Spotlight", () => change("PATCH", "/api/room", { spotlight: tile().drawing.id })),
  plainButton("Hide", async () => isDoneBy(await hidden.hide(tile().drawing.id))),
]);
const held = new PausedList((drawings, isFull) => {
  grid.take(drawings, isFull);
  find("[data-none-yet]").hidden = !grid.isEmpty;
  showMore();
});
const hidden = new HiddenDrawings(openStorage());
const hiddenList = new HiddenList(find("[data-hidden-part]"));

let state = null;
let isPointedAt = false; // whether a mouse is over the newest drawings
let isWide = false; // whether more than a few of the newest drawings are in view
let timer = 0;

/** Say what came of a press, for a while. */
function say(sentence) {
  clearTimeout(timer);
  find("[data-answer-line]").textContent = sentence;
  timer = setTimeout(() => (find("[data-answer-line]").textContent = ""), ANSWER_TIME);
}

/** @returns {Promise<boolean>} whether the server did it; if not, it is said why */
async function change(method, path, body) {
  return isDoneBy(await request(method, path, { body }));
}

function isDoneBy({ status, message }) {
  const isDone = status >= 200 && status < 300;
  if (!isDone) say(message ? `Not done: ${message}.` : "Not done: the server cannot be reached now.");
  feed.poller.wake();
  return isDone;
}

// --- the room ---

function showState(newest) {
  state = newest;
  counts.show(state);
  find("[data-alone]").hidden = Boolean(state.code);
  task.show(state.round);
  starter.show(state.round);
  find("[data-pause]").setAttribute("aria-pressed", String(state.paused));
  find("[data-pause]").textContent = state.paused ? "Paused: go on" : "Pause";
  find("[data-end-spotlight]").setAttribute("aria-disabled", String(!state.spotlight));
}

feed.addEventListener("statechanged", ({ detail }) => showState(detail));
feed.addEventListener("changed", ({ detail: { drawings, isFull } }) => {
  held.take(drawings, isFull);
  find("[data-held]").textContent = held.waiting ? `${held.waiting} more when you point elsewhere` : "";
});
feed.poller.addEventListener("reachchanged", () => {
  if (!feed.poller.isReachable) say("The server cannot be reached. This page goes on by itself when it is back.");
});

starter.addEventListener("roundwanted", ({ detail }) => change("POST", "/api/room/rounds", detail));
find("[data-pause]").addEventListener("click", () => state && change("PATCH", "/api/room", { paused: !state.paused }));
find("[data-end-spotlight]").addEventListener("click", () => state?.spotlight && change("PATCH", "/api/room", { spotlight: null }));
find("[data-clear-wall]").addEventListener("click", async () => {
  if (!(await ask(find("[data-clear-dialog]")))) return;
  if (await change("POST", "/api/room/clear", {})) say("The wall is empty.");
});

// --- the newest drawings ---

/** A drawing must not change under the mouse that is about to hide it, nor between its press and the click. */
list.addEventListener("pointerenter", ({ pointerType }) => {
  isPointedAt = pointerType === "mouse";
  if (isPointedAt) held.hold();
});
list.addEventListener("pointerleave", () => {
  isPointedAt = false;
  letGo();
});
list.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && held.hold());
list.addEventListener("focusout", ({ relatedTarget }) => isPointedAt || list.contains(relatedTarget) || letGo());

function letGo() {
  held.release();
  find("[data-held]").textContent = "";
}

/** Only a press changes the number of places: drawings would change theirs. */
find("[data-more]").addEventListener("click", () => {
  isWide = !isWide;
  grid.resize(isWide ? Math.min(Math.max(grid.known, FEW), MANY) : FEW);
  showMore();
});

function showMore() {
  find("[data-more]").hidden = !isWide && grid.known <= FEW;
  find("[data-more]").textContent = isWide ? "Show fewer" : `Show ${Math.min(grid.known, MANY) - FEW} more`;
}

hidden.addEventListener("hidden", ({ detail: drawing }) => hiddenList.add(drawing));
hiddenList.addEventListener("showwanted", async ({ detail: id }) => {
  if (isDoneBy(await hidden.show(id)) || !hidden.ids.includes(id)) hiddenList.remove(id);
});

// --- data ---

find("[data-import]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const put = (text) => (find("[data-import-answer]").textContent = text);
  const [file] = find("[data-import-file]").files;
  const send = (part) => {
    const body = new Blob([part], { type: JSON_LINES }); // browsers do not know the type of such a file
    return request("POST", "/api/room/import", { body, limit: IMPORT_TIME });
  };
  const button = find("[data-import] button");
  button.disabled = true; // a second import of the same file would only find what the first has brought
  put("Importing …");
  const tell = (share) => put(`Importing … ${Math.round(100 * share)} %`);
  const { found, message } = await importInParts(file, send, tell).finally(() => (button.disabled = false));
  put(message === null ? importWords(found) : `${importWords(found)}; then it ended: ${message}. Import the file again for the rest.`);
});

// --- start ---

machine.addEventListener("news", ({ detail }) => {
  find("[data-machine]").textContent = machineWords(detail);
  find("[data-machine]").toggleAttribute("data-strained", detail.rejections > 0);
});
grid.resize(FEW);
hidden.follow();
followVisibility(() => {
  events.wake();
  machine.wake();
}, () => {
  events.rest();
  machine.rest();
});
events.wake();
machine.wake();
