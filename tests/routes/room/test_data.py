"""Export and import of drawings by the presenter."""

import io
import json
import re
import zipfile

import numpy as np
import pytest

from tests.room.rooms import INK, new_id
from webapp.room import clock
from webapp.routes.room import data

EXPORTS = ["inks.jsonl", "bitmaps.npz", "idx.zip", "sheet.pdf"]
JSON_LINES = "application/x-ndjson"


@pytest.fixture
def presenter(client, app):
    """A client that is presenter and participant, with one drawing labeled 7."""
    client.get(app.extensions["auth"].presenter_path())
    client.post("/api/room/participants", json={})
    sent = client.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK, "label": 7})
    assert sent.status_code == 201
    return client


def get(client, name: str):
    """Download an export completely, which closes its file."""
    return client.get(f"/api/room/export/{name}", buffered=True)


def put(client, content: bytes, kind: str = JSON_LINES):
    return client.post("/api/room/import", data=content, content_type=kind)


@pytest.mark.parametrize("name", EXPORTS)
def test_export_is_for_the_presenter_only(client, name):
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


def test_export_contains_sent_drawings(presenter):
    inks = get(presenter, "inks.jsonl")
    assert inks.mimetype == JSON_LINES
    assert json.loads(inks.data)["strokes"] == INK
    with np.load(io.BytesIO(get(presenter, "bitmaps.npz").data)) as arrays:
        assert arrays["labels"].tolist() == [7]
    with zipfile.ZipFile(io.BytesIO(get(presenter, "idx.zip").data)) as packed:
        assert len(packed.namelist()) == 2
    assert get(presenter, "sheet.pdf").data.startswith(b"%PDF")


def test_export_for_training_skips_unlabeled_drawings(presenter):
    presenter.put(f"/api/room/drawings/{new_id()}", json={"strokes": INK})
    assert get(presenter, "inks.jsonl").data.count(b"\n") == 2
    assert get(presenter, "inks.jsonl?labeled=1").data.count(b"\n") == 1
    assert get(presenter, "inks.jsonl?labeled=maybe").status_code == 400


def test_export_reports_a_full_disk(presenter, monkeypatch):
    def fail(database, file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(data, "write_npz", fail)
    response = get(presenter, "bitmaps.npz")
    assert (response.status_code, response.json["error"]["code"]) == (503, "storage_unavailable")
    assert "No space left on device" in response.json["error"]["message"]


def test_import_is_for_the_presenter_only(client):
    assert put(client, b"").json["error"]["code"] == "not_presenter"


def test_import_accepts_an_export(presenter):
    content = get(presenter, "inks.jsonl").data
    answer = put(presenter, content + b"nonsense\n")
    assert answer.status_code == 200
    assert (answer.json["imported"], answer.json["skipped"], answer.json["left_out"]) == (0, 1, 1)
    assert answer.json["problems"][0]["line"] == 2


def test_import_may_be_larger_than_other_bodies(presenter, app):
    lines = get(presenter, "inks.jsonl").data
    times = app.config["MAX_BODY"] // len(lines) + 2
    assert put(presenter, lines * times).json["skipped"] == times


def test_import_rejects_large_files_with_advice(presenter, monkeypatch):
    monkeypatch.setattr(data, "MAX_IMPORT", 100)
    response = put(presenter, b"\n" * 101)
    assert (response.status_code, response.json["error"]["code"]) == (413, "too_large")
    assert "at most 100 bytes at once, received 101: cut the file" in response.json["error"]["message"]


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data"])
def test_import_rejects_other_content_types(presenter, kind):
    assert put(presenter, b"{}", kind).status_code == 415


def test_import_of_an_empty_file_is_empty(presenter):
    assert put(presenter, b"").json == {
        "imported": 0, "skipped": 0, "expired": 0, "left_out": 0, "problems": []
    }  # fmt: skip


def test_import_stores_no_expired_drawing(presenter):
    line = json.loads(get(presenter, "inks.jsonl").data)
    line |= {"id": new_id(), "sent_at": clock.iso(clock.now() - 31 * clock.DAY)}
    answer = put(presenter, json.dumps(line).encode()).json
    assert (answer["imported"], answer["expired"], answer["left_out"]) == (0, 1, 0)
