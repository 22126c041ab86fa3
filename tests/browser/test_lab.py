"""The page of the lab, with a stand-in for its API."""

import csv
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.lab_stub import DONE, PRESETS, RUN, SPEC, STORIES, LabStub, check, points, refusal, views
from tests.browser.layout import SIZES, layout_faults
from tests.browser.pad import draw
from tests.browser.room_pages import PHONE
from tests.browser.test_double_press import double, double_tap
from tests.browser.test_layout_shift import LAPTOP, PROJECTOR, RECORD, expect_no_shift
from tests.waiting import wait_until

PHONE_SIZES = [(390, 664), (390, 844)]
SECOND = DONE | {"id": 2, "title": "1x128 tanh", "model": "run-2", "val_accuracy": 0.95, "val_loss": 0.2}
NAN_REASON = "The loss is not a number any more: the learning rate of 5 is too high. Try 0.1."
FAILED = RUN | dict.fromkeys(["loss", "accuracy", "val_loss", "val_accuracy"])
FAILED |= {"status": "failed", "reason": NAN_REASON}


@pytest.fixture
def lab(page: Page) -> LabStub:
    """The page with no run yet."""
    return LabStub(page).open()


@pytest.fixture
def with_runs(page: Page) -> LabStub:
    """The page with two runs that are done."""
    return LabStub(page, [DONE, SECOND]).open()


def press(lab: LabStub, name: str) -> Locator:
    return lab.page.locator("[data-bar]").get_by_role("button", name=name, exact=True)


def field(lab: LabStub, path: str) -> Locator:
    return lab.page.locator(f'[data-field="{path}"]')


def last_check(lab: LabStub) -> dict:
    return lab.sent("/check")[-1]["spec"]


def expect_checked(lab: LabStub, spec: dict) -> None:
    """Wait until the page has shown the server's answer to this spec."""
    total = f"{check(spec)['parameters']:,} parameters"
    expect(lab.page.locator("[data-network]")).not_to_have_attribute("data-outdated", "")
    expect(lab.page.locator("[data-total]")).to_have_text(total)
    assert last_check(lab) == spec


# --- the configuration ---


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset["name"])
def test_form_gives_back_the_spec_of_each_preset(lab: LabStub, preset: dict):
    lab.page.get_by_role("radio", name=preset["name"]).check()
    expect(lab.page.locator("[data-layers] > li")).to_have_count(len(preset["spec"]["layers"]))
    expect_checked(lab, preset["spec"])


def test_every_field_reaches_the_spec(lab: LabStub):
    lab.page.get_by_role("radio", name="conv").check()
    lab.page.locator("[data-more] > summary").click()
    for path, value in [
        ("layers.0.units", "8"), ("layers.0.dropout", "0.2"), ("learning_rate", "0.01"), ("epochs", "5"),
        ("batch_size", "64"), ("samples", "500"), ("wrong_labels", "7"), ("l2", "0.001"), ("seed", "42"),
    ]:  # fmt: skip
        field(lab, path).fill(value)
    field(lab, "layers.0.activation").select_option("tanh")
    field(lab, "layers.0.size").select_option("7")
    field(lab, "layers.0.pool").uncheck()
    field(lab, "optimizer").select_option("momentum")
    field(lab, "augment").check()
    first, *others = PRESETS[3]["spec"]["layers"]
    first = first | {"units": 8, "dropout": 0.2, "activation": "tanh", "size": 7, "pool": False}
    numbers = {"learning_rate": 0.01, "epochs": 5, "batch_size": 64, "samples": 500, "wrong_labels": 0.07}
    numbers |= {"l2": 0.001, "seed": 42}
    spec = SPEC | numbers | {"layers": [first, *others], "optimizer": "momentum", "augment": True}
    expect_checked(lab, spec)
    lab.page.reload()
    expect(lab.page.locator("[data-loaded]")).to_be_visible()
    expect_checked(lab, spec)


def test_layers_are_added_and_removed_with_the_keyboard(lab: LabStub):
    lab.page.get_by_role("button", name="Add convolution").press("Enter")
    expect(field(lab, "layers.0.units")).to_be_focused()
    expect(field(lab, "layers.0.pool")).to_be_checked()
    lab.page.get_by_role("button", name="Add dense").press("Enter")
    expect(field(lab, "layers.3.units")).to_be_focused()
    lab.page.get_by_role("button", name="Remove layer 4").press("Enter")
    expect(lab.page.get_by_role("button", name="Remove layer 3")).to_be_focused()
    expect(lab.page.locator("[data-layers] > li")).to_have_count(3)


def test_no_more_layers_than_the_limit(lab: LabStub):
    for count in range(3, 7):
        lab.page.get_by_role("button", name="Add dense").press("Enter")
        expect(lab.page.locator("[data-layers] > li")).to_have_count(count)
    lab.page.get_by_role("button", name="Add dense").press("Enter")
    expect(lab.page.get_by_role("button", name="Add dense")).to_have_attribute("aria-disabled", "true")
    expect(lab.page.locator("[data-layers] > li")).to_have_count(6)


def test_warning_stands_beside_its_field(lab: LabStub):
    field(lab, "layers.1.activation").select_option("step")
    warning = lab.page.locator("[data-layers] > li:nth-child(2) .setting__warning")
    expect(warning).to_contain_text("no slope")
    expect(field(lab, "layers.1.activation")).to_have_accessible_description(re.compile("no slope"))
    field(lab, "layers.1.activation").select_option("relu")
    expect(warning).to_have_count(0)


def test_impossible_spec_is_explained_and_cannot_be_trained(lab: LabStub):
    sentence = "A layer has 1 to 2,048 units. Choose a smaller number."
    lab.answers["POST /check"] = (400, refusal("bad_spec", sentence))
    field(lab, "layers.0.units").fill("1000000")
    expect(lab.page.locator("[data-spec-error]")).to_have_text(sentence)
    expect(press(lab, "Train")).to_have_attribute("aria-disabled", "true")
    press(lab, "Train").click(force=True)
    del lab.answers["POST /check"]
    field(lab, "layers.0.units").fill("64")
    expect(lab.page.locator("[data-spec-error]")).to_be_empty()
    expect(press(lab, "Train")).to_have_attribute("aria-disabled", "false")
    assert lab.sent("/runs") == []


def test_code_is_shown_and_copied(lab: LabStub):
    expect(lab.page.locator("[data-lines]")).to_contain_text("118282 parameters")
    lab.page.get_by_role("button", name="Copy").click()
    expect(lab.page.locator("[data-copied]")).to_have_text("copied")
    field(lab, "layers.0.units").fill("64")
    expect(lab.page.locator("[data-copied]")).to_be_empty()


# --- training ---


def test_train_starts_the_chosen_spec(lab: LabStub):
    field(lab, "epochs").fill("7")
    expect_checked(lab, SPEC | {"preset": "deep", "epochs": 7})
    press(lab, "Train").click()
    expect(lab.page.locator("[data-runs] tbody tr")).to_have_count(1)
    assert [body["spec"]["epochs"] for body in lab.sent("/runs")] == [7]


@pytest.mark.parametrize(
    ("status", "button", "action"),
    [
        ("training", "Pause", "pause"),
        ("paused", "Resume", "resume"),
        ("paused", "One step", "step"),
        ("training", "One epoch", "epoch"),
        ("training", "Stop", "stop"),
    ],
)
def test_button_sends_its_action(lab: LabStub, status: str, button: str, action: str):
    lab.send(RUN | {"status": status}, status)
    with lab.page.expect_response("**/api/lab/control"):
        press(lab, button).press("Enter")
    assert lab.sent("/control") == [{"action": action}]


@pytest.mark.parametrize(("button", "amount"), [("One step", "step"), ("One epoch", "epoch")])
def test_first_step_or_epoch_starts_a_run_that_pauses(lab: LabStub, button: str, amount: str):
    expect(press(lab, button)).to_have_attribute("aria-disabled", "false")
    press(lab, button).click()
    expect(lab.page.locator("[data-runs] tbody tr")).to_have_count(1)
    ((method, _, body),) = [each for each in lab.requests if each[1] == "/runs"]
    assert (method, body["pause_after"], body["spec"]["layers"]) == ("POST", amount, SPEC["layers"])
    assert lab.sent("/control") == []


def test_run_again_repeats_spec_and_seed(with_runs: LabStub):
    field(with_runs, "epochs").fill("9")
    with with_runs.page.expect_response("**/api/lab/runs"):
        press(with_runs, "Run again").click()
    assert [body["spec"] for body in with_runs.sent("/runs")] == [SPEC]


def test_refused_action_is_explained(lab: LabStub):
    lab.answers["POST /runs"] = (409, refusal("training", "A run is training. Stop it first."))
    expect(press(lab, "Train")).to_have_attribute("aria-disabled", "false")
    press(lab, "Train").click()
    expect(lab.page.locator("[data-bar-error]")).to_have_text("A run is training. Stop it first.")


@double
def test_double_press_trains_once(browser, base_url: str, press):
    context = browser.new_context(base_url=base_url, **PHONE)
    lab = LabStub(context.new_page()).open()
    train = lab.page.get_by_role("button", name="Train", exact=True)
    expect(train).to_have_attribute("aria-disabled", "false")
    press(train)
    expect(lab.page.locator("[data-runs] tbody tr")).to_have_count(1)
    assert len(lab.sent("/runs")) == 1
    lab.page.unroute_all(behavior="ignoreErrors")
    context.close()


def test_started_run_is_shown_before_the_server_tells_of_it(lab: LabStub):
    expect(press(lab, "Train")).to_have_attribute("aria-disabled", "false")
    lab.answers["GET "] = (503, None)
    press(lab, "Train").click()
    expect(press(lab, "Stop")).to_have_attribute("aria-disabled", "false")
    expect(press(lab, "Train")).to_have_attribute("aria-disabled", "true")


def test_started_run_shows_no_answers_of_the_run_before(lab: LabStub):
    first = lab.page.locator("[data-pinned-list] li").first
    lab.send(DONE, "idle", points=points(20, 3), **views())
    expect(first).to_contain_text("82 %")
    lab.answers["GET "] = (503, None)
    lab.answers["POST /runs"] = (201, RUN | {"id": 2, "status": "waiting", "step": 0})
    press(lab, "Train").click()
    expect(press(lab, "Train")).to_have_attribute("aria-disabled", "true")
    expect(first).to_be_empty()


def test_answer_that_comes_after_an_event_changes_nothing(lab: LabStub):
    held: list[Route] = []
    lab.page.route("**/api/lab/runs", lambda route: held.append(route))  # a builtin cannot be a handler
    expect(press(lab, "One step")).to_have_attribute("aria-disabled", "false")
    with lab.page.expect_request("**/api/lab/runs"):
        press(lab, "One step").click()
    lab.send(RUN | {"status": "paused"}, "paused")
    polls = len(lab.sent(""))
    held[0].fulfill(status=201, json=RUN | {"status": "waiting", "step": 0})
    wait_until(lambda: lab.page.evaluate("true") and len(lab.sent("")) > polls, "the poll after the answer")
    expect(lab.page.locator("[data-status-text]")).to_have_text("Paused, epoch 2 of 3")
    expect(press(lab, "Resume")).to_have_attribute("aria-disabled", "false")


def test_double_tap_on_throw_away_deletes_nothing(browser, base_url: str):
    context = browser.new_context(base_url=base_url, **PHONE)
    lab = LabStub(context.new_page(), [DONE, SECOND]).open()
    lab.page.locator("tr[data-run='1'] summary").click()
    double_tap(lab.page.get_by_role("button", name="Throw away run 1, 2x128 relu"))
    expect(lab.page.get_by_role("dialog")).to_be_visible()
    assert [method for method, *_ in lab.requests if method == "DELETE"] == []
    lab.page.unroute_all(behavior="ignoreErrors")
    context.close()


def test_progress_and_time_left_are_shown(lab: LabStub):
    lab.send(RUN, points=points(20, 1.4))
    expect(lab.page.locator("[data-status-text]")).to_have_text("Training, epoch 2 of 3")
    expect(lab.page.locator("[data-time]")).to_have_text("step 400 of 846, 4 s, 5 s left")
    expect(lab.page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "47")


def test_milestones_are_announced_and_points_are_not(lab: LabStub):
    lab.page.evaluate("""() => {
        window.said = [];
        const region = document.querySelector("[data-announcer]");
        new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true });
    }""")
    for step in range(30):
        lab.send(RUN | {"step": 300 + step}, points=[[300 + step, 1.1, 0.5, 0.8, None, None]])
    lab.page.wait_for_function("() => said.some((text) => text.startsWith('Epoch 1 of 3 is done'))")
    lab.send(DONE, "idle")
    lab.page.wait_for_function("() => said.some((text) => text.startsWith('Run 1 is done'))")
    assert len(lab.page.evaluate("said")) <= 3


# --- what is seen ---


def path_of(lab: LabStub, plot: str, selector: str) -> list[tuple[float, float]]:
    """Return the corners of the present run's line, in pixels of its plot."""
    line = lab.page.locator(f'[data-plot="{plot}"] .hue-0 {selector}').get_attribute("d")
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) (\S+?)(?=L|M|$)", line)]


TRAINING, VALIDATION = ".plot__line:not(.plot__line--validation)", ".plot__line--validation"


def test_curves_show_the_points(lab: LabStub):
    given = points(30, 1.5)
    lab.send(RUN, points=given[:10])
    lab.send(RUN, points=given[10:])
    area = lab.page.locator('[data-plot="accuracy"] .plot__area')
    width, height = (float(area.get_attribute(name)) for name in ("width", "height"))
    drawn = path_of(lab, "accuracy", TRAINING)
    expected = [(width * point[1] / 3, height * (1 - point[3])) for point in given]
    assert len(drawn) == 30
    assert all(one == pytest.approx(other, abs=0.06) for one, other in zip(drawn, expected, strict=True))
    assert len(path_of(lab, "accuracy", VALIDATION)) == len(path_of(lab, "loss", VALIDATION)) == 6
    box = lab.page.locator('[data-plot="accuracy"]')
    expect(box.locator("[data-training]")).to_have_text(f"{100 * given[-1][3]:.1f} %")
    expect(box.locator("[data-validation]")).to_have_text(f"{100 * given[-1][5]:.1f} %")


def test_new_stream_replaces_the_points(lab: LabStub):
    lab.send(RUN, points=points(30, 1.5))
    lab.page.evaluate("() => sources[0].dispatchEvent(new Event('error'))")
    lab.page.wait_for_function("() => sources[0].isClosed")
    lab.details[1] = {"points": points(12, 1.6)}
    lab.page.wait_for_function(
        """() => document.querySelector('[data-plot="loss"] .hue-0 path:last-of-type').getAttribute("d")
             .split("L").length === 12"""
    )


def test_line_ends_at_nan_and_the_reason_is_shown(lab: LabStub):
    given = [*points(10, 0.5), [110, 0.55, None, None, None, None]]
    lab.send(FAILED, "idle", points=given)
    assert len(path_of(lab, "loss", TRAINING)) == 10
    expect(lab.page.locator('[data-plot="loss"] .plot__end')).to_have_count(1)
    expect(lab.page.locator('[data-plot="loss"] [data-training]')).to_have_text("NaN")
    expect(lab.page.locator("[data-status-text]")).to_contain_text(NAN_REASON)


def test_pointer_shows_the_values_at_its_epoch(lab: LabStub):
    given = points(30, 3)
    lab.send(DONE, "idle", points=given)
    area = lab.page.locator('[data-plot="accuracy"] .plot__area').bounding_box()
    lab.page.mouse.move(area["x"] + area["width"] / 2 + 2, area["y"] + 20)
    expect(lab.page.locator('[data-plot="loss"] [data-epoch]')).to_have_text("epoch 1.50")
    expect(lab.page.locator('[data-plot="accuracy"] [data-training]')).to_have_text(
        f"{100 * given[14][3]:.1f} %"
    )


def test_earlier_runs_are_overlaid_and_named(with_runs: LabStub):
    with_runs.details[1] = {"points": points(20, 3)}
    with_runs.send(SECOND, "idle", points=points(20, 3))
    overlay = with_runs.page.get_by_role("button", name="Overlay run 1, 2x128 relu")
    overlay.click()
    expect(with_runs.page.locator("[data-legend] li")).to_have_text(["2 · 1x128 tanh", "1 · 2x128 relu"])
    expect(with_runs.page.locator('[data-plot="loss"] .plot__curve')).to_have_count(2)
    expect(overlay).to_have_attribute("aria-pressed", "true")
    overlay.press("Enter")
    expect(with_runs.page.locator("[data-legend] li")).to_have_text(["2 · 1x128 tanh"])


def test_views_show_what_the_network_learns(lab: LabStub):
    lab.send(RUN, points=points(20, 1), **views())
    page = lab.page
    expect(page.locator("[data-weights]")).to_have_attribute("data-filled", "")
    assert page.locator("[data-weights] canvas").evaluate("(each) => [each.width, each.height]") == [231, 115]
    expect(page.locator("[data-pinned-list] li")).to_have_text(
        [re.compile(text) for text in ("7", "1", "2", "9", "0")]
    )
    expect(page.locator("[data-pinned-list] li").nth(3)).to_contain_text("✗ 4")
    expect(page.locator("[data-matrix] tbody tr").nth(4).locator("td").nth(9)).to_have_text("14")
    expect(page.locator(".gradient__norm")).to_have_text(["0.0132", "0.21", "0.84"])
    lab.send(RUN | {"id": 2, "step": 0}, points=[])
    expect(page.locator("[data-weights]")).not_to_have_attribute("data-filled", "")


def test_pinned_digits_are_shown_before_they_are_read(lab: LabStub):
    expect(lab.page.locator("[data-pinned-list] li")).to_have_count(5)
    lab.send(RUN, points=points(20, 1), **views())
    expect(lab.page.locator("[data-pinned-list] li").first).to_contain_text("82 %")
    lab.send(RUN | {"id": 2, "step": 0}, points=[])
    expect(lab.page.locator("[data-pinned-list] li").first).to_be_empty()
    expect(lab.page.locator("[data-pinned-list] li")).to_have_count(5)


def pin_dialog(lab: LabStub) -> Locator:
    """Open the dialog of the pinned digits."""
    lab.page.get_by_role("button", name="Choose the pinned digits").click()
    dialog = lab.page.get_by_role("dialog", name="Pinned digits")
    expect(dialog.locator("[data-pins-now] li")).to_have_count(5)
    return dialog


def pinned(lab: LabStub) -> list[int | None]:
    """Return the labels that were pinned last."""
    return [drawing["label"] for drawing in lab.sent("/pinned")[-1]["drawings"]]


def test_digit_is_drawn_and_pinned_during_a_run(lab: LabStub):
    lab.send(RUN, points=points(20, 1), **views())
    dialog = pin_dialog(lab)
    pin = dialog.get_by_role("button", name="Pin it")
    expect(pin).to_have_attribute("aria-disabled", "true")
    draw(lab.page, [[[300, 200], [700, 200], [400, 800]]])
    dialog.get_by_role("radio", name="7").check(force=True)
    with lab.page.expect_response("**/api/lab/pinned"):
        pin.click()
    expect(dialog.locator("[data-pins-now] li").last).to_contain_text("7")
    expect(pin).to_have_attribute("aria-disabled", "true")  # the pad is empty again
    assert pinned(lab) == [1, 2, 4, None, 7]  # in place of the first
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()


def test_digit_is_unpinned_with_the_keyboard(lab: LabStub):
    dialog = pin_dialog(lab)
    dialog.get_by_role("button", name="Unpin a 2, 3 of 5").press("Enter")
    expect(dialog.get_by_role("button", name="Unpin a 4, 3 of 4")).to_be_focused()
    assert pinned(lab) == [7, 1, 4, None]
    expect(lab.page.locator("[data-pinned-list] li")).to_have_count(4)


def test_drawing_of_the_room_is_pinned(lab: LabStub):
    dialog = pin_dialog(lab)
    with lab.page.expect_response("**/api/lab/pinned"):
        dialog.get_by_role("button", name="Pin a 3, drawing 2 of the room").click()
    assert pinned(lab) == [1, 2, 4, None, 3]


def test_refused_pin_is_explained(lab: LabStub):
    dialog = pin_dialog(lab)
    lab.answers["PUT /pinned"] = (400, refusal("bad_request", "This drawing has too many lines."))
    dialog.get_by_role("button", name="Pin a 3, drawing 1 of the room").click()
    expect(dialog.get_by_role("alert")).to_have_text("This drawing has too many lines.")
    expect(dialog.locator("[data-pins-now] li")).to_have_count(5)


# --- runs and stories ---


def order(lab: LabStub) -> list[str]:
    return [row.get_attribute("data-run") for row in lab.page.locator("[data-runs] tbody tr").all()]


def test_runs_are_sorted_by_a_column(with_runs: LabStub):
    assert order(with_runs) == ["2", "1"]
    for button, column, direction, expected in [
        ("run", "id", "ascending", ["1", "2"]),
        ("validation accuracy", "accuracy", "descending", ["2", "1"]),
        ("parameters", "parameters", "ascending", ["2", "1"]),
    ]:
        with_runs.page.get_by_role("button", name=button, exact=True).press("Enter")
        head = with_runs.page.locator(f"[data-column={column}]")
        expect(head).to_have_attribute("aria-sort", direction)
        assert order(with_runs) == expected


def test_run_is_drawn_against_and_downloaded(with_runs: LabStub):
    row = with_runs.page.locator("tr[data-run='2']")
    expect(row.get_by_role("link", name="Draw against run 2")).to_have_attribute("href", "/?model=run-2")
    row.locator("summary").click()
    files = [link.get_attribute("href") for link in row.locator(".runs__file").all()]
    assert files == [f"/api/lab/runs/2/{name}" for name in ("network.keras", "network.tflite", "train.py")]


def keep(lab: LabStub, name: str) -> None:
    """Keep run 1 under a name."""
    lab.page.get_by_role("button", name="Keep run 1, 2x128 relu").click()
    lab.page.get_by_role("textbox", name="Name").fill(name)
    lab.page.get_by_role("textbox", name="Name").press("Enter")


def test_run_is_kept_under_a_name(with_runs: LabStub):
    keep(with_runs, "my-first")
    expect(with_runs.page.get_by_role("dialog")).to_be_hidden()
    assert with_runs.sent("/runs/1/keep") == [{"name": "my-first"}]


def test_taken_name_is_explained_in_the_dialog(with_runs: LabStub):
    with_runs.answers["POST /runs/1/keep"] = (409, refusal("taken", "There is a network of that name."))
    keep(with_runs, "conv")
    answer = with_runs.page.get_by_role("dialog").get_by_role("alert")
    expect(answer).to_have_text("There is a network of that name.")


def test_run_is_thrown_away_after_a_question(with_runs: LabStub):
    page = with_runs.page
    page.locator("tr[data-run='1'] summary").click()
    page.get_by_role("button", name="Throw away run 1, 2x128 relu").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Throw away run 1, 2x128 relu").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    expect(page.locator("[data-runs] tbody tr")).to_have_count(1)
    assert [path for method, path, _ in with_runs.requests if method == "DELETE"] == ["/runs/1"]


def test_buttons_of_a_run_are_there_at_its_end_and_act_once_it_is_saved(lab: LabStub):
    row = lab.page.locator("tr[data-run='1']")
    lab.send(DONE | {"model": None, "is_saving": True}, "idle")
    actions = row.locator("[data-run-action]:visible")
    names = ["draw", "keep", "more"]
    expect(actions).to_have_count(len(names))
    assert [each.get_attribute("data-run-action") for each in actions.all()] == names
    keep_label = "Keep run 1, 2x128 relu: its network is being saved"
    expect(row.get_by_role("button", name=keep_label)).to_have_attribute("aria-disabled", "true")
    places = [each.bounding_box() for each in actions.all()]
    lab.state |= {"saved": 1}
    lab.send(RUN | {"id": 2})  # the next run of a story trains already
    lab.state |= {"saved": 2, "runs": [DONE, RUN | {"id": 2}]}
    lab.send(RUN | {"id": 2})
    expect(row.get_by_role("link", name="Draw against run 1")).to_have_attribute("href", "/?model=run-1")
    moved = [each.bounding_box()["width"] for each in row.locator("[data-run-action]:visible").all()[-3:]]
    assert moved == [place["width"] for place in places]


def test_room_column_fills_and_is_read_again_on_demand(lab: LabStub):
    lab.send(DONE | {"room_score": None}, "idle")
    cell = lab.page.locator("tr[data-run='1'] td").nth(3)
    expect(cell).to_have_text("–")
    lab.state |= {"scored": 1, "runs": [DONE]}  # the score comes after the end of the run
    lab.send(RUN | {"id": 2})
    expect(cell).to_have_text("88 % 212 of 240")
    few = DONE | {"room_score": {"right": 7, "count": 9}}
    lab.answers["POST /room-scores"] = (200, lab.state)
    lab.state |= {"runs": [few, RUN | {"id": 2}]}
    lab.page.get_by_role("button", name="Read the room again").click()
    expect(cell).to_have_text("7 of 9")


def test_table_is_exported_as_csv(with_runs: LabStub):
    with with_runs.page.expect_download() as download:
        with_runs.page.get_by_role("button", name="Export as CSV").click()
    with download.value.path().open(encoding="utf-8", newline="") as file:
        assert [row["run"] for row in csv.DictReader(file)] == ["1 · 2x128 relu", "2 · 1x128 tanh"]


def test_story_loads_its_first_spec_and_trains_its_runs(lab: LabStub):
    first, second = STORIES[1]["runs"]
    lab.page.get_by_role("button", name="Overfitting").click()
    expect(field(lab, "samples")).to_have_value("100")
    expect(lab.page.get_by_role("button", name="Run both")).to_be_focused()
    lab.page.get_by_role("button", name="Run both").press("Enter")
    expect(lab.page.locator("[data-story-progress]")).to_have_text("Run 1 of 2: 100 digits")
    expect(lab.page.locator("[data-runs] tbody tr")).to_have_count(1)
    lab.send(DONE | {"spec": first["spec"]}, "idle")
    expect(lab.page.locator("[data-story-progress]")).to_have_text("Run 2 of 2: augmented")
    expect(lab.page.locator("[data-runs] tbody tr")).to_have_count(2)
    assert [body["spec"]["augment"] for body in lab.sent("/runs")] == [False, True]
    assert [body["title"] for body in lab.sent("/runs")] == ["100 digits", "augmented"]
    lab.send(DONE | {"id": 2, "spec": second["spec"]}, "idle")
    expect(lab.page.locator("[data-story-progress]")).to_be_empty()


# --- faults ---


def test_missing_trainer_says_how_to_install_it(page: Page):
    reason = "TensorFlow is not installed. Install it with: pip install 'inkwise[train]'"
    lab = LabStub(page, status="off", reason=reason).open()
    expect(page.get_by_role("alert").filter(has_text="pip install")).to_be_visible()
    expect(press(lab, "Train")).to_have_attribute("aria-disabled", "true")


def test_failed_trainer_is_started_again(lab: LabStub):
    lab.state["reason"] = "The trainer was ended by the system: it had too little memory."
    lab.send(None, "failed")
    expect(lab.page.locator("[data-notice-text]")).to_contain_text("too little memory")
    before = len(lab.sent("/open"))
    with lab.page.expect_response("**/api/lab/open"):
        lab.page.get_by_role("button", name="Start the trainer again").click()
    assert len(lab.sent("/open")) == before + 1


def test_unreachable_server_is_explained_at_the_start(page: Page):
    lab = LabStub(page)
    lab.answers["GET "] = (502, {})
    page.goto("/lab")
    expect(page.locator("[data-notice-text]")).to_contain_text("cannot be reached")
    del lab.answers["GET "]
    expect(page.locator("[data-loaded]")).to_be_visible()
    expect(page.locator("[data-notice]")).to_be_hidden()


# --- layout ---


def show(lab: LabStub, state: str) -> None:
    """Bring the page into a state."""
    lab.page.evaluate("document.querySelector('[data-settings]').open = true")
    if state == "training":
        lab.send(RUN, points=points(60, 1.4), **views())
    elif state == "overlaid":
        for run in (DONE, SECOND, RUN | {"id": 3, "title": "conv 16, 128 relu"}):
            lab.send(run, points=points(40, 2), **views(16, 5))
    elif state == "failed":
        lab.send(FAILED, "idle", points=[*points(10, 0.5), [110, 0.55, None, None, None, None]], **views(10))
    elif state == "story":
        lab.page.get_by_role("radio", name="conv").check()
        lab.page.get_by_role("button", name="Overfitting").click()
        field(lab, "layers.0.activation").select_option("step")
        expect(lab.page.locator(".setting__warning")).to_be_visible()


@pytest.mark.parametrize("state", ["fresh", "training", "overlaid", "failed", "story"])
def test_page_fits_every_screen_in_every_state(lab: LabStub, state: str):
    show(lab, state)
    assert layout_faults(lab.page, [*SIZES, *PHONE_SIZES, LAPTOP, PROJECTOR]) == []


@pytest.mark.parametrize("size", [(390, 664), LAPTOP, PROJECTOR], ids=["phone", "laptop", "projector"])
def test_training_moves_nothing(page: Page, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(RECORD)
    lab = LabStub(page).open()
    expect_checked(lab, SPEC | {"preset": "deep"})
    expect_no_shift(page)
    for step in range(0, 846, 94):
        run = RUN | {"step": step, "epoch": step * 3 // 846, "seconds": step / 50}
        lab.send(run, points=points(4, step / 282 + 0.1), **views())
    expect_no_shift(page)
