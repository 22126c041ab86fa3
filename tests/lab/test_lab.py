"""The lab: states, runs, news, kept networks; with a fake trainer."""

import pytest

from tests.lab.fake_trainer import FakeTrainer
from tests.lab.teaching_drawings import drawings
from webapp.errors import BadRequest, NameTaken, NotNow, TrainerUnavailable, UnknownModel, UnknownRun
from webapp.lab.lab import Lab
from webapp.lab.run_list import MOST_RUNS
from webapp.lab.runs import MOST_POINTS
from webapp.nets.store import ModelStore

SEVEN = [[[300, 180], [700, 180], [420, 850]]]


def start(bench, **spec) -> dict:
    return bench.lab.train({"spec": spec})


def test_new_lab_is_off_and_offers_presets_and_stories(bench):
    state = bench.lab.state()
    assert (state["status"], state["run"], state["runs"]) == ("off", None, [])
    assert [preset["name"] for preset in state["presets"]] == ["linear", "shallow", "deep", "conv"]
    assert [story["name"] for story in state["stories"]][-1] == "race"
    assert state["data"] == {"title": "MNIST, a sample", "train": 9_000, "validation": 1_000, "test": 2_000}


def test_missing_tensorflow_says_how_to_install_it(bench, store, tmp_path):
    lab = Lab(tmp_path, tmp_path, tmp_path, store, is_able=lambda: False)
    assert "Install it" in lab.state()["reason"]
    with pytest.raises(TrainerUnavailable) as caught:
        lab.train({"spec": {}})
    assert "Install it" in caught.value.explanation


def test_run_goes_from_waiting_to_done(bench):
    bench.lab.trainer.open()
    assert bench.lab.state()["status"] == "starting"
    bench.trainer.event({"event": "ready"})
    assert bench.lab.state()["status"] == "idle"
    run = start(bench, epochs=2, batch_size=90)
    assert (run["status"], run["steps"], run["parameters"]) == ("waiting", 200, 118_282)
    bench.trainer.update(step=20, epoch=0.2, val_accuracy=0.5)
    assert bench.lab.state()["status"] == "training"
    bench.trainer.finish()
    found = bench.lab.state()["run"]
    assert (found["status"], found["accuracy"], found["val_accuracy"]) == ("done", 0.1, 0.5)
    assert (found["test_accuracy"], found["model"], found["seconds_left"]) == (0.9, "run-1", None)
    assert bench.lab.state()["status"] == "idle"


@pytest.mark.parametrize("pause_after", [None, "step", "epoch"])
def test_run_pauses_after_its_first_step_or_epoch_if_wanted(bench, pause_after):
    bench.lab.train({"spec": {}, "pause_after": pause_after})
    assert bench.trainer.commands[-1]["pause_after"] == pause_after


@pytest.mark.parametrize("pause_after", ["run", 1, [], False])
def test_unknown_pause_is_an_error(bench, pause_after):
    with pytest.raises(BadRequest, match="pause_after"):
        bench.lab.train({"spec": {}, "pause_after": pause_after})


def test_two_runs_at_once_are_refused(bench):
    start(bench)
    with pytest.raises(NotNow):
        start(bench)
    bench.trainer.finish()
    assert start(bench)["id"] == 2


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (None, []),
        ("training", ["pause", "step", "epoch", "stop"]),
        ("paused", ["resume", "step", "epoch", "stop"]),
    ],
)
def test_controls_fit_the_status(bench, status, possible):
    if status:
        start(bench)
    for action in ("pause", "resume", "step", "epoch", "stop"):
        if status:
            bench.trainer.update(status=status)
        if action in possible:
            bench.lab.control(action)
            assert bench.trainer.commands[-1] == {"command": action}
        else:
            with pytest.raises(NotNow):
                bench.lab.control(action)


@pytest.mark.parametrize("action", [None, "start", [], 1])
def test_unknown_control_is_an_error(bench, action):
    with pytest.raises(BadRequest):
        bench.lab.control(action)


def test_news_have_each_point_once(bench):
    start(bench)
    seen, points = -1, []
    for step in range(1, 6):
        bench.trainer.update(step=step, weights={"count": 1} if step == 2 else None)
        seen, news = bench.lab.news(seen)
        points += [point[0] for point in news["points"]]
        assert ("weights" in news) == (step == 2)
    assert points == [1, 2, 3, 4, 5]
    assert [point[0] for point in bench.lab.news(-1)[1]["points"]] == points
    assert bench.lab.news(seen)[1]["points"] == []


def test_second_look_at_a_step_completes_its_point(bench):
    start(bench)
    bench.trainer.update(step=3)
    bench.trainer.update(step=3, loss=None, accuracy=None, val_loss=0.5, val_accuracy=0.8)
    assert bench.lab.detail(1)["points"] == [[3, 0.1, 2.3, 0.1, 0.5, 0.8]]


def test_long_curve_is_thinned(bench):
    start(bench)
    for step in range(MOST_POINTS + 10):
        bench.trainer.update(step=step)
    points = [point[0] for point in bench.lab.detail(1)["points"]]
    assert len(points) < MOST_POINTS
    assert (points[0], points[-1]) == (0, MOST_POINTS + 9)


def test_pinned_drawings_are_sent_and_shown_with_their_predictions(bench):
    bench.lab.pin([{"strokes": SEVEN, "label": 7}])
    bench.lab.trainer.open()
    assert bench.trainer.commands[-1]["command"] == "pin"
    start(bench)
    bench.trainer.update(pinned=[[0.1] * 10])
    (pinned,) = bench.lab.detail(1)["pinned"]
    assert (pinned["label"], pinned["probabilities"]) == (7, [0.1] * 10)
    assert pinned["strokes"] == SEVEN


def test_answers_stay_with_the_drawings_that_they_are_for(bench):
    bench.lab.pin([{"strokes": SEVEN, "label": 7}])
    start(bench)
    bench.trainer.update(pinned=[[0.1] * 10], pinned_version=1)
    bench.lab.pin([{"strokes": SEVEN, "label": 1}])
    assert bench.lab.state()["pinned"][0]["label"] == 1
    bench.trainer.update(pinned=[[0.2] * 10], pinned_version=1)  # sent before the change arrived
    (shown,) = bench.lab.detail(1)["pinned"]
    assert (shown["label"], shown["probabilities"][0]) == (7, 0.1)
    bench.trainer.update(pinned=[[0.3] * 10], pinned_version=2)
    (shown,) = bench.lab.detail(1)["pinned"]
    assert (shown["label"], shown["probabilities"][0]) == (1, 0.3)


def test_drawings_pinned_after_a_run_are_read_by_its_network(bench):
    start(bench)
    bench.trainer.finish()
    bench.lab.pin([{"strokes": SEVEN}, {"strokes": SEVEN, "label": 7}])
    shown = bench.lab.detail(1)["pinned"]
    assert [drawing["label"] for drawing in shown] == [None, 7]
    assert all(sum(drawing["probabilities"]) == pytest.approx(1) for drawing in shown)
    bench.lab.pin([])
    assert bench.lab.detail(1)["pinned"] == []


@pytest.mark.parametrize(
    "drawings",
    [None, {}, [None], [{"strokes": []}], [{"strokes": SEVEN, "label": 10}], [{"strokes": SEVEN}] * 6],
)
def test_unusable_pinned_drawings_are_an_error(bench, drawings):
    with pytest.raises(BadRequest):
        bench.lab.pin(drawings)


def test_network_of_a_run_is_used_but_is_not_part_of_the_room(bench):
    start(bench)
    bench.trainer.finish()
    assert bench.store.network("run-1")
    assert "run-1" not in bench.store.names()
    assert [card["name"] for card in bench.store.cards(with_runs=True)][-1] == "run-1"


def test_kept_network_survives_a_restart(bench, model_folder):
    start(bench)
    bench.trainer.finish()
    assert bench.lab.keep(1, "my-first") == "my-first"
    assert bench.lab.state()["run"]["kept_as"] == "my-first"
    assert "my-first" in bench.store.names()
    later = ModelStore(model_folder, "conv", kept_folder=bench.kept)
    assert "my-first" in later.names()
    assert later.card("my-first")["name"] == "my-first"


@pytest.mark.parametrize("name", [None, "", "My first", "../conv", "all", "a" * 41])
def test_unusable_name_is_an_error(bench, name):
    start(bench)
    bench.trainer.finish()
    with pytest.raises(BadRequest):
        bench.lab.keep(1, name)


@pytest.mark.parametrize("name", ["conv", "run-1", "run-7"])
def test_taken_name_is_a_conflict(bench, name):
    start(bench)
    bench.trainer.finish()
    with pytest.raises(NameTaken):
        bench.lab.keep(1, name)


def test_run_without_network_can_neither_be_kept_nor_downloaded(bench):
    start(bench)
    bench.trainer.finish(status="failed", reason="The loss is no longer a number.")
    assert bench.lab.state()["run"]["reason"] == "The loss is no longer a number."
    with pytest.raises(NotNow):
        bench.lab.keep(1, "my-first")
    with pytest.raises(NotNow):
        bench.lab.file(1, ".keras")


def test_discarded_run_is_gone_with_its_files(bench):
    start(bench)
    with pytest.raises(NotNow):
        bench.lab.discard(1)
    bench.trainer.finish()
    path = bench.lab.file(1, ".keras")
    assert path.is_file()
    bench.lab.discard(1)
    assert not path.exists()
    with pytest.raises(UnknownRun):
        bench.lab.detail(1)
    with pytest.raises(UnknownModel):
        bench.store.network("run-1")


def test_oldest_run_is_thrown_away_when_there_are_too_many(bench):
    for number in range(1, MOST_RUNS + 2):
        start(bench)
        bench.trainer.finish(run=number)
    runs = [run["id"] for run in bench.lab.state()["runs"]]
    assert runs == list(range(2, MOST_RUNS + 2))


def test_killed_trainer_fails_the_run_and_can_be_started_again(bench):
    start(bench)
    bench.trainer.update(step=5)
    bench.trainer.kill()
    state = bench.lab.state()
    assert (state["status"], state["run"]["status"]) == ("off", "failed")
    assert "lack of memory" in state["run"]["reason"]
    assert [point[0] for point in bench.lab.detail(1)["points"]] == [5]  # the curve is kept
    assert start(bench)["id"] == 2


def test_run_is_saving_until_its_network_is_saved_or_lost(bench):
    start(bench)
    ended = {"event": "ended", "run": 1, "status": "done", "reason": None, "test_accuracy": 0.9}
    bench.trainer.event(ended)
    _, before = bench.lab.news(0)
    assert (before["run"]["is_saving"], before["saved"]) == (True, 0)
    bench.trainer.finish()
    _, after = bench.lab.news(0)
    assert (after["run"]["is_saving"], after["saved"], after["run"]["model"]) == (False, 1, "run-1")
    start(bench)
    bench.trainer.event(ended | {"run": 2})
    bench.trainer.kill()
    state = bench.lab.state()
    assert (state["run"]["is_saving"], state["saved"], state["run"]["model"]) == (False, 2, None)


def test_failed_run_saves_no_network(bench):
    start(bench)
    bench.trainer.finish(status="failed", reason="The loss is no longer a number.")
    assert not bench.lab.state()["run"]["is_saving"]


def test_files_of_an_earlier_process_are_deleted(bench, store, tmp_path):
    start(bench)
    bench.trainer.finish()
    path = bench.lab.file(1, ".keras")
    bench.lab.trainer.close()
    Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store)
    assert not path.exists()


def test_one_process_has_the_lab_and_the_others_say_so(bench, store, tmp_path):
    start(bench)
    bench.trainer.finish()
    other = Lab(tmp_path / "lab", tmp_path / "kept", tmp_path, store, FakeTrainer, is_able=lambda: True)
    assert bench.lab.file(1, ".keras").is_file()  # of the process that has the lab
    assert bench.lab.trainer.unavailable is None
    assert "Another server process" in other.trainer.unavailable
    assert other.state()["reason"] == other.news(0)[1]["reason"] == other.trainer.unavailable
    calls = (
        other.trainer.open,
        lambda: other.train({"spec": {}}),
        lambda: other.teacher.start({}, drawings()),
    )
    for call in calls:
        with pytest.raises(TrainerUnavailable) as caught:
            call()
        assert caught.value.explanation == other.trainer.unavailable
    bench.lab.trainer.close()
    assert other.trainer.unavailable is None
    other.train({"spec": {}})
    assert not (tmp_path / "lab" / "run-1.keras").exists()  # left by the process before


def test_title_is_a_short_text(bench):
    assert bench.lab.train({"spec": {}, "title": "with dropout"})["title"] == "with dropout"
    bench.trainer.finish()
    with pytest.raises(BadRequest):
        bench.lab.train({"spec": {}, "title": "x" * 41})
