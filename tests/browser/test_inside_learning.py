"""One learning step in the view of one neuron: loss, errors, gradient of a weight, new prediction."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import expect_settled
from tests.browser.test_inside import open_inside
from tests.browser.test_inside_numbers import EXACT, INK, TERM, equals, numbers, texts

UNITS = [("linear", "digit", 1), ("shallow", "hidden", 3), ("deep", "hidden_1", 3), ("conv", "conv_2", 5)]
SEVEN_AS_ONE = "&label=1&rate=0.001"


def open_learning(page: Page, model: str, layer: str, unit: int, more: str = SEVEN_AS_ONE) -> None:
    open_inside(page, f"?view=unit&model={model}&layer={layer}&unit={unit}{more}{INK}")
    expect(page.locator("[data-errors] tr")).to_have_count(10)
    expect_settled(page)


def error_rows(page: Page) -> list[list[float]]:
    """Return probability, target, error and the probability after the steps, for each digit."""
    rows = texts(page, "[data-errors] tr")
    return [[float(number) for number in row.split("\t")[1:]] for row in rows]


def chain(page: Page) -> list[str]:
    """Return the numbers of each formula, from the outputs to the new weight."""
    return texts(page, "[data-chain] .formula")


@pytest.mark.parametrize(("model", "layer", "unit"), UNITS)
def test_learning_step_raises_the_probability_of_the_label(
    page: Page, browser_errors: list, model, layer, unit
):
    open_learning(page, model, layer, unit)
    rows = error_rows(page)
    assert sum(row[2] for row in rows) == pytest.approx(0, abs=EXACT)
    assert [row[0] - row[1] for row in rows] == pytest.approx([row[2] for row in rows], abs=EXACT)
    assert [row[1] for row in rows] == [digit == 1 for digit in range(10)]
    assert rows[1][3] > rows[1][0]
    loss = numbers(page.locator("[data-loss]").inner_text())
    assert loss[-1] < loss[-2]
    expect(page.locator("[data-learning]")).to_contain_text("Nothing is stored")
    assert browser_errors == []


@pytest.mark.parametrize(("model", "layer", "unit"), UNITS)
def test_chain_rule_adds_up_as_shown(page: Page, model, layer, unit):
    open_learning(page, model, layer, unit)
    first, *hidden, gradient, step = chain(page)
    probability, error = numbers(first)
    assert error == pytest.approx(probability - float(re.search(r"- (\d) =", first)[1]), abs=EXACT)
    for formula in hidden:
        products = [float(one) * float(other) for one, other in re.findall(TERM, formula)]
        rest, decimals = re.search(r"more: (-?\d+\.(\d+))\)", formula).groups()
        slope, total = float(re.search(r"= (\d+) ·", formula)[1]), numbers(formula)[-1]
        assert equals(slope * (sum(products) + float(rest)), total, len(decimals))
    error, value, *others, total = numbers(gradient)
    assert equals(error * value + sum(others), total)
    weight, rate, change, after = numbers(step)
    assert change == total
    assert after == pytest.approx(weight - rate * change, abs=1e-6)


def test_learning_begins_with_a_label(page: Page):
    open_inside(page, f"?view=unit&model=deep&layer=hidden_1&unit=3{INK}")
    expect(page.locator("[data-learning]")).to_be_hidden()
    page.get_by_role("button", name="One learning step").click()
    panel = page.locator("[data-learning]")
    expect(panel).to_be_in_viewport()
    expect(panel).to_contain_text("Choose the digit that you meant")
    expect(page.locator("[data-errors] tr")).to_have_count(0)
    page.get_by_role("group", name="What did you draw?").get_by_label("1", exact=True).check()
    expect(page.locator("[data-errors] tr")).to_have_count(10)
    expect(page).to_have_url(re.compile(r"label=1&rate=0\.01&steps=1"))
    once = error_rows(page)[1][3]
    page.get_by_role("group", name="Learning rate").get_by_label("0.001").check()
    expect(page).to_have_url(re.compile(r"rate=0\.001"))
    expect_settled(page)
    assert error_rows(page)[1][3] < once
    page.get_by_role("group", name="Steps").get_by_label("20").check()
    expect(page.locator("[data-verdicts]")).to_contain_text("After 20 steps")
    expect(page.locator("[data-learning-note]")).to_contain_text("each with a new gradient")


def test_weight_is_chosen_by_pointer_and_keys(page: Page):
    open_learning(page, "deep", "hidden_1", 3)
    heading = page.locator("[data-learning] h3")
    row = page.locator("[data-terms] tr").nth(4)
    name = row.locator("th").inner_text()
    row.click()
    expect(heading).to_contain_text(f"The weight from {name} to")
    page.locator("[data-pictures] canvas").first.click(position={"x": 1, "y": 1})
    expect(heading).to_contain_text("The weight from row 0, col 0 to")
    expect(page.locator("[data-learning-note]")).to_contain_text("The input is 0")
    gradients = page.locator("[data-gradients]")
    gradients.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(heading).to_contain_text("The weight from row 1, col 1 to")
    expect(page).to_have_url(re.compile("weight=29"))
    expect(gradients).to_be_focused()
    page.locator("[data-choose-layer]").select_option("hidden_2")
    expect(heading).to_contain_text("to hidden_2, neuron 0")
    expect(page).not_to_have_url(re.compile("weight="))


def test_weight_of_a_kernel_is_chosen_in_its_channel(page: Page):
    open_learning(page, "conv", "conv_2", 5)
    channel = page.locator("[data-pictures] .channel").nth(1)
    number = channel.get_attribute("data-channel")
    box = channel.locator("canvas").first.bounding_box()
    channel.locator("canvas").first.click(position={"x": box["width"] - 3, "y": box["height"] - 3})
    expect(page.locator("[data-learning] h3")).to_contain_text(f"row 2, col 2, channel {number} to conv_2")


@pytest.mark.parametrize("layer", ["pool_1", "is_digit"])
def test_layer_without_taught_weights_says_so(page: Page, layer: str):
    open_learning(page, "conv", layer, 0)
    expect(page.locator("[data-learning]")).to_contain_text("This layer has no weights that are taught here")
    expect(page.locator("[data-chain]")).to_have_count(0)


def test_neuron_that_is_off_learns_nothing(page: Page):
    open_learning(page, "deep", "hidden_1", 3, f"{SEVEN_AS_ONE}&off=hidden_1.3")
    expect(page.locator("[data-learning-note]")).to_have_text(
        "This neuron is switched off, so it learns nothing."
    )
    expect(page.locator("[data-chain]")).to_contain_text(
        "error of hidden_1, neuron 3 = 0, switched off, times"
    )
    assert numbers(chain(page)[-2])[-1] == 0


def test_another_drawing_needs_another_label(page: Page):
    open_learning(page, "deep", "hidden_1", 3)
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Undo").click()
    expect_settled(page)
    expect(page.locator("[data-errors] tr").first).to_be_hidden()
    expect(page.locator("[data-learning] :checked")).to_have_count(2)  # learning rate and steps
    expect(page).not_to_have_url(re.compile("label="))


def test_pasted_link_needs_another_label(page: Page):
    open_learning(page, "deep", "hidden_1", 3)
    page.evaluate("location.hash = '#ink=dw_50_0_m8'")
    expect(page.locator("[data-learning] :checked")).to_have_count(2)  # learning rate and steps
    expect(page).not_to_have_url(re.compile("label="))


@pytest.mark.parametrize("width", [320, 390])
def test_learning_fits_a_phone(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 664})
    open_learning(page, "conv", "conv_1", 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_learning_is_loaded_when_opened(page: Page):
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    open_inside(page, f"?view=unit&model=deep{INK}")
    assert not [url for url in requested if "learn" in url or "chain_rule" in url]
    page.get_by_role("button", name="One learning step").click()
    expect(page.locator("[data-learning]")).to_be_visible()
    assert [url for url in requested if url.endswith("/inspect/learning.js")]
