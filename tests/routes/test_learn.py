"""POST /api/learn, with the shipped networks."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.fakes import write_model
from tests.nets.inspection.dequantization import exact
from tests.nets.inspection.models import some_ink
from tests.waiting import TIMEOUT
from webapp import create_app
from webapp.nets.store import ModelStore
from webapp.settings import ROOT

BYTES = "application/octet-stream"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of an application with the shipped networks, which NumPy reads without TensorFlow."""
    folder = tmp_path_factory.mktemp("shipped")
    for name in ("linear", "shallow", "deep", "conv"):
        (folder / f"{name}.keras").write_bytes((ROOT / "models" / f"{name}.keras").read_bytes())
        write_model(folder, name)
    store = ModelStore(folder, "conv", load=lambda path, card: SimpleNamespace(keras_file=path))
    store.start()
    store.wait(TIMEOUT)
    app = create_app({"TESTING": True, "ROOM_FOLDER": folder / "room"}, store=store)
    yield app.test_client()
    app.extensions["room"].close()


def post(client, query: str, body: bytes | None = None):
    path = f"/api/learn?{query}"
    return client.post(path, data=some_ink().tobytes() if body is None else body, content_type=BYTES)


@pytest.mark.parametrize("model", ["linear", "shallow", "deep", "conv"])
def test_learning_raises_the_probability_of_the_label(client, model):
    found = post(client, f"model={model}&label=3&rate=0.001&steps=2").json
    before, after = (found[key]["probabilities"][3] for key in ("before", "after"))
    assert (found["model"], found["label"], found["rate"], found["steps"]) == (model, 3, 0.001, 2)
    assert after > before
    assert found["losses"][0] == pytest.approx(-np.log(before), rel=1e-4)
    assert len(found["losses"]) == 3
    assert found["losses"] == sorted(found["losses"], reverse=True)
    assert found["errors"][3] == pytest.approx(before - 1, abs=1e-6)
    assert sum(found["errors"]) == pytest.approx(0, abs=1e-9)
    assert found["weight"] is None


def test_learning_changes_nothing_in_the_server(client):
    first = post(client, "model=deep&label=3&rate=0.1&steps=5").json
    assert post(client, "model=deep&label=3&rate=0.1&steps=5").json == first
    inspected = client.post("/api/inspect?model=deep", data=some_ink().tobytes(), content_type=BYTES).json
    assert inspected["probabilities"] == first["before"]["probabilities"]


@pytest.mark.parametrize(
    ("model", "layer", "inputs", "links"),
    [("linear", "digit", 784, 1), ("deep", "hidden_1", 784, 3), ("conv", "conv_2", 144, 5)],
)
def test_learning_traces_a_weight(client, model, layer, inputs, links):
    weight = post(client, f"model={model}&label=3&rate=0.01&layer={layer}&unit=4").json["weight"]
    chosen = weight["input"]
    assert (weight["layer"], weight["unit"], len(weight["chain"])) == (layer, 4, links)
    assert exact(weight["gradients"]).shape == (inputs,)
    assert exact(weight["gradients"])[chosen] == pytest.approx(weight["gradient"])
    assert weight["after"] == pytest.approx(weight["weight"] - 0.01 * weight["gradient"], abs=1e-6)
    other = post(client, f"model={model}&label=3&layer={layer}&unit=4&input=5").json["weight"]
    assert other["input"] == 5


def test_learning_respects_ablation(client):
    query = "model=deep&label=3&layer=hidden_1&unit=4"
    assert post(client, f"{query}&off=hidden_1.4").json["weight"]["gradient"] == 0
    assert post(client, f"{query}&linear=hidden_1").json["weight"]["chain"][0]["slope"] == 1


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("", 400, "expected label as a whole number from 0 to 9, received none"),
        ("label=", 400, "expected label as a whole number from 0 to 9, received none"),
        ("label=10", 400, "expected label as a whole number from 0 to 9, received '10'"),
        ("label=-1", 400, "expected label as a whole number from 0 to 9, received '-1'"),
        *(
            (f"label=7&rate={rate}", 400, f"above 0 and at most 1, received {rate!r}")
            for rate in ("nan", "inf", "0", "-0.1", "1.01", "1e99", "0x1", "fast", "1_0")
        ),
        ("label=7&steps=0", 400, "expected steps as a whole number from 1 to 50, received '0'"),
        ("label=7&steps=51", 400, "expected steps as a whole number from 1 to 50, received '51'"),
        ("label=7&steps=1.5", 400, "expected steps as a whole number from 1 to 50"),
        ("label=7&model=missing", 404, "expected one of the models"),
        ("label=7&layer=hidden_9", 404, "expected one of the layers bitmap, grey"),
        ("label=7&layer=pool_1", 400, "a layer with weights that lead to the output digit (conv_1, conv_2"),
        ("label=7&layer=conv_1&unit=16", 400, "expected a unit from 0 to 15 of conv_1, received 16"),
        ("label=7&layer=conv_1&input=25", 400, "expected an input from 0 to 24 of conv_1, received 25"),
        ("label=7&layer=conv_1&input=-1", 400, "expected input as a whole number from 0 to 99,999"),
        ("label=7&layer=conv_1&row=28", 400, "expected a row from 0 to 27 of conv_1, received 28"),
        ("label=7&off=digit.1", 400, "expected a hidden layer"),
    ],
)
def test_learning_rejects_invalid_parameters(client, query, status, message):
    response = post(client, query)
    assert response.status_code == status
    assert message in response.json["error"]["message"]
    assert response.json["error"]["explanation"]


@pytest.mark.parametrize(("body", "code"), [(b"12", "bad_bitmap"), (b"\0" * 784, "empty_ink")])
def test_learning_rejects_bad_bitmaps(client, body, code):
    response = post(client, "label=7", body)
    assert (response.status_code, response.json["error"]["code"]) == (400, code)


@pytest.mark.parametrize("rate", ["1", "1.", "0.5", "1e-3", "1E-12", "0.000000000001"])
def test_learning_accepts_rates(client, rate):
    assert post(client, f"model=linear&label=7&rate={rate}").json["rate"] == float(rate)
