/** A participant's page: puts pad, room and views together, and does nothing else. */

import { Announcer, ask, followVisibility, openStorage, TextDialog } from "../core/browser.js";
import { Poller, RoomEvents } from "../core/events.js";
import { isTransient, request } from "../core/http.js";
import { Server, Status } from "../core/server.js";
import { LivePrediction } from "../draw/live_prediction.js";
import { Pad, Pen } from "../draw/pad.js";
import { Bars, BitmapView, Samples, Toolbar, PredictionView } from "../draw/views.js";
import { Ink } from "../ink/ink.js";
import { Pixels, Sheet } from "../ink/input.js";
import { ReturnedInk, DraftRound, DraftStorage } from "../room/draft.js";
import { Membership, Outbox } from "../room/participant.js";
import { Ballot, LabelChoice, MyDrawings, SendStatus } from "../room/phone_views.js";
import { Task } from "../room/tiles.js";

const NEWS_EVERY = 3_000; // milliseconds
const LOOK_EVERY = 30_000; // milliseconds between looks whether the networks are awake; the news tell the rest
const NOT_JOINED = 401;
const PAUSED = "The room pauses. Your ink stays here.";
const EARLIER = "A new round runs. Your ink still counts for the one before; clear it to draw for this one.";
const ON_PAD = "It is on the pad again.";
const TO_PAD = "It comes back when the pad is empty.";
const TOLD = "inkwise.told"; // where it is remembered that this phone has read what is stored

const find = (hook) => document.querySelector(hook);

const storage = openStorage();
const ink = new Ink();
const sheet = new Sheet(ink, new Pixels());
const server = new Server(LOOK_EVERY);
const membership = new Membership();
const inkRound = new DraftRound(ink);
const returns = new ReturnedInk(ink);
const outbox = new Outbox(storage);
const news = new Poller(() => "/api/room/state", NEWS_EVERY);
const events = new RoomEvents([news], { onlyState: true });

const task = new Task(find("[data-task-view]"));
const label = new LabelChoice(find("[data-label-choice]"));
const sending = new SendStatus(find("[data-sending]"));
const ballot = new Ballot(find("[data-ballot]"));
const mine = new MyDrawings(find("[data-mine]"));
const samples = new Samples(find("[data-samples]"), find("[data-open-samples]"));

new Pad(find("[data-pad]"), ink);
new Pen(find("[data-pad]"), ink);
new Toolbar(find("[data-tools]"), sheet);
new Status(find("[data-status]"), server);
new TextDialog(find("[data-name-dialog]"), find("[data-open-name]"), () => membership.me.name, (name) => membership.rename(name));
new LivePrediction(sheet, server, () => find("[data-model]").dataset.model, {
  winner: new PredictionView(find("[data-answer]")),
  bars: new Bars(find("[data-bars]")),
  bitmap: new BitmapView(find("[data-bitmap]")),
  announcer: new Announcer(find("[data-announcer]")),
});

let room = null; // the newest state
let streamOf = null; // the participant whose event stream is open
let drawings = []; // one's own, the newest first

// --- the door ---

membership.addEventListener("joined", ({ detail: me }) => {
  find("[data-join-form]").hidden = true;
  find("[data-room]").hidden = false;
  find("[data-open-name]").hidden = false;
  if (streamOf !== me.id) events.open();
  streamOf = me.id;
  showName(me.name);
  showDrawings(me.drawings);
  outbox.flush();
});
membership.addEventListener("renamed", ({ detail: name }) => showName(name));

function showName(name) {
  find("[data-name]").textContent = name;
}

membership.addEventListener("codewanted", ({ detail: sentence }) => {
  find("[data-join-form]").hidden = false;
  find("[data-room]").hidden = true;
  find("[data-code-answer]").textContent = sentence;
  find("[data-code]").focus();
});

find("[data-join-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  membership.enter(find("[data-code]").value.trim());
});

// --- the round ---

function showRoom(state) {
  const isNew = room?.round.id !== state.round.id;
  inkRound.follow(state.round);
  if (!outbox.parcels.length) sayWhatChanged(state, isNew);
  room = state;
  task.show(state.round);
  find("[data-room]").toggleAttribute("data-paused", state.paused);
  ballot.show(state.to_vote ?? []);
  updateSend();
}

function sayWhatChanged({ paused }, isNewRound) {
  if (paused !== (room?.paused ?? false)) sending.say(paused ? PAUSED : "");
  else if (isNewRound && room && !inkRound.isOver) sending.say(""); // not what became of a drawing before
  else if (isNewRound && inkRound.isOver) sending.say(EARLIER); // also of ink that a reload has brought back
}

inkRound.addEventListener("roundchanged", () => {
  label.isWanted = inkRound.round.kind === "free"; // the other rounds say themselves what is drawn
  label.choose(null);
  if (room && inkRound.isOver) sending.say(EARLIER); // undo has brought it back
  else sending.unsay(EARLIER);
});

news.addEventListener("news", ({ detail: state }) => {
  const wasVoting = drawings.some(({ fooled }) => fooled === "voting");
  const hasChanged = state.revision !== room?.revision;
  showRoom(state);
  if (wasVoting && hasChanged) membership.refresh();
});

news.addEventListener("reachchanged", () => {
  if (!news.isReachable) return server.fail("unreachable");
  server.check();
  outbox.flush();
});

server.addEventListener("serverseen", () => {
  if (!news.isReachable) news.wake();
  outbox.flush();
});

ballot.addEventListener("voted", async ({ detail: { id, counts } }) => {
  const answer = await request("PUT", `/api/room/drawings/${id}/vote`, { body: { counts } });
  if (answer.status === NOT_JOINED) membership.enterAgain();
  else if (!isTransient(answer)) return news.nudge(); // counted, or nothing to vote on any more: there may be another
  ballot.takeBack(id);
  sending.say("Your vote did not arrive. Please vote again.");
});

// --- sending ---

function updateSend() {
  find("[data-send]").setAttribute("aria-disabled", String(ink.isEmpty || !room || room.paused));
}

async function send() {
  if (ink.isEmpty) return sending.say("Draw first, then send.");
  if (!room) return sending.say("One moment: the room has not answered yet.");
  if (room.paused) return sending.say(PAUSED);
  // Taken before what is stored is read: a round may start meanwhile.
  const drawnFor = { label: label.chosen, round: inkRound.round.id, kind: inkRound.round.kind };
  if (!(await agreed()) || ink.isEmpty) return;
  ink.end();
  const parcel = { strokes: ink.strokes, ...drawnFor };
  if (!outbox.add(parcel)) return sending.say("Too many drawings wait already. Send this one when the network is back.");
  ink.clear();
  label.choose(null);
}

async function agreed() {
  if (storage.getItem(TOLD)) return true;
  const isAgreed = await ask(find("[data-consent]"));
  try {
    if (isAgreed) storage.setItem(TOLD, "yes");
  } catch {
    // Where the storage is full it is asked the next time as well.
  }
  return isAgreed;
}

find("[data-send]").addEventListener("click", send);
ink.addEventListener("inkchanged", updateSend);
samples.addEventListener("sampletaken", ({ detail: strokes }) => {
  ink.replace([...strokes]); // a state of its own: the same sample may be taken in another round
  inkRound.begin();
});

outbox.addEventListener("sending", ({ detail: { isRetry } }) => isRetry || sending.showSending());
outbox.addEventListener("kept", ({ detail: { message } }) => sending.showKept(outbox.parcels.length, message));
outbox.addEventListener("refused", ({ detail: { parcel, message, isDeleted } }) => {
  if (isDeleted) return sending.showRefused(message);
  return sending.showRefused(message, returns.take(parcel.strokes) ? ON_PAD : TO_PAD);
});
outbox.addEventListener("unjoined", () => membership.enterAgain());
outbox.addEventListener("delivered", ({ detail: { parcel, drawing } }) => {
  sending.showSent(drawing, parcel.kind === "fool");
  showDrawings([drawing, ...drawings.filter(({ id }) => id !== drawing.id)]);
});

// --- one's own drawings ---

function showDrawings(newest) {
  drawings = newest;
  mine.show(drawings);
}

async function remove(path, question, isKept, before = () => {}) {
  find("[data-delete-question]").textContent = question;
  if (!(await ask(find("[data-delete-dialog]")))) return;
  await before();
  const { status } = await request("DELETE", path);
  if (![200, 204, 404].includes(status)) return sending.say("Not deleted: the server cannot be reached now.");
  showDrawings(drawings.filter(isKept));
  sending.say("Deleted.");
}

mine.addEventListener("deletewanted", ({ detail: id }) => {
  remove(`/api/room/me/drawings/${id}`, "Delete this drawing?", (drawing) => drawing.id !== id);
});
find("[data-delete-all]").addEventListener("click", () => {
  const isKept = () => false;
  remove("/api/room/me/drawings", "Delete all your drawings?", isKept, () => outbox.discard()); // also unsent ones
});

// --- start ---

new DraftStorage(storage, ink, inkRound);
followVisibility(() => {
  events.wake();
  server.check();
  outbox.flush();
}, () => events.rest());

const code = new URLSearchParams(location.search).get("code");
find("[data-code]").value = code ?? "";
membership.enter(code);
news.wake();
server.check();
