"""Invalid input to the room's API is rejected with 4xx and a clear message."""

import json

from tests.room.rooms import INK, new_id

TEXTS = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"7",
    b"\xff",
    b"[" * 50_000,
    b'{"a":' * 20_000,
    b'{"label": NaN}',
    b'{"label": 1' + b"0" * 5000 + b"}",
    b'"ink"',
]
DRAWINGS = [
    ({"strokes": []}, 400, "empty_ink"),
    ({"strokes": [[], []]}, 400, "empty_ink"),
    ({}, 400, "bad_ink"),
    ({"strokes": "ink"}, 400, "bad_ink"),
    ({"strokes": [[[1, None]]]}, 400, "bad_ink"),
    ({"strokes": [[[1e308, 1]]]}, 400, "bad_ink"),
    ({"strokes": [[[1, 2]] * 50_000]}, 413, "too_large"),
    ({"strokes": [[[1, 2]] * 1_000_000]}, 413, "too_large"),
    ({"strokes": INK, "label": 10}, 400, "bad_request"),
    ({"strokes": INK, "label": True}, 400, "bad_request"),
    ({"strokes": INK, "label": "4"}, 400, "bad_request"),
    ({"strokes": INK, "round": 7}, 400, "bad_request"),
    ({"strokes": INK, "round": "\x00" * 12}, 400, "bad_request"),
    ({"strokes": INK, "round": "\ud800"}, 400, "bad_request"),
    ({"strokes": INK, "round": {"id": 1}}, 400, "bad_request"),
]
NAMES = [
    "<script>alert(1)</script>",
    "👩\u200d👩\u200d👧",
    "עדה لوفليس",
    "\u202eadA",
    "A\x00da",
    "\ud800A",
]


def drawing_path(drawing_id: str | None = None) -> str:
    """Return the URL path of a drawing."""
    return f"/api/room/drawings/{drawing_id or new_id()}"


def test_body_that_is_no_object_is_rejected(phone):
    for method, path in (
        ("PATCH", "/api/room/me"),
        ("PUT", drawing_path()),
        ("PUT", f"{drawing_path()}/vote"),
    ):
        for text in TEXTS:
            response = phone.open(path, method=method, data=text, content_type="application/json")
            assert response.status_code == 400, (path, text[:20])
            assert response.json["error"]["message"].startswith("expected ")


def test_body_of_another_type_is_rejected(phone):
    body = json.dumps({"strokes": INK}).encode()
    for kind in (None, "text/plain", "application/octet-stream", "multipart/form-data"):
        response = phone.put(drawing_path(), data=body, content_type=kind)
        assert (response.status_code, response.json["error"]["code"]) == (415, "unsupported_media_type"), kind


def test_bad_drawing_is_rejected_and_not_stored(phone):
    for body, status, code in DRAWINGS:
        response = phone.put(drawing_path(), json=body)
        assert (response.status_code, response.json["error"]["code"]) == (status, code), str(body)[:80]
    assert phone.get("/api/room/state").json["drawings"] == 0


def test_tiny_ink_becomes_a_dot(phone):
    for strokes in ([[[0, 0], [1e-310, 0]]], [[[5, 5], [5, 5 + 1e-12]], [[5, 5]]]):
        response = phone.put(drawing_path(), json={"strokes": strokes})
        assert response.status_code == 201
        assert response.json["strokes"] == strokes
        shown = phone.get("/api/room/wall").json["drawings"][0]["strokes"]
        assert [point for stroke in shown for point in stroke] == [[0, 0]] * sum(map(len, strokes))


def test_drawing_id_that_is_no_uuid_is_rejected(phone):
    for drawing_id in ("7", "null", "%00", "%ED%A0%80", "' OR 1=1 --", new_id()[:-1], "x" * 3000):
        for method, path in (
            ("PUT", drawing_path(drawing_id)),
            ("GET", drawing_path(drawing_id)),
            ("PUT", f"{drawing_path(drawing_id)}/vote"),
            ("DELETE", f"/api/room/me/drawings/{drawing_id}"),
        ):
            response = phone.open(path, method=method, json={"strokes": INK, "counts": True})
            found = (response.status_code, response.json["error"]["code"])
            assert found == (400, "bad_request"), (method, path[:80])


def test_unusual_names_are_plain_text(phone):
    for name in NAMES:
        body = json.dumps({"name": name})
        response = phone.patch("/api/room/me", data=body, content_type="application/json")
        assert response.status_code == 200, name
        phone.put(drawing_path(), json={"strokes": INK})
        shown = phone.get("/api/room/wall").json["drawings"][0]["name"]
        assert shown == response.json["name"]
        assert not set(shown) & {"\u202e", "\x00", "\ud800"}


def test_error_message_truncates_the_input(phone):
    response = phone.patch("/api/room/me", json={"name": ["x" * 100_000]})
    assert len(response.json["error"]["message"]) < 200
