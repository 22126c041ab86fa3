"""Export as JSON Lines, NumPy arrays and IDX files."""

import gzip
import io
import json
import zipfile

import numpy as np
import pytest

from tests.room.rooms import INK, fool, join, send
from webapp.room.transfer import export as export_module
from webapp.room.transfer import export_arrays
from webapp.room.transfer.export import write_jsonl
from webapp.room.transfer.export_arrays import write_idx, write_npz
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


def test_jsonl_contains_all_fields(room, ada):
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
        "answers": [
            {name: value for name, value in answer.items() if name != "right"}
            for answer in sorted(drawing["answers"], key=lambda answer: answer["model"] != "conv")
        ],
        "votes": [],
    }
    assert second["round"] == started.to_json()
    assert second["label"] == 7


def test_jsonl_is_readable_by_training(room, ada, tmp_path):
    send(room, ada, label=3)
    send(room, ada)
    (tmp_path / "inks.jsonl").write_bytes(export(room))
    samples, faults = read_inks(tmp_path / "inks.jsonl")
    assert [(sample.label, sample.writer) for sample in samples] == [(3, f"room/{ada.id}")]
    assert [stroke.tolist() for stroke in samples[0].strokes] == INK
    assert [fault.line for fault in faults] == [2]


def test_jsonl_for_training_skips_hidden_and_unlabeled(room, ada, tmp_path):
    hidden = send(room, ada, label=5)
    send(room, ada)
    send(room, ada, label=3)
    room.hide(hidden["id"], True)
    (tmp_path / "inks.jsonl").write_bytes(export(room, write_jsonl, True))
    samples, faults = read_inks(tmp_path / "inks.jsonl")
    assert ([sample.label for sample in samples], faults) == ([3], [])


def test_jsonl_contains_hidden_flag_and_votes(room, ada):
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


def test_jsonl_lists_the_default_model_first(room, ada):
    room._predict.digits = {"conv": 9, "linear": 4}
    send(room, ada)
    assert [answer["model"] for answer in lines_of(room)[0]["answers"]] == ["conv", "linear"]


def test_jsonl_of_many_pages_is_in_order(room, ada, monkeypatch):
    monkeypatch.setattr(export_module, "PAGE", 2)
    ids = [send(room, ada)["id"] for _ in range(5)]
    assert [line["id"] for line in lines_of(room)] == ids


def test_jsonl_of_an_empty_room_is_empty(room):
    assert export(room) == b""


def test_npz_skips_hidden_drawings(room, ada):
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


def test_npz_counts_rejections_and_verdicts(room, ada):
    send(room, ada, label=4)
    room._predict.is_digit = 0.2
    send(room, ada)
    send(room, ada, label=4)
    fool(room, [ada], [], read=4)
    with np.load(io.BytesIO(export(room, write_npz)), allow_pickle=False) as arrays:
        assert arrays["right"].tolist() == [[1, 1], [-1, -1], [0, 1], [0, 1]]
        assert arrays["fooled"].tolist() == ["", "", "", "voting"]


def test_npz_of_an_empty_room_is_empty(room):
    with np.load(io.BytesIO(export(room, write_npz)), allow_pickle=False) as arrays:
        assert arrays["images"].shape == (0, 28, 28)
        assert arrays["ids"].shape == (0,)


def test_npz_of_many_pages_is_that_of_one(room, ada, monkeypatch):
    for label in range(7):
        room._predict.digits = {"conv": label, "linear": 9 - label}
        send(room, ada, label=label)
    whole = export(room, write_npz)
    monkeypatch.setattr(export_arrays, "PAGE", 2)
    monkeypatch.setattr(export_arrays, "IN_MEMORY", 10)
    with np.load(io.BytesIO(whole)) as expected, np.load(io.BytesIO(export(room, write_npz))) as found:
        assert found.files == expected.files
        for name in found.files:
            np.testing.assert_array_equal(found[name], expected[name])
        assert found["right"].shape == (7, 2)


def test_npz_is_bounded_for_any_number_of_models(room, ada, monkeypatch):
    monkeypatch.setattr(export_arrays, "MAX_MODELS", 3)
    send(room, ada)
    for number in range(5):
        room._predict.digits = {"conv": 4, f"invented {number}": 4}
        send(room, ada)
    with np.load(io.BytesIO(export(room, write_npz))) as arrays:
        assert arrays["models"].tolist() == ["conv", "invented 0", "invented 1"]  # those with most answers
        assert arrays["answers"].shape == (6, 3)


def test_idx_files_have_mnist_format(room, ada):
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


def test_idx_files_are_deterministic(room, ada):
    send(room, ada, label=3)
    assert export(room, write_idx) == export(room, write_idx)
