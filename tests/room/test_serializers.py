"""JSON text is inserted into responses unchanged."""

import json

import pytest

from webapp.room.serializers import JsonText, to_bytes


def test_to_bytes_returns_compact_json_in_utf8():
    assert to_bytes({"name": "Zoë", "at": [1, None, True]}) == '{"name":"Zoë","at":[1,null,true]}'.encode()


def test_to_bytes_inserts_json_text():
    drawings = [{"name": f"0{n}", "strokes": JsonText(f"[[[{n},{n}]]]")} for n in range(12)]
    decoded = json.loads(to_bytes({"drawings": drawings, "count": 12}))
    assert [drawing["strokes"] for drawing in decoded["drawings"]] == [[[[n, n]]] for n in range(12)]
    assert [drawing["name"] for drawing in decoded["drawings"]] == [f"0{n}" for n in range(12)]
    assert decoded["count"] == 12


def test_to_bytes_rejects_other_types():
    with pytest.raises(TypeError, match="expected what JSON can hold, received set"):
        to_bytes({"a": {1, 2}})
