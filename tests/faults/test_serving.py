"""The predict route keeps up with an empty route, and is far from what the classic tutorial's server does.

Both are shares of what the same machine does in the same seconds. CI would notice a fall back to one
`model.predict` for each request; how close the two are is the business of benchmarks/serving.py.
"""

import argparse

import pytest

from benchmarks.load.servers import classic_server
from benchmarks.serving import CLASSIC, EMPTY_POST, PREDICT, make_targets, measure, ratio
from tests.faults.client import MODELS

CONNECTIONS = 16


@pytest.fixture(scope="module")
def found(server, data_folder, extent):
    """Rates of all targets."""
    rounds, seconds = (5, 4.0) if extent.is_soak else (2, 0.5)
    options = argparse.Namespace(rounds=rounds, seconds=seconds, connections=[CONNECTIONS])
    with classic_server(MODELS / "conv.keras") as classic_port:
        return measure(make_targets(server.port, classic_port, data_folder / "pen_digits.jsonl"), options)


def test_predict_route_keeps_up_with_an_empty_one(found, extent, figure):
    share = ratio(found, CONNECTIONS, PREDICT, EMPTY_POST)
    figure("predict route / empty route, 16 connections", f"{share:.2f}")
    assert share >= (0.9 if extent.is_soak else 0.05)


def test_predict_route_leaves_the_classic_server_far_behind(found, extent, figure):
    times = ratio(found, CONNECTIONS, PREDICT, CLASSIC)
    figure("predict route / classic tutorial server, 16 connections", f"{times:.0f}")
    assert times >= (50 if extent.is_soak else 3)
