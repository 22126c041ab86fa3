"""The layers of a model, in order, and what each one is fed with."""

from dataclasses import dataclass
from math import prod

from webapp.errors import BadRequest, ModelError, UnknownLayer

NEURONS = ("Dense", "Conv2D")  # layers of neurons: weighted sum, bias, activation function


@dataclass(frozen=True)
class Step:
    """One layer of a model.

    Attributes:
        layer: the Keras layer itself.
        source: name of the layer that feeds it; None for the input.
        shape: of its output, without the batch.
        activation: name of its activation function; None where it has none.
        is_output: whether it is one of the model's answers.
    """

    layer: object
    source: str | None
    shape: tuple[int, ...]
    activation: str | None
    is_output: bool

    @property
    def name(self) -> str:
        return self.layer.name

    @property
    def kind(self) -> str:
        """The layer's class in Keras."""
        return type(self.layer).__name__

    @property
    def has_neurons(self) -> bool:
        return self.kind in NEURONS

    @property
    def is_hidden(self) -> bool:
        """Whether it is a layer of neurons between input and output: one that can be broken."""
        return self.has_neurons and not self.is_output

    @property
    def units(self) -> int:
        """How many neurons, or how many feature maps."""
        return self.shape[-1]

    @property
    def size(self) -> int:
        return prod(self.shape)


class Wiring:
    """The steps of a Keras model from the bitmap to its answers.

    Raises:
        ModelError: a layer is fed by several others; such a network cannot be shown step by step.
    """

    def __init__(self, model):
        outputs = set(_output_names(model))
        self.steps = [_step(layer, outputs) for layer in model.layers]
        self._by_name = {step.name: step for step in self.steps}

    def __getitem__(self, name: str) -> Step:
        """Return the layer `name`. Raises UnknownLayer."""
        if name not in self._by_name:
            names = ", ".join(self._by_name)
            raise UnknownLayer(f"expected one of the layers {names}, received {name[:60]!r}")
        return self._by_name[name]

    @property
    def hidden(self) -> list[Step]:
        return [step for step in self.steps if step.is_hidden]

    @property
    def digit(self) -> Step:
        """The layer that answers which digit it is."""
        outputs = [step for step in self.steps if step.is_output and step.units > 1]
        return outputs[0]


def check_unit(step: Step, unit: int) -> int:
    """Return `unit` where the layer has it. Raises BadRequest."""
    if not 0 <= unit < step.units:
        raise BadRequest(f"expected a unit from 0 to {step.units - 1} of {step.name}, received {unit}")
    return unit


def _output_names(model) -> list[str]:
    outputs = model.outputs
    return [tensor._keras_history.operation.name for tensor in outputs]


def _step(layer, outputs: set[str]) -> Step:
    is_input = type(layer).__name__ == "InputLayer"
    source = None if is_input else _source(layer)
    activation = getattr(getattr(layer, "activation", None), "__name__", None)
    return Step(layer, source, tuple(layer.output.shape[1:]), activation, layer.name in outputs)


def _source(layer) -> str:
    if isinstance(layer.input, list | tuple | dict):
        raise ModelError(f"expected each layer to be fed by one other, received several for {layer.name}")
    return layer.input._keras_history.operation.name
