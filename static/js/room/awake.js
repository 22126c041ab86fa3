/** Keep the screen on while it is looked at: nobody touches a projector's laptop for minutes. */

/** Browsers allow it over https and on the laptop itself only, and some never do; then the page is as it was. */
export function stayAwake() {
  document.addEventListener("visibilitychange", askForLight); // the lock ends whenever the page is hidden
  askForLight();
}

async function askForLight() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The battery is low, or the browser says no.
  }
}
