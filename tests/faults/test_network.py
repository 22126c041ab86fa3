"""Behind a network that cuts, resets and drips, one gets the right answer or none; the server stays well."""

import http.client
import json

import numpy as np
import pytest

from tests.faults.client import BYTES, Client
from tests.faults.proxy import FAULTS, FaultyProxy

PATIENCE = 2.0  # seconds for an answer of a network that loses what is sent
HARMLESS = ("none", "delay", "drip", "buffer")


@pytest.fixture
def proxy(server):
    with FaultyProxy(server.host, server.port) as proxy:
        yield proxy


def ask(proxy: FaultyProxy, bitmap: bytes, patience: float | None) -> dict | None:
    """Return the answer through the proxy, None where none came."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=patience)
    try:
        connection.request("POST", "/api/predict", bitmap, {"Content-Type": BYTES})
        return json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_answer_through_a_faulty_network_is_right_or_none(server, proxy, bitmaps, fault, extent):
    proxy.fault = fault
    patience = PATIENCE if fault == "lose" else None
    chosen = bitmaps[: 1 if fault == "lose" else extent(3, 100)]
    answers = [ask(proxy, bitmap, patience) for bitmap in chosen]
    with Client(server) as client:
        direct = [client.predict(bitmap) for bitmap in chosen]  # the server is as well as before
    if fault in HARMLESS:
        found, right = ([each["probabilities"] for each in list_] for list_ in (answers, direct))
        assert np.allclose(found, right, atol=1e-5)
    else:
        assert answers == [None] * len(chosen)
        assert proxy.tried >= len(chosen)
