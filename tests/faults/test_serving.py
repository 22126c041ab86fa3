"""The predict route is nearly as fast as an empty route, and far faster than a server of a classic tutorial.

Both are ratios on the same machine in the same seconds. The limits in CI only catch a regression to one
`model.predict` for each request; benchmarks/serving.py measures the ratios.
"""

import argparse

import pytest

from benchmarks.load.servers import classic_server
from benchmarks.serving import CLASSIC, EMPTY_POST, PREDICT, make_targets, measure, ratio
from tests.faults.client import MODELS

CONNECTIONS = 16


@pytest.fixture(scope="module")
def found(server, data_folder, extent):
    """The throughput of all targets."""
    rounds, seconds = (5, 4.0) if extent.is_soak else (2, 0.5)
    options = argparse.Namespace(rounds=rounds, seconds=seconds, connections=[CONNECTIONS])
    with classic_server(MODELS / "conv.keras") as classic_port:
        return measure(make_targets(server.port, classic_port, data_folder / "pen_digits.jsonl"), options)


def test_predict_route_is_nearly_as_fast_as_an_empty_one(found, extent, figure):
    share = ratio(found, CONNECTIONS, PREDICT, EMPTY_POST)
    figure("predict route / empty route, 16 connections", f"{share:.2f}")
    assert share >= (0.9 if extent.is_soak else 0.05)


def test_predict_route_is_much_faster_than_the_classic_server(found, extent, figure):
    times = ratio(found, CONNECTIONS, PREDICT, CLASSIC)
    figure("predict route / classic tutorial server, 16 connections", f"{times:.0f}")
    assert times >= (50 if extent.is_soak else 3)
