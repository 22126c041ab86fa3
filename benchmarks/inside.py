"""Looking inside: how long it takes, how much is sent, what networks are worth without activation functions.

    python benchmarks/inside.py [--mnist ../shared/data/mnist.npz] [--models models] [--write]

Server time is measured around the whole request in the application itself, without a network. With --write
what is measured of the collapsed networks goes to where the page reads it, by each model file's SHA-256.
"""

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from tools.pictures import SEVEN  # noqa: E402
from tools.stage import PAD_UNITS, open_chromium, running_server  # noqa: E402
from webapp import create_app  # noqa: E402
from webapp.ink.bitmap import to_bitmap  # noqa: E402
from webapp.nets.inspection.ablation import NOTHING, Ablation  # noqa: E402
from webapp.nets.inspection.collapsed import FILE  # noqa: E402
from webapp.training.datasets import load_mnist  # noqa: E402

MNIST = ROOT.parent / "shared" / "data" / "mnist.npz"
REQUESTS = 300
BATCH = 500  # bitmaps
LONGEST_WAIT = 120  # seconds until the models are warm


def main() -> None:
    """Measure and print everything."""
    options = _parse()
    app = create_app({"MODELS": options.models})
    store = app.extensions["store"]
    store.start()
    store.wait(LONGEST_WAIT)
    for name in store.warm_names():
        print(f"{name:8} {measure_requests(app, name)}")
    figures = measure_all(app, *_test_set(options.mnist))
    if options.write:
        FILE.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(f"page     {measure_page(options.models)}")


def measure_all(app, bitmaps: np.ndarray, labels: np.ndarray) -> dict[str, dict]:
    """Return by the model file's SHA-256 what is left of each network with hidden layers, and print it."""
    store, figures = app.extensions["store"], {}
    for name in store.warm_names():
        inside = app.extensions["inspected"].of(name, store.network(name))
        if inside.graph.hidden:
            found = measure_collapse(inside, bitmaps, labels)
            figures[store.card(name)["sha256"]] = {"model": name} | found
            shares = f"{found['whole']:.2%} right, without activation functions {found['collapsed']:.2%}"
            print(f"{name:8} MNIST's test set: {shares}")
    return figures


def _test_set(path: Path) -> tuple[np.ndarray, np.ndarray]:
    _, test = load_mnist(path)
    return test.bitmaps, test.labels


def measure_requests(app, name: str) -> str:
    """Return the time of one look at every layer, and its size."""
    client, body = app.test_client(), to_bitmap([np.array(stroke, float) for stroke in SEVEN]).tobytes()
    seconds = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        response = client.post(
            f"/api/inspect?model={name}", data=body, content_type="application/octet-stream"
        )
        seconds.append(time.perf_counter() - start)
    middle, late = np.percentile(np.array(seconds[REQUESTS // 10 :]) * 1000, (50, 95))
    return f"whole inside: median {middle:.1f} ms, p95 {late:.1f} ms, {len(response.data):,} bytes"


def measure_collapse(inside, bitmaps: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return the share read rightly, as trained and without the hidden layers' activation functions."""
    linear = Ablation(linear=frozenset(step.name for step in inside.graph.hidden))
    return {
        "whole": _accuracy(inside, bitmaps, labels, NOTHING),
        "collapsed": _accuracy(inside, bitmaps, labels, linear),
    }


def _accuracy(inside, bitmaps: np.ndarray, labels: np.ndarray, ablation: Ablation) -> float:
    parts = [bitmaps[start : start + BATCH] for start in range(0, len(bitmaps), BATCH)]
    answers = np.concatenate([inside.logits(part, ablation).argmax(axis=1) for part in parts])
    return float((answers == labels).mean())


def measure_page(models: Path) -> str:
    """Return how the page keeps up while one draws with every layer of conv in view."""
    with running_server(models) as address, open_chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}/inside?view=layers#ink=8c_50_5k_0_-2s_i8")
        page.wait_for_function("() => document.querySelector('[data-logit]').textContent", timeout=60_000)
        page.evaluate(
            """() => {
              window.tasks = [];
              const note = (list) => tasks.push(...list.getEntries().map((entry) => entry.duration));
              new PerformanceObserver(note).observe({ type: "longtask" });
              performance.setResourceTimingBufferSize(5000);
              window.updates = performance.getEntriesByType("resource").length;
              window.began = performance.now();
            }"""
        )
        for _ in range(3):
            _draw_slowly(page)
        tasks, updates, took = page.evaluate(
            """() => {
              const count = performance.getEntriesByType("resource").length - updates;
              return [tasks, count, performance.now() - began];
            }"""
        )
        longest = f"longest task {max(tasks):.0f} ms" if tasks else "no task over 50 ms"
        return f"{updates / took * 1000:.0f} updates a second while drawing, {longest}"


def _draw_slowly(page) -> None:
    box = page.locator("[data-pad]").bounding_box()
    scale = box["width"] / PAD_UNITS
    for stroke in SEVEN:
        places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=3)
        page.mouse.up()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder of the models")
    parser.add_argument("--mnist", type=Path, default=MNIST, help="file")
    parser.add_argument("--write", action="store_true", help="write the figures that the page shows")
    return parser.parse_args()


if __name__ == "__main__":
    main()
