"""tools/convert_models.py writes .tflite files, and runs no code of a .keras file."""

import pytest

from tests.fakes import write_model
from tests.keras_models import build_keras_model, save_keras_model
from webapp.nets.cards import check_file, read_card

pytestmark = pytest.mark.slow  # imports TensorFlow


def test_converted_model_matches_its_card(tmp_path):
    from tools.convert_models import convert

    save_keras_model(build_keras_model(0, 1), tmp_path, "linear")
    write_model(tmp_path, "linear")
    (tmp_path / "linear.tflite").write_bytes(b"of another network")
    assert convert(tmp_path / "linear.keras") > 1000
    check_file(tmp_path / "linear.tflite", read_card(tmp_path, "linear")["tflite_sha256"])


def test_model_with_code_is_not_converted(tmp_path):
    import keras

    from tools.convert_models import convert

    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Lambda(lambda bitmap: bitmap * 2)])
    model.save(tmp_path / "linear.keras")
    write_model(tmp_path, "linear")
    with pytest.raises(ValueError, match="Lambda"):
        convert(tmp_path / "linear.keras")
