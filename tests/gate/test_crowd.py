"""Who finds too many waiting is refused what takes long, and nothing else."""

import pytest
from webapp.crowd import CROWDED

from tests.fakes import some_bitmap

BYTES = "application/octet-stream"


@pytest.mark.parametrize("path", ["/api/predict", "/api/inspect", "/api/explain", "/api/halves"])
def test_crowd_is_refused_what_takes_long(client, path):
    answer = client.post(
        path, data=some_bitmap().tobytes(), content_type=BYTES, environ_overrides={CROWDED: True}
    )
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/room/state"])
def test_crowd_gets_everything_else(client, path):
    assert client.get(path, environ_overrides={CROWDED: True}).status_code == 200


def test_nobody_is_refused_where_nobody_waits(client):
    answer = client.post("/api/predict", data=some_bitmap().tobytes(), content_type=BYTES)
    assert answer.status_code == 200
