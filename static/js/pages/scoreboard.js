/** The scoreboard: asks for the scores and hands them to the views, and does nothing else. */

import { followVisibility, keepScreenOn } from "../core/browser.js";
import { Poller, RoomEvents } from "../core/events.js";
import { count, taskOf } from "../core/format.js";
import { request } from "../core/http.js";
import { Accuracy, Matrix, Pairs } from "../room/score_views.js";
import { fill, Thumbnails } from "../room/tiles.js";

const SCORES_EVERY = 1_000; // milliseconds
const STATE_EVERY = 3_000; // milliseconds

const find = (hook) => document.querySelector(hook);

const accuracy = new Accuracy(find("[data-accuracies]"));
const matrix = new Matrix(find("[data-matrix]"));
const pairs = new Pairs(find("[data-pairs]"));
const gallery = new Thumbnails();
const scores = new Poller(address, SCORES_EVERY, request, SCORES_EVERY);
const state = new Poller(() => "/api/room/state", STATE_EVERY);
const events = new RoomEvents([scores, state]);

let round = null; // the round that runs

function address() {
  const query = new URLSearchParams({ model: accuracy.chosen });
  if (find("[data-rounds]").value === "this" && round) query.set("round", round.id);
  return `/api/room/scoreboard?${query}`;
}

function askAnew() {
  scores.forget();
  scores.wake();
}

scores.addEventListener("news", ({ detail: { models, model, confusion, pairs: confused, fooled } }) => {
  accuracy.show(models);
  matrix.show(confusion);
  pairs.show(confused);
  find("[data-matrix-of]").textContent = model;
  fill(find("[data-fooled]"), gallery.itemsOf(fooled));
  find("[data-none-fooled]").hidden = fooled.length > 0;
  find("[data-fooled-count]").textContent = fooled.length ? count(fooled.length, "drawing") : "";
});
scores.addEventListener("reachchanged", () => (find("[data-gone]").hidden = scores.isReachable));
state.addEventListener("news", ({ detail }) => {
  const isOther = round?.id !== detail.round.id;
  round = detail.round;
  find("[data-this-round]").textContent = `This round: ${taskOf(round).headline}`;
  if (isOther && find("[data-rounds]").value === "this") askAnew();
});
accuracy.addEventListener("modelchosen", askAnew);
find("[data-rounds]").addEventListener("change", askAnew);

followVisibility(() => events.wake(), () => events.poll()); // hidden: its window may be shown again at any time
keepScreenOn();
events.wake();
