"""What a request has waited for a thread counts, and who has gone meanwhile is not computed for."""

import time

import pytest
from webapp.crowd import ARRIVED
from webapp.gate.asker import asker_of

from tests.fakes import some_bitmap

GONE = "waitress.client_disconnected"


def test_asker_of_a_server_that_tells_nothing_began_to_wait_only_now():
    asker = asker_of({})
    assert (asker.gave_up(), asker.since) == (False, None)


@pytest.mark.parametrize(
    ("waited", "has_gone", "status"),
    [(-60, False, 200), (-60, True, 200), (1, False, 200), (1, True, 503), (9, False, 503)],
)
@pytest.mark.parametrize("query", ["", "?model=all"])  # the short way, and the route
def test_prediction_that_waited_for_a_thread_has_waited(client, query, waited, has_gone, status):
    environ = {ARRIVED: time.monotonic() - waited, GONE: lambda: has_gone}
    response = client.post(
        f"/api/predict{query}",
        data=some_bitmap().tobytes(),
        content_type="application/octet-stream",
        environ_overrides=environ,
    )
    assert response.status_code == status
