"""Read and write ink as JSON Lines, one sample a line.

    {"label": 7, "writer": "ibm/r0414", "strokes": [[[x, y], ...], ...]}

A label is an int from 0 to 9 for a digit, and a text for anything else ("b", "smiley"). A line that
cannot be used is left out, told with its number and the reason, and the rest is read. Knows no TensorFlow.

What counts as a fault, where it is not plain:
    an empty stroke     always: something of this ink was lost, so its picture is not what the label says
    a single point      as a whole ink it is a legal dot but never a digit; beside other strokes it is kept
    a label "7"         a text is never a digit: write 7
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.errors import BadInk, DataError, InkwiseError
from webapp.ink.describe import describe
from webapp.ink.strokes import parse_strokes

ID_LENGTH = 12  # hex digits of an ink's id: two of a million inks share one once in 500 collections
ID_DECIMALS = 3  # coordinates are rounded to so many before they are hashed


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled ink: `strokes` holds one float64 array (points, 2) of x, y a stroke, y downwards."""

    label: int | str
    writer: str  # "site/name": samples of one writer stay together when data is split
    strokes: list[np.ndarray]

    @property
    def is_digit(self) -> bool:
        return isinstance(self.label, int)

    @property
    def site(self) -> str:
        """The place of collection: what stands before the slash in `writer`."""
        return self.writer.partition("/")[0]


@dataclass(frozen=True)
class Fault:
    """A line that was left out, and why."""

    line: int  # counted from 1
    reason: str
    file: str = ""  # where the faults of several files stand side by side

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}".removeprefix(", ")


def read_inks(path: str | Path, digits_only: bool = True) -> tuple[list[Sample], list[Fault]]:
    """Return the samples of a JSON Lines file in its order, and the lines that were left out.

    Args:
        digits_only: take any label but an int from 0 to 9, and any ink that is a single point, for a
            fault. Otherwise texts are labels too.

    Raises:
        DataError: the file cannot be read at all.
    """
    samples, faults = [], []
    for number, line in enumerate(_lines(Path(path)), start=1):
        if not line.strip():
            continue
        try:
            samples.append(parse_sample(line, digits_only))
        except InkwiseError as error:
            faults.append(Fault(number, error.message))
    return samples, faults


def parse_sample(line: str | bytes, digits_only: bool = True) -> Sample:
    """Return the sample that a line of JSON holds. Raises DataError, BadInk, EmptyInk or TooLarge."""
    value = _parse_json(line)
    if not isinstance(value, dict):
        raise DataError(f"expected an object with label, writer and strokes, received {type(value).__name__}")
    label = parse_label(value.get("label"), digits_only)
    writer = value.get("writer")
    if not isinstance(writer, str) or not writer:
        raise DataError(f"expected writer as a text, received {describe(writer)}")
    return Sample(label, writer, _checked_strokes(value.get("strokes"), digits_only))


def write_inks(path: str | Path, samples: Iterable[Sample]) -> int:
    """Write samples as JSON Lines and return how many. The file appears whole or not at all."""
    path = Path(path)
    partial = path.with_name(f"{path.name}.part")
    count = 0
    try:
        with partial.open("w", encoding="utf-8") as file:
            for sample in samples:
                file.write(to_line(sample) + "\n")
                count += 1
        os.replace(partial, path)
    except OSError as error:
        raise DataError(f"expected to write inks to {path}, but: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
    return count


def to_line(sample: Sample) -> str:
    """Return the sample as one line of JSON; whole numbers are written without a point."""
    strokes = [[[_plain(x), _plain(y)] for x, y in stroke.tolist()] for stroke in sample.strokes]
    value = {"label": sample.label, "writer": sample.writer, "strokes": strokes}
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def ink_id(sample: Sample) -> str:
    """Return 12 hex digits that name this ink with this label, wherever and in which order it is stored."""
    strokes = [(np.round(stroke, ID_DECIMALS) + 0.0).tolist() for stroke in sample.strokes]  # no -0.0
    content = json.dumps([sample.label, strokes], separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()[:ID_LENGTH]


def describe_reading(name: str, read: int, faults: list[Fault], shown: int = 10) -> str:
    """Return what was read and left out as text: a line with the counts, then the first faults."""
    lines = [f"{name}: {read:,} inks read, {len(faults):,} left out"]
    lines += [f"  {fault}" for fault in faults[:shown]]
    if len(faults) > shown:
        lines.append(f"  and {len(faults) - shown:,} more")
    return "\n".join(lines)


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")  # bytes, so that one bad character spoils one line only
    except OSError as error:
        raise DataError(f"expected a file of inks at {path}, but: {error.strerror}") from error


def _parse_json(line: str | bytes) -> object:
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"expected a line of JSON, but at column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"expected a line of JSON, but: {error}") from error


def parse_label(label: object, digits_only: bool = True) -> int | str:
    """Return `label` if it is an int from 0 to 9 or, unless only digits will do, a text. Raises DataError."""
    if type(label) is int and 0 <= label <= 9:  # type(): True is an int too, but no digit
        return label
    if digits_only:
        raise DataError(f"expected label as an int from 0 to 9, received {describe(label)}")
    if not isinstance(label, str) or not label:
        raise DataError(f"expected label as an int from 0 to 9 or a text, received {describe(label)}")
    return label


def _checked_strokes(value: object, digits_only: bool) -> list[np.ndarray]:
    strokes = parse_strokes(value)
    if len(strokes) < len(value):
        raise BadInk("expected points in every stroke, received an empty stroke")
    points = np.concatenate(strokes)
    if digits_only and not (points != points[0]).any():
        raise BadInk("expected a digit, received a single point")
    return strokes


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number
