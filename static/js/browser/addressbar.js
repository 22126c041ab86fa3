/**
 * Write into the address without a new entry in the browser's history.
 *
 * Safari refuses more than 100 changes in 30 seconds; then the newest address is written a little later.
 */

const RETRY = 3_000; // milliseconds

let timer = 0;

/** @param {URL|string} address */
export function showAddress(address) {
  clearTimeout(timer);
  try {
    history.replaceState(null, "", address);
  } catch {
    timer = setTimeout(() => showAddress(address), RETRY);
  }
}
