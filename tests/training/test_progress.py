"""Curves outlive a stopped training, and the bar starts where it goes on."""

import pytest

pytestmark = pytest.mark.slow  # both are Keras's callbacks


def write_epochs(path, epochs, loss=1.0):
    from webapp.training.progress import CurveFile

    curves = CurveFile(path)
    for epoch in epochs:
        curves.on_epoch_end(epoch, {"loss": loss / (epoch + 1)})
    return curves


def test_curve_file_gives_all_epochs_and_none_before_the_first(tmp_path):
    path = tmp_path / "deep.curves.json"
    assert write_epochs(path, []).read() == {}
    assert write_epochs(path, range(3)).read() == {"loss": [1.0, 0.5, pytest.approx(1 / 3)]}
    assert list(tmp_path.iterdir()) == [path]


def test_curve_file_is_gone_on_with_by_the_next_run(tmp_path):
    path = tmp_path / "deep.curves.json"
    write_epochs(path, range(2))
    assert len(write_epochs(path, range(2, 4)).read()["loss"]) == 4


def test_curve_file_writes_an_epoch_that_is_trained_again_in_its_place(tmp_path):
    path = tmp_path / "deep.curves.json"
    write_epochs(path, range(3))
    assert write_epochs(path, range(1, 3), loss=2.0).read()["loss"] == [1.0, 1.0, pytest.approx(2 / 3)]


def test_curve_file_makes_its_folder(tmp_path):
    assert write_epochs(tmp_path / "new" / "deep.json", [0]).read() == {"loss": [1.0]}


def test_progress_bar_tells_name_share_and_epoch(capsys):
    from webapp.training.progress import ProgressBar

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
