"""Parse one UNIPEN file and its includes into components and segments.

A UNIPEN file is a sequence of statements: a keyword that starts with a dot, then text up to the next keyword.
One file holds a page's pen strokes (components); another one includes it and names the components of each
character:

    .INCLUDE apa/data/apa00/app0032.dat     below FOLDER/include; a missing file is not an error
    .COORD X Y T                            the columns of the points
    .PEN_DOWN                               component 0, as points; .PEN_UP ends it
    .SEGMENT CHARACTER 1-2 ? "8"            components 1 and 2 are an 8, of unknown quality

Components are counted at .PEN_DOWN only, and a segment may come before its components.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from webapp.errors import DataError, InkwiseError
from webapp.ink.parsing import MAX_COORDINATE
from webapp.training.ink_file import Fault

KEYWORDS = """
    VERSION DATA_SOURCE DATA_ID COORD HIERARCHY DATA_CONTACT DATA_INFO SETUP PAD ALPHABET ALPHABET_FREQ
    LEXICON_SOURCE LEXICON_ID LEXICON_CONTACT LEXICON_INFO LEXICON LEXICON_FREQ X_DIM Y_DIM H_LINE V_LINE
    X_POINTS_PER_INCH Y_POINTS_PER_INCH Z_POINTS_PER_INCH X_POINTS_PER_MM Y_POINTS_PER_MM Z_POINTS_PER_MM
    POINTS_PER_GRAM POINTS_PER_SECOND PEN_DOWN PEN_UP DT DATE STYLE START_BOX START_SET SEGMENT COMMENT
    INCLUDE KEYWORD RESERVED COUNTRY HAND AGE SEX SKILL WRITER_ID WRITER_INFO REC_SOURCE REC_ID
    REC_CONTACT REC_INFO IMPLEMENTATION TRAINING_SET TEST_SET LEXICON_TRAINING_SET LEXICON_TEST_SET
    ADAPT_SET REC_TIME REC_LABELS REC_SCORES
"""
DENSITIES = frozenset({"X_POINTS_PER_INCH", "Y_POINTS_PER_INCH", "X_POINTS_PER_MM", "Y_POINTS_PER_MM"})


@dataclass(frozen=True)
class Statement:
    """One keyword with its text and its position."""

    keyword: str
    text: str
    file: Path
    line: int

    def fault(self, error: InkwiseError) -> Fault:
        return Fault(self.line, error.message, str(self.file))


@dataclass
class Page:
    """The content of one file and its includes; y still points up."""

    components: list[np.ndarray] = field(default_factory=list)  # (points, 2) each; (0, 2) if malformed
    segments: list[Statement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    columns: list[str] = field(default_factory=lambda: ["X", "Y"])
    densities: dict[str, float] = field(default_factory=dict)  # points per inch or mm, by keyword
    keywords: set[str] = field(default_factory=lambda: set(KEYWORDS.split()))

    @property
    def stretch(self) -> float:
        """The factor that makes a unit of y as long as a unit of x; 1 if unknown."""
        for unit in ("INCH", "MM"):
            across = self.densities.get(f"X_POINTS_PER_{unit}")
            down = self.densities.get(f"Y_POINTS_PER_{unit}")
            if across and down:
                return across / down
        return 1.0


def read_page(path: Path, folder: Path) -> Page:
    """Parse one UNIPEN file, with includes from `folder`; faults are listed in the page.

    Raises:
        DataError: an existing file cannot be read.
    """
    page = Page()
    for statement in statements(path, folder):
        try:
            _take(page, statement)
        except InkwiseError as error:
            page.faults.append(statement.fault(error))
    return page


def statements(path: Path, folder: Path, within: tuple[Path, ...] = ()) -> Iterator[Statement]:
    """Yield the statements of a file in order, with those of included files."""
    if path in within or not os.path.isfile(path):
        return
    for statement in _split(path):
        if statement.keyword == "INCLUDE":
            yield from statements(_included(statement, folder), folder, (*within, path))
        else:
            yield statement


def _split(path: Path) -> Iterator[Statement]:
    """Yield the statements of one file; text before the first one is ignored."""
    try:
        lines = path.read_text(encoding="latin-1").split("\n")  # every byte is a character in latin-1
    except OSError as error:
        raise DataError(f"expected to read {path}, but: {error.strerror}") from error
    starts = [index for index, line in enumerate(lines) if line[:1] == "." and line[1:2].isalpha()]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        keyword, *rest = lines[start][1:].split(maxsplit=1)
        yield Statement(keyword, "\n".join([*rest, *lines[start + 1 : end]]).strip(), path, start + 1)


def _included(statement: Statement, folder: Path) -> Path:
    """Return the path of an .INCLUDE, never outside `folder`."""
    path = Path(os.path.normpath(folder / "include" / statement.text))
    return path if path.is_relative_to(os.path.normpath(folder)) else folder


def _take(page: Page, statement: Statement) -> None:
    """Add one statement to the page. Raises DataError."""
    keyword, text = statement.keyword, statement.text
    if keyword not in page.keywords:
        raise DataError(f"expected a keyword of UNIPEN, received .{keyword:.40}")
    if keyword == "KEYWORD":  # declares a new keyword
        page.keywords.add(text.partition(" ")[0].removeprefix("."))
    elif keyword == "COORD":
        page.columns = _columns(text)
    elif keyword in DENSITIES:
        page.densities[keyword] = _density(text)
    elif keyword == "SEGMENT":
        page.segments.append(statement)
    elif keyword == "PEN_DOWN":
        page.components.append(np.empty((0, 2)))  # counted, even if its points are malformed
        page.components[-1] = _points(text, page.columns)


def _columns(text: str) -> list[str]:
    columns = text.upper().split()
    if "X" not in columns or "Y" not in columns:
        raise DataError(f"expected .COORD with X and Y, received {text!r:.40}")
    return columns


def _density(text: str) -> float:
    try:
        density = float(text)
    except ValueError:
        density = 0.0
    if not 0 < density <= MAX_COORDINATE:
        raise DataError(f"expected a number above 0, received {text!r:.40}")
    return density


def _points(text: str, columns: list[str]) -> np.ndarray:
    """Return the points of a component, (points, 2) as X and Y. Raises DataError."""
    try:
        values = np.array(text.split(), np.float64)
    except ValueError:
        raise DataError(f"expected points as numbers, received {text!r:.40}") from None
    if len(values) % len(columns):
        raise DataError(f"expected {len(columns)} numbers a point, received {len(values)} in all")
    if not (np.abs(values) <= MAX_COORDINATE).all():  # NaN is not either
        raise DataError(f"expected finite numbers up to {MAX_COORDINATE:.0e}, received {text!r:.40}")
    points = values.reshape(-1, len(columns))
    return points[:, [columns.index("X"), columns.index("Y")]]
