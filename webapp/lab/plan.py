"""What a spec builds, before it is trained: layers, numbers of parameters, and what will not work."""

from dataclasses import dataclass

from webapp.errors import BadSpec
from webapp.lab.spec import CONV, DENSE, DIGITS, MAX_PARAMETERS, SIDE, HiddenLayer, LabSpec

POOL = 2  # side of a pooling layer's patch


@dataclass(frozen=True)
class PlannedLayer:
    """A layer with weights: name in Keras, title for people, output shape without the batch, parameters."""

    name: str
    title: str
    shape: tuple[int, ...]
    parameters: int


@dataclass(frozen=True)
class Caution:
    """A sentence about a field that makes the training fail or the result worse; `field` as in BadSpec."""

    field: str
    text: str


def plan(spec: LabSpec) -> list[PlannedLayer]:
    """Return the layers with weights, the output layer last.

    Raises:
        BadSpec: the convolutions leave no pixel, or the network has too many parameters.
    """
    side, channels, found = SIDE, 1, []
    inputs = SIDE * SIDE
    for index, (name, layer) in enumerate(named_layers(spec)):
        if layer.kind == CONV:
            weights = layer.size * layer.size * channels * layer.units
            channels = layer.units
            side = side // POOL if layer.pool else side
            if side == 0:
                message = "expected at most four pooling layers: each halves the 28 pixels of a side"
                field, explanation = (
                    f"layers.{index}.pool",
                    "Pooling leaves no pixel here: take out one of them.",
                )
                raise BadSpec(f"{message}, received more", field, explanation)
            shape: tuple[int, ...] = (side, side, channels)
            inputs = side * side * channels
            title = f"{layer.units} maps {layer.size}x{layer.size}, {layer.activation}"
        else:
            weights, inputs = inputs * layer.units, layer.units
            shape = (layer.units,)
            title = f"{layer.units} {'neuron' if layer.units == 1 else 'neurons'}, {layer.activation}"
        found.append(PlannedLayer(name, title, shape, weights + layer.units))
    found.append(PlannedLayer("digit", "10 outputs, softmax", (DIGITS,), inputs * DIGITS + DIGITS))
    _check_size(spec, found)
    return found


def _check_size(spec: LabSpec, layers: list[PlannedLayer]) -> None:
    """Raise BadSpec for the largest layer of a network with too many parameters."""
    total = sum(layer.parameters for layer in layers)
    if total <= MAX_PARAMETERS:
        return
    largest = max(range(len(layers)), key=lambda index: layers[index].parameters)
    field = f"layers.{min(largest, len(spec.layers) - 1)}.units" if spec.layers else "layers"
    raise BadSpec(
        f"expected at most {MAX_PARAMETERS:,} parameters, received {total:,}",
        field,
        f"These are {total:,} parameters. Choose fewer units, for at most {MAX_PARAMETERS:,}.",
    )


def named_layers(spec: LabSpec) -> list[tuple[str, HiddenLayer]]:
    """Return the hidden layers with their names in Keras: conv_1, hidden_1, hidden_2, ..."""
    names, counts = [], {CONV: 0, DENSE: 0}
    for layer in spec.layers:
        counts[layer.kind] += 1
        names.append(f"{'conv' if layer.kind == CONV else 'hidden'}_{counts[layer.kind]}")
    return list(zip(names, spec.layers, strict=True))


STEP = (
    "A step has slope 0 everywhere, so no gradient passes: this layer and those before it keep their first "
    "random weights. Gradient descent needs an activation with a slope, such as relu."
)
ONLY_POOLING = "Without an activation function, only the max pooling of this layer is not linear."
NO_ACTIVATION = (
    "Without an activation function, layers in a row are one linear map: the network can learn no more than "
    "one without this layer."
)
SATURATED = "Sigmoid has a slope of at most 1/4: after several layers little of the gradient is left."


def warnings_for(spec: LabSpec) -> list[Caution]:
    """Return what will not work well, in the order of the page."""
    found = [
        warning for index, layer in enumerate(spec.layers) for warning in _of_layer(layer, f"layers.{index}")
    ]
    if sum(layer.activation == "sigmoid" for layer in spec.layers) > 2:
        found.append(Caution("layers", SATURATED))
    checks = [
        (
            spec.learning_rate > (0.5 if spec.optimizer == "sgd" else 0.03),
            "learning_rate",
            "This is a high learning rate: each step may overshoot, and the loss may grow.",
        ),
        (
            spec.learning_rate < 1e-5 or (spec.optimizer == "sgd" and spec.learning_rate <= 1e-3),
            "learning_rate",
            "This is a low learning rate: the loss will hardly fall in so few epochs.",
        ),
        (
            spec.samples < 500,
            "samples",
            "With so few digits a network learns them by heart: watch the validation curve separate from the "
            "training curve.",
        ),
        (
            spec.wrong_labels >= 0.9,
            "wrong_labels",
            "With almost all labels wrong, it learns to avoid the right digit.",
        ),
        (
            spec.batch_size > spec.samples,
            "batch_size",
            "The batch is larger than the data: each epoch is a single step.",
        ),
        (spec.l2 > 0.05, "l2", "This strong L2 keeps all weights near 0, so the network can hardly learn."),
    ]
    return found + [Caution(field, text) for applies, field, text in checks if applies]


def _of_layer(layer: HiddenLayer, name: str) -> list[Caution]:
    found = []
    if layer.activation == "step":
        found.append(Caution(f"{name}.activation", STEP))
    if layer.activation == "none":
        text = ONLY_POOLING if layer.kind == CONV and layer.pool else NO_ACTIVATION
        found.append(Caution(f"{name}.activation", text))
    if layer.units < 4:
        text = f"Ten digits have to pass through {layer.units} of them: this is a narrow bottleneck."
        found.append(Caution(f"{name}.units", text))
    if layer.dropout > 0.6:
        found.append(Caution(f"{name}.dropout", "Most outputs are dropped: little is left to learn from."))
    return found
