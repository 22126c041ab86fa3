"""The query parameters of an ablation are bounded; tests/nets/inspection/test_ablation.py has all others."""

import pytest

from webapp.errors import BadRequest
from webapp.nets.inspection.graph import read_graph
from webapp.routes.inspect import MAX_ABLATED, parse_ablation
from webapp.settings import ROOT


def test_ablation_rejects_too_many_names():
    graph = read_graph(ROOT / "models" / "shallow.keras")
    name = graph.hidden[0].name
    assert parse_ablation(f"{name}.1," * MAX_ABLATED, "", graph).off == {(name, 1)}
    with pytest.raises(BadRequest, match="expected at most 2,000 names, received 2,001"):
        parse_ablation(f"{name}.1," * (MAX_ABLATED + 1), "", graph)
