/** Tell when somebody looks at the page again, and when nobody does. */

/**
 * @param {() => void} wake called when the page is seen, comes out of the browser's cache, or the network is back
 * @param {() => void} rest called when the page is hidden
 */
export function followAttention(wake, rest) {
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : wake()));
  window.addEventListener("pageshow", (event) => event.persisted && wake());
  window.addEventListener("online", wake);
}
