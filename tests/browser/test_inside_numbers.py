"""What the page Inside shows adds up as shown, and a neuron has one place in every view."""

import base64
import math
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import expect_settled
from tests.browser.test_inside import open_inside
from tests.waiting import wait_until

INK = "#ink=8c_50_5k_0_-2s_i8"
NUMBER = r"\(?(-?\d+\.\d+)\)?"
TERM = rf"{NUMBER} · {NUMBER}"
NO_PIXELS = base64.b64encode(bytes(4 * 784)).decode()  # float32
RATIO = "(canvas) => canvas.width / canvas.height"
EXACT = 1e-9  # what is left after rounding to the decimals shown


def texts(page: Page, hook: str) -> list[str]:
    """Return the texts of elements with hyphens as minus signs."""
    return [text.replace("−", "-") for text in page.locator(hook).all_inner_texts()]


def numbers(text: str) -> list[float]:
    """Return the numbers with a decimal point in a text."""
    return [float(number) for number in re.findall(r"-?\d+\.\d+", text.replace("−", "-"))]


def equals(found: float, shown: float, decimals: int = 4) -> bool:
    """Return whether a number that follows from others is shown, rounded in either direction at a tie."""
    return abs(found - shown) <= 0.5 * 10**-decimals + EXACT


@pytest.mark.parametrize(
    ("model", "layer", "unit", "more"),
    [
        ("deep", "hidden_1", 3, ""),
        ("deep", "hidden_1", 3, "&off=hidden_1.3"),
        ("deep", "hidden_2", 17, "&linear=hidden_2"),
        ("deep", "digit", 7, ""),
        ("conv", "conv_1", 2, ""),
        ("conv", "conv_2", 5, "&off=conv_2.5"),
        ("conv", "digit", 7, ""),
        ("linear", "digit", 7, ""),
    ],
)
def test_written_sum_adds_up_as_shown(page: Page, model: str, layer: str, unit: int, more: str):
    open_inside(page, f"?view=unit&model={model}&layer={layer}&unit={unit}{more}{INK}")
    _, written, total, output = texts(page, "[data-sum] .formula")
    products = [float(weight) * float(value) for weight, value in re.findall(TERM, written)]
    rest, bias = float(re.search(r"more: (-?[\d.]+)", written)[1]), numbers(written)[-1]
    z = numbers(total)[-1]
    assert equals(sum(products) + rest + bias, z)
    assert numbers(total)[:2] == [pytest.approx(z - bias, abs=EXACT), bias]
    if layer == "digit":
        return
    function, own = ("z", z) if "linear=" in more else ("ReLU(z)", max(z, 0))
    is_off = "off=" in more
    expected = (
        f"0.0000 (switched off; otherwise {function} = {own:.4f})" if is_off else f"{function} = {own:.4f}"
    )
    assert output == f"output = {expected}"
    assert numbers(texts(page, "[data-activation-result]")[0]) == [z, own]
    assert ("switched off: its output is 0" in page.locator("[data-activation-note]").inner_text()) == is_off


@pytest.mark.parametrize(("model", "layer"), [("deep", "hidden_2"), ("conv", "conv_2")])
def test_terms_are_products_of_the_shown_factors(page: Page, model: str, layer: str):
    open_inside(page, f"?view=unit&model={model}&layer={layer}&unit=5{INK}")
    rows = [numbers(" ".join(row.split("\t")[1:])) for row in texts(page, "[data-terms] tr")]
    assert len(rows) == 10
    assert all(equals(weight * value, product) for weight, value, product in rows)


def test_sums_over_channels_add_up_as_shown(page: Page):
    open_inside(page, f"?view=unit&model=conv&layer=conv_2&unit=5{INK}")
    channels = [numbers(text)[0] for text in texts(page, ".channel__name")]
    others = float(re.search(r"other \d+ channels add (-?[\d.]+\d)", texts(page, "[data-sum] .muted")[0])[1])
    assert sum(channels) + others == pytest.approx(
        numbers(texts(page, "[data-sum] .formula")[2])[0], abs=EXACT
    )


def test_softmax_adds_up_as_shown(page: Page):
    open_inside(page, f"?view=unit&model=deep&layer=digit&unit=7{INK}")
    rows = [numbers(row) for row in texts(page, "[data-softmax-rows] tr")]
    logits, exponentials, shares = zip(*rows, strict=True)
    assert all(equals(math.exp(x - max(logits)), e) for x, e in zip(logits, exponentials, strict=True))
    assert sum(shares) == pytest.approx(1, abs=EXACT)
    ratios = [e / sum(exponentials) for e in exponentials]
    assert all(abs(ratio - share) < 1e-4 for ratio, share in zip(ratios, shares, strict=True))
    assert numbers(texts(page, "[data-sum] .formula")[3])[-1] == shares[7]


@pytest.mark.parametrize(("blank", "full"), [(-0.8449, 6.4251), (1.005, 2.0149), (3.0, -0.126)])
def test_attribution_adds_up_as_shown(page: Page, blank: float, full: float):
    answer = {"digit": 7, "against": None, "blank": blank, "full": full, "pixels": NO_PIXELS}
    page.route("**/api/explain*", lambda route: route.fulfill(json=answer))
    open_inside(page, f"?view=explanation{INK}")
    before, after, gained = numbers(texts(page, "[data-gain]")[0])
    assert gained == pytest.approx(after - before, abs=EXACT)
    plus, minus, *error, total = numbers(texts(page, "[data-balance]")[0])
    assert total == gained == pytest.approx(plus + minus + sum(error), abs=EXACT)


def test_real_attribution_misses_little(page: Page):
    open_inside(page, f"?view=explanation&model=conv{INK}")
    plus, minus, *error, total = numbers(texts(page, "[data-balance]")[0])
    assert total == pytest.approx(plus + minus + sum(error), abs=EXACT)
    assert abs(sum(error)) <= 0.05


def test_superposition_differences_add_up_as_shown(page: Page):
    open_inside(page, f"?view=comparison{INK}")
    expect(page.locator("[data-superposition] tr")).to_have_count(4)
    for row in texts(page, "[data-superposition] tr"):
        parts, whole, *difference = numbers(row)
        assert whole - parts == pytest.approx(sum(difference), abs=EXACT), row


@pytest.mark.parametrize(
    ("shares", "shown"),
    [
        ([0.335, 0.335, 0.33], ["34", "33", "33"]),
        ([0.9, *[0.0149] * 6, 0.006, 0.0046], ["90", "2", "2", "2", "1", "1", "1", "1", "<1"]),
        ([0.846, *[0.0249] * 6, 0.0046], ["85", "3", "3", "3", "2", "2", "2", "<1"]),
        ([0.9, *[0.0196] * 5, 0.002], ["90", "2", "2", "2", "2", "2", "<1"]),
        ([0.996, 0.004], [">99", "<1"]),
        ([1.0, 0.0], ["100", "0"]),
    ],
)
def test_percentages_add_up_to_100(module, shares: list[float], shown: list[str]):
    found = module("core/format.js", "return m.shownShares(args[0]).map(m.hundredths);", shares)
    assert found == shown


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    ("model", "layer", "reader"),
    [("deep", "hidden_1", "hidden_2"), ("conv", "hidden", "digit"), ("conv", "conv_4", "hidden")],
)
def test_neuron_has_one_place_in_every_view(page: Page, width: int, model: str, layer: str, reader: str):
    page.set_viewport_size({"width": width, "height": 800})
    open_inside(page, f"?view=layers&model={model}{INK}")
    whole = page.locator(f"[data-layer-picture={layer}]").evaluate(RATIO)
    page.locator("[data-tab=unit]").click()
    page.locator("[data-choose-layer]").select_option(reader)
    expect_settled(page)
    pictures = page.locator("[data-pictures] canvas")
    assert pictures.evaluate_all("(all) => all.map((canvas) => canvas.width / canvas.height)") == [whole] * 3


@pytest.mark.parametrize(
    ("query", "hook"),
    [("view=layers", "[data-layer-picture=conv_4]"), ("view=unit&layer=hidden", "[data-pictures] canvas")],
)
def test_turning_a_tablet_arranges_feature_maps_again(page: Page, query: str, hook: str):
    page.set_viewport_size({"width": 1180, "height": 820})
    open_inside(page, f"?model=conv&{query}{INK}")
    picture = page.locator(hook).first
    wide = picture.evaluate(RATIO)
    page.set_viewport_size({"width": 820, "height": 1180})
    wait_until(lambda: picture.evaluate(RATIO) < wide, "more rows")
    narrow = picture.evaluate(RATIO)
    page.reload()
    expect(page.locator(hook).first).to_be_visible()
    assert picture.evaluate(RATIO) == narrow


@pytest.mark.parametrize("width", [320, 390, 844])
def test_all_tabs_are_in_view(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 664})
    page.goto("/inside")
    boxes = [tab.bounding_box() for tab in page.get_by_role("tab").all()]
    assert len(boxes) == 6
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
