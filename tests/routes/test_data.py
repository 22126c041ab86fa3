"""The page of digits to browse: what is at hand, what is not, and what is asked for wrongly."""

import html
import json
import re
import zlib

import numpy as np
import pytest

from tests.model_cards import whole_card
from webapp import create_app
from webapp.ink.inkcode import _base36
from webapp.settings import ROOT
from webapp.training.png import to_png


@pytest.fixture
def data(tmp_path, store):
    """A client with a small MNIST and two pen digits at hand."""
    folder = tmp_path / "data"
    folder.mkdir()
    bitmaps = np.random.default_rng(0).integers(0, 256, (130, 28, 28)).astype(np.uint8)
    labels = np.arange(130) % 10
    np.savez(folder / "mnist.npz", x_train=bitmaps, y_train=labels, x_test=bitmaps, y_test=labels)
    inks = [{"label": label, "writer": "here/me", "strokes": [[[0, 0], [3, 9]]]} for label in (4, 7)]
    (folder / "pen_digits.jsonl").write_text("\n".join(map(json.dumps, inks)), "utf-8")
    return create_app({"DATA": folder}, store=store).test_client()


def links(client, query: str) -> list[str]:
    return re.findall(r'href="/inside#([^"]+)"', html.unescape(client.get(f"/data{query}").text))


def test_data_shows_a_page_of_digits_that_go_on_the_pad(data):
    assert len(links(data, "")) == 60
    assert len(links(data, "?set=mnist&page=2")) == 10
    assert all(link.startswith("bitmap=") for link in links(data, "?set=mnist"))


def test_data_shows_one_digit_only(data):
    page = html.unescape(data.get("/data?set=mnist&digit=7").text)
    assert set(re.findall(r'alt="a (\d)', page)) == {"7"}
    assert "13 digits" in page


def test_data_puts_pen_digits_on_the_pad_as_ink(data):
    # The ink is 3 by 9: in the middle of the pad, its larger side 760 units.
    left, top, right, bottom = 373, 120, 254, 760  # whole units: the last two are steps
    assert links(data, "?set=pen&digit=7") == [f"ink={'_'.join(map(_base36, (left, top, right, bottom)))}"]


def test_data_that_is_not_at_hand_is_told(store, tmp_path):
    page = html.unescape(create_app({"DATA": tmp_path}, store=store).test_client().get("/data").text)
    assert "Not at hand: mnist.npz and pen_digits.jsonl" in page
    assert "keras.datasets.mnist.load_data" in page


def test_data_shows_a_models_mistakes_without_any_data(store, tmp_path):
    store.card("conv").update(whole_card())
    mistakes = whole_card()["evaluation"]["pen_unseen"]["mistakes"]
    label = mistakes[0]["label"]
    client = create_app({"DATA": tmp_path}, store=store).test_client()
    assert len(links(client, "?set=conv")) == min(len(mistakes), 60)
    found = links(client, f"?set=conv&digit={label}")
    assert len(found) == sum(mistake["label"] == label for mistake in mistakes)
    assert f"read as {mistakes[0]['answer']}" in client.get("/data?set=conv").text


def test_data_of_the_shipped_cards_has_their_mistakes(store, tmp_path):
    card = json.loads((ROOT / "models" / "conv.json").read_text("utf-8"))
    store.card("conv").update(card)
    client = create_app({"DATA": tmp_path}, store=store).test_client()
    assert len(links(client, "?set=conv")) == len(card["evaluation"]["pen_unseen"]["mistakes"]) > 0


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("set=secret", "expected one of the sets mnist, pen, received 'secret'"),
        ("digit=12", "expected digit as a whole number from 0 to 9, received '12'"),
        ("page=-1", "expected page as a whole number from 0 to 10,000, received '-1'"),
    ],
)
def test_data_tells_what_is_wrong(data, query, message):
    response = data.get(f"/data?{query}", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert response.json["error"]["message"] == message


def test_data_page_beyond_the_last_is_empty(data):
    assert "There is none on this page." in data.get("/data?set=pen&page=7").text


def test_png_holds_the_bitmap_as_its_strength():
    bitmap = np.arange(784, dtype=np.uint8).reshape(28, 28)
    png = to_png(bitmap)
    start = png.index(b"IDAT") + 4
    lines = np.frombuffer(zlib.decompress(png[start:-16]), np.uint8).reshape(28, 1 + 2 * 28)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert (lines[:, 0] == 0).all()
    assert (lines[:, 2::2] == bitmap).all()
