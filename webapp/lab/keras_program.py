"""The Keras program of a spec: what the lab trains, as code that runs by itself.

Its steps are those of every first tutorial: data, build, compile, fit, evaluate, save.
"""

from webapp.lab.plan import named_layers
from webapp.lab.spec import CONV, HiddenLayer, LabSpec
from webapp.nets.inspection.keras_code import STEP

OPTIMIZERS = {
    "adam": "keras.optimizers.Adam({rate})",
    "sgd": "keras.optimizers.SGD({rate})",
    "momentum": "keras.optimizers.SGD({rate}, momentum=0.9)",
    "rmsprop": "keras.optimizers.RMSprop({rate})",
}
AUGMENTATION = """    layers.RandomTranslation(0.07, 0.07, fill_mode="constant"),
    layers.RandomRotation(0.03, fill_mode="constant"),
"""


def keras_program(spec: LabSpec) -> str:
    """Return the program as text."""
    has_step = any(layer.activation == "step" for layer in spec.layers)
    return "".join(
        [
            "import keras\nfrom keras import layers\n",
            "import numpy as np\n" if spec.wrong_labels else "",
            f"\nkeras.utils.set_random_seed({spec.seed})\n",
            _data(spec),
            STEP if has_step else "",
            "\n# Build\n",
            _model(spec),
            _training(spec),
        ]
    )


def _data(spec: LabSpec) -> str:
    wrong = f"""
# Give a share of the training digits a wrong label.
random = np.random.default_rng({spec.seed})
is_wrong = random.random(len(y_train)) < {spec.wrong_labels}
y_train = np.where(is_wrong, (y_train + random.integers(1, 10, len(y_train))) % 10, y_train)
"""
    return f"""
# Data: MNIST, 28x28 pixels from 0 to 255
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_val, y_val = x_train[54000:], y_train[54000:]
x_train, y_train = x_train[:{spec.samples}], y_train[:{spec.samples}]
{wrong if spec.wrong_labels else ""}"""


def _model(spec: LabSpec) -> str:
    hidden = named_layers(spec)
    has_conv = any(layer.kind == CONV for _, layer in hidden)
    lines = ["    layers.Input((28, 28)),\n", '    layers.Rescaling(1 / 255, name="grey"),\n']
    if has_conv or spec.augment:
        lines.append("    layers.Reshape((28, 28, 1)),\n")
    if spec.augment:
        lines.append(AUGMENTATION)
    is_flat = False
    for name, layer in hidden:
        if layer.kind != CONV and not is_flat:
            lines.append("    layers.Flatten(),\n")
            is_flat = True
        lines.append(_layer(name, layer, spec.l2))
    if not is_flat:
        lines.append("    layers.Flatten(),\n")
    lines.append('    layers.Dense(10, activation="softmax", name="digit"),\n')
    return "model = keras.Sequential([\n" + "".join(lines) + "])\nmodel.summary()\n"


def _layer(name: str, layer: HiddenLayer, l2: float) -> str:
    activation = {"none": "", "step": ", activation=step"}.get(
        layer.activation, f', activation="{layer.activation}"'
    )
    decay = f", kernel_regularizer=keras.regularizers.L2({l2})" if l2 else ""
    if layer.kind == CONV:
        options = f'padding="same"{activation}{decay}, name="{name}"'
        text = f"    layers.Conv2D({layer.units}, {layer.size}, {options}),\n"
        text += "    layers.MaxPooling2D(2),\n" if layer.pool else ""
    else:
        text = f'    layers.Dense({layer.units}{activation}{decay}, name="{name}"),\n'
    return text + (f"    layers.Dropout({layer.dropout}),\n" if layer.dropout else "")


def _training(spec: LabSpec) -> str:
    optimizer = OPTIMIZERS[spec.optimizer].format(rate=spec.learning_rate)
    return f"""
# Compile
model.compile({optimizer}, loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# Fit
model.fit(
    x_train, y_train, batch_size={spec.batch_size}, epochs={spec.epochs}, validation_data=(x_val, y_val)
)

# Evaluate
loss, accuracy = model.evaluate(x_test, y_test)
print(f"{{accuracy:.1%}} of the test digits are right")

# Save
model.save("digits.keras")
"""
