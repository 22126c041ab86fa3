"""Compare the bitmaps of the browser with those of Python, on real pen digits.

    python benchmarks/bitmaps.py [--count 1000] [--data ../shared/data] [--models models] [--model conv]

Training rasterizes ink in Python, the page in JavaScript. Where the two differ, accuracy on the page is
lower than measured.
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

from tools.browser_server import open_chromium, running_server  # noqa: E402
from webapp.ink.bitmap import to_bitmap  # noqa: E402

DIFFERENCE_LIMIT = 4.0  # mean absolute difference, of 255
AGREEMENT_LIMIT = 0.995  # share of digits with the same prediction
SAMPLE_STEP = 11  # takes every 11th pen digit, for a sample of all writers
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
        in_browser = browser_bitmaps(address, inks)
        pairs = zip(in_python, in_browser, strict=True)
        agreement = np.mean(
            [predict(address, options.model, a) == predict(address, options.model, b) for a, b in pairs]
        )
    difference = np.abs(in_python.astype(int) - in_browser)
    print(f"Bitmaps of {len(inks):,} pen digits, browser against Python: {' '.join(['python', *sys.argv])}\n")
    print("| metric | value | limit |\n| --- | --- | --- |")
    print(f"| mean absolute difference, of 255 | {difference.mean():.4f} | {DIFFERENCE_LIMIT:g} |")
    print(f"| largest difference, of 255 | {difference.max()} | |")
    print(f"| same prediction by {options.model} | {agreement:.2%} | {AGREEMENT_LIMIT:.1%} |")
    is_met = difference.mean() <= DIFFERENCE_LIMIT and agreement >= AGREEMENT_LIMIT
    print(f"\n{'Both limits met.' if is_met else 'Limit exceeded.'}")


def read_inks(path: Path, count: int) -> list:
    """Return the strokes of `count` pen digits, taken at steps of SAMPLE_STEP."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["strokes"] for line in islice(lines, 0, count * SAMPLE_STEP, SAMPLE_STEP)]


def browser_bitmaps(address: str, inks: list) -> np.ndarray:
    """Rasterize inks with static/js/ink/bitmap.js. Return the bitmaps, int (n, 784)."""
    with open_chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        return np.array(page.evaluate(IN_BROWSER, inks))


def predict(address: str, model: str, bitmap: np.ndarray) -> int:
    """Return the digit that the server predicts for a bitmap, (784,)."""
    headers = {"Content-Type": "application/octet-stream"}
    body = bitmap.astype(np.uint8).tobytes()
    request = urllib.request.Request(f"{address}/api/predict?model={model}", body, headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)["digit"]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="pen digits to compare (default: 1000)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with pen_digits.jsonl")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    parser.add_argument("--model", default="conv", help="model for the predictions (default: conv)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
