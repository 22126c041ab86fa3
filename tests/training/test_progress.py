"""Curves outlive a stopped training, and the bar starts where it goes on."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # both are Keras's callbacks


def write_epochs(path, epochs, loss=1.0):
    from webapp.training.callbacks import CurveFile

    curves = CurveFile(path)
    for epoch in epochs:
        curves.on_epoch_end(epoch, {"loss": loss / (epoch + 1)})
    return curves


def test_curve_file_contains_all_epochs(tmp_path):
    path = tmp_path / "deep.curves.json"
    assert write_epochs(path, []).read() == {}
    assert write_epochs(path, range(3)).read() == {"loss": [1.0, 0.5, pytest.approx(1 / 3)]}
    assert list(tmp_path.iterdir()) == [path]


def test_curve_file_is_continued_by_the_next_run(tmp_path):
    path = tmp_path / "deep.curves.json"
    write_epochs(path, range(2))
    assert len(write_epochs(path, range(2, 4)).read()["loss"]) == 4


def test_curve_file_replaces_repeated_epochs(tmp_path):
    path = tmp_path / "deep.curves.json"
    write_epochs(path, range(3))
    assert write_epochs(path, range(1, 3), loss=2.0).read()["loss"] == [1.0, 1.0, pytest.approx(2 / 3)]


def test_curve_file_interrupted_keeps_the_earlier_epochs(tmp_path, monkeypatch):
    path = tmp_path / "deep.curves.json"
    write_epochs(path, range(2))

    def write_half(path, text, encoding):
        path.write_bytes(text.encode()[: len(text) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", write_half)
        with pytest.raises(KeyboardInterrupt):
            write_epochs(path, [2])
    assert write_epochs(path, []).read() == {"loss": [1.0, 0.5]}


def test_curve_file_creates_its_folder(tmp_path):
    assert write_epochs(tmp_path / "new" / "deep.json", [0]).read() == {"loss": [1.0]}


def test_progress_bar_shows_name_share_and_epoch(capsys):
    from webapp.training.callbacks import ProgressBar

    bar = ProgressBar("deep")
    bar.set_params({"steps": 4, "epochs": 2})
    bar.on_epoch_begin(1)  # a stopped run goes on in the second of two epochs
    for batch in range(4):
        bar.on_train_batch_end(batch)
    bar.on_epoch_end(1, {"loss": 0.25})
    bar.close()
    shown = capsys.readouterr().err
    assert "deep  50 %" in shown
    assert "deep 100 %" in shown
    assert "epoch 2 of 2, loss 0.250" in shown
