"""Each network is opened once; one that cannot be opened says so, and is not tried again."""

from types import SimpleNamespace

import pytest

from webapp.errors import ModelError, WarmingUp
from webapp.nets.inside import inside
from webapp.nets.inside.inside import Insides


@pytest.fixture
def opened(monkeypatch) -> list:
    """The models that were opened; those that are called "odd" fail."""
    tried = []

    def open_one(model):
        tried.append(model)
        if model == "odd":
            raise TypeError("no such thing")
        return f"inside of {model}"

    monkeypatch.setattr(inside, "Inside", open_one)
    return tried


def test_insides_open_a_network_once_and_a_swapped_one_anew(opened):
    insides, first, second = Insides(), SimpleNamespace(model="first"), SimpleNamespace(model="second")
    assert [insides.of("conv", first, True) for _ in range(3)] == ["inside of first"] * 3
    assert insides.of("conv", first, False) == "inside of first"
    assert insides.of("conv", second, True) == "inside of second"
    assert opened == ["first", "second"]


def test_insides_open_nothing_while_keras_is_busy(opened):
    with pytest.raises(WarmingUp):
        Insides().of("conv", SimpleNamespace(model="first"), may_compile=False)
    assert opened == []


def test_insides_tell_of_a_network_that_cannot_be_opened_and_try_once(opened):
    insides, odd = Insides(), SimpleNamespace(model="odd")
    for _ in range(3):
        with pytest.raises(ModelError, match="conv cannot be looked into"):
            insides.of("conv", odd, True)
    assert opened == ["odd"]
