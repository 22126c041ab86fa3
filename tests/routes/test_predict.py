"""POST /api/predict: what it takes, what it gives, and what it says of everything else."""

import json

import numpy as np
import pytest

from tests.conftest import PATIENCE
from tests.fakes import foreseen, load_fake, some_bitmap
from webapp import create_app
from webapp.errors import Busy
from webapp.ink.bitmap import to_bitmap
from webapp.nets.store import ModelStore

INK = {"strokes": [[[10, 10], [40, 80]], [[40, 10], [10, 80]]]}


def test_predict_takes_bytes(client):
    bitmap = some_bitmap()
    response = client.post("/api/predict", data=bitmap.tobytes(), content_type="application/octet-stream")
    assert response.status_code == 200
    assert response.json == {
        "model": "conv",
        "digit": foreseen(bitmap),
        "probabilities": np.eye(10)[foreseen(bitmap)].tolist(),
        "is_digit": 0.75,
    }


def test_predict_takes_a_bitmap_as_json(client):
    bitmap = some_bitmap(1)
    response = client.post("/api/predict", json={"bitmap": bitmap.ravel().tolist()})
    assert response.json["digit"] == foreseen(bitmap)


def test_predict_takes_strokes_as_json(client):
    bitmap = to_bitmap([np.array(stroke) for stroke in INK["strokes"]])
    response = client.post("/api/predict", json=INK)
    assert response.json["digit"] == foreseen(bitmap)


def test_predict_takes_utf_8_by_name(client):
    response = client.post(
        "/api/predict", data=json.dumps(INK), content_type="application/json; charset=UTF-8"
    )
    assert response.status_code == 200


def test_predict_asks_the_model_that_is_named(client):
    response = client.post("/api/predict?model=linear", json=INK)
    assert response.json["model"] == "linear"
    assert response.json["is_digit"] is None  # this model cannot tell


def test_predict_asks_all_models_in_the_order_of_the_ladder(client):
    response = client.post("/api/predict?model=all", json=INK)
    assert [answer["model"] for answer in response.json["predictions"]] == ["linear", "conv"]


def test_predict_unknown_model_is_not_found(client):
    response = client.post("/api/predict?model=vonc", json=INK)
    assert response.status_code == 404
    assert response.json["error"] == {
        "code": "unknown_model",
        "message": "expected one of the models linear, conv, received 'vonc'",
    }


@pytest.mark.parametrize("count", [0, 1, 12, 783, 785, 28 * 28 * 4])
def test_predict_wrong_number_of_bytes_is_told(client, count):
    response = client.post("/api/predict", data=b"\x01" * count, content_type="application/octet-stream")
    assert response.status_code == 400
    assert response.json["error"] == {
        "code": "bad_bitmap",
        "message": f"expected 784 bytes, received {count}",
    }


def with_pixel(value) -> dict:
    """Return a JSON bitmap whose last pixel is `value`."""
    return {"bitmap": [1] * 783 + [value]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"bitmap": [1] * 783}, "bad_bitmap"),
        ({"bitmap": [1] * 785}, "bad_bitmap"),
        ({"bitmap": [[1] * 28] * 28}, "bad_bitmap"),
        ({"bitmap": "1" * 784}, "bad_bitmap"),
        ({"bitmap": None}, "bad_bitmap"),
        ({"bitmap": {}}, "bad_bitmap"),
        (with_pixel(256), "bad_bitmap"),
        (with_pixel(-1), "bad_bitmap"),
        (with_pixel(1.5), "bad_bitmap"),
        (with_pixel(True), "bad_bitmap"),
        (with_pixel("7"), "bad_bitmap"),
        (with_pixel(None), "bad_bitmap"),
        (with_pixel([7]), "bad_bitmap"),
        (with_pixel(10**1000), "bad_bitmap"),
        ({"bitmap": [0] * 784}, "empty_ink"),
        ({"strokes": []}, "empty_ink"),
        ({"strokes": [[], []]}, "empty_ink"),
        ({"strokes": None}, "bad_ink"),
        ({"strokes": "ink"}, "bad_ink"),
        ({"strokes": [[1, 2], [3, 4]]}, "bad_ink"),
        ({"strokes": [[[1, 2, 3]]]}, "bad_ink"),
        ({"strokes": [[[1]]]}, "bad_ink"),
        ({"strokes": [[["1", "2"]]]}, "bad_ink"),
        ({"strokes": [[[1, None]]]}, "bad_ink"),
        ({"strokes": [[[True, False]]]}, "bad_ink"),
        ({"strokes": [[{"x": 1, "y": 2}]]}, "bad_ink"),
        ({"strokes": [[[1e308, -1e308]]]}, "bad_ink"),
        ({"strokes": [[[10**400, 1]]]}, "bad_ink"),
        ({"strokes": [[[1, [[[[[1]]]]]]]]}, "bad_ink"),
        ({"ink": [[[1, 2]]]}, "bad_request"),
        ({"bitmap": [1] * 784, "strokes": [[[1, 2]]]}, "bad_request"),
        ({}, "bad_request"),
        ([], "bad_request"),
        (7, "bad_request"),
        ("bitmap", "bad_request"),
    ],
)
def test_predict_bad_json_value_is_told(client, body, code):
    response = client.post("/api/predict", json=body)
    assert response.status_code == 400
    assert response.json["error"]["code"] == code
    assert response.json["error"]["message"].startswith("expected ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "expected JSON, received: Expecting value"),
        (b"null", "expected an object with bitmap or strokes, received NoneType"),
        (b"{", "expected JSON, received: Expecting property name"),
        (b'{"strokes": [[[1, 2]]]} and more', "expected JSON, received: Extra data"),
        (b'{"bitmap": [NaN]}', "expected finite numbers, received NaN"),
        (b'{"strokes": [[[Infinity, -Infinity]]]}', "expected finite numbers, received Infinity"),
        (b'{"strokes": [[[1e999, 1]]]}', "expected [x, y] with finite numbers"),
        (b'{"bitmap": [' + b"9" * 5000 + b"]}", "expected numbers of a usual size"),
        (b"[" * 50_000, "nested too deeply"),
        (b'{"strokes":' * 50_000, "nested too deeply"),
        (b'{"strokes": ' + b"[" * 900 + b"]" * 900 + b"}", "expected"),
        (b'{"strokes": "\xff\xfe"}', "expected JSON in UTF-8, received another byte at 13"),
        ('{"strokes": [[[1, 2]]]}'.encode("utf-16"), "expected JSON in UTF-8"),
        (b"\xef\xbb\xbf{}", "expected JSON, received"),
        (b"\x00" * 100, "expected JSON, received"),
    ],
)
def test_predict_text_that_is_no_json_is_told(client, text, reason):
    response = client.post("/api/predict", data=text, content_type="application/json")
    assert response.status_code == 400
    assert reason in response.json["error"]["message"]


def test_predict_other_charset_is_told(client):
    kind = "application/json; charset=latin-1"
    response = client.post("/api/predict", data=json.dumps(INK), content_type=kind)
    assert response.status_code == 400
    assert response.json["error"]["message"] == "expected JSON in UTF-8, received charset 'latin-1'"


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "image/png",
        ";",
        "json",
    ],
)
def test_predict_other_content_type_is_told(client, kind):
    response = client.post("/api/predict", data=b"\x01" * 784, content_type=kind)
    assert response.status_code == 415
    assert response.json["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("size", "kind"), [(10_000_000, "application/octet-stream"), (1_000_001, "application/json")]
)
def test_predict_large_body_is_told(client, size, kind):
    response = client.post("/api/predict", data=b"1" * size, content_type=kind)
    assert response.status_code == 413
    assert response.json["error"] == {
        "code": "too_large",
        "message": "expected at most 1,000,000 bytes, received more",
    }


def test_predict_too_many_points_are_told(client):
    response = client.post("/api/predict", json={"strokes": [[[1, 2]] * 100_000]})
    assert response.status_code == 413
    assert response.json["error"]["code"] == "too_large"


@pytest.mark.parametrize("name", ["conv", "all"])
def test_predict_before_a_model_is_warm_asks_to_come_back(model_folder, name):
    app = create_app({"MODELS": model_folder})  # nobody has called store.start()
    response = app.test_client().post(f"/api/predict?model={name}", json=INK)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json["error"]["code"] == "models_loading"


def test_predict_full_queue_is_busy(client, app, monkeypatch):
    def refuse(*arguments):
        raise Busy("256 bitmaps wait already; try again in a second")

    monkeypatch.setattr(app.extensions["predictor"], "predict", refuse)
    response = client.post("/api/predict", json=INK)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json["error"]["code"] == "busy"


def test_predict_model_that_failed_is_told(model_folder):
    (model_folder / "conv.keras").write_bytes(b"altered")
    store = ModelStore(model_folder, "conv", load_fake)
    store.start()
    store.wait(PATIENCE)
    response = create_app({}, store).test_client().post("/api/predict", json=INK)
    assert response.status_code == 503
    assert response.json["error"]["code"] == "bad_model"
    assert "expected the SHA-256" in response.json["error"]["message"]
