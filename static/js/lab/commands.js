/** What a presenter asks of the lab's server. Knows no DOM. */

import { request } from "../core/server.js";

const START_LIMIT = 30_000; // milliseconds; the trainer may be starting
export const UNREACHABLE = "The server cannot be reached. This page goes on when it is back.";

/** @typedef {{spec: LabSpec, title?: string, pause_after?: "step"|"epoch"}} NewRun `pause_after`: train so much, then pause */

/** @param {Reply<unknown>} reply @returns {string} "" or an error */
export function errorOf({ status, message }) {
  return status >= 200 && status < 300 ? "" : message || UNREACHABLE;
}

/** @returns {Promise<Reply<LabState>>} */
export function fetchState() {
  return request("GET", "/api/lab");
}

/** @param {NewRun} wanted @returns {Promise<{error: string, run: LabRun|null}>} `run`: the one that trains */
export async function startRun(wanted) {
  /** @type {Reply<LabRun>} */
  const reply = await request("POST", "/api/lab/runs", { body: wanted, limit: START_LIMIT });
  const error = errorOf(reply);
  return { error, run: error ? null : reply.body };
}

/** @param {LabAction} action @returns {Promise<string>} "" or an error */
export async function controlRun(action) {
  return errorOf(await request("POST", "/api/lab/control", { body: { action } }));
}

/** Show the newest run to the room, or ask for guesses. @param {{shown?: boolean, asking?: boolean}} wanted @returns {Promise<string>} "" or an error */
export async function changeBroadcast(wanted) {
  return errorOf(await request("PATCH", "/api/lab/room", { body: wanted }));
}

/** Start to download all of MNIST. @returns {Promise<string>} "" or an error */
export async function fetchMnist() {
  return errorOf(await request("POST", "/api/lab/mnist", { body: {} }));
}

/** Start the trainer's process. @returns {Promise<string>} "" or an error */
export async function startTrainer() {
  return errorOf(await request("POST", "/api/lab/open", { body: {}, limit: START_LIMIT }));
}

/** Read the room's labeled drawings again with each run. @returns {Promise<string>} "" or an error */
export async function scoreRoom() {
  return errorOf(await request("POST", "/api/lab/room-scores", { body: {}, limit: START_LIMIT }));
}
