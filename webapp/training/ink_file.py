"""Read and write ink as JSON Lines, one sample a line.

    {"label": 7, "writer": "ibm/r0414", "strokes": [[[x, y], ...], ...]}

A label is an int from 0 to 9 for a digit, and a string for anything else ("b", "smiley"). A line that cannot
be used is left out and reported with its number and the reason.

Less obvious faults:
    an empty stroke     part of the ink was lost, so it may not show its label
    a single point      not a digit, if it is the whole ink; beside other strokes it is accepted
    a label "7"         a string is never a digit: write 7
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from webapp.errors import BadInk, DataError, InkwiseError, describe
from webapp.ink.parsing import parse_json, parse_strokes

SURROGATE = re.compile("[\ud800-\udfff]")  # half of a character, which JSON allows and UTF-8 does not
ID_LENGTH = 12  # hex digits; a collision among a million inks has a probability of 1 in 500
ID_DECIMALS = 3  # of coordinates, before they are hashed


@dataclass(frozen=True, eq=False)
class Sample:
    """One labeled ink; `strokes` are float64 arrays (points, 2) of x, y, y down."""

    label: int | str
    writer: str  # "site/name"
    strokes: list[np.ndarray]

    @property
    def is_digit(self) -> bool:
        return isinstance(self.label, int)

    @property
    def site(self) -> str:
        """The collection site: the part of `writer` before the slash."""
        return self.writer.partition("/")[0]


@dataclass(frozen=True)
class Fault:
    """A line that was left out."""

    line: int  # counted from 1
    reason: str
    file: str = ""  # if several files are read

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}".removeprefix(", ")


def read_inks(path: str | Path, digits_only: bool = True) -> tuple[list[Sample], list[Fault]]:
    """Return the samples of a JSON Lines file in order, and the lines that were left out.

    Args:
        digits_only: accept only labels from 0 to 9, and no ink of a single point.

    Raises:
        DataError: the file cannot be read.
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
    """Parse a line. Raises BadRequest, DataError, BadInk, EmptyInk or TooLarge."""
    value = parse_json(line.encode() if isinstance(line, str) else line)
    if not isinstance(value, dict):
        raise DataError(f"expected an object with label, writer and strokes, received {type(value).__name__}")
    label = parse_label(value.get("label"), digits_only)
    writer = value.get("writer")
    if not isinstance(writer, str) or not writer:
        raise DataError(f"expected writer as a string, received {describe(writer)}")
    for text in (writer, str(label)):
        if not text.isascii() and SURROGATE.search(text):
            raise DataError(f"expected whole characters in writer and label, received {ascii(text)[:60]}")
    return Sample(label, writer, _checked_strokes(value.get("strokes"), digits_only))


def write_inks(path: str | Path, samples: Iterable[Sample]) -> int:
    """Write samples as JSON Lines, atomically, and return their number."""
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
    """Return the sample as one line of JSON; integers are written without a decimal point."""
    strokes = [[[_plain(x), _plain(y)] for x, y in stroke.tolist()] for stroke in sample.strokes]
    value = {"label": sample.label, "writer": sample.writer, "strokes": strokes}
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def ink_id(sample: Sample) -> str:
    """Return an id of 12 hex digits, computed from strokes and label."""
    return _digest([sample.label, _rounded(sample.strokes)])


def strokes_id(sample: Sample) -> str:
    """Return an id of 12 hex digits that is equal for equal strokes, whatever their labels and writers."""
    return _digest(_rounded(sample.strokes))


def _rounded(strokes: list[np.ndarray]) -> list:
    return [(np.round(stroke, ID_DECIMALS) + 0.0).tolist() for stroke in strokes]  # no -0.0


def _digest(value: list) -> str:
    content = json.dumps(value, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()[:ID_LENGTH]


def describe_reading(name: str, read: int, faults: list[Fault], shown: int = 10) -> str:
    """Return a text with the number of samples and faults, and the first faults."""
    lines = [f"{name}: {read:,} inks read, {len(faults):,} left out"]
    lines += [f"  {fault}" for fault in faults[:shown]]
    if len(faults) > shown:
        lines.append(f"  and {len(faults) - shown:,} more")
    return "\n".join(lines)


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(
            b"\n"
        )  # bytes: a bad character makes one line unreadable, not the file
    except OSError as error:
        raise DataError(f"expected a file of inks at {path}, but: {error.strerror}") from error


def parse_label(label: object, digits_only: bool = True) -> int | str:
    """Return `label`: an int from 0 to 9 or, unless `digits_only`, a string. Raises DataError."""
    if type(label) is int and 0 <= label <= 9:  # type(): bool is a subclass of int
        return label
    if digits_only:
        raise DataError(f"expected label as an int from 0 to 9, received {describe(label)}")
    if not isinstance(label, str) or not label:
        raise DataError(f"expected label as an int from 0 to 9 or a string, received {describe(label)}")
    return label


def _checked_strokes(value: object, digits_only: bool) -> list[np.ndarray]:
    strokes = parse_strokes(value)
    if len(strokes) < len(cast(list, value)):
        raise BadInk("expected points in every stroke, received an empty stroke")
    points = np.concatenate(strokes)
    if digits_only and not (points != points[0]).any():
        raise BadInk("expected a digit, received a single point")
    return strokes


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number
