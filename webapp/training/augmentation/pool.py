"""Rasterize many variations of each ink before training, in parallel, and cache them in a file.

One variation takes about 3 ms, far longer than a training step, so the pool is used in every epoch and varied
further by images.py. Each ink has its own seed: the pool does not depend on the number of cores.
"""

import hashlib
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from webapp.ink import bitmap, curve
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation.strokes import vary_ink
from webapp.training.ink_file import Sample, ink_id
from webapp.training.synthetic_negatives import draw_negative, spoiled_digit

PEN_SPREAD = 0.3  # pixels, standard deviation of the pen's width on each side
PEN_RANGE = (-0.6, 0.9)  # pixels
CHUNK = 64  # inks given to a process at once
# Source files that determine the content of a pool, for the cache key.
SOURCES = (
    "digits.py",
    "geometry.py",
    "pool.py",
    "strokes.py",
    "../synthetic_negatives.py",
    "../synthetic_symbols.py",
)


def draw_pool(samples: list[Sample], count: int, seed: int, cache: Path | None = None) -> np.ndarray:
    """Return each sample's bitmap and `count` variations of it, uint8 (n, count + 1, 28, 28)."""
    jobs = [(sample.strokes, sample.label, (seed, number)) for number, sample in enumerate(samples)]
    name = _digest("pool", count, seed, *map(ink_id, samples))
    return _cached(cache, name, partial(_in_parallel, partial(_vary_one, count), jobs, "varying inks"))


def draw_negatives(digits: list[Sample], count: int, seed: int, cache: Path | None = None) -> np.ndarray:
    """Return `count` synthetic negatives, uint8 (count, 1, 28, 28).

    A quarter of them are two of `digits` side by side, or a spoiled one, if there are any.
    """
    random = np.random.default_rng(seed)
    pairs = random.integers(max(1, len(digits)), size=(count, 2))
    jobs = [
        ((digits[a].strokes, digits[b].strokes) if digits and number % 4 == 0 else None, (seed, number))
        for number, (a, b) in enumerate(pairs.tolist())
    ]
    name = _digest("negatives", count, seed, *map(ink_id, digits))
    return _cached(cache, name, partial(_in_parallel, _draw_one, jobs, "drawing negatives"))


def _vary_one(count: int, job: tuple) -> np.ndarray:
    strokes, label, seed = job
    random = np.random.default_rng(seed)
    varied = [to_bitmap(vary_ink(strokes, label, random), _pen(random)) for _ in range(count)]
    return np.array([to_bitmap(strokes), *varied])


def _draw_one(job: tuple) -> np.ndarray:
    pair, seed = job
    random = np.random.default_rng(seed)
    ink = spoiled_digit(pair[0], pair[1], random) if pair else draw_negative(random)
    if random.random() < 0.5:
        ink = vary_ink(ink, "negative", random)
    return to_bitmap(ink, _pen(random))[None]


def _pen(random: np.random.Generator) -> float:
    return float(np.clip(random.normal(-0.05, PEN_SPREAD), *PEN_RANGE))


def _in_parallel(work: Callable, jobs: list, title: str) -> np.ndarray:
    with ProcessPoolExecutor(os.cpu_count(), initializer=_leave_interrupts_to_parent) as processes:
        done = processes.map(work, jobs, chunksize=CHUNK)
        return np.array(list(tqdm(done, title, total=len(jobs), unit=" inks", leave=False)))


def _leave_interrupts_to_parent() -> None:
    """Ignore Ctrl-C in worker processes; the parent handles it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _digest(*parts: object) -> str:
    """Return a file name that depends on the inks, the parameters and the code."""
    code = [Path(__file__).parent / name for name in SOURCES] + [Path(bitmap.__file__), Path(curve.__file__)]
    content = "\n".join(map(str, parts)).encode() + b"".join(path.read_bytes() for path in code)
    return f"{parts[0]}-{hashlib.sha256(content).hexdigest()[:16]}.npy"


def _cached(folder: Path | None, name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
    """Return the array in the file `name`, or make it and write the file, atomically."""
    if folder is None:
        return make()
    path = folder / name
    if path.exists():
        return np.load(path)
    pool = make()
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    try:
        with unfinished.open("wb") as file:
            np.save(file, pool)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return pool
