"""What was drawn comes out whole, in three formats that other programs read."""

import gzip
import io
import json
import zipfile

import numpy as np
import pytest

from tests.room.rooms import INK, fool, join, send
from webapp.room.transfer import export as export_module
from webapp.room.transfer.export import write_idx, write_jsonl, write_npz
from webapp.training.ink_file import read_inks


@pytest.fixture
def ada(room):
    return room.rename(join(room), "Ada 名 \u202d<b>")


def export(room, write=write_jsonl, *arguments) -> bytes:
    file = io.BytesIO()
    write(room.database, file, *arguments)
    return file.getvalue()


def lines_of(room, *arguments) -> list[dict]:
    return [json.loads(line) for line in export(room, write_jsonl, *arguments).splitlines()]


def test_inks_hold_all_that_the_room_knows(room, ada):
    drawing = send(room, ada, label=3, strokes=[[[1.5, -2], [3, 1e8]], []])
    started = room.start_round("ask", 7)
    send(room, ada)
    first, second = lines_of(room)
    assert first == {
        "label": 3,
        "writer": f"room/{ada.id}",
        "strokes": [[[1.5, -2], [3, 1e8]]],
        "id": drawing["id"],
        "name": "Ada 名 <b>",
        "round": first["round"] | {"kind": "free", "digit": None},
        "sent_at": drawing["sent_at"],
        "hidden": False,
        "answers": sorted(drawing["answers"], key=lambda answer: answer["model"] != "conv"),
        "votes": [],
    }
    assert second["round"] == started.to_json()
    assert second["label"] == 7


def test_inks_are_what_training_reads(room, ada, tmp_path):
    send(room, ada, label=3)
    send(room, ada)
    (tmp_path / "inks.jsonl").write_bytes(export(room))
    samples, faults = read_inks(tmp_path / "inks.jsonl")
    assert [(sample.label, sample.writer) for sample in samples] == [(3, f"room/{ada.id}")]
    assert [stroke.tolist() for stroke in samples[0].strokes] == INK
    assert [fault.line for fault in faults] == [2]


def test_inks_for_training_leave_out_what_is_not_fit(room, ada, tmp_path):
    hidden = send(room, ada, label=5)
    send(room, ada)
    send(room, ada, label=3)
    room.hide(hidden["id"], True)
    (tmp_path / "inks.jsonl").write_bytes(export(room, write_jsonl, True))
    samples, faults = read_inks(tmp_path / "inks.jsonl")
    assert ([sample.label for sample in samples], faults) == ([3], [])


def test_inks_tell_hidden_ones_and_votes(room, ada):
    others = [join(room) for _ in range(3)]
    drawing = fool(room, [ada, *others], [True, False, True])
    room.hide(drawing["id"], True)
    (line,) = lines_of(room)
    assert line["hidden"] is True
    assert {vote["participant"]: vote["counts"] for vote in line["votes"]} == {
        others[0].id: True,
        others[1].id: False,
        others[2].id: True,
    }
    assert {vote["name"] for vote in line["votes"]} == {other.name for other in others}


def test_inks_begin_with_the_answer_of_the_default_model(room, ada):
    room._read.digits = {"conv": 9, "linear": 4}
    send(room, ada)
    assert [answer["model"] for answer in lines_of(room)[0]["answers"]] == ["conv", "linear"]


def test_inks_of_many_pages_come_in_the_order_of_saving(room, ada, monkeypatch):
    monkeypatch.setattr(export_module, "PAGE", 2)
    ids = [send(room, ada)["id"] for _ in range(5)]
    assert [line["id"] for line in lines_of(room)] == ids


def test_inks_of_an_empty_room_are_an_empty_file(room):
    assert export(room) == b""


def test_arrays_hold_what_is_not_hidden(room, ada):
    hidden = send(room, ada, label=5)
    room.hide(hidden["id"], True)
    drawings = [send(room, ada, label=3), send(room, ada)]
    with np.load(io.BytesIO(export(room, write_npz)), allow_pickle=False) as arrays:
        assert arrays["images"].shape == (2, 28, 28)
        assert arrays["images"].dtype == np.uint8
        assert arrays["images"].any(axis=(1, 2)).all()
        assert arrays["labels"].tolist() == [3, -1]
        assert arrays["ids"].tolist() == [drawing["id"] for drawing in drawings]
        assert arrays["writers"].tolist() == [f"room/{ada.id}"] * 2
        assert arrays["kinds"].tolist() == ["free", "free"]
        assert arrays["models"].tolist() == ["conv", "linear"]
        assert arrays["answers"].tolist() == [[4, 4], [4, 4]]
        assert arrays["probabilities"] == pytest.approx(0.91)
        assert np.isnan(arrays["is_digit"]).tolist() == [[False, True]] * 2


def test_arrays_of_an_empty_room_are_empty(room):
    with np.load(io.BytesIO(export(room, write_npz)), allow_pickle=False) as arrays:
        assert arrays["images"].shape == (0, 28, 28)
        assert arrays["ids"].shape == (0,)


def test_idx_files_are_mnists_own(room, ada):
    send(room, ada, label=3)
    send(room, ada)
    send(room, ada, label=9)
    with zipfile.ZipFile(io.BytesIO(export(room, write_idx))) as packed:
        images, labels = (gzip.decompress(packed.read(name)) for name in packed.namelist())
        assert packed.namelist() == ["images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"]
    assert images[:16] == bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28])
    assert labels == bytes([0, 0, 8, 1, 0, 0, 0, 2, 3, 9])
    with np.load(io.BytesIO(export(room, write_npz))) as arrays:
        assert images[16:] == arrays["images"][[0, 2]].tobytes()


def test_idx_files_are_the_same_for_the_same_room(room, ada):
    send(room, ada, label=3)
    assert export(room, write_idx) == export(room, write_idx)
