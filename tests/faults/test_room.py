"""A room full of phones that open the page, draw, follow the rounds and send; the wall shows it all.

The soak run has the full room, 300 phones for ten minutes, and keeps the limits; CI a small one for seconds.
"""

import argparse
import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.tally import Tally
from benchmarks.room import load, recovery

PATH = "pen_digits.jsonl"
DEFAULTS = {"times": 1, "drawings": 0, "arrivals": 0, "presenter_link": None}


@pytest.fixture
def hold_a_room(server, data_folder):
    """A function that lets phones live with the server and returns what came of it."""

    def hold(**options):
        given = argparse.Namespace(**DEFAULTS | {"ink": data_folder / PATH} | options)
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


def test_room_is_answered_and_shown(server, hold_a_room, extent, figure):
    phones, link = extent(30, 300), server.order("presenter")
    questions, room = hold_a_room(
        phones=phones,
        rate=phones,
        seconds=extent(10, 600),
        drawings=extent(5, 2),
        arrivals=extent(3, 30),
        presenter_link=link,
    )
    # All phones fetch the state at once when a round starts: the limit is that of the round below.
    limits = (("predictions", questions, 0.15), ("news", room.looks, 0.5), ("sending", room.sends, 0.15))
    for what, tally, limit in limits:
        figure(f"a room of 300 phones, 10 minutes: {what}", tell(tally))
        assert not tally.errors
        assert tally.percentile(95) <= extent.seconds(limit) * 1000
    for what, times in (
        ("a drawing stored -> on the wall", room.shown),
        ("a round -> on a phone", room.followed),
    ):
        late = times[int(len(times) * 0.95)]
        figure(f"a room of 300 phones: {what}", f"p95 {late:.2f} s, {len(times):,} times")
        assert late <= extent.seconds(0.5)


def test_whole_room_opens_the_page(hold_a_room, extent, figure):
    phones, arrivals = extent(40, 300), extent(3, 30)
    _, room = hold_a_room(phones=phones, rate=1, seconds=arrivals + extent(6, 15), arrivals=arrivals)
    figure("300 browsers with six connections each open /join within 30 s", tell(room.pages))
    assert room.pages.kinds == [200] * phones
    assert room.pages.percentile(95) <= extent.seconds(3.0) * 1000


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
