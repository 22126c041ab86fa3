"""The inside page: views that follow the ink, values equal to Keras, state in the URL."""

import base64
import json
import re
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import MODELS, open_ready
from tests.browser.pad import (
    SEVEN,
    bitmap_of,
    draw,
    expect_answer,
    expect_settled,
    fit,
    inked,
    inked_box,
    pen_digits,
    points,
)
from tests.browser.test_touch import DRAWING, THUMB, stroke_of
from webapp.routes import data as data_page

TOLERANCE = 1e-4
SHOWN = 5e-5 + TOLERANCE  # four decimals are shown
FIRST_LOAD = 150_000  # bytes, everything together


@cache
def keras_model(name: str):
    """Return the model that the server shows, loaded apart from it."""
    from webapp.training.tensorflow_setup import import_tensorflow

    import_tensorflow()
    import keras

    return keras.saving.load_model(Path(MODELS) / f"{name}.keras", compile=False)


def keras_says(name: str, layer: str, bitmap: list[int]) -> np.ndarray:
    """Return what Keras gives at `layer`, without the batch."""
    import keras

    part = keras.Model(keras_model(name).input, keras_model(name).get_layer(layer).output)
    return np.asarray(part(np.reshape(np.float32(bitmap), (1, 28, 28)), training=False))[0]


def open_inside(page: Page, query: str = "") -> None:
    """Open the page and wait until it shows all that its address asks for."""
    open_ready(page, f"/inside{query}")
    expect_settled(page)


def shown(page: Page, hook: str) -> float:
    """Return the number that an element shows."""
    return float(page.locator(f"[data-{hook}]").first.inner_text().replace("−", "-"))


@pytest.fixture(scope="module")
def pen_digit(data_folder: Path) -> list:
    """The strokes of a real digit, in pad units."""
    strokes = next(islice(pen_digits(data_folder), 7, None))["strokes"]
    return fit(strokes, side=700)


@pytest.mark.parametrize(("model", "layer", "unit"), [("deep", "hidden_1", 3), ("conv", "conv_2", 5)])
def test_pen_digit_matches_keras_in_all_views(page: Page, pen_digit, model, layer, unit):
    open_inside(page, f"?model={model}")
    draw(page, pen_digit)
    expect_settled(page)
    check_input_view(page)
    page.get_by_role("tab", name="All layers").click()
    expect_settled(page)
    bitmap = bitmap_of(page, page_ink(page))
    check_logits(page, model, bitmap)
    check_unit(page, model, layer, unit, bitmap)


def page_ink(page: Page) -> list:
    """Return the strokes that the address holds, which are those on the pad to a whole unit."""
    script = (
        "async () => (await import('/static/js/inspect/question.js')).readAddress('', location.hash).strokes"
    )
    return page.evaluate(script)


def check_input_view(page: Page) -> None:
    page.locator("[data-pixels]").focus()
    before = page.locator("[data-pixel]").inner_text()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-pixel]")).not_to_have_text(before)


def check_logits(page: Page, model: str, bitmap: list[int]) -> None:
    """Compare the logits shown, one decimal; the ink of the address is rounded to whole units."""
    texts = page.locator("[data-logit]").all_inner_texts()
    found = np.array([float(text.replace("−", "-")) for text in texts])
    shares = np.exp(found) / np.exp(found).sum()
    assert shares == pytest.approx(keras_says(model, "digit", bitmap), abs=0.05)


def check_unit(page: Page, model: str, layer: str, unit: int, bitmap: list[int]) -> None:
    """Open one unit with the ink of the address, and compare its numbers with Keras's."""
    page.goto("/healthz")
    page.go_back()
    expect_settled(page)
    page.get_by_role("tab", name="One neuron").click()
    expect_settled(page)
    page.locator("[data-choose-layer]").select_option(layer)
    expect_settled(page)
    page.locator("[data-choose-unit]").fill(str(unit))
    page.keyboard.press("Enter")
    expect_settled(page)
    expect(page).to_have_url(re.compile(rf"layer={layer}&unit={unit}\b"))
    expect(page.locator("[data-terms] tr")).to_have_count(10)
    expected = keras_says(model, layer, bitmap)[..., unit]
    if expected.ndim:
        row, column = (int(page.locator(f"[data-choose-{name}]").input_value()) for name in ("row", "column"))
        expected = expected[row, column]
    assert shown(page, "output") == pytest.approx(float(expected), abs=SHOWN)
    assert max(shown(page, "z"), 0) == pytest.approx(shown(page, "output"), abs=1e-9)


def test_numbers_of_a_neuron_equal_keras(page: Page):
    strokes = "#ink=8c_50_5k_0_-2s_i8"
    open_inside(page, f"?view=unit&model=deep&layer=hidden_2&unit=17{strokes}")
    expect(page.locator("[data-terms] tr")).to_have_count(10)
    inputs = keras_says("deep", "hidden_1", bitmap_of(page, page_ink(page)))
    kernel, bias = keras_model("deep").get_layer("hidden_2").get_weights()
    products = kernel[:, 17].astype(float) * inputs
    assert shown(page, "bias") == pytest.approx(bias[17], abs=SHOWN)
    assert shown(page, "z") == pytest.approx(products.sum() + bias[17], abs=SHOWN)
    rows = [row.inner_text().replace("−", "-").split("\t") for row in page.locator("[data-terms] tr").all()]
    strongest = np.argsort(-np.abs(products))[:10]
    assert [float(row[-1]) for row in rows] == pytest.approx(products[strongest], abs=SHOWN)


def test_step_function_is_one_or_zero(page: Page):
    open_inside(page, "?view=unit&model=deep&layer=hidden_1&unit=3#ink=8c_50_5k_0_-2s_i8")
    page.get_by_label("step").check()
    expected = "1.0000" if shown(page, "z") > 0 else "0.0000"
    expect(page.locator("[data-activation-result]")).to_have_text(re.compile(rf"^step\(.+\) = {expected}$"))


def test_normalization_switch_changes_the_input(page: Page):
    open_inside(page)
    draw(page, [[[x * 0.3, y * 0.3] for x, y in stroke] for stroke in SEVEN])  # small, in a corner
    expect_settled(page)
    with page.expect_request(lambda request: "/api/inspect" in request.url and lies_in_corner(request)):
        page.get_by_label("Without normalization").check()
    expect(page).to_have_url(re.compile("normalize=no"))


def lies_in_corner(request: Request) -> bool:
    """Return whether a bitmap has ink in its upper left ninth and nowhere else."""
    bitmap = np.frombuffer(request.post_data_buffer, np.uint8).reshape(28, 28)
    return bitmap[:9, :9].any() and bitmap.sum() == bitmap[:9, :9].sum()


def test_shortcuts_work_after_the_normalization_switch(page: Page):
    open_inside(page)
    draw(page, SEVEN)
    page.get_by_label("Without normalization").check()
    page.keyboard.press("Control+z")
    assert inked(page) == 0


def test_layer_chosen_last_stays_while_answers_are_due(page: Page):
    open_inside(page, "?view=unit&model=deep&layer=hidden_1#ink=8c_50_5k_0_-2s_i8")
    held: list[Route] = []
    page.route("**/api/inspect?*layer=*", lambda route: held.append(route))
    layers = page.locator("[data-choose-layer]")
    with page.expect_request("**/api/inspect?*layer=hidden_2*"):
        layers.select_option("hidden_2")
    layers.select_option("digit")
    held[0].continue_()
    expect(page.locator("[data-pictures]")).to_contain_text("inputs x: outputs of hidden_1")
    expect(layers).to_have_value("digit")


def test_unknown_activation_function_is_named(page: Page):
    def answer(route: Route) -> None:
        found = route.fetch().json()
        found["unit"]["activation"] = "elu"
        route.fulfill(json=found)

    page.route("**/api/inspect?*layer=*", answer)
    open_inside(page, "?view=unit&model=deep&layer=hidden_1&unit=3#ink=8c_50_5k_0_-2s_i8")
    note = page.locator("[data-activation-note]")
    expect(note).to_have_text("This neuron uses elu.")
    expect(page.locator("[data-activations] :checked")).to_have_count(0)
    expect(page.locator("[data-curve]")).to_be_hidden()
    page.get_by_label("tanh").check()
    expect(note).to_have_text("a smooth step from −1 to 1. This neuron uses elu.")
    expect(page.locator("[data-curve]")).to_be_visible()


def test_ablation_updates_and_can_be_undone(page: Page):
    open_inside(page, "?view=layers&model=deep#ink=8c_50_5k_0_-2s_i8")
    logits = page.locator("[data-logit]")
    expect(logits.first).not_to_be_empty()
    whole = logits.all_inner_texts()
    for layer in ("hidden_1", "hidden_2"):
        page.get_by_role("button", name=f"activation function relu of {layer}").click()
    expect(page.locator("[data-ablation]")).to_contain_text("collapsed to a linear model")
    expect(logits.nth(7)).not_to_have_text(whole[7])
    page.get_by_role("button", name="Restore all").click()
    expect(logits).to_have_text(whole)
    expect(page.locator("[data-ablation]")).to_be_hidden()


def test_attribution_against_another_digit_adds_up(page: Page):
    open_inside(page, "?view=explanation&model=deep&against=4#ink=8c_50_5k_0_-2s_i8")
    expect(page.locator("[data-question]")).to_contain_text("compared with a 4?")
    gained = page.locator("[data-gain]").inner_text().replace("−", "-")
    total = page.locator("[data-balance]").inner_text().replace("−", "-")
    numbers = [float(re.search(r"(-?[\d.]+\d)\D*$", text)[1]) for text in (gained, total)]
    assert numbers[1] == pytest.approx(numbers[0], rel=0.02, abs=0.02)


def test_digit_is_not_compared_with_itself(page: Page):
    open_inside(page, "?view=explanation&model=deep&against=7#ink=8c_50_5k_0_-2s_i8")
    expect(page.locator("[data-question]")).to_have_text("Why a 7?")
    expect(page.get_by_label("all digits")).to_be_checked()


def test_superposition_holds_for_linear_only(page: Page):
    open_inside(page, "?view=comparison#ink=8c_50_5k_0_-2s_i8")
    rows = page.locator("[data-superposition] tr")
    expect(rows).to_have_count(4)
    verdicts = ["not linear" not in row.inner_text() for row in rows.all()]
    assert verdicts == [True, False, False, False]
    expect(page.locator("[data-predicted]")).to_have_text([re.compile(r"^\d$")] * 4)


def test_code_is_shown_with_versions(page: Page):
    import keras

    open_inside(page, "?view=code&model=conv")
    expect(page.locator("[data-lines]")).to_contain_text("layers.Conv2D(16, kernel_size=5")
    expect(page.locator("[data-versions]")).to_contain_text(keras.__version__)


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("?view=nonsense", "asks for view=nonsense, which is not valid"),
        ("?model=missing", "There is no network missing. Showing conv"),
        ("?view=unit&model=deep&layer=conv_9#ink=8c_50_5k_0", "no layer conv_9. Showing hidden_1"),
        (
            "?view=unit&model=deep&layer=hidden_1&unit=500#ink=8c_50_5k_0",
            "Showing 127 instead of 500",
        ),
        ("?view=unit&unit=-1", "asks for unit=-1"),
        ("?model=deep&off=conv_1.3#ink=8c_50_5k_0", "switches off 1 part that this network does not have"),
    ],
)
def test_invalid_url_shows_notice_and_nearest_view(page: Page, query: str, notice: str):
    open_inside(page, query)
    expect(page.locator("[data-notice]")).to_contain_text(notice)
    expect(page.get_by_role("tabpanel")).to_be_visible()


def test_url_restores_the_view(page: Page):
    open_inside(page, "?model=deep")
    draw(page, SEVEN)
    page.get_by_role("tab", name="One neuron").click()
    expect_settled(page)
    page.locator("[data-choose-layer]").select_option("hidden_2")
    expect_settled(page)
    expect(page).to_have_url(re.compile("layer=hidden_2.*#ink="))
    z, again = shown(page, "z"), page.url
    page.goto("/healthz")
    page.goto(again)
    expect_settled(page)
    expect(page.locator("[data-choose-layer]")).to_have_value("hidden_2")
    assert shown(page, "z") == pytest.approx(z, abs=0.1)  # points are whole units


def test_arrow_keys_move_between_tabs(page: Page):
    open_inside(page)
    page.get_by_role("tab", name="Input").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="All layers")).to_be_focused()
    expect(page.get_by_role("tab", name="All layers")).to_have_attribute("aria-selected", "true")


def test_inside_page_is_small_and_respects_its_policy(page: Page, browser_errors: list):
    requests = []
    page.on("request", lambda request: requests.append(request))
    open_inside(page, "?view=layers#ink=8c_50_5k_0_-2s_i8")
    expect(page.locator("[data-logit]").first).not_to_be_empty()
    sizes = [request.sizes() for request in requests]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= FIRST_LOAD
    assert browser_errors == []


@pytest.mark.parametrize("view", ["input", "layers", "unit", "explanation", "comparison", "code"])
def test_inside_page_fits_a_phone(page: Page, view: str):
    page.set_viewport_size({"width": 390, "height": 844})
    open_inside(page, f"?view={view}&model=deep#ink=8c_50_5k_0_-2s_i8")
    expect_answer(page)
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_url_round_trips_ink(page: Page, base_url: str):
    page.goto("/healthz")
    script = """async (strokes) => {
      const { encodeInk, decodeInk } = await import("/static/js/ink/link.js");
      return decodeInk(encodeInk(strokes)).strokes;
    }"""
    strokes = [[[0, 0], [1000, 999], [-150, 3]], [[5, 5]]]
    assert page.evaluate(script, strokes) == strokes
    assert json.dumps(page.evaluate(script, [[[0.4, 0.6]]])) == "[[[0, 1]]]"


BITMAP = "#bitmap=" + base64.urlsafe_b64encode(bytes([0] * 400 + [255] * 60 + [0] * 324)).decode().rstrip("=")
PROMPT = "(pad) => getComputedStyle(pad, '::before').content"


def test_stray_tap_keeps_the_bitmap_in_the_url(page: Page):
    open_inside(page, BITMAP)
    points(page, *stroke_of(THUMB, [60, 940]))
    expect_settled(page)
    expect(page.locator("[data-painted]")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{BITMAP}$"))


def test_undoing_the_first_stroke_shows_the_bitmap_again(page: Page):
    open_inside(page, BITMAP)
    points(page, *stroke_of(DRAWING, [300, 300], [700, 300]))
    expect(page.locator("[data-painted]")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-painted]")).to_be_visible()
    assert page.locator("[data-pad]").evaluate(PROMPT) == "none"
    expect(page).to_have_url(re.compile(f"{BITMAP}$"))


def test_clearing_the_bitmap_invites_to_draw(page: Page):
    open_inside(page, BITMAP)
    assert page.locator("[data-pad]").evaluate(PROMPT) == "none"
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-painted]")).to_be_hidden()
    assert page.locator("[data-pad]").evaluate(PROMPT) == '"draw here"'


def test_pasted_bitmap_replaces_ink(page: Page):
    open_inside(page)
    draw(page, SEVEN)
    page.evaluate("(hash) => (location.hash = hash)", BITMAP)
    expect(page.locator("[data-painted]")).to_be_visible()
    assert inked_box(page) == [1, 1, 0, 0]  # none
    points(page, *stroke_of(DRAWING, [300, 900], [700, 900]))
    expect(page).to_have_url(re.compile("#ink=[^~]*$"))  # one stroke


def test_bitmap_in_the_url_is_replaced_by_drawing(page: Page):
    open_inside(page, f"?view=input{BITMAP}")
    expect(page.locator("[data-digit]")).not_to_be_empty()
    expect(page.locator("[data-painted]")).to_be_visible()
    draw(page, SEVEN)
    expect(page.locator("[data-painted]")).to_be_hidden()
    page.wait_for_function("() => location.hash.startsWith('#ink=')")


def test_ink_fragment_of_python_is_decoded(page: Page, base_url: str):
    page.goto("/healthz")
    text = data_page.ink_fragment([np.array([[0.0, 0.0], [3.0, 9.0]]), np.array([[1.0, 2.0]])])
    script = "async (hash) => (await import('/static/js/inspect/question.js')).readAddress('', hash).strokes"
    assert page.evaluate(script, f"#{text}") == [[[373, 120], [627, 880]], [[458, 289]]]
