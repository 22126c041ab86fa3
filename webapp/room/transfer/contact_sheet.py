"""Write a contact sheet: a PDF with the room's drawings in rows by digit, each with its prediction."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import Row, select

from webapp.ink.curve import to_polyline
from webapp.percent import percent
from webapp.room.clock import local_day
from webapp.room.ink_record import SIDE
from webapp.room.storage.database import Database
from webapp.room.storage.schema import drawings
from webapp.room.verdicts import NO_DIGIT, is_right, read_as

MOST = 1000  # newest drawings: ten pages
DOTS = 150  # an inch
SCALE = 2  # pages are drawn larger and reduced, since Pillow does not smooth lines
# All sizes below are in pixels of the larger page.
WIDTH, HEIGHT = SCALE * 1240, SCALE * 1754  # A4
MARGIN, TOP = 160, 300
HEADING = 180  # width of a row's digit
COLUMNS, CELL_HEIGHT = 9, 276
CELL_WIDTH = (WIDTH - 2 * MARGIN - HEADING) // COLUMNS
INK_SIDE = 168  # longer side of a drawing
PEN = 9
SIGN = 28  # side of a check mark or a cross
WHITE, GRAY, BLACK = 255, 110, 0
ROWS = (HEIGHT - TOP - MARGIN) // CELL_HEIGHT

QUERY = select(
    drawings.c.thumbnail,
    drawings.c.label,
    drawings.c.digit,
    drawings.c.probability,
    drawings.c.is_digit,
    drawings.c.sent_at,
).where(drawings.c.hidden.is_(False))


@dataclass(frozen=True)
class _Line:
    """One row of the sheet. `label` is empty except in the first row of a digit."""

    label: str
    cells: Sequence[Row]


def write_sheet(database: Database, file: BinaryIO) -> int:
    """Write the newest thousand visible drawings as a PDF of A4 pages, and return their number.

    Drawings without a label come last, under a question mark.
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
    day = local_day(max(row.sent_at for row in rows))  # imported drawings keep their time
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
    draw.text((WIDTH - MARGIN, TOP // 2), f"{number} of {count}", GRAY, _font(44), anchor="rm")
    for row, line in enumerate(lines):
        top = TOP + row * CELL_HEIGHT
        draw.text((MARGIN, top + INK_SIDE // 2), line.label, BLACK, _font(120), anchor="lm")
        for column, cell in enumerate(line.cells):
            _draw_cell(draw, MARGIN + HEADING + column * CELL_WIDTH + CELL_WIDTH // 2, top, cell)
    return page.reduce(SCALE)


def _draw_cell(draw: ImageDraw.ImageDraw, center: int, top: int, cell: Row) -> None:
    """Draw the ink, and below it the prediction, its probability, and whether it is correct."""
    _draw_ink(draw, center, top, json.loads(cell.thumbnail))
    below = top + INK_SIDE + 44
    how_sure = percent(cell.probability).replace("over", ">").replace("under", "<")
    doubt = "?" if read_as(cell) == NO_DIGIT else ""
    draw.text((center - 44, below), f"{cell.digit}{doubt}", BLACK, _font(52), anchor="mm")
    draw.text((center + 28, below + 2), how_sure, GRAY, _font(36), anchor="mm")
    right = is_right(cell, cell.label)
    if right is not None:
        _draw_sign(draw, center - 88, below, right)


def _draw_ink(draw: ImageDraw.ImageDraw, center: int, top: int, shape: list) -> None:
    points = [point for stroke in shape for point in stroke]
    right, bottom = (max(values) for values in zip(*points, strict=True))
    scale = INK_SIDE / SIDE
    left, upper = center - right * scale / 2, top + (INK_SIDE - bottom * scale) / 2
    for stroke in shape:
        curve = to_polyline(np.array(stroke, float), tolerance=2.0, most=10)
        line = [(left + x * scale, upper + y * scale) for x, y in curve.tolist()]
        draw.line(line, BLACK, width=PEN, joint="curve")
        for x, y in (line[0], line[-1]):  # round ends
            draw.circle((x, y), PEN / 2, BLACK)


def _draw_sign(draw: ImageDraw.ImageDraw, center: int, middle: int, right: bool) -> None:
    """Draw a check mark or a cross; not every font has them."""
    half = SIGN // 2
    if right:
        tick = [(center - half, middle), (center - 4, middle + half - 2), (center + half, middle - half)]
        draw.line(tick, BLACK, width=6, joint="curve")
        return
    for slope in (-1, 1):
        ends = [(center - half, middle - slope * half), (center + half, middle + slope * half)]
        draw.line(ends, BLACK, width=6)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
