"""Integrated gradients: what each pixel adds to a logit.

Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks", 2017. The bitmap is scaled from blank
to full in STEPS steps. Each pixel's attribution is the sum of gradient times change; all attributions add up
to the change of the logit. The gradient is taken at the middle of a step. Steps are shorter near the blank
bitmap, where the networks are least linear.
"""

from dataclasses import dataclass

import numpy as np

from webapp.nets.inspection.ablation import Ablation
from webapp.nets.inspection.forward import gradient
from webapp.nets.inspection.graph import Graph

STEPS = 256
BATCH = 32  # steps computed at once


@dataclass(frozen=True)
class Attribution:
    """The attribution of a logit to the pixels.

    Attributes:
        pixels: float32 (28, 28); positive raises the logit. The sum is nearly `gained`.
        blank: the logit for a blank bitmap.
        full: the logit for the bitmap.
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
    """Attribute the logit of `digit`, or its difference to the logit of `against`, to the pixels.

    Args:
        bitmap: uint8 (28, 28).
    """
    direction = np.eye(10, dtype=np.float32)[digit]
    if against is not None:
        direction = direction - np.eye(10, dtype=np.float32)[against]
    ink = bitmap.astype(np.float32)
    ends = np.linspace(0, 1, STEPS + 1) ** 2
    middles = ((ends[1:] + ends[:-1]) / 2).astype(np.float32).reshape(-1, BATCH, 1, 1)
    gradients = np.concatenate([gradient(graph, part * ink, direction, ablation)[1] for part in middles])
    pixels = ink * np.tensordot(np.diff(ends).astype(np.float32), gradients, axes=1)  # (28, 28)
    (blank, full), _ = gradient(graph, np.stack([0 * ink, ink]), direction, ablation)
    return Attribution(pixels, float(blank), float(full))
