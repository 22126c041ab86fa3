"""Splits by writer, faulty inks, and loading of MNIST."""

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.training.samples import digit, symbol
from webapp.errors import DataError
from webapp.training import datasets
from webapp.training.ink_file import Sample, ink_id, read_inks, strokes_id
from webapp.training.writers import person_of


def write_mnist(path, **changes):
    """Write a small MNIST with some of its arrays changed; None leaves an array out."""
    bitmaps, labels = np.zeros((4, 28, 28), np.uint8), np.arange(4, dtype=np.uint8)
    arrays = {"x_train": bitmaps, "y_train": labels, "x_test": bitmaps[:2], "y_test": labels[:2]} | changes
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


class Code:
    """A pickled object that makes a file when it is read."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


def test_load_mnist_runs_no_code_of_a_file(tmp_path):
    labels = np.array([Code(tmp_path / "made"), 1, 2, 3], object)
    with pytest.raises(DataError, match="expected x_train"):
        datasets.load_mnist(write_mnist(tmp_path / "mnist.npz", y_train=labels))
    assert not (tmp_path / "made").exists()


def test_split_by_writer_is_a_partition_of_writers():
    samples = [digit(label, f"room/{writer}") for writer in range(200) for label in (1, 7)]
    training, unseen = datasets.split_by_writer(samples)
    assert sorted(map(id, training + unseen)) == sorted(map(id, samples))
    assert not {sample.writer for sample in training} & {sample.writer for sample in unseen}
    assert 0.08 < len(unseen) / len(samples) < 0.22


def test_split_of_pen_digits_shares_no_writer_or_ink(data_folder):
    samples, _ = read_inks(data_folder / "pen_digits.jsonl")
    training, unseen = datasets.split_by_writer(samples)
    assert len(unseen) > 1000
    assert not {person_of(s.writer) for s in training} & {person_of(s.writer) for s in unseen}
    assert not {ink_id(s) for s in training} & {ink_id(s) for s in unseen}
    assert {s.site for s in unseen} == {s.site for s in samples}


def test_split_is_the_same_for_digits_and_symbols(data_folder):
    digits, _ = read_inks(data_folder / "pen_digits.jsonl")
    symbols, _ = read_inks(data_folder / "not_digits.jsonl", digits_only=False)
    training, unseen = datasets.split_by_writer(digits + symbols)
    assert not {person_of(s.writer) for s in training} & {person_of(s.writer) for s in unseen}


def test_without_repeats_keeps_equal_strokes_of_the_first_writer():
    later, other, first = digit(3, "room/b"), digit(3, "room/b", seed=1), digit(3, "room/a")
    assert datasets.without_repeats([later, other, first]) == [other, first]
    other_label = Sample(5, "room/c", first.strokes)
    assert datasets.without_repeats([other_label, first]) == [first]


def test_clean_data_holds_each_drawing_once(data_folder):
    digits = datasets.clean(read_inks(data_folder / "pen_digits.jsonl")[0])
    symbols = datasets.clean(read_inks(data_folder / "not_digits.jsonl", digits_only=False)[0])
    ids = [strokes_id(sample) for sample in digits + symbols]
    assert len(ids) == len(set(ids))
    assert [len(part) for part in datasets.split_by_writer(digits)] == [9_709, 1_505]
    assert [len(part) for part in datasets.split_by_writer(symbols)] == [4_938, 940]


def test_draw_samples_returns_bitmaps_and_labels():
    drawn = datasets.rasterize_samples([digit(3), symbol("x")])
    assert drawn.bitmaps.shape == (2, 28, 28)
    assert drawn.bitmaps.dtype == np.uint8
    assert drawn.labels.tolist() == [3, datasets.NOT_A_DIGIT]
    assert drawn.bitmaps.max(axis=(1, 2)).tolist() == [255, 255]


def test_draw_samples_of_empty_input_is_empty():
    assert datasets.rasterize_samples([]).bitmaps.shape == (0, 28, 28)


def test_without_faulty_drops_listed_inks(tmp_path, monkeypatch):
    good, bad = digit(4), digit(4, seed=1)
    listed = tmp_path / "faulty.txt"
    listed.write_text(f"{ink_id(bad)}\n", "utf-8")
    monkeypatch.setattr(datasets, "FAULTY_INKS", listed)
    assert datasets.without_faulty([bad, good]) == [good]


def test_without_faulty_drops_symbols_with_one_stem():
    stem = [np.array([[500.0, 100.0], [505.0, 500.0], [495.0, 900.0]])]
    lying = [stem[0][:, ::-1]]
    kept = [Sample(1, "site/a", stem), Sample("_", "site/a", lying), Sample("=", "site/a", lying * 2)]
    assert datasets.without_faulty([Sample("K", "site/a", stem), *kept]) == kept


def test_lone_stems_are_few_of_the_symbols(data_folder):
    symbols = read_inks(data_folder / "not_digits.jsonl", digits_only=False)[0]
    assert 50 < sum(map(datasets.is_lone_stem, symbols)) < 0.02 * len(symbols)


def test_faulty_inks_are_few_and_all_of_the_pen_digits(data_folder):
    names = {ink_id(sample) for sample in read_inks(data_folder / "pen_digits.jsonl")[0]}
    lines = datasets.FAULTY_INKS.read_text("utf-8").splitlines()
    listed = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    assert set(listed) <= names
    assert len(listed) == len(set(listed)) < 0.02 * len(names)


def test_load_mnist_returns_the_official_sets(data_folder):
    training, test = datasets.load_mnist(data_folder / "mnist.npz")
    assert (len(training), len(test)) == (60_000, 10_000)
    assert training.bitmaps.mean() == pytest.approx(33.318421, abs=1e-6)
    assert training.labels[:5].tolist() == [5, 0, 4, 1, 9]
    # The pixels of t10k-images-idx3-ubyte, the file behind the test set.
    assert hashlib.sha256(test.bitmaps.tobytes()).hexdigest().startswith("6d87418db22cc802")


@pytest.mark.parametrize(
    "changes",
    [
        {"y_train": None},
        {"x_train": np.zeros((4, 28, 28), np.float32)},
        {"x_test": np.zeros((2, 28, 27), np.uint8)},
        {"x_test": np.zeros((0, 28, 28), np.uint8), "y_test": np.zeros(0, np.uint8)},
        {"y_train": np.array([0, 1, 2, 10], np.uint8)},
        {"y_train": np.arange(3, dtype=np.uint8)},
        {"y_train": np.array([{}, 1, 2, 3], object)},
    ],
)
def test_load_mnist_rejects_other_arrays(tmp_path, changes):
    with pytest.raises(DataError, match="expected"):
        datasets.load_mnist(write_mnist(tmp_path / "mnist.npz", **changes))


def test_load_mnist_rejects_a_truncated_file(tmp_path):
    path = write_mnist(tmp_path / "mnist.npz")
    assert len(datasets.load_mnist(path)[0]) == 4
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DataError, match="expected x_train"):
        datasets.load_mnist(path)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x93NUMPY\x01\x00"])
def test_load_mnist_rejects_malformed_archives(tmp_path, content):
    path = tmp_path / "mnist.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match="mnist.npz"):
        datasets.load_mnist(path)


def test_load_mnist_reports_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        datasets.load_mnist(tmp_path / "nothing.npz")


def test_load_mnist_rejects_an_altered_file(tmp_path):
    path = tmp_path / "mnist.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name in datasets.MNIST_ARRAYS:
            archive.writestr(f"{name}.npy", b"not an array")
    with pytest.raises(DataError, match="expected x_train"):
        datasets.load_mnist(path)


def test_ink_of_two_files_counts_once():
    first, second = [digit(1), digit(2)], [digit(2), digit(3)]
    found = datasets.without_shared({Path("monday"): first, Path("tuesday"): second})
    assert found == {Path("monday"): first, Path("tuesday"): second[1:]}
