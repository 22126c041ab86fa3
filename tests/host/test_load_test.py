"""The load test's conclusions from its measurements."""

import pytest

from webapp.host import load_test
from webapp.host.load_test import ASSUMPTION, CONNECTIONS_PER_PHONE, measure


def pretend(monkeypatch, steps: dict[int, tuple[int, float, int]]) -> None:
    """Let a step of so many connections give (requests, seconds each, errors) in one second."""

    def step(address, count):
        requests, seconds, errors = steps[count]
        return load_test._Step([seconds] * requests, errors, 1.0)

    monkeypatch.setattr(load_test, "STEPS", tuple(steps))
    monkeypatch.setattr(load_test, "_step", step)


def test_load_test_reports_the_fastest_step_in_time(monkeypatch):
    pretend(monkeypatch, {4: (400, 0.01, 0), 16: (800, 0.02, 0), 64: (1200, 0.2, 0)})
    found = measure("http://127.0.0.1:1", 10_000)
    assert (found.predictions_per_second, found.p95_ms) == (600.0, 20.0)
    assert (found.phones, found.limited_by) == (600, "predictions")
    assert (found.requests, found.errors) == (2400, 0)
    assert found.assumption == ASSUMPTION


def test_load_test_skips_steps_with_errors(monkeypatch):
    pretend(monkeypatch, {4: (400, 0.01, 0), 16: (800, 0.02, 1)})
    assert measure("http://127.0.0.1:1", 10_000).phones == 300


def test_load_test_of_a_slow_machine_reports_no_phones(monkeypatch):
    pretend(monkeypatch, {4: (4, 0.9, 0)})
    found = measure("http://127.0.0.1:1", 10_000)
    assert (found.phones, found.p95_ms) == (0, 900.0)


def test_load_test_is_limited_by_connections(monkeypatch):
    pretend(monkeypatch, {4: (4000, 0.001, 0)})
    found = measure("http://127.0.0.1:1", 100)
    assert (found.phones, found.limited_by) == (100 // CONNECTIONS_PER_PHONE, "connections")


@pytest.mark.parametrize("connections", [1, 1000])
def test_load_test_without_server_counts_errors(monkeypatch, connections):
    monkeypatch.setattr(load_test, "STEP_TIME", 0.05)
    found = measure("http://127.0.0.1:1", connections)
    assert found.phones == 0
    assert found.errors > 0
    assert found.requests == 0
