"""From a drawing of the room into the inside view."""

import numpy as np
import pytest

from tests.ink.test_inkcode import decode
from tests.room.rooms import new_id
from webapp.ink.bitmap import to_bitmap

HEADER = 4096  # bytes of all headers of an answer that nginx takes


def scribble(points: int) -> list[list[list[float]]]:
    """Return an eight of so many points, as a finger draws it that goes round again and again."""
    turn = np.linspace(0, 6 * np.pi, points)
    return [np.stack([300 + 90 * np.sin(2 * turn), 200 - 150 * np.cos(turn)], axis=1).tolist()]


@pytest.mark.parametrize("points", [2, 3_000, 10_000])
def test_look_inside_leads_to_nearly_the_same_ink_however_long_it_is(phone, points):
    ink, path = scribble(points), f"/drawings/{new_id()}"
    assert phone.put(f"/api/room{path}", json={"strokes": ink}).status_code == 201
    response = phone.get(f"/room{path}/inside")
    assert response.status_code == 303
    address, _, fragment = response.headers["Location"].partition("#")
    assert address.endswith("/inside")
    assert len(str(response.headers)) < HEADER
    bitmaps = [to_bitmap(strokes).astype(int) for strokes in (decode(fragment), [np.array(ink[0])])]
    assert np.abs(bitmaps[0] - bitmaps[1]).mean() < 2
