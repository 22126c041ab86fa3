"""/healthz says that the process lives, /readyz that it can answer."""

from webapp import create_app


def test_health_is_good_while_the_process_lives(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"alive": True})


def test_readiness_comes_with_the_models(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"ready": True, "models": {"linear": "warm", "conv": "warm"}}


def test_readiness_before_that_asks_to_come_back(model_folder):
    response = create_app({"MODELS": model_folder}).test_client().get("/readyz")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.json == {"ready": False, "models": {"linear": "loading", "conv": "loading"}}
