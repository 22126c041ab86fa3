"""A contact sheet to print: the room's drawings in rows by their digit, each with what was read in it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import Row, select

from webapp.room.clock import iso
from webapp.room.database import Database
from webapp.room.schema import drawings
from webapp.room.thumbnail import SIDE

MOST = 1000  # newest drawings; more than ten sheets nobody hangs up
DOTS = 150  # an inch
FINER = 2  # drawn twice as large and shrunk, since Pillow's lines have hard edges
# All sizes from here on are in the larger page's pixels.
WIDTH, HEIGHT = FINER * 1240, FINER * 1754  # A4
MARGIN, TOP = 160, 300
HEADING = 180  # the width of a row's digit
COLUMNS, CELL_HEIGHT = 9, 276
CELL_WIDTH = (WIDTH - 2 * MARGIN - HEADING) // COLUMNS
INK_SIDE = 168  # the larger side of a drawing
PEN = 9
SIGN = 28  # the side of a tick or a cross
WHITE, SOFT, BLACK = 255, 110, 0
ROWS = (HEIGHT - TOP - MARGIN) // CELL_HEIGHT

QUERY = select(
    drawings.c.shape, drawings.c.label, drawings.c.digit, drawings.c.probability, drawings.c.sent_at
).where(drawings.c.hidden.is_(False))


@dataclass(frozen=True)
class _Line:
    """One row of the sheet. `label` stands before the first row of a digit only."""

    label: str
    cells: Sequence[Row]


def write_sheet(database: Database, file: BinaryIO) -> int:
    """Write the newest thousand drawings that are not hidden as a PDF of A4 pages, and return how many.

    Drawings that nobody labelled come last, after a question mark.
    """
    with database.reading() as connection:
        rows = connection.execute(QUERY.order_by(drawings.c.number.desc()).limit(MOST)).all()
    lines = list(_lines(rows))
    parts = [lines[start : start + ROWS] for start in range(0, len(lines), ROWS)] or [[]]
    title = _title(rows)
    first, *others = (_page(part, title, number, len(parts)) for number, part in enumerate(parts, start=1))
    first.save(file, "PDF", save_all=True, append_images=others, resolution=DOTS, quality=92)
    return len(rows)


def _title(rows: Sequence[Row]) -> str:
    if not rows:
        return "Inkwise: no drawings"
    day = iso(rows[0].sent_at).partition("T")[0]
    count = f"the newest {MOST:,}" if len(rows) == MOST else f"{len(rows):,}"
    return f"Inkwise: {count} drawing{'s' if len(rows) > 1 else ''}, {day}"


def _lines(rows: Sequence[Row]) -> Iterator[_Line]:
    def place(row: Row) -> int:
        return 10 if row.label is None else row.label

    oldest_first = rows[::-1]
    for _, group in groupby(sorted(oldest_first, key=place), key=place):
        cells = list(group)
        label = "?" if cells[0].label is None else str(cells[0].label)
        for start in range(0, len(cells), COLUMNS):
            yield _Line("" if start else label, cells[start : start + COLUMNS])


def _page(lines: Sequence[_Line], title: str, number: int, count: int) -> Image.Image:
    page = Image.new("L", (WIDTH, HEIGHT), WHITE)
    draw = ImageDraw.Draw(page)
    draw.text((MARGIN, TOP // 2), title, BLACK, _font(60), anchor="lm")
    draw.text((WIDTH - MARGIN, TOP // 2), f"{number} of {count}", SOFT, _font(44), anchor="rm")
    for row, line in enumerate(lines):
        top = TOP + row * CELL_HEIGHT
        draw.text((MARGIN, top + INK_SIDE // 2), line.label, BLACK, _font(120), anchor="lm")
        for column, cell in enumerate(line.cells):
            _draw_cell(draw, MARGIN + HEADING + column * CELL_WIDTH + CELL_WIDTH // 2, top, cell)
    return page.reduce(FINER)


def _draw_cell(draw: ImageDraw.ImageDraw, centre: int, top: int, cell: Row) -> None:
    """Draw the ink, and beneath it what was read, how surely, and whether that was right."""
    _draw_ink(draw, centre, top, json.loads(cell.shape))
    below = top + INK_SIDE + 44
    draw.text((centre - 44, below), str(cell.digit), BLACK, _font(52), anchor="mm")
    draw.text((centre + 28, below + 2), how_sure(cell.probability), SOFT, _font(36), anchor="mm")
    if cell.label is not None:
        _draw_sign(draw, centre - 88, below, cell.label == cell.digit)


def how_sure(probability: float) -> str:
    """Return a probability in few signs, and never 100% of what is only nearly so."""
    return ">99%" if 0.995 <= probability < 1 else f"{probability:.0%}"


def _draw_ink(draw: ImageDraw.ImageDraw, centre: int, top: int, shape: list) -> None:
    points = [point for stroke in shape for point in stroke]
    right, bottom = (max(values) for values in zip(*points, strict=True))
    scale = INK_SIDE / SIDE
    left, upper = centre - right * scale / 2, top + (INK_SIDE - bottom * scale) / 2
    for stroke in shape:
        line = [(left + x * scale, upper + y * scale) for x, y in stroke]
        draw.line(line, BLACK, width=PEN, joint="curve")
        for x, y in (line[0], line[-1]):  # round ends; a dot is nothing but its ends
            draw.circle((x, y), PEN / 2, BLACK)


def _draw_sign(draw: ImageDraw.ImageDraw, centre: int, middle: int, right: bool) -> None:
    """Draw a tick or a cross: told apart without colour, and not every font has them."""
    half = SIGN // 2
    if right:
        tick = [(centre - half, middle), (centre - 4, middle + half - 2), (centre + half, middle - half)]
        draw.line(tick, BLACK, width=6, joint="curve")
        return
    for slope in (-1, 1):
        ends = [(centre - half, middle - slope * half), (centre + half, middle + slope * half)]
        draw.line(ends, BLACK, width=6)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)
