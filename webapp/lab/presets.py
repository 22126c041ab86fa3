"""Prepared specs: networks to start from, and stories that compare two or three runs."""

from dataclasses import dataclass, replace

from webapp.lab.spec import CONV, HiddenLayer, LabSpec

RELU = HiddenLayer(units=128)


@dataclass(frozen=True)
class Preset:
    """A network to start from."""

    name: str
    title: str
    spec: LabSpec

    def to_json(self, most_samples: int) -> dict:
        spec = _fit(self.spec, most_samples).to_json()
        return {"name": self.name, "title": self.title, "spec": spec | {"preset": self.name}}


@dataclass(frozen=True)
class Story:
    """Runs to compare, each with a title, and what to look for."""

    name: str
    title: str
    text: str
    runs: tuple[tuple[str, LabSpec], ...]

    def to_json(self, most_samples: int) -> dict:
        runs = [{"title": title, "spec": _fit(spec, most_samples).to_json()} for title, spec in self.runs]
        return {"name": self.name, "title": self.title, "text": self.text, "runs": runs}


PRESETS = (
    Preset("linear", "No hidden layer", LabSpec(layers=())),
    Preset("shallow", "One hidden layer", LabSpec(layers=(RELU,))),
    Preset("deep", "Two hidden layers of 128", LabSpec(layers=(RELU, RELU))),
    Preset(
        "conv",
        "Convolutions",
        LabSpec(
            layers=(
                HiddenLayer(CONV, 8, size=5),
                HiddenLayer(CONV, 16, size=3),
                HiddenLayer(units=32, dropout=0.2),
            )
        ),
    ),
)

_DEEP = LabSpec(layers=(RELU, RELU))
_FEW = replace(_DEEP, samples=100, epochs=40, batch_size=10)
_RATE = replace(_DEEP, optimizer="sgd", learning_rate=0.1)
_LINEAR_LAYER = replace(RELU, activation="none")
_SMALL = replace(RELU, units=32)
RACE = ((), (_SMALL,), (RELU,), (_SMALL, _SMALL), (RELU, RELU), PRESETS[-1].spec.layers)


def _size(layers: tuple[HiddenLayer, ...]) -> str:
    return LabSpec(layers=layers).title.removesuffix(" relu")


STORIES = (
    Story(
        "learns",
        "It learns",
        "Two hidden layers of 128 neurons, three times through the digits. The weight pictures turn from "
        "noise into strokes, and the accuracy passes 90 % within seconds.",
        (("2x128", _DEEP),),
    ),
    Story(
        "overfitting",
        "Overfitting",
        "With 100 digits the network soon knows each of them by heart, but reads new ones badly: the "
        "training and validation curves separate. Dropout and augmentation help; more digits help most.",
        (
            ("100 digits", _FEW),
            (
                "dropout, augmented",
                replace(_FEW, layers=(replace(RELU, dropout=0.4), replace(RELU, dropout=0.4)), augment=True),
            ),
            ("1,000 digits", replace(_FEW, samples=1_000, epochs=4)),
        ),
    ),
    Story(
        "learning-rate",
        "Learning rate: too low, right, too high",
        "Each step is the learning rate times the gradient. Too low: the loss hardly falls. Too high: steps "
        "overshoot the minimum, and the loss grows.",
        (
            ("0.001", replace(_RATE, learning_rate=0.001)),
            ("0.1", _RATE),
            ("5", replace(_RATE, learning_rate=5.0)),
        ),
    ),
    Story(
        "no-activation",
        "Depth without activation",
        "Layers without an activation function are one linear map, however many there are. A single hidden "
        "layer with relu beats three without.",
        (
            ("3 layers, no activation", replace(_DEEP, layers=(_LINEAR_LAYER,) * 3)),
            ("1 layer, relu", replace(_DEEP, layers=(RELU,))),
        ),
    ),
    Story(
        "wrong-labels",
        "Wrong labels",
        "30 % of the training digits get a wrong label. The network still finds the majority, until, with "
        "enough epochs, it learns the mistakes by heart too.",
        (
            ("all right", replace(_DEEP, epochs=6)),
            ("30 % wrong", replace(_DEEP, wrong_labels=0.3, epochs=6)),
        ),
    ),
    Story(
        "race",
        "A race: depth and width",
        "Six networks, one after the other: no, one and two hidden layers of 32 and 128 neurons, and "
        "convolutions. Sort the table of runs: which reads best, with how many parameters and seconds?",
        tuple((_size(layers), LabSpec(layers=layers)) for layers in RACE),
    ),
)


def _fit(spec: LabSpec, most_samples: int) -> LabSpec:
    return replace(spec, samples=min(spec.samples, most_samples))
