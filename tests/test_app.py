"""create_app validates the model folder and applies its settings."""

import pytest

from webapp import create_app
from webapp.errors import SettingError


def test_app_reports_missing_model_folder(tmp_path):
    with pytest.raises(SettingError, match="expected a folder with models at .*nowhere"):
        create_app({"MODELS": tmp_path / "nowhere"})


@pytest.mark.parametrize("suffix", [".keras", ".tflite", ".json"])
def test_app_reports_missing_default_model(model_folder, suffix):
    (model_folder / f"conv{suffix}").unlink()
    with pytest.raises(SettingError, match=f"expected the model conv as .*conv{suffix}"):
        create_app({"MODELS": model_folder})


def test_app_default_model_can_be_chosen(model_folder):
    app = create_app({"MODELS": model_folder, "DEFAULT_MODEL": "linear"})
    assert app.test_client().get("/api/models").json["default"] == "linear"
