"""The configuration of a run, as the page sends it: layers, optimizer, data.

{"layers": [{"kind": "conv", "units": 16, "size": 5, "pool": true, "activation": "relu", "dropout": 0},
            {"kind": "dense", "units": 128, "activation": "relu", "dropout": 0.2}],
 "optimizer": "adam", "learning_rate": 0.001, "batch_size": 32, "epochs": 3, "l2": 0, "samples": 9000,
 "augment": false, "wrong_labels": 0, "seed": 1}

The layers are the hidden ones, from input to output. Fields that are left out have their default.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from webapp.errors import BadSpec, describe

DENSE, CONV = "dense", "conv"
ACTIVATIONS = ("relu", "tanh", "sigmoid", "none", "step")
OPTIMIZERS = ("adam", "sgd", "momentum", "rmsprop")
MAX_LAYERS = 6
MAX_PARAMETERS = 3_000_000  # a run of a larger network takes too long for an audience
SIDE, PIXELS, DIGITS = 28, 784, 10


@dataclass(frozen=True)
class Limit:
    """The numbers that a field takes: from `least` to `most`; whole ones if `is_whole`."""

    least: float
    most: float
    is_whole: bool = True

    def read(self, value: object, name: str) -> Any:
        """Return a number within the limits. Raises BadSpec."""
        if isinstance(value, float) and self.is_whole and value.is_integer():
            value = int(value)  # JSON from JavaScript may write 3.0
        is_number = isinstance(value, int if self.is_whole else int | float) and not isinstance(value, bool)
        if not is_number or not self._holds(value):
            kind = "a whole number" if self.is_whole else "a number"
            expected = f"{kind} from {self.least:,} to {self.most:,}"
            message = f"expected {name} as {expected}, received {describe(value)}"
            raise BadSpec(message, name, f"Enter {expected}.")
        return value if self.is_whole else float(cast(float, value))

    def _holds(self, value: Any) -> bool:
        """Return whether a number is within the limits; NaN is not."""
        return bool(self.least <= value <= self.most)


LIMITS = {
    "units": Limit(1, 2048),
    "size": Limit(2, 9),
    "dropout": Limit(0, 0.9, is_whole=False),
    "learning_rate": Limit(1e-6, 100, is_whole=False),
    "batch_size": Limit(1, 1024),
    "epochs": Limit(1, 50),
    "l2": Limit(0, 1, is_whole=False),
    "samples": Limit(10, 54_000),
    "wrong_labels": Limit(0, 1, is_whole=False),
    "seed": Limit(0, 2**31 - 1),
}


@dataclass(frozen=True)
class HiddenLayer:
    """One hidden layer.

    Attributes:
        kind: "dense" or "conv".
        units: neurons, or feature maps.
        size: side of a convolution's patch, in pixels.
        pool: whether the largest of each 2x2 outputs is kept after a convolution.
        activation: one of ACTIVATIONS.
        dropout: share of the outputs that are set to 0 in training.
    """

    kind: str = DENSE
    units: int = 128
    size: int = 3
    pool: bool = True
    activation: str = "relu"
    dropout: float = 0.0


@dataclass(frozen=True)
class LabSpec:
    """The configuration of a run; see the module's docstring.

    Attributes:
        layers: the hidden layers, convolutions first.
        l2: factor of the squared weights in the loss.
        samples: number of training digits.
        augment: whether each digit is varied in every epoch.
        wrong_labels: share of the training digits that get a wrong label, 0 to 1.
        seed: of the first weights, the order of the digits, dropout and augmentation.
    """

    layers: tuple[HiddenLayer, ...] = (HiddenLayer(), HiddenLayer())
    optimizer: str = "adam"
    learning_rate: float = 0.001
    batch_size: int = 32
    epochs: int = 3
    l2: float = 0.0
    samples: int = 9_000
    augment: bool = False
    wrong_labels: float = 0.0
    seed: int = 1

    def to_json(self) -> dict:
        """Return the spec as a JSON value that `read_spec` reads."""
        return asdict(self) | {"layers": [_layer_json(layer) for layer in self.layers]}

    @property
    def title(self) -> str:
        """A short description, such as "2x128 relu"."""
        if not self.layers:
            return "no hidden layer"
        parts = [f"{'conv ' if layer.kind == CONV else ''}{layer.units}" for layer in self.layers]
        if len(set(self.layers)) == 1 and len(parts) > 1:
            parts = [f"{len(parts)}x{parts[0]}"]
        activations = dict.fromkeys(layer.activation for layer in self.layers)
        return f"{', '.join(parts)} {'/'.join(activations)}"


FIELDS = tuple(LabSpec.__dataclass_fields__)
LAYER_FIELDS = {
    DENSE: ("kind", "units", "activation", "dropout"),
    CONV: ("kind", "units", "size", "pool", "activation", "dropout"),
}


def read_spec(value: object, most_samples: int) -> LabSpec:
    """Return the spec of a JSON value.

    Args:
        most_samples: number of training digits at hand.

    Raises:
        BadSpec: a field is unknown or has a value that cannot be used; it names the field.
    """
    if not isinstance(value, dict):
        raise BadSpec(f"expected the spec as an object, received {describe(value)}", "")
    given = {name: each for name, each in value.items() if name != "preset"}
    _check_names(given, FIELDS, "")
    found = {name: _read_field(name, each) for name, each in given.items()}
    spec = LabSpec(**found)
    if spec.samples > most_samples:
        message = f"expected samples of at most {most_samples:,}, received {spec.samples:,}"
        raise BadSpec(message, "samples", f"There are {most_samples:,} digits to train with.")
    return spec


def _read_field(name: str, value: object) -> Any:
    if name == "layers":
        return _read_layers(value)
    if name == "optimizer":
        return _one_of(value, OPTIMIZERS, name)
    if name == "augment":
        return _bool(value, name)
    return LIMITS[name].read(value, name)


def _read_layers(value: object) -> tuple[HiddenLayer, ...]:
    if not isinstance(value, list) or len(value) > MAX_LAYERS:
        found = f"{len(value)} layers" if isinstance(value, list) else describe(value)
        raise BadSpec(f"expected at most {MAX_LAYERS} hidden layers, received {found}", "layers")
    layers = tuple(_read_layer(each, f"layers.{index}") for index, each in enumerate(value))
    kinds = [layer.kind for layer in layers]
    if kinds != sorted(kinds):  # "conv" before "dense"
        message = "expected convolutions before dense layers, received one after a dense layer"
        field = f"layers.{kinds.index(CONV, kinds.index(DENSE))}.kind"
        raise BadSpec(message, field, "Convolutions come before dense layers.")
    return layers


def _read_layer(value: object, name: str) -> HiddenLayer:
    if not isinstance(value, dict):
        raise BadSpec(f"expected {name} as an object, received {describe(value)}", name)
    kind = _one_of(value.get("kind", DENSE), (DENSE, CONV), f"{name}.kind")
    _check_names(value, LAYER_FIELDS[kind], f"{name}.")
    found: dict[str, Any] = {"kind": kind}
    for each, content in value.items():
        if each == "activation":
            found[each] = _one_of(content, ACTIVATIONS, f"{name}.{each}")
        elif each == "pool":
            found[each] = _bool(content, f"{name}.{each}")
        elif each != "kind":
            found[each] = LIMITS[each].read(content, f"{name}.{each}")
    return HiddenLayer(**found)


def _check_names(value: Mapping, known: tuple[str, ...], prefix: str) -> None:
    unknown = [str(name) for name in value if name not in known]
    if unknown:
        message = f"expected the fields {', '.join(known)}, received {prefix}{unknown[0][:40]}"
        raise BadSpec(message, prefix + unknown[0][:40])


def _one_of(value: object, choices: tuple[str, ...], name: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise BadSpec(f"expected {name} as {', '.join(choices)}, received {describe(value)}", name)
    return value


def _bool(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadSpec(f"expected {name} as true or false, received {describe(value)}", name)
    return value


def _layer_json(layer: HiddenLayer) -> dict:
    return {name: getattr(layer, name) for name in LAYER_FIELDS[layer.kind]}


def limits_json(most_samples: int) -> dict:
    """Return the choices and limits of all fields, for the page."""
    numbers = {name: [limit.least, limit.most] for name, limit in LIMITS.items()}
    return numbers | {
        "samples": [LIMITS["samples"].least, most_samples],
        "layers": MAX_LAYERS,
        "parameters": MAX_PARAMETERS,
        "activations": list(ACTIVATIONS),
        "optimizers": list(OPTIMIZERS),
    }
