"""POST /api/inspect, POST /api/explain, POST /api/superposition and GET /api/code."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.nets.inspection.dequantization import exact
from tests.nets.inspection.models import model, some_ink
from tests.waiting import TIMEOUT
from webapp import create_app
from webapp.nets.store import ModelStore

pytestmark = pytest.mark.slow

BYTES = "application/octet-stream"


@pytest.fixture(scope="module")
def inspected(tmp_path_factory):
    """A client of an application with the real architectures linear, deep and conv."""
    from tests.fakes import write_model

    folder = tmp_path_factory.mktemp("inside")
    for name in ("linear", "deep", "conv"):
        write_model(folder, name, versions={"tensorflow": "2.21.0", "keras": "3.15.1"})
        model(name).save(folder / f"{name}.keras")
    store = ModelStore(folder, "conv", load=lambda path, card: SimpleNamespace(keras_file=path))
    store.start()
    store.wait(TIMEOUT)
    app = create_app({"TESTING": True}, store=store)
    return app.test_client()


def post(client, path: str, body: bytes | None = None):
    return client.post(path, data=some_ink().tobytes() if body is None else body, content_type=BYTES)


def test_inspect_returns_all_layers_of_the_default_model(inspected):
    found = post(inspected, "/api/inspect").json
    expected = np.asarray(model("conv")(some_ink()[None].astype(np.float32))["digit"])[0]
    assert found["model"] == "conv"
    assert found["probabilities"] == pytest.approx(expected, abs=1e-4)
    assert [layer["name"] for layer in found["layers"]] == [layer.name for layer in model("conv").layers]


def test_inspect_response_is_small(inspected):
    assert len(post(inspected, "/api/inspect?model=conv").data) <= 60_000


def test_inspect_accepts_strokes_and_bitmaps_as_json(inspected):
    as_bytes = post(inspected, "/api/inspect?model=deep").json
    as_json = inspected.post(
        "/api/inspect?model=deep&normalize=no", json={"bitmap": some_ink().ravel().tolist()}
    ).json
    assert as_json == as_bytes
    from_strokes = inspected.post("/api/inspect?model=deep", json={"strokes": [[[0, 0], [5, 9]]]})
    assert from_strokes.status_code == 200


def test_inspect_returns_one_unit_exactly(inspected):
    unit = post(inspected, "/api/inspect?model=deep&layer=hidden_2&unit=17").json["unit"]
    total = float(exact(unit["inputs"]).astype(float) @ exact(unit["weights"])) + unit["bias"]
    assert (unit["layer"], unit["unit"], unit["kind"]) == ("hidden_2", 17, "dense")
    assert unit["z"] == pytest.approx(total, abs=1e-4)


def test_inspect_with_ablation_differs(inspected):
    full = post(inspected, "/api/inspect?model=deep").json["logits"]
    ablated = post(inspected, "/api/inspect?model=deep&linear=hidden_1&off=hidden_2.3").json["logits"]
    assert np.abs(np.subtract(full, ablated)).max() > 0.01


@pytest.mark.parametrize(
    ("query", "status", "code", "message"),
    [
        ("model=missing", 404, "unknown_model", "expected one of the models"),
        ("layer=hidden_3", 404, "unknown_layer", "expected one of the layers bitmap, grey"),
        (
            "layer=hidden_1&unit=128",
            400,
            "bad_request",
            "expected a unit from 0 to 127 of hidden_1, received 128",
        ),
        ("layer=hidden_1&unit=-1", 400, "bad_request", "expected unit as a whole number from 0 to 99,999"),
        ("layer=hidden_1&unit=%F0%9F%91%BE", 400, "bad_request", "expected unit as a whole number"),
        ("layer=hidden_1&unit=%C2%B2", 400, "bad_request", "expected unit as a whole number"),
        ("layer=", 404, "unknown_layer", "received ''"),
        ("off=rubbish", 400, "bad_request", "as layer.number, received 'rubbish'"),
        ("linear=digit", 400, "bad_request", "expected a hidden layer"),
    ],
)
def test_inspect_rejects_invalid_parameters(inspected, query, status, code, message):
    response = post(
        inspected, f"/api/inspect?model=deep&{query}" if "model" not in query else f"/api/inspect?{query}"
    )
    assert (response.status_code, response.json["error"]["code"]) == (status, code)
    assert message in response.json["error"]["message"]


@pytest.mark.parametrize("path", ["/api/inspect", "/api/explain"])
@pytest.mark.parametrize(("body", "code"), [(b"12", "bad_bitmap"), (b"\0" * 784, "empty_ink")])
def test_bad_bitmaps_are_rejected(inspected, path, body, code):
    response = post(inspected, path, body)
    assert (response.status_code, response.json["error"]["code"]) == (400, code)


def test_explain_attributions_add_up(inspected):
    found = post(inspected, "/api/explain?model=deep&digit=7&against=4").json
    assert (found["digit"], found["against"]) == (7, 4)
    assert found["gained"] == pytest.approx(found["full"] - found["blank"], abs=1e-6)
    assert float(exact(found["pixels"]).astype(float).sum()) == pytest.approx(found["total"], abs=1e-5)


def test_explain_compares_no_digit_with_itself(inspected):
    alone = post(inspected, "/api/explain?model=deep&digit=7").json
    assert post(inspected, "/api/explain?model=deep&digit=7&against=7").json == alone
    predicted = post(inspected, "/api/explain?model=deep").json["digit"]
    assert post(inspected, f"/api/explain?model=deep&against={predicted}").json["against"] is None


@pytest.mark.parametrize("query", ["digit=10", "against=x", "digit=-1"])
def test_explain_rejects_invalid_digits(inspected, query):
    response = post(inspected, f"/api/explain?{query}")
    assert response.status_code == 400
    assert "as a whole number from 0 to 9" in response.json["error"]["message"]


def test_superposition_fails_for_networks_with_hidden_layers(inspected):
    checked = {found["model"]: found for found in post(inspected, "/api/superposition").json["models"]}
    assert checked.keys() == {"linear", "deep", "conv"}
    assert checked["linear"]["parts"] == pytest.approx(checked["linear"]["whole"], abs=1e-4)
    for name in ("deep", "conv"):
        assert abs(checked[name]["parts"] - checked[name]["whole"]) > 0.001


def test_code_is_returned_with_training_versions(inspected):
    found = inspected.get("/api/code?model=deep").json
    assert "layers.Dense(128" in found["code"]
    assert found["versions"] == {"tensorflow": "2.21.0", "keras": "3.15.1"}


def test_inspect_returns_503_while_models_load(model_folder):
    client = create_app({"MODELS": model_folder}).test_client()
    response = post(client, "/api/inspect")
    assert (response.status_code, response.json["error"]["code"]) == (503, "models_loading")
