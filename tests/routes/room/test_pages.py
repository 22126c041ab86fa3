"""Links from a drawing of the room to the inside view."""

import numpy as np
import pytest

from tests.ink.test_links import decode
from tests.room.rooms import new_id
from webapp.ink.bitmap import to_bitmap

HEADER = 4096  # bytes; nginx's limit for the headers of a response


def scribble(points: int) -> list[list[list[float]]]:
    """Return a figure eight, traced three times, with `points` points, rounded as the pad does."""
    turn = np.linspace(0, 6 * np.pi, points)
    line = np.stack([300 + 90 * np.sin(2 * turn), 200 - 150 * np.cos(turn)], axis=1)
    return [line.round(1).tolist()]


@pytest.mark.parametrize("points", [2, 3_000, 10_000])
def test_inside_link_preserves_ink_of_any_length(phone, points):
    ink, path = scribble(points), f"/drawings/{new_id()}"
    assert phone.put(f"/api/room{path}", json={"strokes": ink}).status_code == 201
    response = phone.get(f"/room{path}/inside")
    assert response.status_code == 303
    address, _, fragment = response.headers["Location"].partition("#")
    assert address.endswith("/inside")
    assert len(str(response.headers)) < HEADER
    bitmaps = [to_bitmap(strokes).astype(int) for strokes in (decode(fragment), [np.array(ink[0])])]
    assert np.abs(bitmaps[0] - bitmaps[1]).mean() < 2
