"""The presenter takes drawings out and brings them in; nobody else does, and nothing wrong gets in."""

import io
import json
import re
import zipfile

import numpy as np
import pytest

from tests.room.rooms import INK, new_id
from webapp.routes.room import data

EXPORTS = ["inks.jsonl", "bitmaps.npz", "idx.zip", "sheet.pdf"]
JSON_LINES = "application/x-ndjson"


@pytest.fixture
def presenter(client, app):
    """A client that is the presenter and a participant with one drawing, a 7."""
    client.get(app.extensions["auth"].presenter_path())
    client.post("/api/room/participants", json={})
    sent = client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK, "label": 7})
    assert sent.status_code == 201
    return client


def get(client, name: str):
    """Take an export, and read it to its end, which closes the file behind it."""
    return client.get(f"/api/room/export/{name}", buffered=True)


def put(client, content: bytes, kind: str = JSON_LINES):
    return client.post("/api/room/import", data=content, content_type=kind)


@pytest.mark.parametrize("name", EXPORTS)
def test_export_is_the_presenters(client, name):
    response = get(client, name)
    assert (response.status_code, response.json["error"]["code"]) == (403, "not_presenter")


@pytest.mark.parametrize("name", EXPORTS)
def test_export_is_a_download_with_a_name(presenter, name):
    response = get(presenter, name)
    suffix = name.rpartition(".")[2]
    assert response.status_code == 200
    assert re.fullmatch(
        rf'attachment; filename="inkwise-\d{{4}}-\d\d-\d\d\.{suffix}"',
        response.headers["Content-Disposition"],
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_length == len(response.data)


def test_export_has_what_was_sent(presenter):
    inks = get(presenter, "inks.jsonl")
    assert inks.mimetype == JSON_LINES
    assert json.loads(inks.data)["strokes"] == INK
    with np.load(io.BytesIO(get(presenter, "bitmaps.npz").data)) as arrays:
        assert arrays["labels"].tolist() == [7]
    with zipfile.ZipFile(io.BytesIO(get(presenter, "idx.zip").data)) as packed:
        assert len(packed.namelist()) == 2
    assert get(presenter, "sheet.pdf").data.startswith(b"%PDF")


def test_export_for_training_leaves_out_what_has_no_label(presenter):
    presenter.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK})
    assert get(presenter, "inks.jsonl").data.count(b"\n") == 2
    assert get(presenter, "inks.jsonl?labelled=1").data.count(b"\n") == 1
    assert get(presenter, "inks.jsonl?labelled=maybe").status_code == 400


def test_export_without_space_on_the_disk_is_told(presenter, monkeypatch):
    def fail(database, file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(data, "write_npz", fail)
    response = get(presenter, "bitmaps.npz")
    assert (response.status_code, response.json["error"]["code"]) == (503, "storage_unavailable")
    assert "No space left on device" in response.json["error"]["message"]


def test_import_is_the_presenters(client):
    assert put(client, b"").json["error"]["code"] == "not_presenter"


def test_import_takes_back_an_export(presenter):
    content = get(presenter, "inks.jsonl").data
    answer = put(presenter, content + b"nonsense\n")
    assert answer.status_code == 200
    assert (answer.json["imported"], answer.json["skipped"], answer.json["left_out"]) == (0, 1, 1)
    assert answer.json["problems"][0]["line"] == 2


def test_import_may_be_larger_than_other_bodies(presenter, app):
    lines = get(presenter, "inks.jsonl").data
    times = app.config["MAX_BODY"] // len(lines) + 2
    assert put(presenter, lines * times).json["skipped"] == times


def test_import_that_is_too_large_is_told_what_to_do(presenter, monkeypatch):
    monkeypatch.setattr(data, "MOST_BYTES", 100)
    response = put(presenter, b"\n" * 101)
    assert (response.status_code, response.json["error"]["code"]) == (413, "too_large")
    assert "at most 100 bytes at once, received 101: cut the file" in response.json["error"]["message"]


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data"])
def test_import_refuses_other_types(presenter, kind):
    assert put(presenter, b"{}", kind).status_code == 415


def test_import_of_nothing_is_nothing(presenter):
    assert put(presenter, b"").json == {"imported": 0, "skipped": 0, "left_out": 0, "problems": []}
