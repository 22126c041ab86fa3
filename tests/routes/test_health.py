"""/healthz reports that the process runs, /readyz that the models are loaded."""

from tests.waiting import TIMEOUT
from webapp import create_app


def test_health_returns_200(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"alive": True})


def test_readiness_returns_200_with_loaded_models(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"ready": True, "models": {"linear": "warm", "conv": "warm"}}


def test_readiness_returns_503_while_models_load(model_folder):
    response = create_app({"MODELS": model_folder}).test_client().get("/readyz")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json == {"ready": False, "models": {"linear": "loading", "conv": "loading"}}


def test_readiness_asks_for_patience_after_a_failure(model_folder, store):
    (model_folder / "conv.tflite").write_bytes(b"altered")
    store.start()
    store.wait(TIMEOUT)
    client = create_app({"MODELS": model_folder}, store).test_client()
    response = client.get("/readyz")
    assert (response.status_code, response.json["models"]["conv"]) == (503, "failed")
    assert response.headers["Retry-After"] == "30"
    assert client.get("/api/status").json["default_model"] == "failed"
