"""Predictions wait in a line of their own, and who finds a line full is told so."""

import threading
import time
from types import SimpleNamespace

import pytest
from webapp.crowd import Lines

from webapp import crowd

PATIENCE = 20.0  # seconds


class Visitor:
    """A channel with one request, which is worked on until it is let go."""

    def __init__(self, path: str):
        self.requests = [SimpleNamespace(path=path)]
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.cancelled = False

    def service(self) -> None:
        self.begun.set()
        assert self.may_end.wait(PATIENCE)

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def lines():
    lines = Lines(threads=1, readers=1, most=2)
    yield lines
    lines.shutdown(timeout=PATIENCE)


def test_predictions_wait_for_nothing_else(lines):
    export, prediction = Visitor("/api/room/export"), Visitor(crowd.PREDICTION)
    lines.add_task(export)
    assert export.begun.wait(PATIENCE)
    lines.add_task(prediction)
    assert prediction.begun.wait(PATIENCE)
    for visitor in (export, prediction):
        visitor.may_end.set()


def test_who_finds_the_line_full_is_marked_and_comes_first(lines):
    visitors = [Visitor("/api/inspect") for _ in range(4)]
    lines.add_task(visitors[0])
    assert visitors[0].begun.wait(PATIENCE)
    for visitor in visitors[1:]:
        lines.add_task(visitor)
    assert [visitor.is_crowded for visitor in visitors] == [False, False, False, True]
    assert list(lines.others.queue) == [visitors[3], visitors[1], visitors[2]]
    for visitor in visitors:
        visitor.may_end.set()


def test_prediction_that_finds_the_line_full_is_refused_while_all_else_is_busy(lines):
    export, visitors = Visitor("/api/room/export"), [Visitor(crowd.PREDICTION) for _ in range(4)]
    for visitor in (export, visitors[0]):
        lines.add_task(visitor)
        assert visitor.begun.wait(PATIENCE)
    for visitor in visitors[1:]:
        lines.add_task(visitor)
    assert [visitor.is_crowded for visitor in visitors] == [False, False, False, True]
    assert visitors[3].begun.wait(PATIENCE)
    assert (list(lines.predictions.queue), list(lines.others.queue)) == (visitors[1:3], [])
    for visitor in (export, *visitors):
        visitor.may_end.set()


def test_nobody_is_let_in_behind_who_has_waited_too_long():
    lines = Lines(threads=1, readers=1, most=50, patience=60)
    reading, waiting, next_one, late = visitors = [Visitor(crowd.PREDICTION) for _ in range(4)]
    lines.add_task(reading)
    assert reading.begun.wait(PATIENCE)
    lines.add_task(waiting)
    lines.add_task(next_one)
    waiting.arrived_at -= 61
    lines.add_task(late)
    assert [visitor.is_crowded for visitor in visitors] == [False, False, False, True]
    assert late.begun.wait(PATIENCE)  # it need not wait until the reader is free
    for visitor in visitors:
        visitor.may_end.set()
    lines.shutdown(timeout=PATIENCE)


def test_as_many_predictions_are_worked_on_at_once_as_there_are_readers():
    lines, visitors = Lines(threads=1, readers=2, most=5), [Visitor(crowd.PREDICTION) for _ in range(3)]
    for visitor in visitors:
        lines.add_task(visitor)
    for visitor in visitors[:2]:
        assert visitor.begun.wait(PATIENCE)
    assert list(lines.predictions.queue) == visitors[2:]
    for visitor in visitors:
        visitor.may_end.set()
    lines.shutdown(timeout=PATIENCE)


def test_who_arrives_is_told_when(lines):
    visitor, before = Visitor(crowd.PREDICTION), time.monotonic()
    lines.add_task(visitor)
    assert before <= visitor.arrived_at <= time.monotonic()
    visitor.may_end.set()


def test_lines_that_end_cancel_what_waits(lines):
    first, second = Visitor("/"), Visitor("/")
    lines.add_task(first)
    assert first.begun.wait(PATIENCE)
    lines.add_task(second)
    lines.shutdown(timeout=0.01)
    assert second.cancelled
    first.may_end.set()
