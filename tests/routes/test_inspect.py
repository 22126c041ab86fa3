"""POST /api/inspect, POST /api/explain and GET /api/code: what is asked for, and what cannot be."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.nets.inspection.models import model, some_ink
from tests.nets.inspection.unpacking import exact
from webapp import create_app
from webapp.nets.store import ModelStore

pytestmark = pytest.mark.slow

PATIENCE = 60.0  # seconds
BYTES = "application/octet-stream"


@pytest.fixture(scope="module")
def inspected(tmp_path_factory):
    """A client of an application with the real architectures deep and conv, in the folder's cards' names."""
    from tests.fakes import write_model

    folder = tmp_path_factory.mktemp("inside")
    for name in ("linear", "deep", "conv"):
        write_model(folder, name, versions={"tensorflow": "2.21.0", "keras": "3.15.1"})
        model(name).save(folder / f"{name}.keras")
    store = ModelStore(folder, "conv", load=lambda path, card: SimpleNamespace(keras_file=path))
    store.start()
    store.wait(PATIENCE)
    app = create_app({"TESTING": True}, store=store)
    return app.test_client()


def post(client, path: str, body: bytes | None = None):
    return client.post(path, data=some_ink().tobytes() if body is None else body, content_type=BYTES)


def test_inspect_gives_the_default_models_whole_inside(inspected):
    found = post(inspected, "/api/inspect").json
    expected = np.asarray(model("conv")(some_ink()[None].astype(np.float32))["digit"])[0]
    assert found["model"] == "conv"
    assert found["probabilities"] == pytest.approx(expected, abs=1e-4)
    assert [layer["name"] for layer in found["layers"]] == [layer.name for layer in model("conv").layers]


def test_inspect_is_small(inspected):
    assert len(post(inspected, "/api/inspect?model=conv").data) <= 60_000


def test_inspect_takes_ink_and_bitmaps_in_json(inspected):
    as_bytes = post(inspected, "/api/inspect?model=deep").json
    as_json = inspected.post("/api/inspect?model=deep", json={"bitmap": some_ink().ravel().tolist()}).json
    assert as_json == as_bytes
    of_ink = inspected.post("/api/inspect?model=deep", json={"strokes": [[[0, 0], [5, 9]]]})
    assert of_ink.status_code == 200


def test_inspect_gives_one_unit_in_full(inspected):
    unit = post(inspected, "/api/inspect?model=deep&layer=hidden_2&unit=17").json["unit"]
    total = float(exact(unit["inputs"]).astype(float) @ exact(unit["weights"])) + unit["bias"]
    assert (unit["layer"], unit["unit"], unit["kind"]) == ("hidden_2", 17, "dense")
    assert unit["z"] == pytest.approx(total, abs=1e-4)


def test_inspect_of_a_broken_network_differs(inspected):
    whole = post(inspected, "/api/inspect?model=deep").json["logits"]
    broken = post(inspected, "/api/inspect?model=deep&linear=hidden_1&off=hidden_2.3").json["logits"]
    assert np.abs(np.subtract(whole, broken)).max() > 0.01


@pytest.mark.parametrize(
    ("query", "status", "code", "message"),
    [
        ("model=nobody", 404, "unknown_model", "expected one of the models"),
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
def test_inspect_tells_what_is_wrong(inspected, query, status, code, message):
    response = post(
        inspected, f"/api/inspect?model=deep&{query}" if "model" not in query else f"/api/inspect?{query}"
    )
    assert (response.status_code, response.json["error"]["code"]) == (status, code)
    assert message in response.json["error"]["message"]


@pytest.mark.parametrize("path", ["/api/inspect", "/api/explain"])
@pytest.mark.parametrize(("body", "code"), [(b"12", "bad_bitmap"), (b"\0" * 784, "empty_ink")])
def test_bad_bitmaps_are_told(inspected, path, body, code):
    response = post(inspected, path, body)
    assert (response.status_code, response.json["error"]["code"]) == (400, code)


def test_explain_adds_up(inspected):
    found = post(inspected, "/api/explain?model=deep&digit=7&against=4").json
    assert (found["digit"], found["against"]) == (7, 4)
    assert found["gained"] == pytest.approx(found["full"] - found["blank"], abs=1e-6)
    assert float(exact(found["pixels"]).astype(float).sum()) == pytest.approx(found["total"], abs=1e-5)


@pytest.mark.parametrize("query", ["digit=10", "against=x", "digit=-1"])
def test_explain_of_no_digit_is_told(inspected, query):
    response = post(inspected, f"/api/explain?{query}")
    assert response.status_code == 400
    assert "as a whole number from 0 to 9" in response.json["error"]["message"]


def test_halves_of_a_network_with_hidden_layers_do_not_add_up(inspected):
    halves = {found["model"]: found for found in post(inspected, "/api/halves").json["halves"]}
    assert halves.keys() == {"linear", "deep", "conv"}
    assert halves["linear"]["apart"] == pytest.approx(halves["linear"]["whole"], abs=1e-4)
    for name in ("deep", "conv"):
        assert abs(halves[name]["apart"] - halves[name]["whole"]) > 0.001


def test_code_comes_with_the_versions_that_trained_the_network(inspected):
    found = inspected.get("/api/code?model=deep").json
    assert "layers.Dense(128" in found["code"]
    assert found["versions"] == {"tensorflow": "2.21.0", "keras": "3.15.1"}


def test_inspect_before_the_models_are_loaded_says_so(model_folder):
    client = create_app({"MODELS": model_folder}).test_client()
    response = post(client, "/api/inspect")
    assert (response.status_code, response.json["error"]["code"]) == (503, "models_loading")
