/** One request to the server, within a time limit, and what came of it. */

import { withinLimit } from "../browser/timelimit.js";

const BUSY = 503;
const TOO_OFTEN = 429;
const GATEWAY_ERRORS = [502, 504]; // a proxy answered in the server's place

/**
 * @param {string} path
 * @param {Uint8Array|null} bitmap 784 values to post; null for a GET
 * @param {AbortController} control ends the request
 * @param {number} timeLimit milliseconds
 * @returns one of {answer: the JSON}, {refusal: a sentence}, {failure: "waking"|"unreachable"}; with a failure
 *   also {pause: milliseconds} where the server names the time until it may be asked again
 */
export async function request(path, bitmap, control, timeLimit) {
  const post = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: bitmap };
  try {
    const ask = async (signal) => read(await fetch(path, { ...(bitmap ? post : {}), signal }));
    return await withinLimit(timeLimit, ask, control);
  } catch {
    return { failure: "unreachable" };
  }
}

async function read(response) {
  if (response.status === TOO_OFTEN) return { failure: "waking", pause: pauseOf(response) };
  if (response.status === BUSY) return { failure: "waking" };
  if (GATEWAY_ERRORS.includes(response.status)) return { failure: "unreachable" };
  const body = await response.json();
  return response.ok ? { answer: body } : { refusal: body.error.message };
}

function pauseOf(response) {
  return 1000 * (Number(response.headers.get("Retry-After")) || 1);
}
