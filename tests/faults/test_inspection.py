"""Inspection requests, which are slow, do not delay predictions."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.closed_loop import run_closed_loop
from benchmarks.load.http import make_request

INSPECTING, DRAWING = 16, 8  # connections in a closed loop


@pytest.mark.parametrize("path", ["/api/inspect", "/api/explain", "/api/learn?label=7&steps=50"])
def test_predictions_are_fast_during_inspections(server, bitmaps, extent, figure, path):
    predictions = [make_request(server.port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]
    inspections = [make_request(server.port, "POST", path, bitmap) for bitmap in bitmaps]
    run_closed_loop(server.port, inspections, 1, 1)  # the first inspection reads the weights
    with ThreadPoolExecutor(1) as other_thread:
        inspecting = other_thread.submit(run_closed_loop, server.port, inspections, INSPECTING, extent(3, 20))
        predicted = run_closed_loop(server.port, predictions, DRAWING, extent(2, 15))
        inspected = inspecting.result()
    late = predicted.percentile(95)  # ms
    figure(
        f"{DRAWING} connections for predictions and {INSPECTING} for {path} in a closed loop",
        f"{predicted.throughput:.0f} predictions/s, p95 {late:.0f} ms; "
        f"{inspected.throughput:.1f} inspections/s",
    )
    assert set(predicted.statuses) == {200}
    assert late / 1000 <= extent.seconds(0.1)
    assert set(inspected.statuses) <= {200, 503}  # 503 beyond the queue's limits
    assert inspected.statuses[200]
