"""Convert a UNIPEN distribution to JSON Lines: `python -m webapp.training.unipen FOLDER`.

FOLDER holds data/CATEGORY/SITE/.../*.dat with the segments, and include/ with the ink. Each segment of one
character becomes a sample, with y down, scaled to integers with 1000 at the longer side. The writer is the
path of the file. Segments that cannot be used are reported with file, line and reason.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from webapp.errors import DataError, InkwiseError
from webapp.training.ink_file import Fault, Sample, describe_reading, parse_label, write_inks
from webapp.training.unipen_page import Page, read_page

LONGER_SIDE = 1000  # of an ink as stored
DIGITS = "1a"  # the category of isolated digits
UNITS = {"CHARACTER", "DIGIT"}  # segments of one symbol; words and lines are not used
SEGMENT = re.compile(r'(\S+)\s+(\S+)\s+(?:\S+\s+)?"(.*)"', re.DOTALL)  # unit, components, (quality,) label
RANGE = re.compile(r"(\d{1,9})(?::(\d{1,9}))?(?:-(\d{1,9})(?::(\d{1,9}))?)?")  # 3, 3-5, 3:10-5:4


def read_folder(folder: Path, category: str = DIGITS) -> tuple[list[Sample], list[Fault]]:
    """Return all samples of a category, in the order of file paths, and the faults.

    Labels of category 1a must be digits; those of the others may be any string.

    Raises:
        DataError: there is no file of this category below `folder`.
    """
    root = folder / "data" / category
    files = sorted(path for path in root.rglob("*") if path.is_file())
    if not files:
        raise DataError(f"expected UNIPEN files below {root}, but found none")
    samples: list[Sample] = []
    faults: list[Fault] = []
    for path in files:
        page = read_page(path, folder)
        writer = path.relative_to(root).with_suffix("").as_posix()
        samples += _samples(page, writer, digits_only=category == DIGITS)
        faults += page.faults
    return samples, faults


def _samples(page: Page, writer: str, digits_only: bool) -> Iterator[Sample]:
    """Yield a sample for each segment of a page; add the others to the page's faults."""
    for statement in page.segments:
        try:
            yield _sample(page, statement.text, writer, digits_only)
        except InkwiseError as error:
            page.faults.append(statement.fault(error))


def _sample(page: Page, text: str, writer: str, digits_only: bool) -> Sample:
    match = SEGMENT.fullmatch(text)
    if not match:
        raise DataError(f'expected a segment as CHARACTER 1-2 ? "8", received {text!r:.40}')
    unit, delineation, label = match.groups()
    if unit not in UNITS:
        raise DataError(f"expected a segment of one CHARACTER or DIGIT, received {unit:.40}")
    label = parse_label(int(label) if re.fullmatch("[0-9]", label) else label, digits_only)
    return Sample(label, writer, normalize(delineate(page.components, delineation), page.stretch))


def delineate(components: list[np.ndarray], delineation: str) -> list[np.ndarray]:
    """Return the strokes of a delineation such as "0-2", "3,5" or "3:10-4:5".

    3:10 is point 10 of component 3; ranges include both ends. Raises DataError.
    """
    strokes = []
    for part in delineation.split(","):
        match = RANGE.fullmatch(part)
        if not match:
            raise DataError(f"expected components as 3, 3-5 or 3:10-5:4, received {delineation!r:.40}")
        first, start, last, end = (None if group is None else int(group) for group in match.groups())
        if last is None:
            last, end = first, start  # a component alone, or one point of it
        assert first is not None  # RANGE requires the first number
        assert last is not None
        strokes += _between(components, first, start, last, end)
    return strokes


def _between(components: list, first: int, start: int | None, last: int, end: int | None) -> list[np.ndarray]:
    if first > last:
        raise DataError(f"expected an ascending range, received {first}-{last}")
    if last >= len(components):
        raise DataError(f"expected one of the {len(components)} components, counted from 0, received {last}")
    strokes = list(components[first : last + 1])
    if end is not None:  # cut the end first: the start may be in the same component
        strokes[-1] = strokes[-1][: end + 1]
    strokes[0] = strokes[0][start:]
    if not all(map(len, strokes)):
        raise DataError(f"expected points in all components of {first}-{last}, received one without")
    return strokes


def normalize(strokes: list[np.ndarray], stretch: float = 1.0) -> list[np.ndarray]:
    """Return strokes with y down, from 0, scaled to integers with 1000 at the longer side.

    Repeated points of a resting pen are left out. Raises DataError for a single point.
    """
    flipped = [stroke * (1.0, -stretch) for stroke in strokes]
    points = np.concatenate(flipped)
    low = points.min(axis=0)
    extent = (points.max(axis=0) - low).max()
    if extent == 0:
        raise DataError("expected ink of some size, received a single point")
    return [_without_repeats(np.round((stroke - low) * (LONGER_SIDE / extent))) for stroke in flipped]


def _without_repeats(stroke: np.ndarray) -> np.ndarray:
    moved = (stroke[1:] != stroke[:-1]).any(axis=1)
    return stroke[np.concatenate([[True], moved])]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m webapp.training.unipen", description=__doc__.split("\n")[0]
    )
    parser.add_argument("folder", type=Path, help="the folder that holds data/ and include/")
    parser.add_argument(
        "--category", default=DIGITS, help="1a digits, 1b capitals, 1c small letters, 1d symbols"
    )
    parser.add_argument("--out", type=Path, help="the file to write (default: unipen-CATEGORY.jsonl)")
    options = parser.parse_args(arguments)
    out = options.out or Path(f"unipen-{options.category}.jsonl")
    try:
        samples, faults = read_folder(options.folder, options.category)
        write_inks(out, samples)
    except DataError as error:
        print(f"error: {error.message}", file=sys.stderr)
        return 2
    print(describe_reading(str(out), len(samples), faults))
    return 0


if __name__ == "__main__":
    sys.exit(main())
