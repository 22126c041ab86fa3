"""All of MNIST in the lab: fetched once, used when no run needs the sample any more."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.file_server import FileServer
from tests.lab.fake_trainer import FakeTrainer
from tests.waiting import wait_until
from webapp.errors import NotNow
from webapp.lab.lab import Lab


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(b"digits" * 10_000) as server:
        yield server


@pytest.fixture
def bench(store, tmp_path, server) -> SimpleNamespace:
    """`lab` and its `trainer`, with a folder `data` that has no MNIST, and a second lab by `make`."""
    trainers = []

    def make_trainer(*arguments: object) -> FakeTrainer:
        trainers.append(FakeTrainer(*arguments))
        return trainers[-1]

    def make(file=server.file) -> Lab:
        folders = (tmp_path / name for name in ("lab", "kept", "data"))
        return Lab(*folders, store, make_trainer, lambda: True, file)

    lab = make()
    return SimpleNamespace(lab=lab, trainer=trainers[0], data=tmp_path / "data", make=make)


def finished(lab: Lab) -> dict | None:
    """Return what the lab says of the download, once it has ended."""
    wait_until(lambda: not (lab.state()["fetch"] or {}).get("is_running"))
    return lab.state()["fetch"]


def test_fetched_digits_are_used_at_once_and_after_a_restart(bench):
    bench.lab.trainer.open()
    assert bench.lab.state()["fetch"] == {"is_running": False, "received": 0, "size": 60_000, "reason": None}
    bench.lab.fetch_mnist()
    assert finished(bench.lab) is None
    state = bench.lab.state()
    assert state["data"] == {"title": "MNIST", "train": 54_000, "validation": 6_000, "test": 10_000}
    assert state["limits"]["samples"] == [10, 54_000]
    assert bench.trainer.digits == bench.data / "mnist.npz"
    assert bench.make().state()["data"] == state["data"]
    bench.lab.train({"spec": {"samples": 54_000}})
    assert bench.trainer.commands[-1]["card"]["data"][0]["name"] == "MNIST"


def test_run_that_trains_keeps_the_sample_until_it_ends(bench):
    bench.lab.train({"spec": {}})
    bench.trainer.update()
    bench.lab.fetch_mnist()
    fetch = finished(bench.lab)
    assert (fetch["received"], fetch["reason"]) == (60_000, None)
    assert bench.lab.state()["data"]["train"] == 9_000
    with pytest.raises(NotNow):
        bench.lab.fetch_mnist()
    bench.trainer.finish()
    assert bench.lab.state()["fetch"] is None
    assert bench.lab.state()["data"]["train"] == 54_000


def test_digits_are_used_after_a_run_whose_trainer_was_killed(bench):
    bench.lab.train({"spec": {}})
    bench.lab.fetch_mnist()
    finished(bench.lab)
    bench.trainer.kill()
    assert bench.lab.state()["data"]["train"] == 54_000


def test_second_download_is_refused_while_one_runs(bench, server):
    server.released.clear()
    bench.lab.fetch_mnist()
    wait_until(lambda: bench.lab.state()["fetch"]["received"])
    with pytest.raises(NotNow):
        bench.lab.fetch_mnist()
    assert server.requests == 1
    server.released.set()
    finished(bench.lab)
    with pytest.raises(NotNow, match="all of MNIST is here"):
        bench.lab.fetch_mnist()


def test_news_tell_the_progress(bench, server):
    server.released.clear()
    before, _ = bench.lab.news(-1)
    bench.lab.fetch_mnist()
    wait_until(lambda: bench.lab.news(-1)[1]["fetch"]["received"] == 30_000)
    middle, news = bench.lab.news(-1)
    assert news["fetch"] == {"is_running": True, "received": 30_000, "size": 60_000, "reason": None}
    server.released.set()
    finished(bench.lab)
    after, news = bench.lab.news(-1)
    assert news["fetch"] is None
    assert before < middle < after


def test_failure_is_explained_and_can_be_tried_again(bench, server):
    lab = bench.make(replace(server.file, sha256="other"))
    for requests in (1, 2):
        lab.fetch_mnist()
        assert "login page" in finished(lab)["reason"]
        assert server.requests == requests
    assert lab.state()["data"]["train"] == 9_000
    assert not list(bench.data.iterdir())
