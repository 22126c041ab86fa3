"""Pools contain each ink and its variations, are deterministic, and are cached."""

import numpy as np
import pytest

from tests.training.samples import digit
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation import pool
from webapp.training.augmentation.pool import draw_negatives, draw_pool


@pytest.fixture(scope="module")
def samples():
    return [digit(label) for label in range(10)]


@pytest.fixture(autouse=True)
def _one_process(monkeypatch):
    """The fork of a test run would only cost time; the training's own test draws with all cores."""
    monkeypatch.setattr(pool, "_in_parallel", lambda work, jobs, _: np.array([*map(work, jobs)]))


def test_draw_pool_contains_originals_and_variations(samples):
    pool = draw_pool(samples, 3, seed=1)
    assert pool.shape == (10, 4, 28, 28)
    assert pool.dtype == np.uint8
    assert np.array_equal(pool[:, 0], [to_bitmap(sample.strokes) for sample in samples])
    assert (pool.max(axis=(2, 3)) == 255).mean() > 0.9  # a thin pen may leave no pixel all black
    assert len(np.unique(pool.reshape(40, -1), axis=0)) == 40


def test_draw_pool_is_deterministic(samples):
    first, again, other = (draw_pool(samples, 2, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first[:, 1:], other[:, 1:])


def test_draw_pool_seeds_each_ink_separately(samples):
    assert np.array_equal(draw_pool(samples[:4], 2, seed=1), draw_pool(samples, 2, seed=1)[:4])


def test_draw_pool_reads_its_cache_file(samples, tmp_path):
    first = draw_pool(samples, 1, seed=1, cache=tmp_path)
    (path,) = tmp_path.iterdir()
    np.save(path, first // 2)
    assert np.array_equal(draw_pool(samples, 1, seed=1, cache=tmp_path), first // 2)


def test_draw_pool_cache_file_depends_on_inputs(samples, tmp_path):
    for drawn in (samples, samples[1:], samples[::-1]):
        draw_pool(drawn, 1, seed=1, cache=tmp_path)
    draw_pool(samples, 1, seed=2, cache=tmp_path)
    draw_pool(samples, 2, seed=1, cache=tmp_path)
    assert len(list(tmp_path.glob("pool-*.npy"))) == 5


def test_draw_pool_interrupted_leaves_no_file(samples, tmp_path, monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        draw_pool(samples, 1, seed=1, cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_draw_pool_renames_its_cache_file_when_it_is_complete(samples, tmp_path, monkeypatch):
    save, seen = np.save, []

    def watch(file, array):
        save(file, array)
        seen.extend(tmp_path.glob("*.npy"))

    monkeypatch.setattr(np, "save", watch)
    draw_pool(samples, 1, seed=1, cache=tmp_path)
    assert seen == []
    assert len(list(tmp_path.iterdir())) == len(list(tmp_path.glob("*.npy"))) == 1


def test_draw_scribbles_draws_ink_with_digits_and_without(samples):
    for digits in (samples, []):
        drawn = draw_negatives(digits, 40, seed=3)
        assert drawn.shape == (40, 1, 28, 28)
        assert drawn.any(axis=(1, 2, 3)).all()
        assert np.array_equal(drawn, draw_negatives(digits, 40, seed=3))
