"""Text that is JSON already goes into an answer as it is."""

import json

import pytest

from webapp.room.jsontext import JsonText, to_bytes


def test_to_bytes_is_json_without_spaces_in_utf8():
    assert to_bytes({"name": "Zoë", "at": [1, None, True]}) == '{"name":"Zoë","at":[1,null,true]}'.encode()


def test_to_bytes_puts_each_text_into_its_place():
    drawings = [{"name": f"0{n}", "strokes": JsonText(f"[[[{n},{n}]]]")} for n in range(12)]
    told = json.loads(to_bytes({"drawings": drawings, "count": 12}))
    assert [drawing["strokes"] for drawing in told["drawings"]] == [[[[n, n]]] for n in range(12)]
    assert [drawing["name"] for drawing in told["drawings"]] == [f"0{n}" for n in range(12)]
    assert told["count"] == 12


def test_to_bytes_tells_what_json_cannot_hold():
    with pytest.raises(TypeError, match="expected what JSON can hold, received set"):
        to_bytes({"a": {1, 2}})
