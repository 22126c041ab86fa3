/** Requests to the server, within a time limit, with every way in which one can end told in one shape. */

/** Give up on a request that takes too long. `AbortSignal.timeout` would do, but phones of 2021 do not have it. */

/**
 * @param {number} milliseconds
 * @param {(signal: AbortSignal) => Promise} ask `signal` aborts it
 * @param {AbortController} control aborts the request as well
 * @returns {Promise} what `ask` promises
 */
export async function withinLimit(milliseconds, ask, control = new AbortController()) {
  const timer = setTimeout(() => control.abort(), milliseconds);
  try {
    return await ask(control.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** One request to the room's API, with every way in which it can end told in one shape. */

const TIME_LIMIT = 10_000; // milliseconds, where nothing else is said
const UNCHANGED = 304;
const TOO_LARGE = 413;
export const UNREACHABLE = 0; // the status where no answer of the server came
const UNANSWERED = { status: UNREACHABLE, body: null, etag: null, message: "" };

/**
 * @param {string} method
 * @param {string} path
 * @param {object} options `body` is sent as JSON, or as it is where it is a Blob of a type; `etag` of what is known
 *   already; `signal` to give up; `limit` in milliseconds
 * @returns {Promise<{status: number, body: object|null, etag: string|null, message: string}>} `message` is the
 *   server's sentence where it refused, "" otherwise
 */
export async function request(method, path, { body, etag, signal, limit = TIME_LIMIT } = {}) {
  const control = new AbortController();
  signal?.addEventListener("abort", () => control.abort());
  try {
    const options = { method, ...content(body, etag), cache: "no-store", signal: control.signal };
    return await withinLimit(limit, async () => read(await fetch(path, options)), control);
  } catch {
    return UNANSWERED;
  }
}

/** @returns {boolean} whether the same request may succeed a little later */
export function isTransient({ status }) {
  return status === UNREACHABLE || status === 408 || status === 429 || status >= 500;
}

function content(body, etag) {
  const headers = etag ? { "If-None-Match": etag } : {};
  if (body === undefined || body instanceof Blob) return { headers, body }; // a Blob brings its type along
  return { headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function read(response) {
  const text = await response.text();
  const found = { status: response.status, body: null, etag: response.headers.get("ETag"), message: "" };
  try {
    found.body = text ? JSON.parse(text) : null;
  } catch {
    if (response.status !== TOO_LARGE) return UNANSWERED;
  }
  if (!response.ok) found.message = found.body?.error?.message ?? "";
  return isOurs(response, found.body) ? found : UNANSWERED;
}

/**
 * A venue's login page and a proxy answer in the server's place. What they refuse says nothing of what the server
 * would do, except that a proxy lets no body through that is too large.
 */
function isOurs({ ok, status }, body) {
  return ok || status === UNCHANGED || status === TOO_LARGE || Boolean(body?.error?.code);
}

/** One request to the server, within a time limit, and what came of it. */

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
export async function fetchAnswer(path, bitmap, control, timeLimit) {
  const post = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: bitmap };
  try {
    const ask = async (signal) => readAnswer(await fetch(path, { ...(bitmap ? post : {}), signal }));
    return await withinLimit(timeLimit, ask, control);
  } catch {
    return { failure: "unreachable" };
  }
}

async function readAnswer(response) {
  if (response.status === TOO_OFTEN) return { failure: "waking", pause: pauseOf(response) };
  if (response.status === BUSY) return { failure: "waking" };
  if (GATEWAY_ERRORS.includes(response.status)) return { failure: "unreachable" };
  const body = await response.json();
  return response.ok ? { answer: body } : { refusal: body.error.message };
}

function pauseOf(response) {
  return 1000 * (Number(response.headers.get("Retry-After")) || 1);
}
