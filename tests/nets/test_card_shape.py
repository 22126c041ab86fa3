"""Malformed cards are refused when they are read, or every page shows them."""

import copy
import json
from collections.abc import Iterator

import pytest

from tests.fakes import load_fake, write_model
from tests.model_cards import whole_card
from webapp import create_app
from webapp.errors import ModelError
from webapp.nets.card_shape import check_shape
from webapp.nets.store import ModelStore
from webapp.settings import ROOT

WRONG = (None, -1, 1e999, "x", [], [[1]])
DETAILS = ("/models/conv", "/data?show=conv")
LISTS = ("/models", "/inside", "/api/models")  # show no evaluation


def places(value: object, place: tuple = ()) -> Iterator[tuple]:
    """Return the keys that lead to each value in a card; of lists and of fields by digit only the first."""
    if place:
        yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        if key not in (*range(1, 400), *"123456789"):
            yield from places(each, (*place, key))


def changed(card: dict, place: tuple, value: object) -> dict:
    """Return a card with another value in one place."""
    card = copy.deepcopy(card)
    parent = card
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return card


def malformed() -> Iterator[tuple[tuple, object, dict]]:
    """Return whole cards with one wrong value each, and what was changed."""
    card = whole_card()
    for place in places(card):
        for value in WRONG:
            yield place, value, changed(card, place, value)


def test_malformed_card_is_refused_or_shown_on_every_page(tmp_path):
    """Of each place in a card."""
    write_model(tmp_path, "conv", **whole_card())
    store = ModelStore(tmp_path, "conv", load=load_fake)
    app = create_app({"ROOM_FOLDER": tmp_path / "room"}, store=store)
    client, refused, failures = app.test_client(), 0, []
    for place, value, card in malformed():
        write_model(tmp_path, "conv", **card)
        try:
            store.reload("conv")
        except ModelError:
            refused += 1
            continue
        pages = DETAILS if place[0] == "evaluation" else DETAILS + LISTS
        failures += [(place, value, page) for page in pages if client.get(page).status_code != 200]
    app.extensions["room"].close()
    assert refused > 100
    assert not failures


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("evaluation", "pen_test"), 3, "dict as 'evaluation.pen_test'"),
        (
            ("evaluation", "mnist_test", "confusion"),
            [[1]],
            "a list of 10 lists of 10 counts as 'evaluation.mnist_test.confusion'",
        ),
        (("layers", 0, "type"), None, "str as 'layers[0].type'"),
        (("scores", "pen_test"), "x", "a finite number as 'scores.pen_test'"),
    ],
)
def test_error_names_the_place(place, value, expected):
    with pytest.raises(ModelError) as error:
        check_shape(changed(whole_card(), place, value))
    assert str(error.value) == f"expected {expected} of the card, received {value!r}"


def test_whole_card_and_shipped_cards_have_the_shape():
    check_shape(whole_card())
    shipped = list((ROOT / "models").glob("*.json"))
    assert shipped
    for path in shipped:
        check_shape(json.loads(path.read_text("utf-8")))
