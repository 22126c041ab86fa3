"""The chain of one gradient: its numbers multiply and add up to what backpropagation finds."""

import numpy as np
import pytest

from tests.nets.inspection.dequantization import exact
from tests.nets.inspection.models import some_ink
from tests.nets.inspection.small_graph import small_graph
from webapp.errors import BadRequest, UnknownLayer
from webapp.nets.inspection.ablation import Ablation
from webapp.nets.inspection.chain_rule import WeightChoice, trace
from webapp.nets.inspection.learning import backpropagate

LABEL = 7
PLACE = ("layer", "unit", "row", "column")


def traced(choice: WeightChoice, activation: str = "tanh", ablation: Ablation | None = None) -> dict:
    graph, ablation = small_graph(activation), ablation or Ablation()
    return trace(graph, backpropagate(graph, some_ink(), LABEL, ablation), choice, ablation)


@pytest.mark.parametrize("layer", ["conv_1", "conv_2", "hidden", "digit"])
@pytest.mark.parametrize("number", [0, 5])
def test_gradient_is_input_times_error_over_all_positions(layer, number):
    found = traced(WeightChoice(layer, 1, number))
    assert found["gradient"] == pytest.approx(found["x"] * found["error"] + found["others"], rel=1e-5)
    kernel = backpropagate(small_graph(), some_ink(), LABEL).kernels[layer][..., 1].ravel()
    assert exact(found["gradients"]) == pytest.approx(kernel, rel=1e-6)
    assert found["gradient"] == pytest.approx(kernel[number], rel=1e-6)
    assert found["positions"] == {"conv_1": 196, "conv_2": 49}.get(layer, 1)


@pytest.mark.parametrize("place", [(None, None), (2, 3), (6, 6)])
@pytest.mark.parametrize(
    ("layer", "activation"), [("conv_1", "tanh"), ("conv_1", "relu"), ("conv_2", "tanh")]
)
def test_error_is_slope_times_sum_of_later_errors(layer, activation, place):
    found = traced(WeightChoice(layer, 1, place=place), activation)
    *links, last = found["chain"]
    assert found["error"] == links[0]["error"] if links else True
    for link in links:
        # `sum` goes over weights found by a forward pass, `error` comes from the backward pass.
        assert link["error"] == pytest.approx(link["slope"] * link["sum"], rel=1e-5, abs=1e-9)
    if last["layer"] == "digit":
        assert last["error"] == pytest.approx(last["probability"] - (last["unit"] == LABEL), abs=1e-6)


def test_chain_leads_through_every_layer_to_an_output():
    chain = traced(WeightChoice("conv_1", 0))["chain"]
    assert [link["layer"] for link in chain] == ["conv_1", "conv_2", "hidden", "digit"]
    for link, following in zip(chain, chain[1:], strict=False):
        strongest = link["terms"][0]
        assert [strongest[key] for key in PLACE] == [following[key] for key in PLACE]
        assert strongest["error"] == pytest.approx(following["error"], abs=1e-6)
    assert chain[2]["count"] == 10  # every output uses the hidden neuron


def test_terms_are_the_largest_products():
    graph = small_graph()
    found = backpropagate(graph, some_ink(), LABEL)
    link = trace(graph, found, WeightChoice("hidden", 2))["chain"][0]
    products = graph["digit"].kernel[2] * found.errors
    assert [term["unit"] for term in link["terms"]] == np.argsort(-np.abs(products))[:3].tolist()
    assert link["sum"] == pytest.approx(products.sum(), rel=1e-5)


def test_defaults_choose_the_largest_gradient_and_position():
    found = traced(WeightChoice("conv_1", 1))
    gradients = np.abs(exact(found["gradients"]))
    assert gradients[found["input"]] == gradients.max()
    elsewhere = traced(WeightChoice("conv_1", 1, found["input"], place=(3, 3)))
    assert abs(found["x"] * found["error"]) >= abs(elsewhere["x"] * elsewhere["error"])
    assert (elsewhere["chain"][0]["row"], elsewhere["chain"][0]["column"]) == (3, 3)


def test_position_that_pooling_drops_has_no_error():
    graph = small_graph()
    found = backpropagate(graph, some_ink(), LABEL)
    at_sums = found.at_sums["conv_1"][0, :, :, 0]
    row, column = np.argwhere(at_sums == 0)[0]
    (link,) = trace(graph, found, WeightChoice("conv_1", 0, place=(int(row), int(column))))["chain"]
    assert (link["sum"], link["error"], link["terms"], link["count"]) == (0, 0, [], 0)


def test_neuron_that_is_switched_off_has_slope_zero():
    found = traced(WeightChoice("hidden", 2), ablation=Ablation(off=frozenset({("hidden", 2)})))
    assert (found["chain"][0]["slope"], found["error"], found["gradient"]) == (0, 0, 0)
    assert found["chain"][0]["is_off"]
    linear = traced(WeightChoice("hidden", 2), ablation=Ablation(linear=frozenset({"hidden"})))
    assert (linear["chain"][0]["slope"], linear["chain"][0]["activation"]) == (1, None)
    assert not linear["chain"][0]["is_off"]


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        (WeightChoice("hidden_9", 0), UnknownLayer, "expected one of the layers bitmap, grey"),
        (WeightChoice("pool", 0), BadRequest, r"output digit \(conv_1, conv_2, hidden, digit\), .*'pool'"),
        (WeightChoice("is_digit", 0), BadRequest, "with weights that lead to the output digit"),
        (WeightChoice("conv_1", 2), BadRequest, "expected a unit from 0 to 1 of conv_1, received 2"),
        (WeightChoice("conv_1", 0, 9), BadRequest, "expected an input from 0 to 8 of conv_1, received 9"),
        (WeightChoice("conv_2", 0, 0, (7, 0)), BadRequest, "expected a row from 0 to 6 of conv_2"),
    ],
)
def test_unknown_weight_is_rejected(choice, error, message):
    with pytest.raises(error, match=message):
        traced(choice)
