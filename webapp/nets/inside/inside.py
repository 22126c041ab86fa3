"""A network that can be looked into."""

import threading

import numpy as np

from webapp.errors import ModelError, WarmingUp
from webapp.nets.inside.attribution import Attribution, attribute
from webapp.nets.inside.code import keras_lines
from webapp.nets.inside.forward import Forward
from webapp.nets.inside.layers import describe_layers, numbers
from webapp.nets.inside.switches import Switches
from webapp.nets.inside.unit import NO_WINDOW, describe_unit
from webapp.nets.inside.wiring import Wiring
from webapp.nets.network import Network


class Inside:
    """What a Keras model does, layer by layer. Call it on one thread at a time."""

    def __init__(self, model):
        self.wiring = Wiring(model)
        self.code = keras_lines(model)
        self._forward = Forward(self.wiring)

    def look(self, bitmap: np.ndarray, switches: Switches) -> dict:
        """Return the answer to `bitmap`, uint8 (28, 28), and what every layer did."""
        sums, outputs = self._run(bitmap, switches)
        return self._answer(sums, outputs) | {"layers": describe_layers(self.wiring, sums, outputs)}

    def look_at_unit(
        self, bitmap: np.ndarray, switches: Switches, layer: str, unit: int, place: tuple = NO_WINDOW
    ) -> dict:
        """Return the answer to `bitmap` and one unit in full. Raises UnknownLayer or BadRequest."""
        sums, outputs = self._run(bitmap, switches)
        return self._answer(sums, outputs) | {
            "unit": describe_unit(self.wiring, sums, outputs, layer, unit, place)
        }

    def explain(
        self, bitmap: np.ndarray, switches: Switches, digit: int | None, against: int | None
    ) -> tuple[int, Attribution]:
        """Return a digit, the winner where none is named, and what each pixel gives to its logit."""
        if digit is None:
            sums, _ = self._run(bitmap, switches)
            digit = int(sums[self.wiring.digit.name].argmax())
        return digit, attribute(self._forward, bitmap, digit, against, switches)

    def logits(self, bitmaps: np.ndarray, switches: Switches) -> np.ndarray:
        """Return the sums of the layer `digit` for uint8 (n, 28, 28), float32 (n, 10)."""
        return self._forward.run(bitmaps, switches)[0][self.wiring.digit.name]

    def compare_halves(self, bitmap: np.ndarray) -> dict:
        """Return the winner's logit for the whole ink, and what it would be if the network were linear.

        A linear function f has f(left) + f(right) - f(blank) = f(left + right).
        """
        columns = np.arange(bitmap.shape[1]) < bitmap.shape[1] // 2
        left, right = np.where(columns, bitmap, 0), np.where(columns, 0, bitmap)
        logits = self.logits(np.stack([bitmap, left, right, 0 * bitmap]), Switches())  # (4, 10)
        digit = int(logits[0].argmax())
        whole, left, right, blank = logits[:, digit].astype(float)
        return {"digit": digit, "apart": left + right - blank, "whole": whole}

    def _run(self, bitmap: np.ndarray, switches: Switches) -> tuple[dict, dict]:
        both = self._forward.run(bitmap[None], switches)
        sums, outputs = ({name: values[0] for name, values in part.items()} for part in both)
        return sums, outputs

    def _answer(self, sums: dict, outputs: dict) -> dict:
        digit = self.wiring.digit.name
        sure = [outputs[step.name] for step in self.wiring.steps if step.is_output and step.units == 1]
        return {
            "digit": int(outputs[digit].argmax()),
            "probabilities": outputs[digit].tolist(),
            "is_digit": float(sure[0][0]) if sure else None,
            "logits": numbers(sums[digit]),
        }


class Insides:
    """The networks that have been looked into; each is compiled when it is first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Network, Inside | ModelError]] = {}

    def of(self, name: str, network: Network, may_compile: bool) -> Inside:
        """Return the inside of `network`, compiled anew where the model `name` has been swapped.

        Args:
            may_compile: False while Keras is busy elsewhere; nobody promises that it may run twice at once.

        Raises:
            WarmingUp: it has to be compiled and may not.
            ModelError: it answers, but is built in a way that cannot be shown.
        """
        if self._known.get(name, (None,))[0] is not network:
            if not may_compile:
                raise WarmingUp("the models are still being loaded; try again in a second")
            self._open_once(name, network)
        inside = self._known[name][1]
        if isinstance(inside, ModelError):
            raise inside
        return inside

    def _open_once(self, name: str, network: Network) -> None:
        with self._lock:
            if self._known.get(name, (None,))[0] is not network:
                self._known[name] = (network, _open(name, network))


def _open(name: str, network: Network) -> Inside | ModelError:
    """Return the inside of `network`, or why there is none: found out once, not with every request."""
    try:
        return Inside(network.model)
    except ModelError as error:
        return error
    except Exception as error:  # Keras raises whatever its layers raise
        return ModelError(f"the model {name} cannot be looked into: {type(error).__name__}")
