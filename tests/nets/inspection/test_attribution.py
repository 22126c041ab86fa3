"""Attributions of pixels add up to the change of the logit (completeness)."""

import numpy as np
import pytest

from tests.nets.inspection.models import NAMES, inspected, some_ink
from webapp.nets.inspection.ablation import NO_ABLATION
from webapp.routes.inspect import parse_ablation

pytestmark = pytest.mark.slow

TOLERANCE = 0.01  # of what was gained; 256 straight steps through a bent function


def gained_by(name: str, digit: int, against: int | None) -> float:
    full, blank = inspected(name).logits(np.stack([some_ink(), 0 * some_ink()]), NO_ABLATION).astype(float)
    lead = full - blank
    return lead[digit] - (lead[against] if against is not None else 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("against", [None, 4])
def test_attributions_add_up_to_the_logit_difference(name, against):
    digit, _, found = inspected(name).explain(some_ink(), NO_ABLATION, 7, against)
    assert digit == 7
    assert found.gained == pytest.approx(gained_by(name, 7, against), abs=1e-4)
    assert found.total == pytest.approx(found.gained, abs=TOLERANCE * float(np.abs(found.pixels).sum()))


def test_linear_attribution_is_weight_times_ink():
    _, _, found = inspected("linear").explain(some_ink(), NO_ABLATION, 3, None)
    kernel = inspected("linear").graph["digit"].kernel  # (784, 10)
    expected = kernel[:, 3].reshape(28, 28) * some_ink() / 255
    assert found.pixels == pytest.approx(expected, abs=1e-5)


def test_attribution_defaults_to_the_predicted_digit():
    digit, _, _ = inspected("deep").explain(some_ink(), NO_ABLATION, None, None)
    assert digit == inspected("deep").inspect(some_ink(), NO_ABLATION)["digit"]


def test_attribution_respects_ablation():
    ablation = parse_ablation("", "hidden_1,hidden_2", inspected("deep").graph)
    _, _, found = inspected("deep").explain(some_ink(), ablation, 7, None)
    assert found.total == pytest.approx(found.gained, abs=1e-3)  # linear: exact but for rounding


def test_attribution_of_empty_pixels_is_zero():
    _, _, found = inspected("conv").explain(some_ink(), NO_ABLATION, 1, None)
    assert not found.pixels[some_ink() == 0].any()
    assert found.pixels.any()
