"""Measure the inspection of networks: latency, response size, and accuracy without activation functions.

    python benchmarks/inside.py [--mnist ../shared/data/mnist.npz] [--models models] [--write]

Server time is that of a request to Flask's test client, without a network connection. --write saves the
accuracies in the file that the page reads, by the SHA-256 of each model file.
"""

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from tools.browser_server import PAD_UNITS, open_chromium, running_server  # noqa: E402
from tools.pictures import SEVEN  # noqa: E402
from webapp import create_app  # noqa: E402
from webapp.ink.bitmap import to_bitmap  # noqa: E402
from webapp.nets.inspection.ablation import MEASURED, NO_ABLATION, Ablation  # noqa: E402
from webapp.training.datasets import load_mnist  # noqa: E402

MNIST = ROOT.parent / "shared" / "data" / "mnist.npz"
REQUESTS = 300
BATCH = 500  # bitmaps
WARM_UP_TIMEOUT = 120  # seconds


def main() -> None:
    """Run all measurements and print the results."""
    options = _parse()
    app = create_app({"MODELS": options.models})
    store = app.extensions["store"]
    store.start()
    store.wait(WARM_UP_TIMEOUT)
    for name in store.warm_names():
        print(f"{name:8} {measure_requests(app, name)}")
    accuracies = measure_accuracies(app, *_test_set(options.mnist))
    if options.write:
        MEASURED.write_text(json.dumps(accuracies, indent=1) + "\n", "utf-8")
    print(f"page     {measure_page(options.models)}")


def measure_accuracies(app, bitmaps: np.ndarray, labels: np.ndarray) -> dict[str, dict]:
    """Print and return the accuracies of each network with hidden layers, by the model file's SHA-256."""
    store, accuracies = app.extensions["store"], {}
    for name in store.warm_names():
        network = app.extensions["inspected"].of(name, store.network(name))
        if network.graph.hidden:
            measured = measure_accuracy(network, bitmaps, labels)
            accuracies[store.card(name)["sha256"]] = {"model": name} | measured
            trained, ablated = measured["trained"], measured["without_activations"]
            print(f"{name:8} MNIST test set: {trained:.2%}, without activation functions {ablated:.2%}")
    return accuracies


def _test_set(path: Path) -> tuple[np.ndarray, np.ndarray]:
    _, test = load_mnist(path)
    return test.bitmaps, test.labels


def measure_requests(app, name: str) -> str:
    """Return latency and size of the response with the activations of all layers."""
    client, body = app.test_client(), to_bitmap([np.array(stroke, float) for stroke in SEVEN]).tobytes()
    seconds = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        response = client.post(
            f"/api/inspect?model={name}", data=body, content_type="application/octet-stream"
        )
        seconds.append(time.perf_counter() - start)
    warm = np.array(seconds[REQUESTS // 10 :]) * 1000  # without the first requests, as a warm-up
    median, p95 = np.percentile(warm, (50, 95))
    return f"all layers: median {median:.1f} ms, p95 {p95:.1f} ms, {len(response.data):,} bytes"


def measure_accuracy(network, bitmaps: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return the accuracy as trained, and without the hidden layers' activation functions."""
    linear = Ablation(linear=frozenset(step.name for step in network.graph.hidden))
    return {
        "trained": _accuracy(network, bitmaps, labels, NO_ABLATION),
        "without_activations": _accuracy(network, bitmaps, labels, linear),
    }


def _accuracy(network, bitmaps: np.ndarray, labels: np.ndarray, ablation: Ablation) -> float:
    batches = [bitmaps[start : start + BATCH] for start in range(0, len(bitmaps), BATCH)]
    digits = np.concatenate([network.logits(batch, ablation).argmax(axis=1) for batch in batches])
    return float((digits == labels).mean())


def measure_page(models: Path) -> str:
    """Return update rate and longest task of the page while drawing, with all layers of conv visible."""
    with running_server(models) as address, open_chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}/inside?view=layers#ink=8c_50_5k_0_-2s_i8")
        page.wait_for_function("() => document.querySelector('[data-logit]').textContent", timeout=60_000)
        page.evaluate(
            """() => {
              window.tasks = [];
              const record = (list) => tasks.push(...list.getEntries().map((entry) => entry.duration));
              new PerformanceObserver(record).observe({ type: "longtask" });
              performance.setResourceTimingBufferSize(5000);
              window.updates = performance.getEntriesByType("resource").length;
              window.started = performance.now();
            }"""
        )
        for _ in range(3):
            _draw_slowly(page)
        tasks, updates, duration = page.evaluate(
            """() => {
              const count = performance.getEntriesByType("resource").length - updates;
              return [tasks, count, performance.now() - started];
            }"""
        )
        longest = f"longest task {max(tasks):.0f} ms" if tasks else "no task over 50 ms"
        return f"{updates / duration * 1000:.0f} updates per second while drawing, {longest}"


def _draw_slowly(page) -> None:
    box = page.locator("[data-pad]").bounding_box()
    scale = box["width"] / PAD_UNITS
    for stroke in SEVEN:
        positions = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
        page.mouse.move(*positions[0])
        page.mouse.down()
        for position in positions[1:]:
            page.mouse.move(*position, steps=3)
        page.mouse.up()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="folder with the models")
    parser.add_argument("--mnist", type=Path, default=MNIST, help="file with MNIST")
    parser.add_argument("--write", action="store_true", help="save the accuracies that the page shows")
    return parser.parse_args()


if __name__ == "__main__":
    main()
