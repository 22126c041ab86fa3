/** The participant's page: connects pad, room and views. */

import { Announcer, confirmDialog, find, followVisibility, openStorage, TextDialog } from "../core/browser.js";
import { Poller, RoomEvents, RunFeed, showLazily } from "../core/events.js";
import { isTransient, lazyImport, request, Server, StatusLine } from "../core/server.js";
import { LivePrediction } from "../draw/live_prediction.js";
import { InkRecorder, Pad } from "../draw/pad.js";
import { Bars, BitmapView, PredictionView, Samples, Toolbar } from "../draw/views.js";
import { Ink } from "../ink/ink.js";
import { DrawingInput, Pixels } from "../ink/input.js";
import { DraftRound, DraftStorage, ReturnedInk } from "../room/draft.js";
import { Membership, Outbox } from "../room/participant.js";
import { Ballot, LabelChoice, MyDrawings, SendStatus, TaughtNotice } from "../room/phone_views.js";
import { TaskView } from "../room/tiles.js";

const STATE_EVERY = 3_000; // milliseconds
const CHECK_EVERY = 30_000; // milliseconds between readiness checks; the poller notices outages
const NOT_JOINED = 401;
const PAUSED = "The room is paused. Your drawing stays here.";
const EARLIER = "A new round has started. This drawing still counts for the previous one.";
const ON_PAD = "It is back on the pad.";
const TO_PAD = "It comes back when you clear the pad.";
const UNREACHABLE = "The server cannot be reached. Try again.";
const CONSENT_KEY = "inkwise.told";
const NO_HINT = { headline: "", detail: "" }; // the task above says what to do

const storage = openStorage();
const ink = new Ink();
const input = new DrawingInput(ink, new Pixels());
const server = new Server(CHECK_EVERY);
const membership = new Membership();
const draftRound = new DraftRound(ink);
const returnedInk = new ReturnedInk(ink);
const outbox = new Outbox(storage);
/** @type {Poller<RoomState>} */
const poller = new Poller(() => "/api/room/state", STATE_EVERY);
const runFeed = new RunFeed();
const events = new RoomEvents([poller, runFeed], { onlyState: true });

const task = new TaskView(find("[data-task-view]"));
const label = new LabelChoice(find("[data-label-choice]"));
const sendStatus = new SendStatus(find("[data-sending]"));
const taughtNotice = new TaughtNotice(storage);
const ballot = new Ballot(find("[data-ballot]"), find("[data-open-ballot]"));
const myDrawings = new MyDrawings(find("[data-my-drawings]"));
const samples = new Samples(find("[data-samples]"), find("[data-open-samples]"));

new Pad(find("[data-pad]"), ink);
const recorder = new InkRecorder(find("[data-pad]"), ink);
new Toolbar(find("[data-tools]"), input);
new StatusLine(find("[data-status]"), server);
new TextDialog(
  find("[data-name-dialog]"),
  find("[data-open-name]"),
  () => membership.me?.name ?? "",
  (name) => membership.rename(name),
);
server.model = find("[data-model]").dataset.model ?? "";
const livePrediction = new LivePrediction(input, server, () => server.model ?? "", {
  prediction: new PredictionView(find("[data-answer]"), server, NO_HINT),
  bars: new Bars(find("[data-bars]")),
  bitmap: new BitmapView(find("[data-bitmap]")),
  announcer: new Announcer(find("[data-announcer]")),
});

/** @type {HTMLInputElement} */
const codeField = find("[data-code]");

/** @type {RoomState|null} */
let room = null;
/** @type {import("../room/phone_run.js").PhoneRun|null} */
let run = null; // once the presenter shows one
let streamOf = ""; // id of the participant with the open event stream
/** @type {Drawing[]} the own ones, the newest first */
let drawings = [];

// --- joining ---

membership.on("joined", (me) => {
  find("[data-join-form]").hidden = true;
  find("[data-room]").hidden = false;
  find("[data-open-name]").hidden = false;
  if (streamOf !== me.id) events.open();
  streamOf = me.id;
  showName(me.name);
  showDrawings(me.drawings);
  outbox.flush();
});
membership.on("renamed", showName);
membership.on("roomchanged", () => draftRound.forget());

/** @param {string} name */
function showName(name) {
  find("[data-name]").textContent = name;
}

membership.on("codewanted", (message) => {
  find("[data-join-form]").hidden = false;
  find("[data-room]").hidden = true;
  find("[data-code-answer]").textContent = message;
  codeField.focus();
});

find("[data-join-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  find("[data-code-answer]").textContent = "Joining…";
  membership.enter(codeField.value.trim());
});
membership.on("waiting", () => {
  find("[data-code-answer]").textContent = "No answer yet. Trying again…";
});

// --- the round ---

/** @param {RoomState} state */
function showRoom(state) {
  const isNew = room?.round.id !== state.round.id;
  draftRound.follow(state.round);
  if (!outbox.parcels.length) announceChange(state, isNew);
  if (!outbox.parcels.length) sendStatus.showTaught(taughtNotice.take(state.taught));
  if (isNew) ballot.close(); // the pad is for the new task
  if (isNew && room) run?.close();
  room = state;
  useModel(state.model ?? server.model);
  task.show(state.round);
  find("[data-room]").toggleAttribute("data-paused", state.paused);
  ballot.show(state.to_vote ?? []);
  updateSend();
}

/** Another one, where a network was taught here: it reads what is on the pad, too. @param {string|null} model */
function useModel(model) {
  if (model === server.model) return;
  server.model = model;
  livePrediction.update();
}

/** @param {RoomState} state @param {boolean} isNewRound */
function announceChange({ paused }, isNewRound) {
  if (paused !== (room?.paused ?? false)) sendStatus.say(paused ? PAUSED : "");
  else if (isNewRound && room && !draftRound.isOver) sendStatus.say(""); // clear the result of the last drawing
  else if (isNewRound && draftRound.isOver) sendStatus.say(EARLIER); // also for restored ink
}

function updateLabel() {
  if (ink.isEmpty) label.choose(null);
  label.isWanted = !ink.isEmpty && draftRound.round?.kind === "free"; // other rounds imply the label
}

draftRound.on("roundchanged", () => {
  label.choose(null);
  updateLabel();
  if (room && draftRound.isOver) sendStatus.say(EARLIER);
  else sendStatus.dismiss(EARLIER);
});

/** Whether a drawing waits for the presenter, or for votes: a late one can change a verdict. */
function hasOpenDrawing() {
  return drawings.some(({ fooled, pending }) => pending || (fooled && fooled !== "caught"));
}

events.on("own", () => membership.refresh());
events.on("opened", () => hasOpenDrawing() && membership.refresh()); // it may have changed while there was no stream

poller.on("news", (state) => {
  const isOpen = !poller.isPushed && hasOpenDrawing();
  const hasChanged = state.revision !== room?.revision;
  const isOtherRoom = membership.me && membership.me.id !== state.participant_id; // after a restart
  if (isOtherRoom) draftRound.forget();
  showRoom(state);
  if ((isOpen && hasChanged) || isOtherRoom) membership.refresh();
});

poller.on("reachchanged", () => {
  if (!poller.isReachable) return server.fail("unreachable");
  server.check();
  outbox.flush();
});

server.addEventListener("serverready", () => {
  if (!poller.isReachable && !document.hidden) poller.start();
  outbox.flush();
});

ballot.on("voted", async ({ id, counts }) => {
  const answer = await request("PUT", `/api/room/drawings/${id}/vote`, { body: { counts } });
  if (answer.status === NOT_JOINED) membership.enterAgain();
  else if (!isTransient(answer)) return poller.pollSoon(); // counted or too late; there may be another drawing
  ballot.takeBack(id);
  sendStatus.say("Your vote was not counted. Vote again.");
});

// --- sending ---

function updateSend() {
  find("[data-send]").setAttribute("aria-disabled", String(ink.isEmpty || !room || room.paused));
}

async function send() {
  if (ink.isEmpty) return sendStatus.suggest("Draw first, then send.");
  if (!room) return sendStatus.say("Please wait: the room is still loading.");
  if (room.paused) return sendStatus.say(PAUSED);
  // Read before the dialog: a round may start meanwhile.
  const { id: round, kind, digit } = draftRound.round ?? room.round;
  const drawnFor = { label: kind === "free" ? label.chosen : digit, round, kind };
  if (!(await hasConsent()) || ink.isEmpty) return;
  ink.end();
  const parcel = { strokes: ink.strokes, ...drawnFor };
  if (!outbox.add(parcel)) return sendStatus.say("Too many drawings are waiting. Send this one when your Wi-Fi is back.");
  ink.clear();
  ballot.open();
}

async function hasConsent() {
  if (storage.getItem(CONSENT_KEY)) return true;
  const isAgreed = await confirmDialog(find("[data-consent]"));
  try {
    if (isAgreed) storage.setItem(CONSENT_KEY, "yes");
  } catch {
    // The storage is full: ask again next time.
  }
  return isAgreed;
}

find("[data-send]").addEventListener("click", send);
ink.on("inkchanged", () => {
  updateSend();
  updateLabel();
  if (!ink.isEmpty) ballot.close();
});
livePrediction.on("predicted", (digit) => label.ask(digit));
samples.on("sampletaken", (strokes) => {
  ink.replace([...strokes]); // a new array: DraftRound keys rounds by it
  draftRound.begin();
});

outbox.on("sending", ({ isRetry }) => isRetry || sendStatus.showSending());
outbox.on("kept", ({ message }) => {
  sendStatus.showKept(outbox.parcels.length, message, server.state === "failed");
});
outbox.on("refused", async ({ parcel, message, code, isDeleted }) => {
  if (isDeleted) return sendStatus.showRefused(message);
  if (code === "unknown_round" && (await fits(parcel)) && outbox.add({ ...parcel, round: null })) return;
  sendStatus.showRefused(message, returnedInk.take(parcel.strokes) ? ON_PAD : TO_PAD);
});
/** Whether a drawing of another room fits the round that runs here. @param {Parcel} parcel */
async function fits({ round, kind }) {
  await poller.start();
  return round !== null && kind !== "fool" && room?.round.kind === "free";
}

outbox.on("unjoined", () => membership.enterAgain());
outbox.on("delivered", ({ drawing }) => {
  sendStatus.showSent(drawing);
  showDrawings([drawing, ...drawings.filter(({ id }) => id !== drawing.id)]);
});

// --- own drawings ---

/** @param {Drawing[]} newest */
function showDrawings(newest) {
  drawings = newest;
  myDrawings.show(drawings);
}

/**
 * @param {string} path @param {string} question
 * @param {(drawing: Drawing) => boolean} isKept @param {() => Promise<void>} before
 */
async function remove(path, question, isKept, before = async () => {}) {
  find("[data-delete-question]").textContent = question;
  if (!(await confirmDialog(find("[data-delete-dialog]")))) return;
  await before();
  const { status, message } = await request("DELETE", path);
  if (status === NOT_JOINED) return membership.enterAgain(); // another room, which has none of them
  if (![200, 204, 404].includes(status)) return sendStatus.say(`Not deleted. ${message || UNREACHABLE}`);
  showDrawings(drawings.filter(isKept));
  sendStatus.say("Deleted.");
}

myDrawings.on("deletewanted", (id) => {
  remove(`/api/room/me/drawings/${id}`, "Delete this drawing?", (drawing) => drawing.id !== id);
});
find("[data-delete-all]").addEventListener("click", () => {
  const isKept = () => false;
  remove("/api/room/me/drawings", "Delete all your drawings?", isKept, () => outbox.discard()); // also unsent ones
});

// --- the lab ---

events.on("run", (news) => runFeed.take(news));
const importPhoneRun = lazyImport(new URL("../room/phone_run.js", import.meta.url), () => import("../room/phone_run.js"));
showLazily(runFeed, async () => {
  const { PhoneRun } = await importPhoneRun();
  run = new PhoneRun(find("[data-run]"), find("[data-open-run]"), () => !ink.isEmpty, storage);
  run.on("unjoined", () => membership.enterAgain());
  return run;
});

// --- start ---

new DraftStorage(storage, ink, draftRound);
recorder.replay(input);
followVisibility(() => {
  events.start();
  server.check();
  outbox.flush();
}, () => events.stop());

const code = new URLSearchParams(location.search).get("code");
codeField.value = code ?? "";
membership.enter(code);
poller.start();
runFeed.start();
server.check();
