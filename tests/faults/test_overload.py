"""More is asked than a slow machine can answer: it says so quickly, and whoever waits is not forgotten."""

import numpy as np
import pytest

from benchmarks.load.closed_loop import drive
from benchmarks.load.http import make_request
from tests.fakes import some_bitmap, write_model
from tests.faults.client import TellingServer, time_one

CONNECTIONS = 600  # more than may wait


@pytest.fixture
def slow_server(tmp_path):
    """A server whose network takes 50 ms for whatever it is asked at once."""
    write_model(tmp_path, "conv")
    with TellingServer(tmp_path, kind="slow") as server:
        server.wait_until_ready()
        yield server
        server.stop()
        assert "Traceback" not in server.errors, server.errors


def test_server_that_is_asked_too_much_refuses_quickly(slow_server, extent, figure):
    request = make_request(slow_server.port, "POST", "/api/predict", some_bitmap().tobytes())
    outcome = drive(slow_server.port, [request], CONNECTIONS, extent(2, 30))
    told = ", ".join(f"{count:,} times {kind}" for kind, count in sorted(outcome.kinds.items()))
    late = float(np.percentile(outcome.refusals or [np.nan], 95)) * 1000
    figure(f"{CONNECTIONS} connections to a slow network", f"{told}; refusals within {late:.0f} ms (p95)")
    assert set(outcome.kinds) == {200, 503}  # some are answered, the others are told to come back
    assert np.median(outcome.refusals) < np.median(outcome.times) / 2  # they do not stand in line for that
    assert time_one(slow_server, some_bitmap().tobytes()) <= extent.seconds(5)
