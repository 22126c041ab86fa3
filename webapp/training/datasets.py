"""Data sets as arrays: MNIST, pen digits and symbols; the split by writer.

A split by sample would leak handwriting between training and test. So all samples of a writer are on one
side, chosen by a hash of the writer's name: that needs no list, and holds for all files.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.errors import DataError
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation.geometry import is_stem, unit_ink
from webapp.training.ink_file import Sample, ink_id, strokes_id
from webapp.training.writers import person_of

HELD_OUT_SHARE = 0.15  # of the writers
# Chosen before any training, so that each collection site of UNIPEN contributes about its share.
SALT = 1249
# Kinds of symbols that are not trained on, to test the rejection of new kinds.
HELD_OUT_SYMBOLS = frozenset("hKw$?*>^@H")


@dataclass(frozen=True)
class Bitmaps:
    """Bitmaps uint8 (n, 28, 28) with labels int64 (n,): 0 to 9, or -1 for not a digit."""

    bitmaps: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


NOT_A_DIGIT = -1
MNIST_FILE = "mnist.npz"  # in the folder of the setting `data`
# 10,000 training and 2,000 test digits of MNIST (LeCun, Cortes and Burges; CC BY-SA 3.0), unchanged and
# evenly spaced in the whole set. Written by tools/mnist_sample.py.
SAMPLE = Path(__file__).with_name("mnist_sample.npz")
MNIST_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
# Ids of inks with a wrong label, one a line, chosen by eye among those that
# benchmarks/leave_one_site_out.py lists.
FAULTY_INKS = Path(__file__).with_name("faulty_inks.txt")


def is_held_out(writer: str) -> bool:
    """Return whether a writer ("site/name") is held out for testing."""
    return _number_of(writer) / 0xFFFFFFFF < HELD_OUT_SHARE


def _number_of(writer: str) -> int:
    return int(hashlib.sha256(f"{SALT}:{person_of(writer)}".encode()).hexdigest()[:8], 16)


def split_by_writer(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Return the samples for training and those of held-out writers."""
    train: list[Sample] = []
    test: list[Sample] = []
    for sample in samples:
        (test if is_held_out(sample.writer) else train).append(sample)
    return train, test


def rasterize_samples(samples: list[Sample]) -> Bitmaps:
    """Return the bitmaps of samples."""
    bitmaps = np.array([to_bitmap(sample.strokes) for sample in samples], np.uint8).reshape(-1, 28, 28)
    return Bitmaps(bitmaps, np.array([label_number(sample.label) for sample in samples], np.int64))


def label_number(label: int | str) -> int:
    """Return the digit, or -1 for a label that is not a digit."""
    return label if isinstance(label, int) else NOT_A_DIGIT


def load_mnist(path: Path | None) -> tuple[Bitmaps, Bitmaps]:
    """Return MNIST's training and test set, from an .npz file or else downloaded by Keras.

    Raises:
        DataError: the file is missing or is not MNIST.
    """
    if path is None:
        (x_train, y_train), (x_test, y_test) = _downloaded()
        return _mnist_part(x_train, y_train), _mnist_part(x_test, y_test)
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = [_read_array(archive, name) for name in MNIST_ARRAYS]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"expected {', '.join(MNIST_ARRAYS)} in {path}, but: {reason}") from None
    return _mnist_part(*arrays[:2]), _mnist_part(*arrays[2:])


def find_mnist(folder: Path) -> Path:
    """Return the file with MNIST in `folder`, or else the sample that ships with Inkwise."""
    path = folder / MNIST_FILE
    return path if path.is_file() else SAMPLE


def _downloaded() -> tuple:
    import keras  # slow to import, and not needed for a file

    try:
        return keras.datasets.mnist.load_data()
    except Exception as error:  # Keras raises Exception itself if a download fails
        raise DataError(f"expected MNIST by Keras's download (--data takes a file), but: {error}") from error


def _read_array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with archive.open(f"{name}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _mnist_part(bitmaps: np.ndarray, labels: np.ndarray) -> Bitmaps:
    if bitmaps.dtype != np.uint8 or bitmaps.shape[1:] != (28, 28) or not len(bitmaps):
        raise DataError(f"expected MNIST as uint8 (n, 28, 28), received {bitmaps.dtype} {bitmaps.shape}")
    if labels.shape != bitmaps.shape[:1] or not np.isin(labels, range(10)).all():
        raise DataError(f"expected {len(bitmaps)} labels from 0 to 9, received {labels.dtype} {labels.shape}")
    return Bitmaps(bitmaps, labels.astype(np.int64))


def clean(samples: list[Sample]) -> list[Sample]:
    """Return the samples that count, for training and evaluation alike: no faulty ones, no repeats."""
    return without_repeats(without_faulty(samples))


def without_repeats(samples: list[Sample]) -> list[Sample]:
    """Return the samples in their order, equal strokes once: those of the first writer by name.

    Several UNIPEN files hold the same ink. Counted twice it would make an evaluation look larger than it is,
    and with other data it could be in training and test set. So call this before a split.
    """
    ids = [strokes_id(sample) for sample in samples]
    first: dict[str, int] = {}
    for index in sorted(range(len(samples)), key=lambda index: samples[index].writer):
        first.setdefault(ids[index], index)
    return [samples[index] for index in sorted(first.values())]


def without_shared(files: Mapping[Path, list[Sample]]) -> dict[Path, list[Sample]]:
    """Return the samples of several files, equal strokes once, as two exports of one room have them."""
    counted = set(without_repeats([sample for samples in files.values() for sample in samples]))
    return {path: [each for each in samples if each in counted] for path, samples in files.items()}


def without_faulty(samples: list[Sample]) -> list[Sample]:
    """Return the samples without those in faulty_inks.txt and without symbols that are one upright line."""
    lines = FAULTY_INKS.read_text("utf-8").splitlines()
    faulty = {line.split()[0] for line in lines if line and not line.startswith("#")}
    return [sample for sample in samples if ink_id(sample) not in faulty and not is_lone_stem(sample)]


def is_lone_stem(sample: Sample) -> bool:
    """Return whether a symbol is one upright line, which people read as a one.

    Some of UNIPEN's segments hold a single stroke only, such as the stem of a K. As negatives they would make
    a network reject plain ones.
    """
    return not sample.is_digit and is_stem(unit_ink(sample.strokes))
