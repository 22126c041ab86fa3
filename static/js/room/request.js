/** One request to the room's API, with every way in which it can end told in one shape. */

const TIME_LIMIT = 10_000; // milliseconds, where nothing else is said
export const UNREACHABLE = 0; // the status where no answer came at all

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
  const timer = setTimeout(() => control.abort(), limit);
  signal?.addEventListener("abort", () => control.abort());
  try {
    const response = await fetch(path, { method, ...content(body, etag), cache: "no-store", signal: control.signal });
    return await read(response);
  } catch {
    return { status: UNREACHABLE, body: null, etag: null, message: "" };
  } finally {
    clearTimeout(timer);
  }
}

/** @returns {boolean} whether the same request may succeed a little later */
export function isPassing({ status }) {
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
    return response.ok ? { ...found, status: UNREACHABLE } : found; // a venue's login page, or a proxy's words
  }
  if (!response.ok) found.message = found.body?.error?.message ?? "";
  return found;
}
