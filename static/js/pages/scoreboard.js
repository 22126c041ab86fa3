/** The scoreboard: polls the scores and shows them. */

import { find, followVisibility, keepScreenOn } from "../core/browser.js";
import { Poller, RoomEvents } from "../core/events.js";
import { taskOf, verdictCounts } from "../core/format.js";
import { request } from "../core/server.js";
import { AccuracyList, ConfusionMatrix, PairList } from "../room/score_views.js";
import { fill, Thumbnails } from "../room/tiles.js";

const SCORES_EVERY = 1_000; // milliseconds
const STATE_EVERY = 3_000; // milliseconds

const accuracy = new AccuracyList(find("[data-accuracies]"));
const matrix = new ConfusionMatrix(find("[data-matrix]"));
const pairs = new PairList(find("[data-pairs]"));
const gallery = new Thumbnails();
/** @type {HTMLSelectElement} */
const rounds = find("[data-rounds]");
/** @type {Poller<Scoreboard>} */
const scores = new Poller(address, SCORES_EVERY, request, SCORES_EVERY);
/** @type {Poller<RoomState>} */
const state = new Poller(() => "/api/room/state", STATE_EVERY);
const events = new RoomEvents([scores, state]);

/** @type {Round|null} */
let round = null;

function address() {
  const query = new URLSearchParams(accuracy.chosen ? { model: accuracy.chosen } : {});
  if (rounds.value === "this" && round) query.set("round", round.id);
  return `/api/room/scoreboard?${query}`;
}

function restart() {
  scores.forget();
  scores.start();
}

scores.on("news", ({ models, model, confusion, pairs: confused, verdicts, fooled }) => {
  accuracy.show(models, model);
  matrix.show(confusion);
  pairs.show(confused);
  find("[data-matrix-of]").textContent = model;
  fill(find("[data-fooled]"), gallery.itemsOf(fooled));
  find("[data-none-fooled]").hidden = fooled.length > 0;
  find("[data-fooled-count]").textContent = verdictCounts(verdicts);
});
scores.on("refused", ({ code }) => {
  if (code !== "unknown_model") return; // "Go back" on /teach removes the taught network
  accuracy.chooseDefault();
  restart();
});
scores.on("reachchanged", () => {
  find("[data-offline]").hidden = scores.isReachable;
});
state.on("news", (news) => {
  const isOther = round?.id !== news.round.id;
  round = news.round;
  find("[data-this-round]").textContent = `This round: ${taskOf(round).headline}`;
  if (isOther && rounds.value === "this") restart();
});
accuracy.on("modelchosen", restart);
rounds.addEventListener("change", restart);

followVisibility(() => events.start(), () => events.poll()); // a hidden window may be shown again at any time
keepScreenOn();
events.start();
