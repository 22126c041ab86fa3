"""What the pixels are given adds up to what the logit gained (completeness)."""

import numpy as np
import pytest

from tests.nets.inside.models import NAMES, inside, some_ink
from webapp.nets.inside.switches import Switches, parse_switches

pytestmark = pytest.mark.slow

TOLERANCE = 0.01  # of what was gained; 256 straight steps through a bent function


def gained_by(name: str, digit: int, against: int | None) -> float:
    full, blank = inside(name).logits(np.stack([some_ink(), 0 * some_ink()]), Switches()).astype(float)
    lead = full - blank
    return lead[digit] - (lead[against] if against is not None else 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("against", [None, 4])
def test_terms_add_up_to_the_difference_of_the_logit(name, against):
    digit, found = inside(name).explain(some_ink(), Switches(), 7, against)
    assert digit == 7
    assert found.gained == pytest.approx(gained_by(name, 7, against), abs=1e-4)
    assert found.total == pytest.approx(found.gained, abs=TOLERANCE * float(np.abs(found.pixels).sum()))


def test_linear_network_gives_each_pixel_its_weight_times_its_ink():
    _, found = inside("linear").explain(some_ink(), Switches(), 3, None)
    kernel = inside("linear").wiring["digit"].layer.get_weights()[0]  # (784, 10)
    expected = kernel[:, 3].reshape(28, 28) * some_ink() / 255
    assert found.pixels == pytest.approx(expected, abs=1e-5)


def test_winner_is_explained_where_no_digit_is_named():
    digit, _ = inside("deep").explain(some_ink(), Switches(), None, None)
    assert digit == inside("deep").look(some_ink(), Switches())["digit"]


def test_broken_network_is_explained_as_it_is():
    switches = parse_switches("", "hidden_1,hidden_2", inside("deep").wiring)
    _, found = inside("deep").explain(some_ink(), switches, 7, None)
    assert found.total == pytest.approx(found.gained, abs=1e-3)  # linear: exact but for rounding


def test_paper_gets_nothing():
    _, found = inside("conv").explain(some_ink(), Switches(), 1, None)
    assert not found.pixels[some_ink() == 0].any()
    assert found.pixels.any()
