"""create_app refuses what cannot be served, and carries its settings to where they count."""

import pytest

from webapp import create_app
from webapp.errors import SettingError


def test_app_missing_folder_is_told(tmp_path):
    with pytest.raises(SettingError, match="expected a folder with models at .*nowhere"):
        create_app({"MODELS": tmp_path / "nowhere"})


@pytest.mark.parametrize("suffix", [".keras", ".json"])
def test_app_missing_default_model_is_told(model_folder, suffix):
    (model_folder / f"conv{suffix}").unlink()
    with pytest.raises(SettingError, match=f"expected the model conv as .*conv{suffix}"):
        create_app({"MODELS": model_folder})


def test_app_default_model_can_be_chosen(model_folder):
    app = create_app({"MODELS": model_folder, "MODEL": "linear"})
    assert app.test_client().get("/api/models").json["default"] == "linear"


@pytest.mark.parametrize(
    ("config", "host", "status"),
    [
        ({}, "localhost:8000", 200),
        ({}, "127.0.0.1", 200),
        ({}, "[::1]:8000", 200),
        ({}, "rebound.example", 400),
        ({"HOST": "0.0.0.0"}, "192.168.1.20:8000", 200),
        ({"LAN": True}, "192.168.1.20:8000", 200),
        ({"LAN": True}, "[fe80::1]:8000", 200),
        ({"LAN": True}, "laptop:8000", 200),
        ({"LAN": True}, "laptop.local", 200),
        ({"LAN": True}, "rebound.example", 400),
        ({"LAN": True}, "rebound.localdomain.example", 400),
        ({"LAN": True}, "", 400),
        ({"LAN": True, "PUBLIC_ADDRESS": "https://inkwise.example"}, "inkwise.example", 200),
        ({"LAN": True, "TRUSTED_HOSTS": ("inkwise.example",)}, "127.0.0.1:8000", 200),
        ({"LAN": True, "TRUSTED_HOSTS": ("inkwise.example",)}, "laptop.local", 400),
        ({"PROXIES": 1}, "inkwise.example", 200),
        ({"PROXIES": 1, "TRUSTED_HOSTS": ("inkwise.example",)}, "rebound.example", 400),
        ({"HOST": "0.0.0.0", "TRUSTED_HOSTS": ("inkwise.example",)}, "inkwise.example", 200),
        ({"HOST": "0.0.0.0", "TRUSTED_HOSTS": ("inkwise.example",)}, "rebound.example", 400),
    ],
)
def test_app_answers_to_trusted_names_only(model_folder, config, host, status):
    client = create_app({"MODELS": model_folder} | config).test_client()
    response = client.get("/healthz", headers={"Host": host})
    assert response.status_code == status
    assert status == 200 or response.json["error"]["code"] == "bad_request"
