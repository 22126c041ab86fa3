"""An overloaded server rejects excess requests quickly and serves the queued ones."""

import numpy as np
import pytest

from benchmarks.load.closed_loop import run_closed_loop
from benchmarks.load.http import make_request
from tests.fakes import some_bitmap, write_model
from tests.faults.client import ControlledServer, time_one

CONNECTIONS = 600  # more than the queue holds


@pytest.fixture
def slow_server(tmp_path):
    """A server whose network takes 50 ms for each batch."""
    write_model(tmp_path, "conv")
    with ControlledServer(tmp_path, kind="slow") as server:
        server.wait_until_ready()
        yield server
        server.stop()
        assert "Traceback" not in server.errors, server.errors


def test_overloaded_server_rejects_quickly(slow_server, extent, figure):
    request = make_request(slow_server.port, "POST", "/api/predict", some_bitmap().tobytes())
    outcome = run_closed_loop(slow_server.port, [request], CONNECTIONS, extent(2, 30))
    summary = ", ".join(f"{count:,} times {kind}" for kind, count in sorted(outcome.statuses.items()))
    late = float(np.percentile(outcome.error_latencies or [np.nan], 95)) * 1000
    figure(f"{CONNECTIONS} connections to a slow network", f"{summary}; rejected within {late:.0f} ms (p95)")
    assert set(outcome.statuses) == {200, 503}
    # Rejected requests do not wait in the queue.
    assert np.median(outcome.error_latencies) < np.median(outcome.latencies) / 2
    assert time_one(slow_server, some_bitmap().tobytes()) <= extent.seconds(5)
