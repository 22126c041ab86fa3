"""Over a faulty network a client gets the right response or none, and the server is unaffected."""

import http.client
import json

import numpy as np
import pytest

from tests.faults.client import BYTES, Client
from tests.faults.proxy import FAULTS, FaultyProxy

LOST_TIMEOUT = 2.0  # seconds to wait for a response that the network loses
HARMLESS = ("none", "delay", "drip", "buffer")


@pytest.fixture
def proxy(server):
    with FaultyProxy(server.host, server.port) as proxy:
        yield proxy


def predict(proxy: FaultyProxy, bitmap: bytes, timeout: float | None) -> dict | None:
    """Return the prediction through the proxy, or None without a response."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout)
    try:
        connection.request("POST", "/api/predict", bitmap, {"Content-Type": BYTES})
        return json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_response_through_faulty_network_is_right_or_lost(server, proxy, bitmaps, fault, extent):
    proxy.fault = fault
    timeout = LOST_TIMEOUT if fault == "lose" else None
    chosen = bitmaps[: 1 if fault == "lose" else extent(3, 100)]
    answers = [predict(proxy, bitmap, timeout) for bitmap in chosen]
    with Client(server) as client:
        direct = [client.predict(bitmap) for bitmap in chosen]  # the server still works
    if fault in HARMLESS:
        found, right = ([each["probabilities"] for each in list_] for list_ in (answers, direct))
        assert np.allclose(found, right, atol=1e-5)
    else:
        assert answers == [None] * len(chosen)
        assert proxy.tried >= len(chosen)
