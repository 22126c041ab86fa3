"""The digits of the lab: the shipped sample, or all of MNIST."""

import numpy as np
import pytest

from webapp.lab.digits import count_training, load_digits, with_wrong_labels
from webapp.training.datasets import SAMPLE, find_mnist, load_mnist


def test_sample_has_three_parts_of_all_digits():
    digits = load_digits(find_mnist(SAMPLE.parent / "no-folder"))
    assert [len(part) for part in (digits.train, digits.validation, digits.test)] == [9_000, 1_000, 2_000]
    assert count_training(SAMPLE) == len(digits.train)
    for part in (digits.train, digits.validation, digits.test):
        assert set(part.labels) == set(range(10))
    assert SAMPLE.stat().st_size <= 3_000_000


def test_sample_holds_digits_of_mnist_unchanged(data_folder):
    train, test = load_mnist(data_folder / "mnist.npz")
    sample_train, sample_test = load_mnist(SAMPLE)
    assert np.array_equal(sample_train.bitmaps, train.bitmaps[::6])
    assert np.array_equal(sample_train.labels, train.labels[::6])
    assert np.array_equal(sample_test.bitmaps, test.bitmaps[::5])
    assert np.array_equal(sample_test.labels, test.labels[::5])


def test_whole_mnist_is_used_where_it_is(data_folder):
    path = find_mnist(data_folder)
    assert path == data_folder / "mnist.npz"
    assert len(load_digits(path).train) == count_training(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_share_of_labels_is_wrong(share):
    labels = np.arange(10_000) % 10
    found = with_wrong_labels(labels, share, seed=1)
    assert (found != labels).mean() == pytest.approx(share, abs=0.02)
    assert set(found) <= set(range(10))
    assert np.array_equal(found, with_wrong_labels(labels, share, seed=1))
