"""wsgi.py under gunicorn, with real models."""

from tests.deploy.deployment import Gunicorn, request
from tests.fakes import some_bitmap


def test_wsgi_answers_with_real_models_and_stops_cleanly(keras_folder, tmp_path):
    variables = {"INKWISE_MODELS": keras_folder, "INKWISE_WORKERS": 1, "INKWISE_LOG_FORMAT": "json"}
    # While TensorFlow is imported on a busy machine a process may give no sign of life for long.
    gunicorn = Gunicorn(tmp_path, "wsgi:app", **variables, GUNICORN_CMD_ARGS="--timeout 300")
    try:
        port = gunicorn.wait_until_ready().port
        body = some_bitmap().tobytes()
        status, answer, _ = request(
            port, "POST", "/api/predict", body, Content_Type="application/octet-stream"
        )
    finally:
        code = gunicorn.stop()
    assert (status, answer["model"]) == (200, "conv")
    assert abs(sum(answer["probabilities"]) - 1) < 1e-5
    assert code == 0
    assert "Traceback" not in gunicorn.said()
