"""nginx keeps static files whose path holds their digest, and no others."""

import re


def stylesheet(deployment) -> str:
    """Return the path of the first style sheet of the page."""
    page = deployment.request("GET", "/")[1].decode()
    return re.search(r'href="(/static/[0-9a-f]{16}/css/[\w/-]+\.css)"', page)[1]


def test_deployment_caches_static_files_with_digest(deployment):
    path = stylesheet(deployment)
    for _ in range(3):
        status, _, headers = deployment.request("GET", path)
        assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Cache"] == "HIT"


def test_deployment_does_not_cache_other_digests(deployment):
    path = re.sub("[0-9a-f]{16}", "0123456789abcdef", stylesheet(deployment))
    for _ in range(3):
        headers = deployment.request("GET", path)[2]
        assert "immutable" not in headers.get("Cache-Control", "")
        assert headers.get("X-Cache") != "HIT"
