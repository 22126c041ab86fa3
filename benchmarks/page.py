"""The page in Chromium: what its first load weighs, and how soon bars follow the pen.

    python benchmarks/page.py [--digits 20] [--data ../shared/data] [--models models]

Pen to answer: for every movement of the pointer, from its event to the change of the bars that came from
an ink with that movement in it. Frames: the longest time between two frames while one draws, once as it is
and once with a network that holds every answer back for half a second.
"""

import argparse
import json
import statistics
import sys
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser  # noqa: E402

from tools.stage import draw, open_chromium, running_server, wait_for_answer  # noqa: E402

WEIGHT_LIMIT = 60.0  # kB
ANSWER_LIMIT = 50.0  # milliseconds at the 95th percentile
EVERY = 500  # pen digits; taken across all writers
HELD = 500  # milliseconds that the slow network holds an answer back
# Notes the time of each pointer event, of each question, and of each change of the bars that follows it.
WATCH = """(held) => {
  window.moves = []; window.questions = []; window.frames = [];
  const ask = window.fetch;
  window.fetch = async (address, options) => {
    if (!String(address).startsWith("/api/predict")) return ask(address, options);
    window.questions.push({ sent: performance.now() });
    const answer = await ask(address, options);
    if (held) await new Promise((resolve) => setTimeout(resolve, held));
    return answer;
  };
  addEventListener("pointermove", (event) => {
    if (event.buttons) window.moves.push([event.timeStamp, performance.now()]);
  }, { capture: true });
  const noteChange = () => {
    const question = window.questions.at(-1);
    if (question) question.shown ??= performance.now();
  };
  addEventListener("DOMContentLoaded", () => {
    const bars = document.querySelector("[data-bars]");
    new MutationObserver(noteChange).observe(bars, { subtree: true, attributeFilter: ["aria-valuenow"] });
  });
  const frame = (time) => { window.frames.push(time); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
CLEAR = "() => { window.moves = []; window.questions = []; window.frames = []; }"
NOTED = "() => ({ moves: window.moves, questions: window.questions, frames: window.frames })"


def main() -> None:
    """Measure and print the table."""
    options = _parse()
    inks = read_inks(options.data / "pen_digits.jsonl", options.digits)
    with running_server(options.models) as address, open_chromium() as browser:
        weight, count, hosts = weigh(browser, address)
        latencies, gaps = watch(browser, address, inks, held=0)
        _, slow_gaps = watch(browser, address, inks, held=HELD)
    middle, late = (percentile(latencies, share) for share in (50, 95))
    print(f"The page in Chromium, {len(inks)} pen digits: {' '.join(['python', *sys.argv])}\n")
    print("| what | found | limit |\n| --- | --- | --- |")
    print(f"| first load, {count} files | {weight:.1f} kB | {WEIGHT_LIMIT:g} kB |")
    print(f"| other hosts asked | {len(hosts)} | 0 |")
    print(f"| pen to answer, median of {len(latencies):,} | {middle:.1f} ms | |")
    print(f"| pen to answer, 95th percentile | {late:.1f} ms | {ANSWER_LIMIT:g} ms |")
    print(f"| longest time between two frames while drawing | {max(gaps):.0f} ms | |")
    print(f"| 95th percentile of it | {percentile(gaps, 95):.0f} ms | |")
    print(f"| longest, answers held back {HELD} ms | {max(slow_gaps):.0f} ms | |")
    print(f"| 95th percentile of it, answers held back {HELD} ms | {percentile(slow_gaps, 95):.0f} ms | |")
    reached = weight <= WEIGHT_LIMIT and not hosts and late <= ANSWER_LIMIT
    print(f"\n{'All limits are kept.' if reached else 'A limit is broken.'}")


def weigh(browser: Browser, address: str) -> tuple[float, int, set[str]]:
    """Return kB transferred by the first load (headers included), the number of files, and other hosts."""
    page = browser.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request))
    page.goto(address, wait_until="networkidle")
    sizes = [request.sizes() for request in requests]
    weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) / 1000
    hosts = {urlsplit(request.url).netloc for request in requests} - {urlsplit(address).netloc}
    page.close()
    return weight, len(requests), hosts


def watch(browser: Browser, address: str, inks: list, held: int) -> tuple[list[float], list[float]]:
    """Draw and return milliseconds: from each movement to its answer, and between frames."""
    page = browser.new_page()
    page.add_init_script(f"({WATCH})({held})")
    page.goto(address)
    draw(page, inks[0])  # the first answer pays for what comes only once
    wait_for_answer(page)
    latencies, gaps = [], []
    for ink in inks:
        page.keyboard.press("Escape")
        page.evaluate(CLEAR)
        draw(page, ink)
        page.wait_for_function("() => window.questions.length && window.questions.at(-1).shown")
        noted = page.evaluate(NOTED)
        latencies += answer_times(noted["moves"], noted["questions"])
        gaps += [after - before for before, after in zip(noted["frames"], noted["frames"][1:], strict=False)]
    page.close()
    return latencies, gaps


def answer_times(moves: list, questions: list) -> list[float]:
    """Return for each movement the time to the answer of the first question sent after it."""
    times = []
    for happened, noticed in moves:
        later = (question for question in questions if question["sent"] >= noticed and "shown" in question)
        times += [question["shown"] - happened for question in islice(later, 1)]
    return times


def read_inks(path: Path, count: int) -> list:
    """Return the strokes of some pen digits, in pad units and away from the pad's edge."""
    with open(path, encoding="utf-8") as lines:
        inks = [json.loads(line)["strokes"] for line in islice(lines, 0, count * EVERY, EVERY)]
    return [[[[100 + 0.8 * x, 100 + 0.8 * y] for x, y in stroke] for stroke in ink] for ink in inks]


def percentile(values: list[float], share: int) -> float:
    """Return the value that `share` per cent of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=20, help="pen digits to draw (default 20, at most 23)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of pen_digits.jsonl")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder of the models")
    return parser.parse_args()


if __name__ == "__main__":
    main()
