"""Small Keras models with the inputs and outputs of the shipped ones; only slow tests build them."""

from pathlib import Path

from webapp.training.tensorflow_setup import import_tensorflow


def build_keras_model(hidden: int, outputs: int):
    """Return an untrained Keras model with one output (digit) or two (digit, is_digit)."""
    import_tensorflow()
    import keras

    keras.utils.set_random_seed(hidden)
    bitmap = keras.Input((28, 28))
    values = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(bitmap))
    for _ in range(hidden):
        values = keras.layers.Dense(16, activation="relu")(values)
    digit = keras.layers.Dense(10, activation="softmax", name="digit")(values)
    if outputs == 1:
        return keras.Model(bitmap, digit)
    is_digit = keras.layers.Dense(1, activation="sigmoid", name="is_digit")(values)
    return keras.Model(bitmap, {"digit": digit, "is_digit": is_digit})


def save_keras_model(model, folder: Path, name: str) -> None:
    """Write NAME.keras and its conversion NAME.tflite."""
    from webapp.training.convert import to_tflite

    model.save(folder / f"{name}.keras")
    (folder / f"{name}.tflite").write_bytes(to_tflite(model))
