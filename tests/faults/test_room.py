"""A room full of phones that draw, look for news and send: everybody is answered, and the wall shows it all.

The soak run has the full room, 300 phones for ten minutes, and keeps the limits; CI a small one for seconds.
"""

import argparse
import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.tally import Tally
from benchmarks.room import load, recovery

PATH = "pen_digits.jsonl"


@pytest.fixture
def hold_a_room(server, data_folder):
    """A function that lets phones live with the server and returns what came of it."""

    def hold(**options):
        given = argparse.Namespace(**{"ink": data_folder / PATH, "times": 1, "drawings": 0} | options)
        # In a thread of its own: the browser tests before leave Playwright's event loop in this one.
        with ThreadPoolExecutor(1) as elsewhere:
            return elsewhere.submit(lambda: asyncio.run(load(server.port, given))).result()

    return hold


def tell(tally: Tally) -> str:
    times = ", ".join(f"p{share} {tally.percentile(share):.1f} ms" for share in (50, 95, 99))
    return f"{len(tally.kinds):,} requests, {times}, {tally.errors.total()} errors"


def test_phones_that_draw_are_all_answered(hold_a_room, extent, figure):
    phones = extent(60, 300)
    questions, _ = hold_a_room(phones=phones, rate=phones, seconds=extent(3, 600))
    figure("300 phones, 300 predictions a second, 10 minutes", tell(questions))
    assert len(questions.kinds) >= phones  # at least one each
    assert not questions.errors
    assert questions.percentile(95) <= extent.seconds(0.1) * 1000
    assert questions.percentile(99) <= extent.seconds(0.25) * 1000


def test_room_is_answered_and_shown(hold_a_room, extent, figure):
    phones = extent(30, 300)
    questions, room = hold_a_room(phones=phones, rate=phones, seconds=extent(6, 600), drawings=extent(5, 2))
    for what, tally in (("predictions", questions), ("news", room.looks), ("sending", room.sends)):
        figure(f"a room of 300 phones, 10 minutes: {what}", tell(tally))
        assert not tally.errors
        assert tally.percentile(95) <= extent.seconds(0.15) * 1000
    shown = sorted(room.shown.values())
    late = shown[int(len(shown) * 0.95)]
    figure("a room of 300 phones: from a phone to the wall", f"p95 {late:.2f} s of {len(shown):,} drawings")
    assert late <= extent.seconds(1.0)


def test_room_is_normal_again_after_three_times_the_load(hold_a_room, extent, figure):
    phones, before, during, after = extent(40, 300), extent(1, 20), extent(2, 60), extent(3, 20)
    options = {"phones": phones, "rate": phones, "times": 3}
    questions, _ = hold_a_room(**options, seconds=before, overload=during, after=after)
    over = before + during
    refused = questions.part(before, over).percentile(95, (503,))
    took = recovery(questions, over, after)
    figure(
        "three times that load",
        f"{tell(questions.part(before, over))}; refused within {refused:.1f} ms (p95)",
    )
    figure("three times that load: normal again", f"after {took:.1f} s")
    assert set(questions.kinds) <= {200, 503}
    assert questions.part(over, over + after).kinds[-1] == 200
    if extent.is_soak:
        assert took <= 5
