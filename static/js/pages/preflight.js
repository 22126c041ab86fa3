/** The pre-flight page: runs the checks and the burst, and does nothing else. */

import { burstWords } from "../core/format.js";
import { request } from "../core/http.js";
import { Checks } from "../room/check_list.js";

const OK = 200;
const BURST_TIME = 70_000; // milliseconds; it takes about five seconds, and longer on a machine in trouble

const find = (hook) => document.querySelector(hook);
const checks = new Checks(find("[data-checks]"));

async function check() {
  find("[data-verdict]").textContent = "Checking …";
  const { status, body, message } = await request("GET", "/api/room/preflight");
  if (status !== OK) return (find("[data-verdict]").textContent = message || "The server cannot be reached.");
  checks.show(body.checks);
  find("[data-qr]").src = `/qr.svg?at=${Date.now()}`; // the laptop may have moved to another network
  const failed = body.checks.filter(({ ok }) => ok === false).length;
  find("[data-verdict]").dataset.ok = String(failed === 0);
  find("[data-verdict]").textContent = failed ? `${failed} of ${body.checks.length} need you.` : "All is well on this machine.";
}

async function measure() {
  const button = find("[data-burst]");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  showBurst({ headline: "Measuring …", detail: "" });
  const { status, body, message } = await request("POST", "/api/room/preflight/burst", { body: {}, limit: BURST_TIME });
  button.setAttribute("aria-disabled", "false");
  showBurst(status === OK ? burstWords(body) : { headline: "Not measured", detail: message || "The server cannot be reached." });
}

function showBurst({ headline, detail }) {
  find("[data-burst-headline]").textContent = headline;
  find("[data-burst-detail]").textContent = detail;
}

find("[data-again]").addEventListener("click", check);
find("[data-burst]").addEventListener("click", measure);
check();
