"""MNIST, pen digits and what is no digit, as arrays; writers kept apart between training and testing.

A split by sample would leak handwriting: a network that has seen a person's other sevens reads this one
too. So whole hands are kept for testing, chosen by a hash of their name: the choice needs no list, and a
person stays on one side whichever file the ink is from.
"""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.errors import DataError
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation.geometry import is_stem, unit_ink
from webapp.training.ink_file import Sample, ink_id
from webapp.training.writers import hand_of

UNSEEN_SHARE = 0.15  # of the hands, kept away from training
# Picked, before any network was trained, so that each collection site of UNIPEN gives about its share.
SALT = 1249
# Kinds of symbols that no network is trained on, to test it with what it never saw.
UNSEEN_SYMBOLS = frozenset("hKw$?*>^@H")


@dataclass(frozen=True)
class Bitmaps:
    """Bitmaps uint8 (n, 28, 28) with their labels int64 (n,), 0 to 9; -1 says that it is no digit."""

    bitmaps: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


NOT_A_DIGIT = -1
MNIST_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
# Ids of inks that do not show what their label says, one a line, picked by eye among the suspects that
# benchmarks/leave_one_site_out.py finds.
FAULTY_INKS = Path(__file__).with_name("faulty_inks.txt")


def is_unseen(writer: str) -> bool:
    """Say whether a writer ("site/name") is kept for testing, with all that the same hand wrote."""
    return _number_of(writer) / 0xFFFFFFFF < UNSEEN_SHARE


def _number_of(writer: str) -> int:
    return int(hashlib.sha256(f"{SALT}:{hand_of(writer)}".encode()).hexdigest()[:8], 16)


def split_by_writer(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Return the samples for training and those of the writers kept for testing."""
    unseen = [is_unseen(sample.writer) for sample in samples]
    return (
        [sample for sample, kept in zip(samples, unseen, strict=True) if not kept],
        [sample for sample, kept in zip(samples, unseen, strict=True) if kept],
    )


def draw_samples(samples: list[Sample]) -> Bitmaps:
    """Return the bitmaps of samples, as they are drawn for the network."""
    bitmaps = np.array([to_bitmap(sample.strokes) for sample in samples], np.uint8).reshape(-1, 28, 28)
    return Bitmaps(bitmaps, np.array([label_number(sample.label) for sample in samples], np.int64))


def label_number(label: int | str) -> int:
    """Return the digit, or -1 for a label that is no digit."""
    return label if isinstance(label, int) else NOT_A_DIGIT


def load_mnist(path: Path | None) -> tuple[Bitmaps, Bitmaps]:
    """Return MNIST's training and test set, from an .npz file or, without one, by Keras (a download).

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


def _downloaded() -> tuple:
    import keras  # here, since the file needs no Keras and its import takes seconds

    try:
        return keras.datasets.mnist.load_data()
    except Exception as error:  # Keras raises Exception itself where a download fails
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


def without_faulty(samples: list[Sample]) -> list[Sample]:
    """Return the samples that faulty_inks.txt does not list, and no symbol of which only a stem is left."""
    lines = FAULTY_INKS.read_text("utf-8").splitlines()
    faulty = {line.split()[0] for line in lines if line and not line.startswith("#")}
    return [sample for sample in samples if ink_id(sample) not in faulty and not is_lone_stem(sample)]


def is_lone_stem(sample: Sample) -> bool:
    """Say whether the ink of a symbol is one upright line alone, which anybody reads as a one.

    Some of UNIPEN's segments hold a single stroke: the stem of a K, one tick of a quotation mark. Trained
    on as "no digit", they make a network doubt the plain ones of people.
    """
    return not sample.is_digit and is_stem(unit_ink(sample.strokes))
