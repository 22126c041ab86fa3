"""The page to teach: end to end on imported drawings, a phone that is told, and results either way."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import READY_TIME, RealServer
from tests.browser.lab_server import serve_with_fake_trainer
from tests.browser.room_pages import LAPTOP, RoomPages
from tests.handwriting import digits_by_writer, export_lines
from tests.room.rooms import new_id
from tests.waiting import wait_until

SLOW = {"timeout": READY_TIME}
SEVEN = [[[300, 180], [700, 180], [420, 850]]]


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).not_to_have_attribute("aria-disabled", "true", **SLOW)
    button.click()


def test_teach_it_on_imported_drawings(
    page: Page, own_server: RealServer, data_folder: Path, tmp_path: Path, browser_errors: list[str]
):
    lines = export_lines(digits_by_writer(data_folder / "pen_digits.jsonl", 10, 10))
    room = tmp_path / "room.jsonl"
    room.write_text("\n".join(lines), "utf-8")
    page.goto(own_server.read_presenter_link())
    page.locator("[data-import-file]").set_input_files(room)
    press(page, "Import")
    expect(page.locator("[data-import-answer]")).to_contain_text("100", **SLOW)
    page.get_by_role("link", name="Teach a network").click()
    expect(page.locator("[data-split]")).to_have_text(
        "It learns from 70 drawings of 7 people. 30 drawings of 3 people are held out for the test.", **SLOW
    )
    page.locator("[data-base]").select_option("shallow")
    press(page, "Teach")
    expect(page.locator("[data-result]")).to_be_visible(**SLOW)
    expect(page.locator('[data-scores="held_out"] [data-after]')).to_contain_text("of 30")
    expect(page.locator('[data-scores="mnist"] [data-after]')).to_contain_text("%")
    expect(page.locator("[data-verdict]")).to_contain_text("for people it did not learn from")
    press(page, "Use it")
    expect(page.locator("[data-used]")).to_contain_text("The room now draws against taught-1.", **SLOW)
    press(page, "Keep…")
    page.get_by_role("textbox", name="Name").fill("our-room")
    page.get_by_role("textbox", name="Name").press("Enter")
    expect(page.locator("[data-used]")).to_contain_text("It is kept.")
    press(page, "Go back to conv")
    expect(page.locator("[data-used]")).to_contain_text("conv is in use.")
    assert browser_errors == []


@pytest.fixture
def scene(browser: Browser, app: Flask) -> Iterator[SimpleNamespace]:
    """The presenter's `page`, its fake `trainer`, a `phone`, a `room` with drawings of four people."""
    room = app.extensions["room"]
    for _ in range(4):
        save_digits(room, room.join()[0])
    with serve_with_fake_trainer(app) as server:
        pages = RoomPages(browser, server, server.presenter_link)
        page = pages.presenter(**LAPTOP)
        page.goto(f"{server.address}/teach")
        expect(page.locator("[data-loaded]")).to_be_visible(**SLOW)
        yield SimpleNamespace(page=page, trainer=server.trainer, room=room, phone=pages.phone("/join"))
        pages.close()
    assert pages.browser_errors == []


def save_digits(room, participant) -> None:
    for label in range(10):
        room.save(participant, new_id(), SEVEN, label, None)


def teach(scene: SimpleNamespace, readings) -> None:
    """Press Teach, and answer as the trainer does."""
    press(scene.page, "Teach")
    wait_until(lambda: scene.trainer.commands[-1:] and scene.trainer.commands[-1]["command"] == "teach")
    scene.trainer.finish_teaching(readings)
    expect(scene.page.locator("[data-result]")).to_be_visible(**SLOW)


def participant_of(scene: SimpleNamespace):
    """Return the participant of the phone."""
    cookies = scene.phone.context.cookies()
    found = [scene.room.participant(cookie["value"]) for cookie in cookies]
    return next(filter(None, found))


def test_phone_is_told_once_that_its_drawing_is_read(scene):
    save_digits(scene.room, participant_of(scene))
    teach(scene, lambda each: [1, 7] if each["label"] == 7 else [each["label"]] * 2)
    press(scene.page, "Use it")
    line = scene.phone.locator("[data-sending]")
    expect(line).to_have_text("Your 7 is now read as a 7.", **SLOW)
    scene.phone.reload()
    expect(scene.phone.locator("[data-name]")).not_to_be_empty(**SLOW)
    with scene.phone.expect_response("**/api/room/state", timeout=READY_TIME):
        pass
    expect(line).not_to_contain_text("is now read")


def test_worse_result_is_shown_as_plainly_as_a_better_one(scene):
    scene.page.locator("[data-wrong]").select_option("1")
    teach(scene, lambda each: [each["label"], 0])
    verdict = scene.page.locator("[data-verdict]")
    expect(verdict).to_have_text(
        "Worse for people it did not learn from: 10 of 10 before, 1 of 10 after.", **SLOW
    )
    worse = verdict.evaluate("(it) => [getComputedStyle(it).fontSize, getComputedStyle(it).fontWeight]")
    expect(scene.page.locator("[data-poisoned]")).to_contain_text("100 % of the labels were made wrong")
    expect(scene.page.locator('[data-changes="worse"] li')).to_have_count(36)
    expect(scene.page.locator('[data-changes="better"] li')).to_have_count(0)
    scene.page.locator("[data-wrong]").select_option("0")
    teach(scene, lambda each: [0, each["label"]])
    expect(verdict).to_contain_text("Better for people it did not learn from", **SLOW)
    assert (
        verdict.evaluate("(it) => [getComputedStyle(it).fontSize, getComputedStyle(it).fontWeight]") == worse
    )


def test_killed_trainer_is_said_and_another_try_is_possible(scene):
    press(scene.page, "Teach")
    wait_until(lambda: scene.trainer.commands[-1:] and scene.trainer.commands[-1]["command"] == "teach")
    scene.trainer.kill()
    expect(scene.page.locator("[data-status-text]")).to_contain_text("The trainer", **SLOW)
    teach(scene, lambda each: [each["label"]] * 2)
    expect(scene.page.locator("[data-verdict]")).to_contain_text("No change")


def test_empty_room_says_what_to_do(page: Page):
    page.goto("/teach")
    problem = page.locator("[data-problem]")
    expect(problem).to_contain_text("No drawing says which digit it shows yet.")
    expect(page.locator("[data-start]")).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("changeText", {"samples": 60, "before": 0.5, "after": 0.55}, "3 more"),
        ("changeText", {"samples": 60, "before": 0.55, "after": 0.5}, "3 fewer"),
        ("changeText", {"samples": 60, "before": 0.5, "after": 0.5}, "the same"),
        ("readingText", None, "no digit"),
        ("readingText", 7, "7"),
        ("poisonText", 0, ""),
    ],
)
def test_texts_say_what_changed(module, name, value, text):
    assert module("lab/teach_text.js", "return m[args[0]](args[1])", name, value) == text
