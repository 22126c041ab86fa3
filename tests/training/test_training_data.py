"""Batches depend on seed, epoch and index only."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # the class under test is Keras's


@pytest.fixture(scope="module")
def sources():
    """30 digits in three forms and 8 drawings that are none."""
    from webapp.training.training_data import Source

    random = np.random.default_rng(1)
    digits = random.integers(0, 256, (30, 3, 28, 28)).astype(np.uint8)
    none = random.integers(0, 256, (8, 1, 28, 28)).astype(np.uint8)
    return [Source(digits, np.arange(30) % 10, 48, 1.0), Source(none, np.full(8, -1), 16, 0.5)]


def training_data(sources, seed=5):
    from webapp.training.training_data import TrainingData

    return TrainingData(sources, batch_size=16, epochs=6, seed=seed)


def test_batch_has_bitmaps_and_both_targets(sources):
    bitmaps, targets = training_data(sources)[0]
    assert bitmaps.shape == (16, 28, 28)
    assert bitmaps.dtype == np.float32
    assert targets["digit"].shape == (16, 10)
    assert targets["is_digit"].shape == (16, 1)


def test_batch_is_the_same_when_resumed(sources):
    through, resumed = training_data(sources), training_data(sources)
    for epoch in range(4):
        through.begin_epoch(epoch)
        through[0], through[3]  # what was read before changes nothing
    resumed.begin_epoch(3)
    for index in (2, 0, 1):
        (bitmaps, targets), (again, targets_again) = through[index], resumed[index]
        assert np.array_equal(bitmaps, again)
        assert all(np.array_equal(targets[name], targets_again[name]) for name in targets)


def test_batch_depends_on_seed_epoch_and_index(sources):
    data, other = training_data(sources), training_data(sources, seed=6)
    first, second = data[0][0], data[1][0]
    data.begin_epoch(1)
    assert len({batch.tobytes() for batch in (first, second, data[0][0], other[0][0])}) == 4


def test_epoch_mixes_every_source_in_its_share(sources):
    data = training_data(sources)
    is_digit = np.concatenate([data[index][1]["is_digit"][:, 0] for index in range(len(data))])
    assert len(data) == 4
    assert is_digit.sum() == 48
    assert {len(set(is_digit[start : start + 16])) for start in range(0, 64, 16)} == {2}


def test_source_draws_without_replacement_first(sources):
    samples, forms = sources[0].draw(np.random.default_rng(2))
    counts = np.bincount(samples, minlength=30)
    assert counts.min() == 1
    assert counts.max() == 2
    assert set(forms) == {0, 1, 2}


@pytest.mark.parametrize(("as_drawn", "least", "most"), [(0.0, 0.01, 0.1), (0.3, 0.25, 0.42), (1.0, 1, 1)])
def test_source_draws_a_share_without_variation(as_drawn, least, most):
    from webapp.training.training_data import Source

    bitmaps = np.zeros((1_000, 25, 28, 28), np.uint8)
    source = Source(bitmaps, np.zeros(1_000, int), 1_000, 1.0, as_drawn)
    _, forms = source.draw(np.random.default_rng(2))
    assert least <= (forms == 0).mean() <= most


def test_targets_are_smoothed_and_uniform_for_negatives():
    from webapp.training.training_data import targets

    wanted = targets(np.array([3, -1]))
    assert wanted["digit"].sum(axis=1) == pytest.approx([1, 1])
    assert wanted["digit"][0, 3] == pytest.approx(0.955)
    assert wanted["digit"][1] == pytest.approx(np.full(10, 0.1))
    assert wanted["is_digit"].tolist() == [[1], [0]]


def test_calm_reduces_variation_after_three_fifths():
    from webapp.training.training_data import augmentation_strength

    shares = [augmentation_strength(epoch, 11) for epoch in range(11)]
    assert shares[:7] == [1.0] * 7
    assert shares[-1] == pytest.approx(0.4)
    assert shares == sorted(shares, reverse=True)
    assert augmentation_strength(0, 1) == 1.0


def test_epoch_seed_makes_dropout_resumable(sources):
    from webapp.nets.architectures import conv
    from webapp.training.training_data import EpochSeed

    bitmaps = np.random.default_rng(3).integers(0, 256, (4, 28, 28)).astype(np.float32)

    def answer_in(epoch: int, answers_before: int) -> np.ndarray:
        chance = EpochSeed(training_data(sources))
        chance.set_model(model)
        for _ in range(answers_before):
            model(bitmaps, training=True)
        chance.on_epoch_begin(epoch)
        return np.asarray(model(bitmaps, training=True)["digit"])

    model = conv(batch_norm=True)
    first = answer_in(epoch=2, answers_before=0)
    assert answer_in(epoch=2, answers_before=3) == pytest.approx(first, abs=1e-5)
    assert answer_in(epoch=1, answers_before=0) != pytest.approx(first, abs=1e-3)
