"""The store loads the default model first, reports failures, and reloads models."""

import threading

import pytest

from tests.fakes import FakeNetwork, load_fake, write_model
from tests.waiting import TIMEOUT
from webapp.errors import ModelError, ModelsLoading, UnknownModel
from webapp.nets.store import ModelStore


def loaded(folder, load=load_fake) -> ModelStore:
    store = ModelStore(folder, "conv", load)
    store.start()
    store.wait(TIMEOUT)
    return store


def test_store_lists_models_before_loading(store):
    assert store.statuses() == {"linear": "loading", "conv": "loading"}
    assert not store.is_ready
    with pytest.raises(ModelsLoading, match="the model conv is still being loaded"):
        store.network("conv")
    with pytest.raises(ModelsLoading):
        store.warm_names()


def test_store_is_ready_when_every_model_is_warm(model_folder):
    store = loaded(model_folder)
    assert store.is_ready
    assert store.warm_names() == ["linear", "conv"]


def test_store_is_ready_after_its_callback(model_folder):
    seen = []
    store = ModelStore(model_folder, "conv", load_fake)
    store.start(then=lambda: seen.append((store.warm_names(), store.is_ready)))
    store.wait(TIMEOUT)
    assert seen == [(["linear", "conv"], False)]
    assert store.is_ready


def test_store_loads_the_default_first(model_folder):
    order = []

    def load(path, card):
        order.append(card["name"])
        return load_fake(path, card)

    write_model(model_folder, "a-model-that-sorts-first", parameters=1)
    loaded(model_folder, load)
    assert order == ["conv", "a-model-that-sorts-first", "linear"]


def test_store_serves_the_default_while_loading(model_folder):
    conv_is_done, go_on = threading.Event(), threading.Event()

    def load(path, card):
        if card["name"] != "conv":
            conv_is_done.set()
            go_on.wait(TIMEOUT)
        return load_fake(path, card)

    store = ModelStore(model_folder, "conv", load)
    store.start()
    assert conv_is_done.wait(TIMEOUT)
    assert store.statuses() == {"linear": "loading", "conv": "warm"}
    assert not store.is_ready
    go_on.set()
    store.wait(TIMEOUT)
    assert store.is_ready


def test_store_orders_models_by_their_parameters(model_folder):
    write_model(model_folder, "deep", parameters=118_282)
    write_model(model_folder, "aaa", parameters=500_000)
    assert loaded(model_folder).names() == ["linear", "deep", "conv", "aaa"]


@pytest.mark.parametrize("content", [b"", b"altered"])
def test_store_serves_without_an_altered_model(model_folder, content):
    (model_folder / "linear.keras").write_bytes(content)
    store = loaded(model_folder)
    assert store.statuses() == {"linear": "failed", "conv": "warm"}
    assert store.is_ready
    assert "expected the SHA-256" in store.cards()[0]["reason"]
    with pytest.raises(ModelError, match="the model linear cannot be used: expected the SHA-256"):
        store.network("linear")


def test_store_reports_an_unreadable_card(model_folder):
    (model_folder / "linear.json").write_text("{")
    store = loaded(model_folder)
    assert store.statuses()["linear"] == "failed"
    assert "expected a card in linear.json" in store.cards()[0]["reason"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(MemoryError("no room for the weights"), "no room for the weights"), (MemoryError(), "MemoryError")],
)
def test_store_survives_loader_exceptions(model_folder, error, reason):
    def load(path, card):
        if card["name"] == "linear":
            raise error
        return load_fake(path, card)

    store = loaded(model_folder, load)
    assert store.statuses() == {"linear": "failed", "conv": "warm"}
    assert store.cards()[0]["reason"] == reason


def test_store_is_not_ready_without_its_default(model_folder):
    (model_folder / "conv.keras").write_bytes(b"altered")
    assert not loaded(model_folder).is_ready


def test_store_unknown_model_error_lists_models(store):
    with pytest.raises(UnknownModel, match="expected one of the models linear, conv, received 'vonc'"):
        store.network("vonc")


def test_store_reloads_a_model(model_folder):
    store = loaded(model_folder)
    before = store.network("conv")
    write_model(model_folder, "conv", content=b"better weights", parameters=1)
    store.reload("conv")
    assert store.network("conv") is not before
    assert store.names() == ["conv", "linear"]


def test_store_reload_keeps_old_model_on_failure(model_folder):
    store = loaded(model_folder)
    before = store.network("conv")
    (model_folder / "conv.keras").write_bytes(b"half a file")
    with pytest.raises(ModelError, match="cut short"):
        store.reload("conv")
    assert store.network("conv") is before
    assert isinstance(before, FakeNetwork)


def test_run_is_part_of_the_room_while_it_is_the_default(model_folder, tmp_path):
    store = loaded(model_folder)
    folder = tmp_path / "lab"
    folder.mkdir()
    write_model(folder, "taught-1")
    store.add("taught-1", folder, is_run=True)
    assert store.names() == ["linear", "conv"]
    store.use("taught-1")
    assert (store.default, "taught-1" in store.names()) == ("taught-1", True)
    assert store.keras_file("taught-1") == folder / "taught-1.keras"
    store.use("conv")
    assert (store.default, store.names()) == ("conv", ["linear", "conv"])


def test_unusable_model_does_not_become_the_default(model_folder):
    store = loaded(model_folder)
    with pytest.raises(UnknownModel):
        store.use("nothing")
    assert store.default == "conv"
