"""The contact sheet shows all visible drawings on A4 pages."""

import io
import re
from types import SimpleNamespace

import numpy as np
import pytest

from tests.room.rooms import join, make_room, send, send_many
from webapp.room.clock import local_day, milliseconds
from webapp.room.transfer import contact_sheet
from webapp.room.transfer.contact_sheet import COLUMNS, MOST, ROWS, write_sheet


@pytest.fixture
def room(tmp_path):
    room = make_room(f"sqlite:///{tmp_path}/room.sqlite")
    yield room
    room.close()


def make_sheet(room) -> tuple[int, bytes]:
    file = io.BytesIO()
    return write_sheet(room.database, file), file.getvalue()


def pages_in(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def picture(room, monkeypatch) -> np.ndarray:
    """Return the first page as pixels, uint8 (rows, columns)."""
    pages = []
    draw = contact_sheet._page
    monkeypatch.setattr(
        contact_sheet, "_page", lambda *arguments: pages.append(draw(*arguments)) or pages[-1]
    )
    make_sheet(room)
    return np.asarray(pages[0])


def test_sheet_crosses_out_a_rejected_digit(room, monkeypatch):
    signs = []
    monkeypatch.setattr(contact_sheet, "_draw_sign", lambda *arguments: signs.append(arguments[-1]))
    participant = join(room)
    send(room, participant, label=4)
    room._predict.is_digit = 0.2
    send(room, participant, label=4)
    send(room, participant)
    make_sheet(room)
    assert signs == [True, False]


def test_sheet_is_a_pdf_of_a4(room):
    send(room, join(room), label=3)
    count, pdf = make_sheet(room)
    assert (count, pages_in(pdf)) == (1, 1)
    width, height = map(float, re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+)", pdf).groups())
    assert (width / 72 * 25.4, height / 72 * 25.4) == (pytest.approx(210, abs=1), pytest.approx(297, abs=1))


def test_sheet_continues_on_a_second_page(room):
    send_many(room, join(room), ROWS * COLUMNS + 1)
    assert pages_in(make_sheet(room)[1]) == 2


def test_sheet_shows_the_ink(room, monkeypatch):
    empty = picture(room, monkeypatch)
    monkeypatch.undo()
    send(room, join(room), label=3, strokes=[[[0, 0], [100, 0], [100, 100], [0, 100]]])
    drawn = picture(room, monkeypatch)
    assert (empty < 128).sum() < (drawn < 128).sum()


@pytest.mark.parametrize(
    "strokes", [[[[5, 5]]], [[[0, 0], [0, 9]]], [[[0, 0], [1e9, 1e-9]]], [[[1, 1]] * 9000]]
)
def test_sheet_accepts_any_ink(room, strokes):
    send(room, join(room), strokes=strokes)
    assert make_sheet(room)[0] == 1


def test_sheet_skips_hidden_drawings(room):
    room.hide(send(room, join(room))["id"], True)
    count, pdf = make_sheet(room)
    assert (count, pages_in(pdf)) == (0, 1)


def test_sheet_rows_are_sorted_by_label(room):
    ada = join(room)
    for label in (None, 7, 3, 7):
        send(room, ada, label=label)
    with room.database.reading() as connection:
        rows = connection.execute(contact_sheet.QUERY.order_by(contact_sheet.drawings.c.number.desc())).all()
    lines = list(contact_sheet._lines(rows))
    assert [(line.label, len(line.cells)) for line in lines] == [("3", 1), ("7", 2), ("?", 1)]


def test_sheet_is_bounded(room, monkeypatch):
    monkeypatch.setattr(contact_sheet, "MOST", 5)
    send_many(room, join(room), 6)
    assert make_sheet(room)[0] == 5
    assert MOST == 1000


def test_title_has_the_local_date_of_the_newest_drawing():
    times = [milliseconds("2026-11-23T12:00:00Z"), milliseconds("2026-11-20T12:00:00Z")]
    for rows in (times, times[::-1]):  # an import stores older drawings after newer ones
        title = contact_sheet._title([SimpleNamespace(sent_at=each) for each in rows])
        assert title == f"Inkwise: 2 drawings, {local_day(times[0])}"
