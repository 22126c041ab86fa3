/** Give up on a request that takes too long. `AbortSignal.timeout` would do, but phones of 2021 do not have it. */

/**
 * @param {number} milliseconds
 * @param {(signal: AbortSignal) => Promise} ask is told by `signal` to give up
 * @param {AbortController} control whoever holds it may end the request too
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
