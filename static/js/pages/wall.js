/** The wall: connects the feed and the views. */

import { find, followVisibility, keepScreenOn, keyOf, openStorage } from "../core/browser.js";
import { Poller, RoomEvents, RunFeed, showLazily } from "../core/events.js";
import { taskOf } from "../core/format.js";
import { lazyImport, request } from "../core/server.js";
import { HiddenDrawings } from "../room/hidden_drawings.js";
import { growButton, TaskView } from "../room/tiles.js";
import { WallFeed } from "../room/wall_feed.js";
import { placesFor, SlotGrid } from "../room/wall_grid.js";
import { Spotlight, WallSide } from "../room/wall_views.js";

const NEWEST = 60; // drawings to fetch; more than are shown, so that a larger wall is full
const SCORES_EVERY = 3_000; // milliseconds
const RETRY = 1_000; // milliseconds after which a failed drawing is fetched again

const feed = new WallFeed(NEWEST);
/** @type {Poller<Scoreboard>} */
const scores = new Poller(() => "/api/room/scoreboard?only=wall", SCORES_EVERY, request, SCORES_EVERY);
const runFeed = new RunFeed();
const events = new RoomEvents([feed.poller, scores, runFeed]);
const list = find("[data-tiles]");
const grid = new SlotGrid(list, (tile) => [growButton(() => choose(tile().drawing?.id ?? null))]);
const side = new WallSide(find("[data-wall]"));
const task = new TaskView(find("[data-task-view]"));
const spotlight = new Spotlight(find("[data-spotlight]"));
const hidden = new HiddenDrawings(openStorage());

/** @type {string|null} id in the room's spotlight */
let shared = null;
/** @type {string|null} id in the spotlight of this screen alone, without the presenter's rights */
let own = null;
let timer = 0;

// --- the wall ---

function fit() {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const { columns, rows } = placesFor(list.clientWidth, list.clientHeight, rem);
  list.style.setProperty("--columns", String(columns));
  list.style.setProperty("--rows", String(rows));
  grid.resize(columns * rows);
}

/** @param {RoomState} state */
function showState(state) {
  side.showState(state);
  if (task.show(state.round)) announce(taskOf(state.round));
  document.title = `Inkwise: ${taskOf(state.round).headline}`;
  if (state.spotlight === shared) return;
  shared = state.spotlight;
  own = null;
  showSpotlight(shared);
}

/** Announce rounds and errors, not every drawing. @param {{headline: string, hint: string}} text */
function announce({ headline, hint }) {
  find("[data-announcer]").textContent = `${headline}. ${hint}`;
}

feed.on("statechanged", showState);
feed.on("changed", ({ drawings, isFull }) => {
  grid.take(drawings, isFull);
  find("[data-wall]").toggleAttribute("data-empty", grid.isEmpty);
  const lit = own ?? shared;
  if (drawings.some(({ id }) => id === lit)) showSpotlight(lit);
});
feed.poller.on("reachchanged", () => side.showReach(feed.poller.isReachable));
scores.on("news", (news) => side.showScores(news));
new ResizeObserver(fit).observe(list);

// --- the spotlight ---

// Only in the presenter's browser.
/** @type {HTMLElement|null} */
const hideButton = document.querySelector("[data-hide]");
/** @type {HTMLElement|null} */
const hideProblem = document.querySelector("[data-hide-problem]");

/** @param {string|null} id of the drawing in the spotlight */
async function showSpotlight(id) {
  clearTimeout(timer);
  hideProblem?.replaceChildren();
  if (!id) return spotlight.hide();
  /** @type {Reply<Drawing>} */
  const { status, body } = await request("GET", `/api/room/drawings/${id}`);
  if (id !== (own ?? shared)) return; // changed meanwhile
  if (status === 404) return spotlight.hide();
  if (status === 200) return spotlight.show(body, grid.tileOf(id)?.element.getBoundingClientRect());
  clearTimeout(timer);
  timer = setTimeout(() => showSpotlight(own ?? shared), RETRY);
}

/** Set the spotlight: the presenter's for all screens, others' for their own. @param {string|null} id */
async function choose(id) {
  const { status } = await request("PATCH", "/api/room", { body: { spotlight: id } });
  if (status === 200) {
    own = null;
    if (id === shared) showSpotlight(shared); // the room's state does not change
    return feed.poller.start();
  }
  own = id;
  return showSpotlight(id ?? shared);
}

hideButton?.addEventListener("click", async () => {
  const id = own ?? shared;
  if (!id) return;
  const { status, message } = await hidden.hide(id);
  if (status === 200) return feed.poller.start();
  find("[data-hide-problem]").textContent = `Not hidden. ${message || "The server cannot be reached."}`;
});
find("[data-close]").addEventListener("click", () => choose(null));
document.addEventListener("keydown", (event) => keyOf(event) === "Escape" && spotlight.isOpen && choose(null));

// --- the lab ---

events.on("run", (news) => runFeed.take(news));
const importWallRun = lazyImport(new URL("../room/wall_run.js", import.meta.url), () => import("../room/wall_run.js"));
showLazily(runFeed, async () => {
  const { WallRun } = await importWallRun();
  return new WallRun(find("[data-run]"));
});

// --- start ---

followVisibility(() => events.start(), () => events.poll()); // a hidden window may be shown again at any time
keepScreenOn();
fit();
events.start();
