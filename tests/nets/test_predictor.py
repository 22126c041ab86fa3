"""The predictor lets a few threads read at once, says busy in time, and computes nothing in vain."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.conftest import PATIENCE
from tests.fakes import FakeNetwork, foreseen, some_bitmap
from webapp.errors import Busy
from webapp.nets.desks import Asker
from webapp.nets.predictor import Predictor


class HeldNetwork(FakeNetwork):
    """A FakeNetwork that says when it was asked, and answers only when it is let go."""

    def __init__(self):
        super().__init__()
        self.was_asked, self.may_answer = threading.Event(), threading.Event()

    def __call__(self, bitmaps):
        self.was_asked.set()
        assert self.may_answer.wait(PATIENCE)
        return super().__call__(bitmaps)


@pytest.fixture
def predictor():
    return Predictor(queue_size=64, desks=1, deadline=PATIENCE)


@pytest.fixture
def threads():
    with ThreadPoolExecutor(80) as pool:
        yield pool


def ask_while_held(predictor, threads, network, questions):
    """Ask `questions` of `network` while the only desk is taken; return their futures once all wait."""
    held = HeldNetwork()
    first = threads.submit(predictor.ask, [held], some_bitmap())
    assert held.was_asked.wait(PATIENCE)
    futures = [threads.submit(predictor.ask, [network], bitmap) for bitmap in questions]
    wait_until(lambda: predictor.waiting == len(questions))
    return held, [first, *futures]


def wait_until(condition):
    tick = threading.Event()
    for _ in range(int(PATIENCE / 0.005)):
        if condition():
            return
        tick.wait(0.005)
    pytest.fail("the condition did not come true")


def test_predictor_answers_each_thread_with_its_own_bitmap(predictor, threads):
    network, bitmaps = FakeNetwork(), [some_bitmap(seed) for seed in range(500)]
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda bitmap: predictor.ask([network], bitmap)[0], bitmaps))
    assert [answer.digit for answer in answers] == [foreseen(bitmap) for bitmap in bitmaps]


def test_predictor_answers_all_that_waited_for_its_desk(predictor, threads):
    network, bitmaps = FakeNetwork(), [some_bitmap(seed) for seed in range(12)]
    held, futures = ask_while_held(predictor, threads, network, bitmaps)
    assert network.sizes == []
    held.may_answer.set()
    answers = [future.result(PATIENCE)[0] for future in futures]
    assert [answer.digit for answer in answers[1:]] == [foreseen(bitmap) for bitmap in bitmaps]
    assert (network.sizes, predictor.waiting) == ([1] * 12, 0)


def test_predictor_reads_at_all_its_desks_at_once(threads):
    predictor, first, second = Predictor(desks=2, deadline=PATIENCE), HeldNetwork(), HeldNetwork()
    futures = [threads.submit(predictor.ask, [held], some_bitmap()) for held in (first, second)]
    assert first.was_asked.wait(PATIENCE)
    assert second.was_asked.wait(PATIENCE)
    third = threads.submit(predictor.ask, [FakeNetwork()], some_bitmap(3))
    wait_until(lambda: predictor.waiting == 1)
    second.may_answer.set()
    assert third.result(PATIENCE)[0].digit == foreseen(some_bitmap(3))
    assert not futures[0].done()
    first.may_answer.set()
    assert futures[0].result(PATIENCE)


def test_predictor_asks_several_networks_of_one_bitmap(predictor):
    bitmap = some_bitmap()
    answers = predictor.ask([FakeNetwork(0.25), FakeNetwork()], bitmap)
    assert [answer.is_digit for answer in answers] == [0.25, None]
    assert {answer.digit for answer in answers} == {foreseen(bitmap)}


def test_predictor_full_queue_is_busy_at_once(threads):
    predictor = Predictor(queue_size=2, desks=1, deadline=PATIENCE)
    held, futures = ask_while_held(predictor, threads, FakeNetwork(), [some_bitmap(1), some_bitmap(2)])
    with pytest.raises(Busy, match="2 bitmaps wait already") as caught:
        predictor.ask([FakeNetwork()], some_bitmap(3))
    assert caught.value.retry_after == 1
    held.may_answer.set()
    assert all(future.result(PATIENCE) for future in futures)


def test_predictor_counts_what_waits_for_a_thread_to_ask_it(predictor):
    predictor.waiting_before = lambda: 19
    assert predictor.waiting == 19


def test_predictor_passed_deadline_is_busy_and_computes_nothing(threads):
    predictor, held, network = Predictor(desks=1, deadline=0.05), HeldNetwork(), FakeNetwork()
    first = threads.submit(predictor.ask, [held], some_bitmap())
    assert held.was_asked.wait(PATIENCE)
    with pytest.raises(Busy, match="no answer within 0.05 seconds"):
        predictor.ask([network], some_bitmap(1))
    held.may_answer.set()
    assert first.result(PATIENCE)
    assert (network.sizes, predictor.waiting) == ([], 0)


@pytest.mark.parametrize("gone_after", [-1, PATIENCE])
def test_predictor_computes_nothing_for_a_client_that_waited_long_and_has_gone(
    predictor, threads, monkeypatch, gone_after
):
    monkeypatch.setattr("webapp.nets.desks.GONE_AFTER", gone_after)
    network, held = FakeNetwork(), HeldNetwork()
    threads.submit(predictor.ask, [held], some_bitmap())
    assert held.was_asked.wait(PATIENCE)
    waiting = threads.submit(predictor.ask, [network], some_bitmap(1), Asker(lambda: True))
    wait_until(lambda: predictor.waiting == 1)
    held.may_answer.set()
    assert isinstance(waiting.exception(PATIENCE), Busy if gone_after < 0 else type(None))
    assert network.sizes == ([] if gone_after < 0 else [1])
    assert predictor.ask([FakeNetwork()], some_bitmap(2))  # the desk is free again


def test_predictor_does_not_doubt_a_client_that_found_a_desk(predictor, monkeypatch):
    monkeypatch.setattr("webapp.nets.desks.GONE_AFTER", -1)
    answer = predictor.ask([FakeNetwork()], some_bitmap(), Asker(gave_up=lambda: True))[0]
    assert answer.digit == foreseen(some_bitmap())


@pytest.mark.parametrize(
    ("waited", "has_gone", "told"),
    [
        (601, False, "no answer within 600 seconds"),
        (300, True, "whoever asked has gone"),
        (300, False, None),
        (-60, True, None),  # hardly any wait is no reason for a doubt
    ],
)
def test_predictor_counts_what_an_asker_has_waited_elsewhere(waited, has_gone, told):
    predictor, network = Predictor(deadline=600.0), FakeNetwork()
    asker = Asker(lambda: has_gone, since=time.monotonic() - waited)
    with pytest.raises(Busy, match=told) if told else contextlib.nullcontext():
        predictor.ask([network], some_bitmap(), asker)
    assert network.sizes == ([] if told else [1])
    assert predictor.ask([FakeNetwork()], some_bitmap(2))  # the desk is free again


def test_predictor_whose_desks_are_taken_waits_no_longer_than_what_is_left(predictor, threads):
    held = HeldNetwork()
    threads.submit(predictor.ask, [held], some_bitmap())
    assert held.was_asked.wait(PATIENCE)
    begun = time.monotonic()
    with pytest.raises(Busy, match="no answer within"):
        predictor.ask([FakeNetwork()], some_bitmap(1), Asker(since=begun - 2 * PATIENCE))
    assert time.monotonic() - begun < PATIENCE
    held.may_answer.set()


@pytest.mark.parametrize("desks", [2, 3])
def test_predictor_leaves_a_desk_to_who_only_asks_however_many_look_inside(threads, desks):
    predictor, held = Predictor(desks=desks, deadline=PATIENCE), [HeldNetwork() for _ in range(4)]
    looks = [threads.submit(predictor.look, lambda each=each: each(some_bitmap()[None])) for each in held]
    wait_until(lambda: sum(each.was_asked.is_set() for each in held) == desks - 1)
    wait_until(lambda: predictor.waiting == len(held) - (desks - 1))
    assert predictor.ask([FakeNetwork()], some_bitmap(1))[0].digit == foreseen(some_bitmap(1))
    for each in held:
        each.may_answer.set()
    assert [look.result(PATIENCE)[0].digit for look in looks] == [foreseen(some_bitmap())] * len(held)
    assert predictor.waiting == 0


def test_predictor_with_one_desk_looks_inside_too(predictor):
    assert predictor.look(lambda: "found") == "found"


def test_predictor_tells_of_a_network_that_fails_and_goes_on(predictor):
    def broken(bitmaps: np.ndarray):
        raise FloatingPointError("weights of NaN")

    with pytest.raises(FloatingPointError, match="weights of NaN"):
        predictor.ask([broken], some_bitmap())
    assert predictor.ask([FakeNetwork()], some_bitmap())[0].digit == foreseen(some_bitmap())
