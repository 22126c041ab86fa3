"""A pool holds each ink and its variations, is the same whoever draws it, and is kept whole."""

import numpy as np
import pytest

from tests.training.samples import digit
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation import pool
from webapp.training.augmentation.pool import draw_pool, draw_scribbles


@pytest.fixture(scope="module")
def samples():
    return [digit(label) for label in range(10)]


@pytest.fixture(autouse=True)
def _one_process(monkeypatch):
    """The fork of a test run would only cost time; the training's own test draws with all cores."""
    monkeypatch.setattr(pool, "_in_parallel", lambda work, jobs, _: np.array([*map(work, jobs)]))


def test_draw_pool_holds_each_ink_itself_and_its_variations(samples):
    pool = draw_pool(samples, 3, seed=1)
    assert pool.shape == (10, 4, 28, 28)
    assert pool.dtype == np.uint8
    assert np.array_equal(pool[:, 0], [to_bitmap(sample.strokes) for sample in samples])
    assert (pool.max(axis=(2, 3)) == 255).mean() > 0.9  # a thin pen may leave no pixel all black
    assert len(np.unique(pool.reshape(40, -1), axis=0)) == 40


def test_draw_pool_follows_from_the_seed(samples):
    first, again, other = (draw_pool(samples, 2, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first[:, 1:], other[:, 1:])


def test_draw_pool_gives_each_ink_a_chance_of_its_own(samples):
    assert np.array_equal(draw_pool(samples[:4], 2, seed=1), draw_pool(samples, 2, seed=1)[:4])


def test_draw_pool_is_read_again_from_its_file(samples, tmp_path):
    first = draw_pool(samples, 1, seed=1, cache=tmp_path)
    (path,) = tmp_path.iterdir()
    np.save(path, first // 2)
    assert np.array_equal(draw_pool(samples, 1, seed=1, cache=tmp_path), first // 2)


def test_draw_pool_of_other_inks_is_another_file(samples, tmp_path):
    for drawn in (samples, samples[1:], samples[::-1]):
        draw_pool(drawn, 1, seed=1, cache=tmp_path)
    draw_pool(samples, 1, seed=2, cache=tmp_path)
    draw_pool(samples, 2, seed=1, cache=tmp_path)
    assert len(list(tmp_path.glob("pool-*.npy"))) == 5


def test_draw_pool_that_is_stopped_leaves_no_file(samples, tmp_path, monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        draw_pool(samples, 1, seed=1, cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_draw_scribbles_draws_ink_with_digits_and_without(samples):
    for digits in (samples, []):
        drawn = draw_scribbles(digits, 40, seed=3)
        assert drawn.shape == (40, 1, 28, 28)
        assert drawn.any(axis=(1, 2, 3)).all()
        assert np.array_equal(drawn, draw_scribbles(digits, 40, seed=3))
