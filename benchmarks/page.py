"""Measure the page in Chromium: size of the first load, and latency from pointer to bars.

    python benchmarks/page.py [--digits 20] [--data ../shared/data] [--models models]

Pointer to bars: the time from each pointermove event to the change of the bars by the first prediction that
includes the movement. Frames: the time between two frames while drawing, without and with an additional
network latency of half a second.
"""

import argparse
import json
import statistics
import sys
from itertools import islice, pairwise
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser  # noqa: E402

from tools.browser_server import draw, open_chromium, running_server, wait_for_prediction  # noqa: E402

SIZE_LIMIT = 60.0  # kB
LATENCY_LIMIT = 50.0  # milliseconds, 95th percentile
SAMPLE_STEP = 500  # takes every 500th pen digit, for a sample of all writers
SLOW_NETWORK = 500  # milliseconds of additional latency
# Records the times of pointer events, of predict requests, and of the next change of the bars.
RECORD = """(delay) => {
  window.moves = []; window.requests = []; window.frames = [];
  const fetch = window.fetch;
  window.fetch = async (address, options) => {
    if (!String(address).startsWith("/api/predict")) return fetch(address, options);
    window.requests.push({ sent: performance.now() });
    const response = await fetch(address, options);
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    return response;
  };
  addEventListener("pointermove", (event) => {
    if (event.buttons) window.moves.push([event.timeStamp, performance.now()]);
  }, { capture: true });
  const recordChange = () => {
    const request = window.requests.at(-1);
    if (request) request.shown ??= performance.now();
  };
  addEventListener("DOMContentLoaded", () => {
    const bars = document.querySelector("[data-bars]");
    new MutationObserver(recordChange).observe(bars, { subtree: true, attributeFilter: ["aria-valuenow"] });
  });
  const frame = (time) => { window.frames.push(time); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
CLEAR = "() => { window.moves = []; window.requests = []; window.frames = []; }"
RECORDED = "() => ({ moves: window.moves, requests: window.requests, frames: window.frames })"


def main() -> None:
    """Measure and print the table."""
    options = _parse()
    inks = read_inks(options.data / "pen_digits.jsonl", options.digits)
    with running_server(options.models) as address, open_chromium() as browser:
        size, count, hosts = measure_first_load(browser, address)
        latencies, intervals = measure_drawing(browser, address, inks, delay=0)
        _, slow_intervals = measure_drawing(browser, address, inks, delay=SLOW_NETWORK)
    median, p95 = (percentile(latencies, percent) for percent in (50, 95))
    print(f"The page in Chromium, {len(inks)} pen digits: {' '.join(['python', *sys.argv])}\n")
    print("| metric | value | limit |\n| --- | --- | --- |")
    print(f"| first load, {count} files | {size:.1f} kB | {SIZE_LIMIT:g} kB |")
    print(f"| requests to other hosts | {len(hosts)} | 0 |")
    print(f"| pointer to bars, median of {len(latencies):,} | {median:.1f} ms | |")
    print(f"| pointer to bars, 95th percentile | {p95:.1f} ms | {LATENCY_LIMIT:g} ms |")
    print(f"| frame interval while drawing, maximum | {max(intervals):.0f} ms | |")
    print(f"| frame interval, 95th percentile | {percentile(intervals, 95):.0f} ms | |")
    slow = f"latency + {SLOW_NETWORK} ms"
    print(f"| frame interval, {slow}, maximum | {max(slow_intervals):.0f} ms | |")
    print(f"| frame interval, {slow}, 95th percentile | {percentile(slow_intervals, 95):.0f} ms | |")
    is_met = size <= SIZE_LIMIT and not hosts and p95 <= LATENCY_LIMIT
    print(f"\n{'All limits met.' if is_met else 'Limit exceeded.'}")


def measure_first_load(browser: Browser, address: str) -> tuple[float, int, set[str]]:
    """Return the kB of the first load (with headers), the number of files, and other hosts."""
    page = browser.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request))
    page.goto(address, wait_until="networkidle")
    sizes = [request.sizes() for request in requests]
    total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) / 1000
    hosts = {urlsplit(request.url).netloc for request in requests} - {urlsplit(address).netloc}
    page.close()
    return total, len(requests), hosts


def measure_drawing(
    browser: Browser, address: str, inks: list, delay: int
) -> tuple[list[float], list[float]]:
    """Draw inks. Return in ms the latencies from pointer to bars, and the frame intervals."""
    page = browser.new_page()
    page.add_init_script(f"({RECORD})({delay})")
    page.goto(address)
    draw(page, inks[0])  # warm-up
    wait_for_prediction(page)
    latencies, intervals = [], []
    for ink in inks:
        page.keyboard.press("Escape")
        page.evaluate(CLEAR)
        draw(page, ink)
        page.wait_for_function("() => window.requests.length && window.requests.at(-1).shown")
        recorded = page.evaluate(RECORDED)
        latencies += pointer_latencies(recorded["moves"], recorded["requests"])
        intervals += [after - before for before, after in pairwise(recorded["frames"])]
    page.close()
    return latencies, intervals


def pointer_latencies(moves: list, requests: list) -> list[float]:
    """Return for each pointer event the ms until the bars show the first request sent after it."""
    latencies = []
    for event_time, handled_time in moves:
        later = (request for request in requests if request["sent"] >= handled_time and "shown" in request)
        latencies += [request["shown"] - event_time for request in islice(later, 1)]
    return latencies


def read_inks(path: Path, count: int) -> list:
    """Return the strokes of `count` pen digits in pad units, with a margin."""
    with open(path, encoding="utf-8") as lines:
        inks = [json.loads(line)["strokes"] for line in islice(lines, 0, count * SAMPLE_STEP, SAMPLE_STEP)]
    return [[[[100 + 0.8 * x, 100 + 0.8 * y] for x, y in stroke] for stroke in ink] for ink in inks]


def percentile(values: list[float], percent: int) -> float:
    """Return a percentile, by linear interpolation."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=20, help="pen digits to draw (default: 20, at most 23)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with pen_digits.jsonl")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
