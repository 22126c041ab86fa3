"""The predictor answers many threads in batches, says busy in time, and computes nothing in vain."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.conftest import PATIENCE
from tests.fakes import FakeNetwork, foreseen, some_bitmap
from webapp.errors import Busy
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
    predictor = Predictor(queue_size=64, batch_size=8, deadline=PATIENCE)
    yield predictor
    predictor.close()


@pytest.fixture
def threads():
    with ThreadPoolExecutor(80) as pool:
        yield pool


def ask_while_held(predictor, threads, network, questions):
    """Ask `questions` of `network` while its thread is held; return their futures once all wait."""
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


def test_predictor_takes_what_waits_as_one_batch(predictor, threads):
    network = FakeNetwork()
    held, futures = ask_while_held(predictor, threads, network, [some_bitmap(seed) for seed in range(12)])
    held.may_answer.set()
    assert all(future.result(PATIENCE) for future in futures)
    assert network.sizes == [8, 4]  # a full batch, then the rest


def test_predictor_asks_several_networks_of_one_bitmap(predictor):
    bitmap = some_bitmap()
    answers = predictor.ask([FakeNetwork(0.25), FakeNetwork()], bitmap)
    assert [answer.is_digit for answer in answers] == [0.25, None]
    assert {answer.digit for answer in answers} == {foreseen(bitmap)}


def test_predictor_full_queue_is_busy_at_once(threads):
    predictor = Predictor(queue_size=2, deadline=PATIENCE)
    held, futures = ask_while_held(predictor, threads, FakeNetwork(), [some_bitmap(1), some_bitmap(2)])
    with pytest.raises(Busy, match="2 bitmaps wait already") as caught:
        predictor.ask([FakeNetwork()], some_bitmap(3))
    assert caught.value.retry_after == 1
    held.may_answer.set()
    assert all(future.result(PATIENCE) for future in futures)
    predictor.close()


def test_predictor_counts_what_waits_for_a_thread_to_ask_it(predictor):
    predictor.waiting_before = lambda: 19
    assert predictor.waiting == 19


def test_predictor_passed_deadline_is_busy(threads):
    predictor, held = Predictor(deadline=0.05), HeldNetwork()
    with pytest.raises(Busy, match="no answer within 0.05 seconds"):
        predictor.ask([held], some_bitmap())
    held.may_answer.set()
    predictor.close()


def test_predictor_computes_nothing_after_the_deadline(threads):
    predictor, held, network = Predictor(deadline=0.05), HeldNetwork(), FakeNetwork()
    first = threads.submit(predictor.ask, [held], some_bitmap())
    assert held.was_asked.wait(PATIENCE)
    with pytest.raises(Busy):
        predictor.ask([network], some_bitmap(1))
    assert isinstance(first.exception(PATIENCE), Busy)
    held.may_answer.set()
    predictor.close()
    assert network.sizes == []


def test_predictor_computes_nothing_for_a_client_that_has_gone(predictor, monkeypatch):
    monkeypatch.setattr("webapp.nets.predictor.GONE_AFTER", -1)
    network = FakeNetwork()
    with pytest.raises(Busy):
        predictor.ask([network], some_bitmap(), gave_up=lambda: True)
    assert network.sizes == []


def test_predictor_does_not_doubt_a_client_that_has_not_waited(predictor, monkeypatch):
    monkeypatch.setattr("webapp.nets.predictor.GONE_AFTER", PATIENCE)
    answer = predictor.ask([FakeNetwork()], some_bitmap(), gave_up=lambda: True)[0]
    assert answer.digit == foreseen(some_bitmap())


def test_predictor_tells_of_a_network_that_fails_and_goes_on(predictor):
    def broken(bitmaps: np.ndarray):
        raise FloatingPointError("weights of NaN")

    with pytest.raises(FloatingPointError, match="weights of NaN"):
        predictor.ask([broken], some_bitmap())
    assert predictor.ask([FakeNetwork()], some_bitmap())[0].digit == foreseen(some_bitmap())


def test_predictor_close_answers_what_waits(threads):
    predictor = Predictor(deadline=PATIENCE)
    held, futures = ask_while_held(predictor, threads, FakeNetwork(), [some_bitmap(1)])
    closing = threads.submit(predictor.close)
    held.may_answer.set()
    closing.result(PATIENCE)
    assert all(future.result(PATIENCE) for future in futures)
