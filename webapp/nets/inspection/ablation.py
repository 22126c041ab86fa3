"""Ablation: switch off neurons, or remove the activation functions of layers.

Also the measured accuracy of the networks without activation functions.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.nets.inspection.graph import Layer
from webapp.percent import percent

# Written by benchmarks/inside.py: accuracy with and without activation functions, by the model's SHA-256.
MEASURED = Path(__file__).with_name("without_activations.json")


@dataclass(frozen=True)
class Ablation:
    """A modification of a network.

    Attributes:
        off: neurons whose output is 0: pairs of layer name and unit.
        linear: names of layers without their activation function.
    """

    off: frozenset[tuple[str, int]] = frozenset()
    linear: frozenset[str] = frozenset()

    def kept_units(self, layer: Layer) -> np.ndarray | np.float32:
        """Return a factor for each unit of `layer`, 0 where it is off, float32 (units,) or a scalar 1."""
        off = [unit for name, unit in self.off if name == layer.name]
        if not off:
            return np.float32(1)
        kept = np.ones(layer.units, np.float32)
        kept[off] = 0
        return kept


NO_ABLATION = Ablation()


def accuracy_without_activations(cards: list[dict]) -> dict[str, str]:
    """Return a sentence for each model whose file (by its SHA-256) was measured, by the model's name."""
    measured = json.loads(MEASURED.read_text("utf-8")) if MEASURED.is_file() else {}
    return {card["name"]: _sentence(measured[card["sha256"]]) for card in cards if card["sha256"] in measured}


def _sentence(figures: dict) -> str:
    trained, without = (percent(figures[key], 1) for key in ("trained", "without_activations"))
    return f"On MNIST’s test set: {trained} correct as trained, {without} without activation functions."
