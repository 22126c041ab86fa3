"""Many look inside a network, which takes far longer than an answer: hands that draw do not wait for them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.closed_loop import drive
from benchmarks.load.http import make_request

LOOKING, DRAWING = 16, 8  # connections that ask without pause


@pytest.mark.parametrize("path", ["/api/inspect", "/api/explain"])
def test_hands_are_answered_while_many_look_inside(server, bitmaps, extent, figure, path):
    questions = [make_request(server.port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]
    looks = [make_request(server.port, "POST", path, bitmap) for bitmap in bitmaps]
    drive(server.port, looks, 1, 1)  # what looks inside is compiled at its first use
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(drive, server.port, looks, LOOKING, extent(3, 20))
        drawing = drive(server.port, questions, DRAWING, extent(2, 15))
        looked = looking.result()
    late = drawing.percentile(95)  # ms
    figure(
        f"{DRAWING} hands beside {LOOKING} that ask {path} without pause",
        f"{drawing.rate:.0f} answers a second, p95 {late:.0f} ms; {looked.rate:.1f} looks a second",
    )
    assert set(drawing.kinds) == {200}
    assert late / 1000 <= extent.seconds(0.1)
    assert set(looked.kinds) <= {200, 503}  # more than can be looked into in time
    assert looked.kinds[200]
