/** The pre-flight page: runs the checks and the load test. */

import { BASE_PATH, find } from "../core/browser.js";
import { request } from "../core/server.js";
import { CheckList, loadTestSummary } from "../room/check_list.js";

const OK = 200;
const LOAD_TEST_LIMIT = 70_000; // milliseconds
const LOAD_TEST_TIME = 5_000; // milliseconds that it usually takes
const PROGRESS_EVERY = 100; // milliseconds
const checks = new CheckList(find("[data-checks]"));

async function check() {
  find("[data-verdict]").textContent = "Checking…";
  /** @type {Reply<{checks: PreflightCheck[]}>} */
  const { status, body, message } = await request("GET", "/api/room/preflight");
  if (status !== OK) {
    find("[data-verdict]").textContent = message || "The server cannot be reached.";
    return;
  }
  checks.show(body.checks);
  find("[data-qr]").setAttribute("src", `${BASE_PATH}/qr.svg?at=${Date.now()}`); // the network may have changed
  const failed = body.checks.filter(({ ok }) => ok === false).length;
  find("[data-verdict]").dataset.ok = String(failed === 0);
  const verdict = failed ? `${failed} of ${body.checks.length} checks failed.` : "All checks passed.";
  find("[data-verdict]").textContent = verdict;
}

async function measure() {
  const button = find("[data-load-test]");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  showResult({ headline: "Testing…", detail: "" });
  const stopProgress = startProgress();
  /** @type {Reply<LoadTest>} */
  const reply = await request("POST", "/api/room/preflight/load-test", { body: {}, limit: LOAD_TEST_LIMIT });
  stopProgress();
  button.setAttribute("aria-disabled", "false");
  if (reply.status === OK) showResult(loadTestSummary(reply.body));
  else showResult({ headline: "The load test failed", detail: reply.message || "The server cannot be reached." });
}

/** Show how much of the usual time has passed; of a longer test, only that it runs. @returns {() => void} a function that ends it */
function startProgress() {
  /** @type {HTMLProgressElement} */
  const bar = find("[data-load-test-progress]");
  const begun = performance.now();
  const show = () => {
    const share = (performance.now() - begun) / LOAD_TEST_TIME;
    if (share < 1) bar.value = share;
    else bar.removeAttribute("value");
  };
  const timer = setInterval(show, PROGRESS_EVERY);
  show();
  bar.hidden = false;
  return () => {
    clearInterval(timer);
    bar.hidden = true;
  };
}

/** @param {{headline: string, detail: string}} text */
function showResult({ headline, detail }) {
  find("[data-load-test-headline]").textContent = headline;
  find("[data-load-test-detail]").textContent = detail;
}

find("[data-check-again]").addEventListener("click", check);
find("[data-load-test]").addEventListener("click", measure);
check();
