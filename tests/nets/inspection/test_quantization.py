"""Pictures in 256 steps: zeros exact, the rest to half a step, and no longer than they have to be."""

import numpy as np
import pytest

from tests.nets.inspection.dequantization import exact, picture
from webapp.nets.inspection.quantization import pack_exact, pack_picture

SHAPE = (7, 5, 3)


def some_values(share_of_zeros: float, lowest: float) -> np.ndarray:
    random = np.random.default_rng(3)
    values = random.uniform(lowest, 2.0, SHAPE).astype(np.float32)
    return np.where(random.random(SHAPE) < share_of_zeros, np.float32(0), values)


@pytest.mark.parametrize("lowest", [0.0, -1.0])
@pytest.mark.parametrize("share_of_zeros", [0.0, 0.05, 0.7, 1.0])
def test_picture_error_is_at_most_half_a_step(share_of_zeros, lowest):
    values = some_values(share_of_zeros, lowest)
    packed = pack_picture(values)
    found = picture(packed | {"shape": SHAPE})
    assert np.abs(found - values).max() <= packed["scale"] / 2 + 1e-7
    assert (found[values == 0] == 0).all()


def test_picture_of_many_zeros_uses_a_mask():
    many, few = (pack_picture(some_values(share, 0.0)) for share in (0.7, 0.0))
    assert "mask" in many
    assert "mask" not in few
    assert len(many["bytes"]) + len(many["mask"]) < len(few["bytes"]) / 2


def test_picture_of_zeros_is_empty():
    assert pack_picture(np.zeros(SHAPE, np.float32))["bytes"] == ""


def test_exact_values_stay_exact():
    values = np.random.default_rng(1).normal(size=40).astype(np.float32)
    assert (exact(pack_exact(values)) == values).all()
