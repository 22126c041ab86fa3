"""Draw many variations of every ink once, before training, and keep them in a file.

Drawing one variation takes about 3 ms, far longer than a network needs to learn from it, so they are
drawn by all cores at once and used in every epoch; bitmap_variations.py then varies them further.
Each ink has a seed of its own: the same pool comes out whatever the number of cores.
"""

import hashlib
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from webapp.ink import bitmap
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation.strokes import vary_ink
from webapp.training.ink_file import Sample, ink_id
from webapp.training.synthetic_negatives import draw_scribble, two_in_one

PEN_SPREAD = 0.3  # pixels, standard deviation of the pen's width on each side
PEN_RANGE = (-0.6, 0.9)  # pixels
CHUNK = 64  # inks handed to a process at once
# The code beside this file that decides what a pool holds.
DRAWN_BY = ("digits.py", "geometry.py", "pool.py", "strokes.py", "../synthetic_negatives.py")


def draw_pool(samples: list[Sample], count: int, seed: int, cache: Path | None = None) -> np.ndarray:
    """Return each sample's own bitmap and `count` variations of it, uint8 (n, count + 1, 28, 28)."""
    jobs = [(sample.strokes, sample.label, (seed, number)) for number, sample in enumerate(samples)]
    name = _digest("pool", count, seed, *map(ink_id, samples))
    return _cached(cache, name, partial(_in_parallel, partial(_vary_one, count), jobs, "varying inks"))


def draw_scribbles(digits: list[Sample], count: int, seed: int, cache: Path | None = None) -> np.ndarray:
    """Return `count` drawings that are no digits, uint8 (count, 1, 28, 28).

    A quarter of them are two of `digits` side by side; where there are no digits, none are.
    """
    random = np.random.default_rng(seed)
    pairs = random.integers(max(1, len(digits)), size=(count, 2))
    jobs = [
        ((digits[a].strokes, digits[b].strokes) if digits and number % 4 == 0 else None, (seed, number))
        for number, (a, b) in enumerate(pairs.tolist())
    ]
    name = _digest("scribbles", count, seed, *map(ink_id, digits))
    return _cached(cache, name, partial(_in_parallel, _scribble_one, jobs, "drawing scribbles"))


def _vary_one(count: int, job: tuple) -> np.ndarray:
    strokes, label, seed = job
    random = np.random.default_rng(seed)
    varied = [to_bitmap(vary_ink(strokes, label, random), _pen(random)) for _ in range(count)]
    return np.array([to_bitmap(strokes), *varied])


def _scribble_one(job: tuple) -> np.ndarray:
    pair, seed = job
    random = np.random.default_rng(seed)
    ink = two_in_one(*pair, random) if pair else draw_scribble(random)
    if random.random() < 0.5:
        ink = vary_ink(ink, "scribble", random)
    return to_bitmap(ink, _pen(random))[None]


def _pen(random: np.random.Generator) -> float:
    return float(np.clip(random.normal(-0.05, PEN_SPREAD), *PEN_RANGE))


def _in_parallel(work, jobs: list, title: str) -> np.ndarray:
    with ProcessPoolExecutor(os.cpu_count(), initializer=_leave_interrupts_to_parent) as processes:
        done = processes.map(work, jobs, chunksize=CHUNK)
        return np.array(list(tqdm(done, title, total=len(jobs), unit=" inks", leave=False)))


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; only the one that can say a word about it should."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _digest(*parts: object) -> str:
    """Name a pool by all that it is made from: the inks, the numbers, and the code that draws."""
    code = [Path(__file__).parent / name for name in DRAWN_BY] + [Path(bitmap.__file__)]
    content = "\n".join(map(str, parts)).encode() + b"".join(path.read_bytes() for path in code)
    return f"{parts[0]}-{hashlib.sha256(content).hexdigest()[:16]}.npy"


def _cached(folder: Path | None, name: str, make) -> np.ndarray:
    """Return the array in the file `name`, or make it and write the file, whole or not at all."""
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
