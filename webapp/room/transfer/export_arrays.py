"""Export a room's visible drawings as NumPy arrays, or as MNIST's IDX files, in bounded memory.

One pass over pages of drawings appends to a temporary file for each array; the archive is made of these.
"""

import gzip
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from shutil import copyfileobj
from typing import IO, BinaryIO

import numpy as np
from sqlalchemy import Connection, Row, func, select

from webapp.ink.bitmap import SIZE
from webapp.room.storage.database import Database
from webapp.room.storage.schema import answers, drawings
from webapp.room.transfer.export import COLUMNS, PAGE, SITE, is_training_sample, pages_of
from webapp.room.verdicts import is_right

UNLABELED = -1  # in arrays
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # in a zip archive, so that the same drawings give the same bytes
UNSIGNED_BYTES = 0x08  # element type of an IDX file
IN_MEMORY = 1_000_000  # bytes of one array, beyond which it is written to the disk
MAX_MODELS = 64  # in `bitmaps.npz`, those with the most answers; an import may have brought in any number
ARRAY_COLUMNS = (*(each for each in COLUMNS if each is not drawings.c.strokes), drawings.c.bitmap)


@dataclass(frozen=True)
class _Array:
    """One array of `bitmaps.npz`: element type, shape of a row, and its values for a page of drawings."""

    dtype: str
    shape: tuple[int, ...]
    values: Callable[["_Page"], object]


def write_npz(database: Database, file: BinaryIO) -> None:
    """Write the visible drawings as NumPy arrays.

    images        uint8 (n, 28, 28)
    labels        int8 (n,), -1 if not known
    ids, writers  str (n,)
    rounds        str (n,), ids of the rounds; kinds, str (n,): free, ask or fool
    fooled        str (n,), verdicts of fool rounds (verdicts.py), "" for others
    sent_at       int64 (n,), milliseconds since 1970, UTC
    models        str (m,), at most 64
    answers       int8 (n, m), the digit that each model predicted, -1 if it did not run
    right         int8 (n, m), 1 if it read the label, 0 if not, -1 if one of both is not known
    probabilities, is_digit  float64 (n, m), NaN if it did not run
    """
    with ExitStack() as stack:
        connection = stack.enter_context(database.reading())
        models = _models(connection)
        arrays = _arrays(len(models))
        parts = {name: stack.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY)) for name in arrays}
        count = 0
        for rows in _visible_pages(connection):
            page = _Page(connection, rows, models)
            for name, array in arrays.items():
                parts[name].write(np.asarray(array.values(page), array.dtype).tobytes())
            count += len(rows)
        packed = stack.enter_context(zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED))
        for name, array in arrays.items():
            parts[name].seek(0)
            _write_array(packed, name, array.dtype, (count, *array.shape), parts[name])
        packed.writestr("models.npy", _to_npy(np.array(models, np.str_)))


def write_idx(database: Database, file: BinaryIO) -> None:
    """Write the visible drawings with a label as MNIST's two files in one zip archive.

    IDX files: for images 0x00000803, count, 28, 28, then one byte for each pixel; for labels 0x00000801,
    count, then one byte for each label. Integers have 32 bits, big-endian.
    """
    with database.reading() as connection, tempfile.SpooledTemporaryFile(IN_MEMORY) as images:
        labels = bytearray()
        for rows in _visible_pages(connection):
            samples = [row for row in rows if is_training_sample(row)]
            labels += bytes(row.label for row in samples)
            images.writelines(row.bitmap for row in samples)
        images.seek(0)
        with zipfile.ZipFile(file, "w") as packed:
            with _idx_file(packed, "images-idx3-ubyte.gz", (len(labels), SIZE, SIZE)) as member:
                copyfileobj(images, member)
            with _idx_file(packed, "labels-idx1-ubyte.gz", (len(labels),)) as member:
                member.write(labels)


class _Page:
    """Some drawings and what each model predicted for them."""

    def __init__(self, connection: Connection, rows: Sequence[Row], models: Sequence[str]):
        self.rows = rows
        places = {row.id: place for place, row in enumerate(rows)}
        columns = {name: column for column, name in enumerate(models)}
        self.digits = np.full((len(rows), len(models)), UNLABELED, np.int8)
        self.right = np.full_like(self.digits, UNLABELED)
        self.probabilities, self.is_digit = (np.full(self.digits.shape, np.nan) for _ in range(2))
        for row in connection.execute(select(answers).where(answers.c.drawing_id.in_(places))):
            if row.model in columns:
                self._take(row, (places[row.drawing_id], columns[row.model]))

    def _take(self, row: Row, place: tuple[int, int]) -> None:
        self.digits[place], self.probabilities[place] = row.digit, row.probability
        reads_label = is_right(row, row.label)
        self.right[place] = UNLABELED if reads_label is None else reads_label
        self.is_digit[place] = np.nan if row.is_digit is None else row.is_digit


def _arrays(models: int) -> dict[str, _Array]:
    """Return the arrays with a row for each drawing, by name."""

    def column(dtype: str, value: Callable[[Row], object]) -> _Array:
        return _Array(dtype, (), lambda page: [value(row) for row in page.rows])

    def images(page: _Page) -> np.ndarray:
        return np.frombuffer(b"".join(row.bitmap for row in page.rows), np.uint8)

    return {
        "images": _Array("u1", (SIZE, SIZE), images),
        "labels": column("i1", lambda row: UNLABELED if row.label is None else row.label),
        "ids": column("<U36", lambda row: row.id),
        "writers": column("<U21", lambda row: f"{SITE}/{row.participant_id}"),
        "rounds": column("<U12", lambda row: row.round_id),
        "kinds": column("<U4", lambda row: row.kind),
        "fooled": column("<U6", lambda row: row.fooled or ""),
        "sent_at": column("<i8", lambda row: row.sent_at),
        "answers": _Array("i1", (models,), lambda page: page.digits),
        "right": _Array("i1", (models,), lambda page: page.right),
        "probabilities": _Array("<f8", (models,), lambda page: page.probabilities),
        "is_digit": _Array("<f8", (models,), lambda page: page.is_digit),
    }


def _models(connection: Connection) -> list[str]:
    query = select(answers.c.model).group_by(answers.c.model).order_by(func.count().desc(), answers.c.model)
    return sorted(connection.execute(query.limit(MAX_MODELS)).scalars())


def _visible_pages(connection: Connection) -> Iterator[list[Row]]:
    for page in pages_of(connection, ARRAY_COLUMNS, PAGE):
        yield [row for row in page if not row.hidden]


def _write_array(
    packed: zipfile.ZipFile, name: str, dtype: str, shape: tuple[int, ...], content: IO[bytes]
) -> None:
    header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    with packed.open(f"{name}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array_header_1_0(member, header)
        copyfileobj(content, member)


def _to_npy(array: np.ndarray) -> bytes:
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        np.lib.format.write_array(file, array, allow_pickle=False)
        file.seek(0)
        return file.read()


@contextmanager
def _idx_file(packed: zipfile.ZipFile, name: str, sizes: tuple[int, ...]) -> Iterator[gzip.GzipFile]:
    """Yield a file for the bytes of an array, after an IDX file's header, gzipped without a time stamp."""
    with (
        packed.open(zipfile.ZipInfo(name, FIXED_DATE), "w") as member,
        gzip.GzipFile("", "wb", fileobj=member, mtime=0) as idx,
    ):
        idx.write(struct.pack(f">BBBB{len(sizes)}I", 0, 0, UNSIGNED_BYTES, len(sizes), *sizes))
        yield idx
