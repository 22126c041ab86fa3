"""Headers and addresses that would take long to parse are rejected."""

import pytest

from webapp.server.middleware.head_limits import COOKIE_BYTES, LIST_BYTES, TARGET_BYTES


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("Accept", "*," * (LIST_BYTES // 2 - 1))], 200),
        ([("Accept", "*," * LIST_BYTES)], 431),
        ([("Accept-Encoding", "gzip," * 30)] * 30, 431),  # parsers join the values
        ([("Cookie", ";" * (COOKIE_BYTES - 1))], 200),
        ([("Cookie", ";" * COOKIE_BYTES)], 431),
        ([("X-Other", "x" * COOKIE_BYTES)], 200),
    ],
)
def test_long_headers_are_rejected(asgi_client, headers, status):
    response = asgi_client.get("/healthz", headers=headers)
    assert response.status_code == status
    assert status == 200 or response.json()["error"]["code"] == "request_header_fields_too_large"


@pytest.mark.parametrize(("size", "status"), [(TARGET_BYTES - 20, 200), (TARGET_BYTES, 414)])
def test_long_addresses_are_rejected(asgi_client, size, status):
    assert asgi_client.get("/healthz?" + "a" * size).status_code == status
