"""HTTPS as deploy/https.conf sets it up: HTTP/2 for browsers, and http leads to it."""

import http.client
import json
import ssl

import pytest

from tests.deploy.deployment import Nginx, request
from tests.waiting import TIMEOUT

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def nginx(deployment):
    """A second nginx in front of the same servers, with a certificate of its own making."""
    folder = deployment.folder / "https"
    folder.mkdir()
    nginx = Nginx.start(folder, *(instance.port for instance in deployment.instances), https=True)
    yield nginx
    nginx.stop()


@pytest.fixture
def unverified() -> ssl.SSLContext:
    """A context that accepts a self-signed certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_https_offers_http2(nginx, unverified):
    unverified.set_alpn_protocols(["h2", "http/1.1"])
    connection = http.client.HTTPSConnection(HOST, nginx.https_port, context=unverified, timeout=TIMEOUT)
    connection.connect()
    assert connection.sock.selected_alpn_protocol() == "h2"
    connection.close()


def test_https_tells_browsers_to_stay_with_https(nginx, unverified):
    for path, status in (("/healthz", 200), ("/", 200), ("/nothing", 404)):
        connection = http.client.HTTPSConnection(HOST, nginx.https_port, context=unverified, timeout=TIMEOUT)
        connection.request("GET", path)
        response = connection.getresponse()
        assert response.status == status
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
        connection.close()


def test_https_answers_and_streams_events(nginx, unverified):
    connection = http.client.HTTPSConnection(HOST, nginx.https_port, context=unverified, timeout=TIMEOUT)
    connection.request("GET", "/healthz")
    assert json.loads(connection.getresponse().read()) == {"alive": True}
    connection.request("GET", "/api/room/events")
    response = connection.getresponse()
    assert response.readline() == b"event: room\n"
    response.close()
    connection.close()


def test_http_redirects_to_https(nginx):
    status, _, headers = request(nginx.port, "GET", "/models?x=1", Host="inkwise.example")
    assert (status, headers["Location"]) == (301, "https://inkwise.example/models?x=1")
