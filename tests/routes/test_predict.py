"""POST /api/predict: accepted inputs, responses and error messages."""

import json

import numpy as np
import pytest

from tests.fakes import expected_digit, load_fake, some_bitmap
from tests.waiting import TIMEOUT
from webapp import create_app
from webapp.errors import BadBitmap, Busy, TooLarge, UnknownModel
from webapp.ink.bitmap import to_bitmap
from webapp.ink.normalization import normalize
from webapp.nets.store import ModelStore

INK = {"strokes": [[[10, 10], [40, 80]], [[40, 10], [10, 80]]]}


def test_predict_accepts_bytes(client):
    bitmap = some_bitmap()
    response = client.post("/api/predict", data=bitmap.tobytes(), content_type="application/octet-stream")
    assert response.status_code == 200
    assert response.json == {
        "model": "conv",
        "digit": expected_digit(bitmap),
        "probabilities": np.eye(10)[expected_digit(bitmap)].tolist(),
        "is_digit": 0.75,
    }


def test_predict_accepts_a_bitmap_as_json(client):
    bitmap = some_bitmap(1)
    response = client.post("/api/predict?normalize=no", json={"bitmap": bitmap.ravel().tolist()})
    assert response.json["digit"] == expected_digit(bitmap)
    assert "normalized" not in response.json


FRAMED = to_bitmap([np.array(stroke, float) for stroke in INK["strokes"]])
OFF_CENTER = np.roll(FRAMED, 4, 1)


@pytest.mark.parametrize(
    ("bitmap", "notes"),
    [
        (FRAMED, None),
        (OFF_CENTER, {"inverted": False, "moved": True}),
        (255 - FRAMED, {"inverted": True, "moved": False}),
        (255 - OFF_CENTER, {"inverted": True, "moved": True}),
    ],
)
@pytest.mark.parametrize("address", ["/api/predict", "/api/predict?model=all"])
def test_predict_normalizes_a_bitmap_in_json_and_says_so(client, bitmap, notes, address):
    response = client.post(address, json={"bitmap": bitmap.ravel().tolist()})
    prediction = response.json["predictions"][-1] if "predictions" in response.json else response.json
    assert prediction["digit"] == expected_digit(normalize(bitmap).bitmap)
    assert response.json.get("normalized") == notes


def test_predict_normalizes_bytes_on_request(client):
    options = {"data": OFF_CENTER.tobytes(), "content_type": "application/octet-stream"}
    assert client.post("/api/predict", **options).json["digit"] == expected_digit(OFF_CENTER)
    response = client.post("/api/predict?normalize=yes", **options)
    assert response.json["digit"] == expected_digit(normalize(OFF_CENTER).bitmap)
    assert response.json["normalized"] == {"inverted": False, "moved": True}


def test_predict_rejects_other_values_of_normalize(client):
    response = client.post("/api/predict?normalize=maybe", json=INK)
    assert response.status_code == 400
    assert response.json["error"]["message"] == "expected normalize as yes or no, received 'maybe'"


def test_predict_accepts_strokes_as_json(client):
    bitmap = to_bitmap([np.array(stroke) for stroke in INK["strokes"]])
    response = client.post("/api/predict", json=INK)
    assert response.json["digit"] == expected_digit(bitmap)


def test_predict_accepts_charset_utf_8(client):
    response = client.post(
        "/api/predict", data=json.dumps(INK), content_type="application/json; charset=UTF-8"
    )
    assert response.status_code == 200


def test_predict_uses_the_named_model(client):
    response = client.post("/api/predict?model=linear", json=INK)
    assert response.json["model"] == "linear"
    assert response.json["is_digit"] is None  # this model has no is_digit output


def test_predict_returns_all_models_smallest_first(client):
    response = client.post("/api/predict?model=all", json=INK)
    assert [answer["model"] for answer in response.json["predictions"]] == ["linear", "conv"]


def test_predict_returns_404_for_unknown_model(client):
    response = client.post("/api/predict?model=vonc", json=INK)
    assert response.status_code == 404
    assert response.json["error"] == {
        "code": "unknown_model",
        "message": "expected one of the models linear, conv, received 'vonc'",
        "explanation": UnknownModel.explanation,
    }


@pytest.mark.parametrize("count", [0, 1, 12, 783, 785, 28 * 28 * 4])
def test_predict_rejects_wrong_number_of_bytes(client, count):
    response = client.post("/api/predict", data=b"\x01" * count, content_type="application/octet-stream")
    assert response.status_code == 400
    assert response.json["error"] == {
        "code": "bad_bitmap",
        "message": f"expected 784 bytes, received {count}",
        "explanation": BadBitmap.explanation,
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
def test_predict_rejects_invalid_json_values(client, body, code):
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
        (b'{"strokes":' * 15_000, "nested too deeply"),
        (b'{"strokes": ' + b"[" * 900 + b"]" * 900 + b"}", "expected"),
        (b'{"strokes": "\xff\xfe"}', "expected JSON in UTF-8, received another byte at 13"),
        ('{"strokes": [[[1, 2]]]}'.encode("utf-16"), "expected JSON in UTF-8"),
        (b"\xef\xbb\xbf{}", "received neither"),
        (b"\x00" * 100, "expected JSON, received"),
    ],
)
def test_predict_rejects_malformed_json(client, text, reason):
    response = client.post("/api/predict", data=text, content_type="application/json")
    assert response.status_code == 400
    assert reason in response.json["error"]["message"]


def test_predict_rejects_other_charsets(client):
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
def test_predict_rejects_other_content_types(client, kind):
    response = client.post("/api/predict", data=b"\x01" * 784, content_type=kind)
    assert response.status_code == 415
    assert response.json["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("size", "kind"), [(10_000_000, "application/octet-stream"), (200_001, "application/json")]
)
def test_predict_rejects_large_bodies(client, size, kind):
    response = client.post("/api/predict", data=b"1" * size, content_type=kind)
    assert response.status_code == 413
    assert response.json["error"] == {
        "code": "too_large",
        "message": "expected at most 200,000 bytes, received more",
        "explanation": TooLarge.explanation,
    }


def test_predict_rejects_too_many_points(client):
    response = client.post("/api/predict", json={"strokes": [[[1, 2]] * 100_000]})
    assert response.status_code == 413
    assert response.json["error"]["code"] == "too_large"


@pytest.mark.parametrize("name", ["conv", "all"])
def test_predict_returns_503_while_models_load(model_folder, name):
    app = create_app({"MODELS": model_folder})  # store.start() was not called
    response = app.test_client().post(f"/api/predict?model={name}", json=INK)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json["error"]["code"] == "models_loading"


def test_predict_returns_503_when_queue_is_full(client, app, monkeypatch):
    def refuse(*arguments):
        raise Busy("256 bitmaps wait already; try again in a second")

    monkeypatch.setattr(app.extensions["predictor"], "predict", refuse)
    response = client.post("/api/predict", json=INK)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json["error"]["code"] == "busy"


def test_predict_reports_failed_model(model_folder):
    (model_folder / "conv.keras").write_bytes(b"altered")
    store = ModelStore(model_folder, "conv", load_fake)
    store.start()
    store.wait(TIMEOUT)
    response = create_app({}, store).test_client().post("/api/predict", json=INK)
    assert response.status_code == 503
    assert response.json["error"]["code"] == "bad_model"
    assert "expected the SHA-256" in response.json["error"]["message"]
