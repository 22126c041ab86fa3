"""Each network is read once; one that cannot be shown says so, and keeps predicting."""

from types import SimpleNamespace

import pytest

from webapp.errors import ModelError
from webapp.nets.inspection import inspected_network
from webapp.nets.inspection.inspected_network import InspectedNetworks
from webapp.settings import ROOT


@pytest.fixture
def reads(monkeypatch) -> list:
    """The files that were read."""
    found = []

    def read(path):
        found.append(path)
        if path == "odd":
            raise ModelError("expected layers that can be shown, received one of the kind Odd")
        return path

    monkeypatch.setattr(inspected_network, "read_graph", read)
    monkeypatch.setattr(inspected_network, "InspectedNetwork", lambda graph: f"inspected {graph}")
    return found


def network(file) -> SimpleNamespace:
    return SimpleNamespace(keras_file=file)


def test_inspected_networks_are_cached_per_file(reads):
    networks, first, second = InspectedNetworks(), network("first"), network("second")
    assert [networks.of("conv", first) for _ in range(3)] == ["inspected first"] * 3
    assert networks.of("conv", second) == "inspected second"
    assert reads == ["first", "second"]


def test_inspected_networks_keep_those_used_last(reads, monkeypatch):
    monkeypatch.setattr(inspected_network, "MOST_KNOWN", 2)
    networks, files = InspectedNetworks(), {name: network(name) for name in ("first", "second", "third")}
    for name in ("first", "second", "first", "third", "first", "second"):
        networks.of(name, files[name])
    assert reads == ["first", "second", "third", "second"]


def test_inspected_networks_cache_unsupported_layer_errors(reads):
    networks, odd = InspectedNetworks(), network("odd")
    for _ in range(3):
        with pytest.raises(ModelError, match="received one of the kind Odd"):
            networks.of("conv", odd)
    assert reads == ["odd"]


def test_inspected_shipped_network_reports_every_layer():
    found = InspectedNetworks().of("conv", network(ROOT / "models" / "conv.keras"))
    assert [layer.name for layer in found.graph.layers][:3] == ["bitmap", "grey", "channel"]
    assert found.graph.digit.kernel.shape == (96, 10)
