"""Measure the lab: first point, training time against `fit` alone, predictions while training, controls.

    python -m benchmarks.lab --data ../shared/data

All on one real server in one run.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from benchmarks.load.closed_loop import run_closed_loop
from benchmarks.load.handwriting import bitmap_bytes, read_digits
from benchmarks.load.http import make_request
from benchmarks.load.lab_client import LabClient, has_point
from benchmarks.load.run_followers import FollowRecorder, followers
from benchmarks.load.servers import RunningServer, inkwise_server
from webapp.settings import ROOT

TIMES = 10  # of each short measurement
ROUNDS = 5  # of the tutorial's network in the lab and alone
DRAWING = 2  # connections that predict in a closed loop
PREDICTING = 8.0  # seconds
PHONES, FOLLOWING = 300, 30.0  # that follow a run, and seconds
FIT_ALONE = """
import sys, time
from webapp.training.tensorflow_setup import import_tensorflow
import_tensorflow()
from webapp.lab.digits import load_digits
from webapp.lab.spec import LabSpec
from webapp.lab.training.network import build
from pathlib import Path
train = load_digits(Path(sys.argv[1])).train
model = build(LabSpec(), "alone")
started = time.perf_counter()
model.fit(train.bitmaps, train.labels, batch_size=32, epochs=3, verbose=0)
print(time.perf_counter() - started)
"""


def measure_first_point(lab: LabClient) -> list[float]:
    """Return the seconds from "train" to the first point, with the trainer warm."""
    found = []
    for _ in range(TIMES):
        started = time.perf_counter()
        run = lab.train(epochs=1)
        lab.wait(lambda news, run=run: has_point(news, run))
        found.append(time.perf_counter() - started)
        lab.control("stop")
        lab.wait_for_end(run)
    return found


def measure_training(lab: LabClient, mnist: Path) -> tuple[float, float, float]:
    """Return the seconds of the tutorial's network in the lab and by `fit` alone, and the test accuracy.

    Medians of rounds in turn: on a shared machine one training takes up to half as long again as the next.
    """
    command = [sys.executable, "-c", FIT_ALONE, str(mnist)]
    runs: list[dict] = []
    alone: list[float] = []
    for _ in range(ROUNDS):
        fitted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        alone.append(float(fitted.stdout))
        runs.append(lab.wait_for_end(lab.train(samples=54_000, epochs=3)))
    seconds = float(np.median([run["seconds"] for run in runs]))
    return seconds, float(np.median(alone)), runs[-1]["test_accuracy"]


def measure_predictions(lab: LabClient, port: int, bitmaps: list[bytes]) -> tuple[float, float]:
    """Return the 95th percentile in ms of predictions without and with a training."""
    requests = [make_request(port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]
    run_closed_loop(port, requests, DRAWING, 1.0)
    without = run_closed_loop(port, requests, DRAWING, PREDICTING).percentile(95)
    run = lab.train(epochs=50)
    lab.wait(lambda news: has_point(news, run))
    during = run_closed_loop(port, requests, DRAWING, PREDICTING).percentile(95)
    lab.control("stop")
    lab.wait_for_end(run)
    return without, during


def measure_controls(lab: LabClient) -> dict[str, list[float]]:
    """Return the seconds until the page knows the effect, by action."""
    found: dict[str, list[float]] = {"pause": [], "step": [], "stop": []}
    for _ in range(TIMES):
        run = lab.train(epochs=50)
        lab.wait(lambda news, run=run: has_point(news, run))
        found["pause"].append(_time(lab, "pause", lambda news: news["status"] == "paused"))
        step = lab.news["run"]["step"]
        found["step"].append(_time(lab, "step", lambda news, step=step: news["run"]["step"] == step + 1))
        lab.control("resume")
        found["stop"].append(
            _time(lab, "stop", lambda news: news["run"]["status"] not in ("training", "paused"))
        )
    return found


def measure_following(lab: LabClient, server: RunningServer) -> tuple[FollowRecorder, float]:
    """Return what phones and a wall received of a run, and the CPU of the server meanwhile, in cores."""

    async def follow() -> tuple[FollowRecorder, float]:
        process = psutil.Process(server.process_id)
        async with followers(server.port, PHONES) as recorder:
            run = await asyncio.to_thread(lab.train, epochs=50)
            before = sum(process.cpu_times()[:2])
            await asyncio.sleep(FOLLOWING)
            cores = (sum(process.cpu_times()[:2]) - before) / FOLLOWING
            await asyncio.to_thread(lab.control, "stop")
            await asyncio.to_thread(lab.wait_for_end, run)
            await asyncio.sleep(1)
        return recorder, cores

    lab.request("PATCH", "/api/lab/room", {"asking": True}, lab.presenter_cookie(server.presenter_link))
    return asyncio.run(follow())


def _time(lab: LabClient, action: str, condition: Callable[[dict], bool]) -> float:
    started = time.perf_counter()
    lab.control(action)
    lab.wait(condition)
    return time.perf_counter() - started


def resources(server: RunningServer) -> tuple[int, int, int]:
    """Return the numbers of processes, threads and open files of a server and its trainer."""
    process = psutil.Process(server.process_id)
    family = [process, *process.children(recursive=True)]
    return len(family), sum(each.num_threads() for each in family), sum(each.num_fds() for each in family)


def start_and_stop(lab: LabClient, times: int) -> None:
    """Start and stop so many runs, and throw each away."""
    for _ in range(times):
        run = lab.train(epochs=50)
        lab.wait(lambda news, run=run: has_point(news, run))
        lab.control("stop")
        lab.wait_for_end(run)
        lab.request("DELETE", f"/api/lab/runs/{run}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the lab.")
    parser.add_argument("--data", type=Path, required=True, help="folder of mnist.npz and pen_digits.jsonl")
    parser.add_argument("--only-following", action="store_true", help="measure only phones that follow a run")
    options = parser.parse_args()
    data = options.data.resolve()
    with inkwise_server("--data", data) as server, LabClient(server.port) as lab:
        lab.open()
        print("| what | measured |\n| --- | --- |")
        print_following(*measure_following(lab, server))
        if not options.only_following:
            print_training(lab, server, data)


def print_following(recorder: FollowRecorder, cores: float) -> None:
    """Print the rows of the phones that follow a run."""
    for name, received in (("phone", recorder.phones), ("wall", recorder.walls)):
        delays = recorder.delays(received)
        median, p95 = np.percentile(delays, (50, 95))
        print(
            f"| update of the trainer -> {name} | median {median:.2f} s, p95 {p95:.2f} s, "
            f"at most {delays[-1]:.2f} s, {len(delays):,} samples |"
        )
    guesses = recorder.guesses
    print(f"| {len(guesses.statuses)} guesses | p95 {guesses.percentile(95):.0f} ms |")
    print(
        f"| errors; phones with the truth; server | {sum(guesses.errors.values()) + recorder.lost}; "
        f"{recorder.truths} of {PHONES}; {cores:.2f} cores |"
    )


def print_training(lab: LabClient, server: RunningServer, data: Path) -> None:
    """Print the rows of trainings without followers."""
    bitmaps = [bitmap_bytes(strokes) for strokes in read_digits(data / "pen_digits.jsonl", 100)]
    first = measure_first_point(lab)
    print(f"| first point after train | median {np.median(first):.2f} s, at most {max(first):.2f} s |")
    lab_seconds, alone, accuracy = measure_training(lab, data / "mnist.npz")
    print(
        f"| 2x128, 3 epochs of MNIST, against fit alone | {lab_seconds:.1f} s, {alone:.1f} s: "
        f"{lab_seconds / alone:.2f} x; {accuracy:.1%} |"
    )
    without, during = measure_predictions(lab, server.port, bitmaps)
    print(
        f"| p95 of predictions without and while training | {without:.1f} ms, {during:.1f} ms: "
        f"{during / without:.2f} x |"
    )
    for action, seconds in measure_controls(lab).items():
        print(f"| {action} | median {np.median(seconds):.2f} s, at most {max(seconds):.2f} s |")
    start_and_stop(lab, 1)
    before = resources(server)
    start_and_stop(lab, 20)
    print(f"| processes, threads, files before and after 20 runs | {before}, {resources(server)} |")


if __name__ == "__main__":
    main()
