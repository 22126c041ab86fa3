"""The gate reads what a refused request still sends, so that its sender hears why."""

from io import BytesIO

import pytest


class Body(BytesIO):
    """A body that can be looked at after the request."""

    def close(self):
        pass


@pytest.mark.parametrize("size", [1, 784, 300_000])
@pytest.mark.parametrize("headers", [{}, {"Origin": "http://elsewhere.example"}])
def test_gate_reads_the_body_of_what_is_refused(client, headers, size):
    body = Body(bytes(size))
    response = client.post(
        "/api/room/rounds", input_stream=body, headers=headers | {"Content-Length": str(size)}
    )
    assert response.status_code == 403
    assert body.tell() == size


def test_gate_reads_no_more_than_the_server_takes(client, monkeypatch):
    monkeypatch.setattr("webapp.gate.gate.MOST_DISCARDED", 100_000)
    body = Body(bytes(300_000))
    client.post("/api/room/rounds", input_stream=body, headers={"Content-Length": "300000"})
    assert body.tell() == 100_000
