"""The browser's bitmaps beside Python's, on real pen digits.

    python benchmarks/bitmaps.py [--count 1000] [--data ../shared/data] [--models models] [--model conv]

Training draws its bitmaps in Python, the page draws them in JavaScript: a network reads well on the page
only as far as the two are the same.
"""

import argparse
import json
import sys
import urllib.request
from itertools import islice
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
sys.path.insert(0, str(ROOT))

from tools.stage import open_chromium, running_server  # noqa: E402
from webapp.ink.bitmap import to_bitmap  # noqa: E402

APART_LIMIT = 4.0  # of 255, mean absolute difference
SAME_LIMIT = 0.995  # share of digits with the same answer
EVERY = 11  # pen digits; taken across all writers
IN_BROWSER = """async (inks) => {
  const { toBitmap } = await import("/static/js/ink/bitmap.js");
  return inks.map((strokes) => Array.from(toBitmap(strokes)));
}"""


def main() -> None:
    """Compare and print the table."""
    options = _parse()
    inks = read_inks(options.data / "pen_digits.jsonl", options.count)
    in_python = np.array([to_bitmap([np.array(stroke, float) for stroke in ink]).ravel() for ink in inks])
    with running_server(options.models) as address:
        in_browser = bitmaps_of_browser(address, inks)
        pairs = zip(in_python, in_browser, strict=True)
        same = np.mean([read(address, options.model, a) == read(address, options.model, b) for a, b in pairs])
    apart = np.abs(in_python.astype(int) - in_browser)
    print(f"Bitmaps of {len(inks):,} pen digits, browser against Python: {' '.join(['python', *sys.argv])}\n")
    print("| what | found | limit |\n| --- | --- | --- |")
    print(f"| mean absolute difference, of 255 | {apart.mean():.4f} | {APART_LIMIT:g} |")
    print(f"| largest difference, of 255 | {apart.max()} | |")
    print(f"| the same answer from {options.model} | {same:.2%} | {SAME_LIMIT:.1%} |")
    reached = apart.mean() <= APART_LIMIT and same >= SAME_LIMIT
    print(f"\n{'Both limits are kept.' if reached else 'A limit is broken.'}")


def read_inks(path: Path, count: int) -> list:
    """Return the strokes of every EVERY-th pen digit, at most `count`."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["strokes"] for line in islice(lines, 0, count * EVERY, EVERY)]


def bitmaps_of_browser(address: str, inks: list) -> np.ndarray:
    """Return the bitmaps that static/js/ink/bitmap.js makes, int (n, 784)."""
    with open_chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        return np.array(page.evaluate(IN_BROWSER, inks))


def read(address: str, model: str, bitmap: np.ndarray) -> int:
    """Return the digit that `model` reads from 784 values."""
    headers = {"Content-Type": "application/octet-stream"}
    body = bitmap.astype(np.uint8).tobytes()
    question = urllib.request.Request(f"{address}/api/predict?model={model}", body, headers)
    with urllib.request.urlopen(question) as answer:
        return json.load(answer)["digit"]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="pen digits to compare (default 1000)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of pen_digits.jsonl")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder of the models")
    parser.add_argument("--model", default="conv", help="the model that reads (default conv)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
