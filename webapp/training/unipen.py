"""Read a UNIPEN distribution folder into our JSON Lines: `python -m webapp.training.unipen FOLDER`.

FOLDER holds data/CATEGORY/SITE/.../*.dat, which say what the ink is, and include/, which holds the ink
(unipen_page.py reads both). Each segment that names one character becomes a sample: y turned downwards,
scaled to whole numbers with 1000 at the larger side. The writer is the path of the file.

Whatever cannot be used is left out and told with its file, line and reason.
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

LARGER_SIDE = 1000  # of an ink as we store it
DIGITS = "1a"  # the category of isolated digits
UNITS = {"CHARACTER", "DIGIT"}  # segments that are one symbol; words and lines are not for us
SEGMENT = re.compile(r'(\S+)\s+(\S+)\s+(?:\S+\s+)?"(.*)"', re.DOTALL)  # unit, components, (quality,) label
RANGE = re.compile(r"(\d{1,9})(?::(\d{1,9}))?(?:-(\d{1,9})(?::(\d{1,9}))?)?")  # 3, 3-5, 3:10-5:4


def read_folder(folder: Path, category: str = DIGITS) -> tuple[list[Sample], list[Fault]]:
    """Return every sample of a category, by path of its file, and what was left out.

    Labels of category 1a must be digits; those of the others may be any text.

    Raises:
        DataError: there is no file of this category below `folder`.
    """
    root = folder / "data" / category
    files = sorted(path for path in root.rglob("*") if path.is_file())
    if not files:
        raise DataError(f"expected UNIPEN files below {root}, but found none")
    samples, faults = [], []
    for path in files:
        page = read_page(path, folder)
        writer = path.relative_to(root).with_suffix("").as_posix()
        samples += _samples(page, writer, digits_only=category == DIGITS)
        faults += page.faults
    return samples, faults


def _samples(page: Page, writer: str, digits_only: bool) -> Iterator[Sample]:
    """Yield a sample for each segment of a page; those that fail join the page's faults."""
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
    return Sample(label, writer, normalise(delineate(page.components, delineation), page.stretch))


def delineate(components: list[np.ndarray], delineation: str) -> list[np.ndarray]:
    """Return the strokes that a delineation such as "0-2", "3,5" or "3:10-4:5" means.

    3:10 is point 10 of component 3; both ends of a range belong to it. Raises DataError.
    """
    strokes = []
    for part in delineation.split(","):
        match = RANGE.fullmatch(part)
        if not match:
            raise DataError(f"expected components as 3, 3-5 or 3:10-5:4, received {delineation!r:.40}")
        first, start, last, end = (None if group is None else int(group) for group in match.groups())
        if last is None:
            last, end = first, start  # a component alone, or one point of it
        strokes += _between(components, first, start, last, end)
    return strokes


def _between(components: list, first: int, start: int | None, last: int, end: int | None) -> list[np.ndarray]:
    if first > last:
        raise DataError(f"expected a range that runs upwards, received {first}-{last}")
    if last >= len(components):
        raise DataError(f"expected one of the {len(components)} components, counted from 0, received {last}")
    strokes = list(components[first : last + 1])
    if end is not None:  # the end is cut first: the start may be cut from the same component
        strokes[-1] = strokes[-1][: end + 1]
    strokes[0] = strokes[0][start:]
    if not all(map(len, strokes)):
        raise DataError(f"expected points in all components of {first}-{last}, but one has none to read")
    return strokes


def normalise(strokes: list[np.ndarray], stretch: float = 1.0) -> list[np.ndarray]:
    """Return strokes with y downwards, from 0, scaled to whole numbers with 1000 at the larger side.

    Points that fall on the one before are left out: a resting pen repeats them. Raises DataError for a
    single point, which has no size to scale.
    """
    flipped = [stroke * (1.0, -stretch) for stroke in strokes]
    points = np.concatenate(flipped)
    low = points.min(axis=0)
    extent = (points.max(axis=0) - low).max()
    if extent == 0:
        raise DataError("expected ink of some size, received a single point")
    return [_without_repeats(np.round((stroke - low) * (LARGER_SIDE / extent))) for stroke in flipped]


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
