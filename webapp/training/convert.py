"""Convert a trained Keras model to the .tflite file that the server loads."""

from typing import Any

import keras

from webapp.nets.native_output import native_silence
from webapp.training.tensorflow_setup import import_tensorflow


def to_tflite(model: keras.Model) -> bytes:
    """Return the content of a .tflite file with float32 weights.

    Its signature takes float32 (1, 28, 28) with values from 0 to 255, and returns the model's outputs by
    name: digit, float32 (1, 10), and is_digit, float32 (1, 1), if the model has it.
    """
    tensorflow = import_tensorflow()
    weights = [
        [tensorflow.constant(variable.numpy()) for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    ]

    def predict(bitmap: Any) -> dict:
        outputs, _ = model.stateless_call(*weights, bitmap, training=False)  # weights become constants
        return outputs if isinstance(outputs, dict) else {"digit": outputs}

    signature = [tensorflow.TensorSpec((1, 28, 28), tensorflow.float32, name="bitmap")]
    module = tensorflow.Module()
    module.predict = tensorflow.function(predict, input_signature=signature)
    function = module.predict.get_concrete_function()
    with native_silence():
        return tensorflow.lite.TFLiteConverter.from_concrete_functions([function], module).convert()
