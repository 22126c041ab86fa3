"""Which pixels speak for an answer, and which against it: integrated gradients.

Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks", 2017. The ink is faded in from
blank paper. On the way each pixel gets the slope of the answer at it times its growth; what the pixels
got adds up to what the answer gained. The way is walked in STEPS steps, each measured at its middle;
they are shorter near blank paper, where a network bends most.
"""

from dataclasses import dataclass

import numpy as np

from webapp.nets.inspection.ablation import Ablation
from webapp.nets.inspection.forward import gradient
from webapp.nets.inspection.graph import Graph

STEPS = 256
BATCH = 32  # steps at once


@dataclass(frozen=True)
class Attribution:
    """What each pixel adds to an answer.

    Attributes:
        pixels: float32 (28, 28), plus for and minus against; they add up to `gained`, nearly.
        blank: the value at blank paper.
        full: the value at the ink.
    """

    pixels: np.ndarray
    blank: float
    full: float

    @property
    def gained(self) -> float:
        return self.full - self.blank

    @property
    def total(self) -> float:
        return float(self.pixels.sum(dtype=np.float64))


def attribute(
    graph: Graph, bitmap: np.ndarray, digit: int, against: int | None, ablation: Ablation
) -> Attribution:
    """Share out the logit of `digit`, or its lead over the logit of `against`, among the pixels.

    Args:
        bitmap: uint8 (28, 28).
    """
    direction = np.eye(10, dtype=np.float32)[digit]
    if against is not None:
        direction = direction - np.eye(10, dtype=np.float32)[against]
    ink = bitmap.astype(np.float32)
    ends = np.linspace(0, 1, STEPS + 1) ** 2
    middles = ((ends[1:] + ends[:-1]) / 2).astype(np.float32).reshape(-1, BATCH, 1, 1)
    slopes = np.concatenate([gradient(graph, part * ink, direction, ablation)[1] for part in middles])
    pixels = ink * np.tensordot(np.diff(ends).astype(np.float32), slopes, axes=1)  # (28, 28)
    (blank, full), _ = gradient(graph, np.stack([0 * ink, ink]), direction, ablation)
    return Attribution(pixels, float(blank), float(full))
