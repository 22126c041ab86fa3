/** The wall: puts the feed and the views together, and does nothing else. */

import { followVisibility, openStorage, keepScreenOn } from "../core/browser.js";
import { Poller, RoomEvents } from "../core/events.js";
import { taskOf } from "../core/format.js";
import { request } from "../core/http.js";
import { HiddenDrawings } from "../room/hidden_drawings.js";
import { growButton, Task } from "../room/tiles.js";
import { WallFeed } from "../room/wall_feed.js";
import { placesFor, SlotGrid } from "../room/wall_grid.js";
import { Spotlight, WallSide } from "../room/wall_views.js";

const NEWEST = 60; // drawings to know, so that a wall that gets larger can fill itself
const SCORES_EVERY = 3_000; // milliseconds
const LIGHT_AGAIN = 1_000; // milliseconds after which a drawing that did not come is asked for again

const find = (hook) => document.querySelector(hook);

const feed = new WallFeed(NEWEST);
const scores = new Poller(() => "/api/room/scoreboard", SCORES_EVERY, request, SCORES_EVERY);
const events = new RoomEvents([feed.poller, scores]);
const list = find("[data-tiles]");
const grid = new SlotGrid(list, (tile) => [growButton(() => choose(tile().drawing.id))]);
const side = new WallSide(find("[data-wall]"));
const task = new Task(find("[data-task-view]"));
const spotlight = new Spotlight(find("[data-spotlight]"));
const hidden = new HiddenDrawings(openStorage());

let shared = null; // the id in the room's spotlight
let own = null; // the id in the spotlight of this screen alone, where the browser is not the presenter's
let lightTimer = 0;

// --- the wall ---

function fit() {
  const { columns, rows } = placesFor(list.clientWidth, list.clientHeight);
  list.style.setProperty("--columns", columns);
  list.style.setProperty("--rows", rows);
  grid.resize(columns * rows);
}

function showState(state) {
  side.showState(state);
  if (task.show(state.round)) say(taskOf(state.round));
  document.title = `Inkwise: ${taskOf(state.round).headline}`;
  if (state.spotlight === shared) return;
  shared = state.spotlight;
  own = null;
  light(shared);
}

/** A calm live region: rounds and the spotlight are told, not every drawing. */
function say({ headline, hint }) {
  find("[data-announcer]").textContent = `${headline}. ${hint}`;
}

feed.addEventListener("statechanged", ({ detail: state }) => showState(state));
feed.addEventListener("changed", ({ detail: { drawings, isFull } }) => {
  grid.take(drawings, isFull);
  find("[data-wall]").toggleAttribute("data-empty", grid.isEmpty);
  const lit = own ?? shared;
  if (drawings.some(({ id }) => id === lit)) light(lit);
});
feed.poller.addEventListener("reachchanged", () => side.showReach(feed.poller.isReachable));
scores.addEventListener("news", ({ detail }) => side.showScores(detail));
new ResizeObserver(fit).observe(list);

// --- the spotlight ---

async function light(id) {
  clearTimeout(lightTimer);
  if (!id) return spotlight.hide();
  const { status, body } = await request("GET", `/api/room/drawings/${id}`);
  if (id !== (own ?? shared)) return; // another one meanwhile
  if (status === 404) return spotlight.hide();
  if (status === 200) return spotlight.show(body, grid.tileOf(id)?.element.getBoundingClientRect());
  clearTimeout(lightTimer);
  lightTimer = setTimeout(() => light(own ?? shared), LIGHT_AGAIN);
}

/** The presenter puts a drawing into everybody's spotlight, anybody else into that of their own screen. */
async function choose(id) {
  const { status } = await request("PATCH", "/api/room", { body: { spotlight: id } });
  if (status === 200) {
    own = null;
    if (id === shared) light(shared); // the room's state, which the feed tells of, does not change by it
    return feed.poller.wake();
  }
  own = id;
  return light(id ?? shared);
}

/** Only in the presenter's browser: its page offers to show the drawing again. */
find("[data-hide]")?.addEventListener("click", async () => {
  const { status, message } = await hidden.hide(own ?? shared);
  if (status === 200) feed.poller.wake();
  else say({ headline: "Not hidden", hint: message || "The server cannot be reached now." });
});
find("[data-close]").addEventListener("click", () => choose(null));
document.addEventListener("keydown", ({ key }) => key === "Escape" && spotlight.isOpen && choose(null));

// --- start ---

followVisibility(() => events.wake(), () => events.poll()); // hidden: its window may be shown again at any time
keepScreenOn();
fit();
events.wake();
