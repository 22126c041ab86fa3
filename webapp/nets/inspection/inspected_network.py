"""A network that can be inspected, and the cache of those that were."""

import threading
from pathlib import Path

import numpy as np

from webapp.errors import ModelError
from webapp.nets.inspection.ablation import NOTHING, Ablation
from webapp.nets.inspection.attribution import Attribution, attribute
from webapp.nets.inspection.forward import forward
from webapp.nets.inspection.graph import Graph, read_graph
from webapp.nets.inspection.keras_code import keras_lines
from webapp.nets.inspection.layer_summary import describe_layers, numbers
from webapp.nets.inspection.unit import STRONGEST, describe_unit
from webapp.nets.network import Network


class InspectedNetwork:
    """What a network does, layer by layer. It may be called on any thread.

    Attributes:
        graph: its layers with their weights.
        code: the Keras lines that build it.
    """

    def __init__(self, graph: Graph):
        self.graph = graph
        self.code = keras_lines(graph)

    def inspect(self, bitmap: np.ndarray, ablation: Ablation = NOTHING) -> dict:
        """Return the answer to `bitmap`, uint8 (28, 28), and what every layer gave."""
        sums, outputs = self._run(bitmap, ablation)
        return self._answer(sums, outputs) | {"layers": describe_layers(self.graph, sums, outputs)}

    def inspect_unit(
        self, bitmap: np.ndarray, ablation: Ablation, layer: str, unit: int, place: tuple = STRONGEST
    ) -> dict:
        """Return the answer to `bitmap` and one unit in full. Raises UnknownLayer or BadRequest."""
        sums, outputs = self._run(bitmap, ablation)
        described = describe_unit(self.graph, sums, outputs, layer, unit, place)
        return self._answer(sums, outputs) | {"unit": described}

    def explain(
        self, bitmap: np.ndarray, ablation: Ablation, digit: int | None, against: int | None
    ) -> tuple[int, Attribution]:
        """Return a digit, the most probable where none is named, and what each pixel adds to its logit."""
        if digit is None:
            sums, _ = self._run(bitmap, ablation)
            digit = int(sums[self.graph.digit.name].argmax())
        return digit, attribute(self.graph, bitmap, digit, against, ablation)

    def logits(self, bitmaps: np.ndarray, ablation: Ablation = NOTHING) -> np.ndarray:
        """Return the weighted sums of the layer `digit` for uint8 (n, 28, 28), float32 (n, 10)."""
        return forward(self.graph, bitmaps, ablation)[0][self.graph.digit.name]

    def check_superposition(self, bitmap: np.ndarray) -> dict:
        """Return the most probable digit's logit, and what it would be if the network were linear.

        A linear function f has f(left) + f(right) - f(blank) = f(left + right).
        """
        columns = np.arange(bitmap.shape[1]) < bitmap.shape[1] // 2
        left, right = np.where(columns, bitmap, 0), np.where(columns, 0, bitmap)
        logits = self.logits(np.stack([bitmap, left, right, 0 * bitmap]))  # (4, 10)
        digit = int(logits[0].argmax())
        whole, left, right, blank = logits[:, digit].astype(float)
        return {"digit": digit, "apart": left + right - blank, "whole": whole}

    def _run(self, bitmap: np.ndarray, ablation: Ablation) -> tuple[dict, dict]:
        both = forward(self.graph, bitmap[None], ablation)
        sums, outputs = ({name: values[0] for name, values in part.items()} for part in both)
        return sums, outputs

    def _answer(self, sums: dict, outputs: dict) -> dict:
        digit, is_digit = self.graph.digit.name, self.graph.is_digit
        return {
            "digit": int(outputs[digit].argmax()),
            "probabilities": outputs[digit].tolist(),
            "is_digit": float(outputs[is_digit.name][0]) if is_digit else None,
            "logits": numbers(sums[digit]),
        }


class InspectedNetworks:
    """The networks that have been inspected; the weights of each are read when it is first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Network, InspectedNetwork | ModelError]] = {}

    def of(self, name: str, network: Network) -> InspectedNetwork:
        """Return `network` to be inspected; its weights are read anew where the model `name` was replaced.

        Raises:
            ModelError: it predicts, but has layers that cannot be shown.
        """
        with self._lock:
            if self._known.get(name, (None,))[0] is not network:
                self._known[name] = (network, _open(network.keras_file))
            found = self._known[name][1]
        if isinstance(found, ModelError):
            raise found
        return found


def _open(path: Path) -> InspectedNetwork | ModelError:
    """Return the network, or why it cannot be inspected: found out once, not with every request."""
    try:
        return InspectedNetwork(read_graph(path))
    except ModelError as error:
        return error
