"""Teach a network, use it, go back; with a fake trainer."""

import errno
import threading
from pathlib import Path

import pytest

from tests.lab.teaching_drawings import drawings
from tests.waiting import TIMEOUT
from webapp.errors import (
    BadRequest,
    NameTaken,
    NotNow,
    StorageUnavailable,
    TrainerUnavailable,
    UnknownModel,
)
from webapp.lab.lab import Lab
from webapp.lab.teacher import MOST_TAUGHT
from webapp.lab.teaching_data import choose_held_out


def teach(bench, **value) -> dict:
    """Start a teaching with the drawings of ten people, and return the command."""
    bench.lab.teacher.start(value, drawings())
    return bench.trainer.commands[-1]


def learned(drawing: dict) -> list[int]:
    """Return readings of a network that now reads 7s, and reads 1s no more."""
    label = drawing["label"]
    return {7: [1, 7], 1: [1, 10]}.get(label, [label, label])


def shown(bench) -> dict:
    return bench.lab.teacher.state({each.id: [[[1, 2]]] for each in drawings()})["teaching"]


def test_held_out_drawings_are_sent_without_strokes(bench):
    command = teach(bench)
    assert (command["teaching"], command["wrong_labels"]) == (1, 0)
    assert command["base"].endswith("conv.keras")
    assert len(command["drawings"]) == 100
    assert sum("strokes" not in each for each in command["drawings"]) == 30
    assert "person" not in str(command["card"]["data"])


def test_card_names_base_and_numbers_but_no_people(bench):
    card = teach(bench, base="linear", wrong_labels=0.3)["card"]
    assert card["training"] == {
        "base": "linear", "taught": 70, "people": 7, "held_out_people": 3, "wrong_labels": 0.3, "seed": 1,
    }  # fmt: skip
    assert card["summary"] == "The network linear, taught 70 drawings by 7 people of the room."


def test_progress_then_scores_and_changes(bench):
    teach(bench)
    assert shown(bench)["status"] == "waiting"
    bench.trainer.event(
        {"event": "update", "teaching": 1, "status": "training", "seconds": 2.0}
        | {"seconds_left": 8.0, "share_done": 0.2}
    )
    assert (shown(bench)["status"], shown(bench)["seconds_left"]) == ("training", 8.0)
    bench.trainer.finish_teaching(learned)
    found = shown(bench)
    assert (found["status"], found["model"], found["seconds_left"]) == ("done", "taught-1", None)
    result = found["result"]
    assert result["held_out"] == {"samples": 30, "before": 27 / 30, "after": 27 / 30}
    assert result["taught"] == {"samples": 70, "before": 0.9, "after": 0.9}
    assert result["mnist"]["after"] == 0.985
    assert len(result["changes"]) == 20
    assert [each["is_held_out"] for each in result["changes"]] == [True] * 6 + [False] * 14
    assert {(each["label"], each["before"], each["after"]) for each in result["changes"]} == {
        (7, 1, 7),
        (1, 1, None),
    }


def test_deleted_drawings_are_not_shown(bench):
    teach(bench)
    bench.trainer.finish_teaching(learned)
    found = bench.lab.teacher.state({"0-7": [[[1, 2]]]})["teaching"]
    assert [each["label"] for each in found["result"]["changes"]] == [7]


def test_second_presenter_and_runs_are_refused_meanwhile(bench):
    teach(bench)
    with pytest.raises(NotNow) as caught:
        teach(bench)
    assert "is being taught" in caught.value.explanation
    with pytest.raises(NotNow) as caught:
        bench.lab.train({"spec": {}})
    assert "is being taught" in caught.value.explanation
    bench.trainer.finish_teaching(learned)
    bench.lab.train({"spec": {}})
    with pytest.raises(NotNow) as caught:
        teach(bench)
    assert caught.value.explanation == "A run is training. Stop it first."


def test_too_few_drawings_are_refused_with_the_problem(bench):
    with pytest.raises(NotNow) as caught:
        bench.lab.teacher.start({}, drawings(people=2))
    assert caught.value.explanation.startswith("Drawings of 2 people so far.")
    assert not bench.trainer.is_running


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"base": "nothing"}, UnknownModel),
        ({"base": 1}, BadRequest),
        ({"wrong_labels": 1.1}, BadRequest),
        ({"wrong_labels": True}, BadRequest),
        ({"wrong_labels": float("nan")}, BadRequest),
    ],
)
def test_malformed_values_are_refused(bench, value, error):
    with pytest.raises(error):
        teach(bench, **value)


def test_missing_tensorflow_says_how_to_install_it(store, tmp_path):
    store.start()
    store.wait(30)
    lab = Lab(tmp_path, tmp_path, tmp_path, store, is_able=lambda: False)
    with pytest.raises(TrainerUnavailable) as caught:
        lab.teacher.start({}, drawings())
    assert "Install it" in caught.value.explanation
    assert not lab.teacher.is_active


def test_killed_trainer_fails_the_teaching_and_the_next_one_starts(bench):
    teach(bench)
    bench.trainer.kill()
    assert shown(bench)["status"] == "failed"
    assert "trainer" in shown(bench)["reason"]
    teach(bench)
    assert bench.trainer.is_running


def test_full_disk_gives_the_result_and_the_reason(bench):
    teach(bench)
    bench.trainer.finish_teaching(learned, reason="The network could not be saved: No space left on device.")
    assert shown(bench)["reason"] == "The network could not be saved: No space left on device."
    assert shown(bench)["result"]["held_out"]["samples"] == 30
    with pytest.raises(NotNow):
        bench.lab.teacher.use()


def test_failed_teaching_says_why_and_the_room_keeps_its_network(bench):
    teach(bench)
    bench.trainer.finish_teaching(learned)
    bench.lab.teacher.use()
    teach(bench)
    reason = "The loss is no longer a number."
    bench.trainer.event(
        {"event": "ended", "teaching": 2, "status": "failed", "reason": reason, "result": None}
    )
    found = shown(bench)
    assert (found["status"], found["reason"], found["result"]) == ("failed", reason, None)
    with pytest.raises(NotNow):
        bench.lab.teacher.use()
    assert bench.store.default == "taught-1"


def test_reasons_of_time_limit_and_full_disk_are_both_given(bench):
    teach(bench)
    number = {"teaching": 1}
    bench.trainer.event(
        {"event": "ended", "status": "done", "reason": "Out of time.", "result": None} | number
    )
    bench.trainer.event({"event": "saved", "model": None, "reason": "Disk full."} | number)
    assert shown(bench)["reason"] == "Out of time. Disk full."


def test_stop_is_sent_only_while_it_trains(bench):
    with pytest.raises(NotNow):
        bench.lab.teacher.stop()
    teach(bench)
    bench.lab.teacher.stop()
    assert bench.trainer.commands[-1] == {"command": "stop"}
    bench.trainer.finish_teaching(learned, status="stopped")
    assert shown(bench)["model"] == "taught-1"


def test_used_network_is_the_default_and_one_call_goes_back(bench):
    calls = []
    bench.lab.teacher.on_use = lambda: calls.append(bench.store.default)
    for action in (bench.lab.teacher.use, bench.lab.teacher.back):
        with pytest.raises(NotNow):
            action()
    teach(bench)
    bench.trainer.finish_teaching(learned)
    assert bench.store.names() == ["linear", "conv"]
    bench.lab.teacher.use()
    assert shown(bench)["is_used"]
    assert "taught-1" in bench.store.names()
    bench.lab.teacher.back()
    assert bench.store.names() == ["linear", "conv"]
    assert calls == ["taught-1", "conv"]


def test_each_step_back_leads_to_the_network_used_before(bench):
    def before() -> str | None:
        return bench.lab.teacher.state({})["before"]

    assert before() is None
    for _ in range(2):
        teach(bench)
        bench.trainer.finish_teaching(learned)
        bench.lab.teacher.use()
        bench.lab.teacher.use()  # twice counts once
    for name in ("taught-1", "conv"):
        assert before() == name
        bench.lab.teacher.back()
        assert bench.store.default == name
    assert before() is None


def test_people_whose_drawing_is_read_now_are_told_while_it_is_used(bench):
    teach(bench)
    bench.trainer.finish_teaching(learned)
    about = bench.lab.teacher.about_network
    assert about("person 1") == {"model": "conv", "taught": None}
    bench.lab.teacher.use()
    assert about("person 1")["taught"]["label"] == 7
    assert about("person 1")["model"] == "taught-1"
    assert about("another")["taught"] is about(None)["taught"] is None
    bench.lab.teacher.back()
    assert about("person 1") == {"model": "conv", "taught": None}


def test_network_is_kept_under_a_name(bench):
    with pytest.raises(NotNow):
        bench.lab.teacher.keep("ours")
    teach(bench)
    bench.trainer.finish_teaching(learned)
    with pytest.raises(NameTaken):
        bench.lab.teacher.keep("taught-9")
    assert bench.lab.teacher.keep("ours") == "ours"
    assert (bench.kept / "ours.keras").is_file()
    assert (shown(bench)["kept_as"], shown(bench)["model"]) == ("ours", "taught-1")


def test_full_disk_is_said_when_a_network_is_kept(bench, monkeypatch):
    teach(bench)
    bench.trainer.finish_teaching(learned)

    def fail(_: Path, copy: Path) -> None:
        copy.write_bytes(b"a part")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("webapp.lab.networks.shutil.copyfile", fail)
    with pytest.raises(StorageUnavailable, match="No space left"):
        bench.lab.teacher.keep("ours")
    assert shown(bench)["kept_as"] is None
    assert list(bench.kept.iterdir()) == []  # else the next start would list a damaged model


def test_name_of_a_model_added_since_the_start_is_taken(bench):
    teach(bench)
    bench.trainer.finish_teaching(learned)
    bench.kept.mkdir()
    (bench.kept / "ours.json").write_text("{}")
    with pytest.raises(NameTaken):
        bench.lab.teacher.keep("ours")
    assert (bench.kept / "ours.json").read_text() == "{}"


def test_scores_of_an_earlier_start_are_not_those_of_a_new_network(bench):
    bench.lab.teacher.start({}, drawings(), ["conv", "taught-3", "taught-12", "taught-", "my-taught-40"])
    assert bench.trainer.commands[-1]["card"]["name"] == "taught-13"
    bench.trainer.finish_teaching(learned)
    assert teach(bench)["card"]["name"] == "taught-14"


def test_counting_pages_does_not_wait_for_the_lab(bench):
    def open_and_close() -> None:
        bench.lab.trainer.add_page()
        bench.lab.trainer.remove_page()

    with bench.lab._lock:  # as while a room's drawings are sent
        thread = threading.Thread(target=open_and_close, daemon=True)
        thread.start()
        thread.join(TIMEOUT)
        assert not thread.is_alive()


def test_taught_networks_are_no_base(bench):
    teach(bench)
    bench.trainer.finish_teaching(learned)
    bench.lab.teacher.keep("ours")
    names = [base["name"] for base in bench.lab.teacher.state({})["bases"]]
    assert names == ["linear", "conv"]


@pytest.mark.parametrize(("used", "kept"), [(1, ["taught-1", "taught-5"]), (3, ["taught-2", "taught-3"])])
def test_only_the_newest_networks_stay_and_those_used(bench, used, kept):
    for number in range(MOST_TAUGHT + 3):
        teach(bench)
        bench.trainer.finish_teaching(learned)
        if number < used:
            bench.lab.teacher.use()
    taught = sorted(name for name in bench.store.names(with_runs=True) if name.startswith("taught"))
    assert len(taught) == MOST_TAUGHT
    assert taught[:2] == kept


def test_thrown_away_networks_are_no_step_back(bench):
    for _ in range(MOST_TAUGHT + 2):
        teach(bench)
        bench.trainer.finish_teaching(learned)
        bench.lab.teacher.use()
    names = []
    while name := bench.lab.teacher.state({})["before"]:
        bench.lab.teacher.back()
        names.append(name)
    assert names == ["taught-6", "taught-5", "taught-4", "taught-3", "conv"]


def test_held_out_people_stay_the_same(bench):
    first = teach(bench)
    bench.trainer.finish_teaching(learned)
    second = teach(bench)
    assert first["drawings"] == second["drawings"]
    assert len(choose_held_out({f"person {number}" for number in range(10)})) == 3


def test_trainer_stays_while_it_teaches(bench):
    teach(bench)
    bench.lab.trainer.add_page()
    bench.lab.trainer.remove_page()
    bench.lab.trainer.close_unused()
    assert bench.trainer.is_running
    bench.trainer.finish_teaching(learned)
    bench.lab.trainer.close_unused()
    assert not bench.trainer.is_running
