"""Inspect one network: all layers, one unit, an attribution, a learning step; the cache of such networks."""

import threading
from pathlib import Path

import numpy as np

from webapp.errors import ModelError
from webapp.nets.inspection.ablation import NO_ABLATION, Ablation
from webapp.nets.inspection.attribution import Attribution, attribute
from webapp.nets.inspection.chain_rule import WeightChoice, trace
from webapp.nets.inspection.forward import Values, forward
from webapp.nets.inspection.graph import Graph, Layer, read_graph, window
from webapp.nets.inspection.keras_code import keras_lines
from webapp.nets.inspection.learning import steps
from webapp.nets.inspection.quantization import pack_picture
from webapp.nets.inspection.unit import STRONGEST, describe_unit
from webapp.nets.network import Network

MOST_KNOWN = 12  # networks kept in memory: those of the server, and some runs of the lab


class InspectedNetwork:
    """A network with access to every layer. Thread-safe.

    Attributes:
        graph: its layers with their weights.
        code: the Keras code that builds it.
    """

    def __init__(self, graph: Graph):
        self.graph = graph
        self.code = keras_lines(graph)

    def inspect(self, bitmap: np.ndarray, ablation: Ablation = NO_ABLATION) -> dict:
        """Return the prediction for `bitmap`, uint8 (28, 28), and the outputs of all layers."""
        sums, outputs = self._run(bitmap, ablation)
        return self._answer(sums, outputs) | {"layers": describe_layers(self.graph, sums, outputs)}

    def inspect_unit(
        self, bitmap: np.ndarray, ablation: Ablation, layer: str, unit: int, place: tuple = STRONGEST
    ) -> dict:
        """Return the prediction for `bitmap` and one unit in full. Raises UnknownLayer or BadRequest."""
        sums, outputs = self._run(bitmap, ablation)
        described = describe_unit(self.graph, sums, outputs, layer, unit, place)
        described["is_off"] = (layer, unit) in ablation.off
        if layer in ablation.linear:
            described["activation"] = None
        return self._answer(sums, outputs) | {"unit": described}

    def explain(
        self, bitmap: np.ndarray, ablation: Ablation, digit: int | None, against: int | None
    ) -> tuple[int, int | None, Attribution]:
        """Attribute a logit, or its lead over that of the digit `against`, to the pixels.

        Returns:
            The digit (by default the most probable one), the digit that it is compared with (None if that
            is the same one), and the attribution.
        """
        if digit is None:
            sums, _ = self._run(bitmap, ablation)
            digit = int(sums[self.graph.digit.name].argmax())
        if against == digit:
            against = None
        return digit, against, attribute(self.graph, bitmap, digit, against, ablation)

    def learn(
        self,
        bitmap: np.ndarray,
        ablation: Ablation,
        label: int,
        rate: float,
        count: int,
        choice: WeightChoice | None = None,
    ) -> dict:
        """Describe `count` steps of gradient descent on one bitmap whose digit is `label`; change nothing.

        Args:
            rate: learning rate.
            choice: a weight whose gradient in the first step is traced back.

        Raises:
            UnknownLayer, BadRequest: no such weight, or a learning rate that is too large.
        """
        walk = steps(self.graph, bitmap, label, rate, count, ablation)
        newest = _, first = next(walk)
        weight = trace(self.graph, first, choice, ablation) if choice else None
        losses = [first.loss]
        for newest in walk:  # keep no others: each holds a copy of all weights
            losses.append(newest[1].loss)
        changed, last = newest
        if weight is not None:
            kernel = changed[weight["layer"]].kernel[..., weight["unit"]]
            weight["after"] = float(kernel.flat[weight["input"]])
        return {
            "losses": losses,
            "errors": first.errors.tolist(),
            "before": self._answer(*_without_batch(first.sums, first.outputs)),
            "after": self._answer(*_without_batch(last.sums, last.outputs)),
            "weight": weight,
        }

    def logits(self, bitmaps: np.ndarray, ablation: Ablation = NO_ABLATION) -> np.ndarray:
        """Return the logits of the digits for uint8 (n, 28, 28), float32 (n, 10)."""
        return forward(self.graph, bitmaps, ablation)[0][self.graph.digit.name]

    def check_superposition(self, bitmap: np.ndarray) -> dict:
        """Compare the most probable digit's logit with the sum of its parts.

        A linear function f has f(left) + f(right) - f(blank) = f(left + right).

        Returns:
            {"digit", "whole": f(left + right), "parts": f(left) + f(right) - f(blank)}.
        """
        columns = np.arange(bitmap.shape[1]) < bitmap.shape[1] // 2
        left, right = np.where(columns, bitmap, 0), np.where(columns, 0, bitmap)
        logits = self.logits(np.stack([bitmap, left, right, 0 * bitmap]))  # (4, 10)
        digit = int(logits[0].argmax())
        whole, left, right, blank = logits[:, digit].astype(float)
        return {"digit": digit, "whole": whole, "parts": left + right - blank}

    def _run(self, bitmap: np.ndarray, ablation: Ablation) -> tuple[Values, Values]:
        return _without_batch(*forward(self.graph, bitmap[None], ablation))

    def _answer(self, sums: dict, outputs: dict) -> dict:
        digit, is_digit = self.graph.digit.name, self.graph.is_digit
        return {
            "digit": int(outputs[digit].argmax()),
            "probabilities": outputs[digit].tolist(),
            "is_digit": float(outputs[is_digit.name][0]) if is_digit else None,
            "logits": numbers(sums[digit]),
        }


class InspectedNetworks:
    """A cache of inspected networks, those used last; weights are read at the first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Network, InspectedNetwork | ModelError]] = {}

    def of(self, name: str, network: Network) -> InspectedNetwork:
        """Return the inspected form of `network`; read again if the model `name` was reloaded.

        Raises:
            ModelError: the network has layers that inspection does not support.
        """
        with self._lock:
            known, found = self._known.pop(name, (None, None))
            if known is not network or found is None:
                found = _open(network.keras_file)
            self._known[name] = (network, found)  # at the end: most recently used
            if len(self._known) > MOST_KNOWN:
                del self._known[next(iter(self._known))]
        if isinstance(found, ModelError):
            raise found
        return found


def _open(path: Path) -> InspectedNetwork | ModelError:
    """Return the network, or the error, which is cached as well."""
    try:
        return InspectedNetwork(read_graph(path))
    except ModelError as error:
        return error


def _without_batch(sums: Values, outputs: Values) -> tuple[Values, Values]:
    first, second = ({name: values[0] for name, values in part.items()} for part in (sums, outputs))
    return first, second


DECIMALS = 6


def describe_layers(graph: Graph, sums: Values, outputs: Values) -> list[dict]:
    """Return name, kind, shape and outputs of each layer. Arrays are without the batch."""
    return [
        {
            "name": layer.name,
            "kind": layer.kind,
            "shape": list(layer.shape),
            "source": layer.source or None,
            "activation": layer.activation,
            "is_hidden": layer.is_hidden,
            "is_output": layer.is_output,
        }
        | _outputs(layer, sums, outputs)
        for layer in graph.layers
    ]


def numbers(values: np.ndarray) -> list[float]:
    """Return a vector as numbers with six decimals."""
    return np.round(values.astype(np.float64), DECIMALS).tolist()


def _outputs(layer: Layer, sums: Values, outputs: Values) -> dict:
    if layer.is_output:
        return {"sums": numbers(sums[layer.name]), "numbers": numbers(outputs[layer.name])}
    if layer.kind == "Dense":
        return {"numbers": numbers(outputs[layer.name])}
    if _is_plain_pooling(layer):
        # Quantization keeps the order of values, so the page can pool the quantized maps of the layer before.
        return {"pool": list(layer.config["pool_size"])}
    return pack_picture(outputs[layer.name]) if len(layer.shape) == 3 and layer.units > 1 else {}


def _is_plain_pooling(layer: Layer) -> bool:
    if layer.kind != "MaxPooling2D" or layer.config["padding"] != "valid":
        return False
    size, strides = window(layer.kind, layer.config)
    return size == strides
