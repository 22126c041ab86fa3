"""A truncated, altered or wrong model file is reported in one sentence, and the other models work."""

import json
import re
import shutil

import pytest

from tests.fakes import write_model
from tests.faults.client import MODELS, Client, ControlledServer

ALTERED = "the file was altered or cut short, so it is not loaded"
REASONS = {
    "truncated": ALTERED,
    "altered": ALTERED,
    "swapped": ALTERED,  # the file of one model beside the card of another
    "missing": "expected the model file missing.keras, received: No such file or directory",
    # matches its card, but is not a model
    "nonsense": "expected a LiteRT model in nonsense.tflite, received: ",
    # truncated before its card was written
    "halved": "expected a LiteRT model in halved.tflite, received: ",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of models of which only conv is valid."""
    folder = tmp_path_factory.mktemp("models")
    for file in MODELS.glob("conv.*"):
        shutil.copy(file, folder)
    linear = (MODELS / "linear.keras").read_bytes()
    for name in ("truncated", "altered", "swapped", "missing"):
        write_model(folder, name, linear)
    (folder / "truncated.keras").write_bytes(linear[: len(linear) // 2])
    middle = len(linear) // 2
    altered = linear[:middle] + bytes([linear[middle] ^ 1]) + linear[middle + 1 :]
    (folder / "altered.keras").write_bytes(altered)
    shutil.copy(MODELS / "shallow.keras", folder / "swapped.keras")
    (folder / "missing.keras").unlink()
    write_model(folder, "nonsense", b"PK\x03\x04 but no more")
    write_model(folder, "halved", linear[:middle])
    return folder


@pytest.fixture(scope="module")
def broken(folder):
    """A server with these models."""
    with ControlledServer(folder) as server:
        server.wait_until_ready()
        yield server
        server.stop()
        assert "Traceback" not in server.errors, server.errors


def test_broken_models_are_reported_in_one_sentence(broken):
    models = broken.request("GET", "/api/models")[1]["models"]
    reasons = {model["name"]: model["reason"] for model in models if model["status"] == "failed"}
    assert set(reasons) == set(REASONS)
    assert all(part in reasons[name] for name, part in REASONS.items()), reasons
    assert not any(re.search(r"\n|Traceback|0x[0-9a-f]{6}|site-packages", each) for each in reasons.values())


@pytest.mark.parametrize("name", REASONS)
def test_broken_model_returns_503_with_reason(broken, bitmaps, name):
    status, answer = broken.request("POST", f"/api/predict?model={name}", bitmaps[0])
    assert (status, answer["error"]["code"]) == (503, "bad_model")
    assert answer["error"]["message"].startswith(f"the model {name} cannot be used: ")


def test_other_models_work_with_broken_ones(broken, bitmaps):
    assert broken.request("GET", "/readyz")[1]["models"]["conv"] == "warm"
    with Client(broken) as client:
        answers = [client.predict(bitmap) for bitmap in bitmaps[:20]]
    assert all(abs(sum(answer["probabilities"]) - 1) < 1e-5 for answer in answers)
    status, answer = broken.request("POST", "/api/predict?model=all", bitmaps[0])
    assert status == 200
    assert [each["model"] for each in answer["predictions"]] == ["conv"]


def test_file_altered_at_run_time_does_not_affect_its_model(broken, bitmaps, folder):
    card = json.loads((folder / "conv.json").read_text("utf-8"))
    (folder / "conv.keras").write_bytes(b"a power cut")
    status, answer = broken.request("POST", "/api/predict", bitmaps[0])
    assert (status, answer["model"]) == (200, card["name"])
