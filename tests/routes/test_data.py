"""The data page: browsing, missing files, invalid parameters."""

import html
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from tests.model_cards import whole_card
from webapp import create_app
from webapp.data_browser import to_png
from webapp.ink.links import _base36
from webapp.settings import ROOT


@pytest.fixture
def data(tmp_path, store):
    """A client of a server with a small MNIST and two pen digits."""
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


def test_data_page_links_digits_to_the_pad(data):
    assert len(links(data, "")) == 60
    assert len(links(data, "?set=mnist&page=2")) == 10
    assert all(link.startswith("bitmap=") for link in links(data, "?set=mnist"))


def test_data_page_filters_by_digit(data):
    page = html.unescape(data.get("/data?set=mnist&digit=7").text)
    assert set(re.findall(r"<span>(a \d), test image", page)) == {"a 7"}
    assert "13 digits" in page


@pytest.mark.parametrize(
    ("query", "caption"),
    [
        ("?set=mnist&digit=8", "an 8, test image 8"),
        ("?set=pen&digit=7", "a 7, writer here/me"),
        ("?set=samples&digit=7", "a barred seven"),
    ],
)
def test_captions_are_phrases(data, query, caption):
    assert f"<span>{caption}</span>" in data.get(f"/data{query}").text


def test_data_page_links_pen_digits_as_ink(data):
    # The ink is 3 by 9: in the middle of the pad, its larger side 760 units.
    left, top, right, bottom = 373, 120, 254, 760  # whole units: the last two are steps
    assert links(data, "?set=pen&digit=7") == [f"ink={'_'.join(map(_base36, (left, top, right, bottom)))}"]


@pytest.fixture
def without_data(store, tmp_path):
    """A client of a server without data files."""
    return create_app({"DATA": tmp_path}, store=store).test_client()


def test_data_page_without_files_greets_with_samples(without_data):
    page = html.unescape(without_data.get("/data").text)
    assert len(links(without_data, "")) >= 20
    assert all(link.startswith("ink=") for link in links(without_data, ""))
    assert page.index("Samples") < page.index("a round zero") < page.index("mnist.npz and pen_digits.jsonl")
    assert "Not on this computer" not in page


def test_link_to_a_missing_set_shows_samples(without_data):
    page = html.unescape(without_data.get("/data?set=pen").text)
    assert "Not on this computer: Pen digits. Here are samples instead." in page
    assert links(without_data, "?set=pen") == links(without_data, "?set=samples")


def test_part_of_mnist_is_shown_without_its_file(without_data):
    page = html.unescape(without_data.get("/data?set=mnist&digit=7").text)
    assert "MNIST’s test set, a part" in page
    assert "a 7, test image" in page
    assert "mnist.npz" in page


def test_data_page_shows_mistakes_without_data_files(store, tmp_path):
    store.card("conv").update(whole_card())
    mistakes = whole_card()["evaluation"]["pen_test"]["mistakes"]
    label = mistakes[0]["label"]
    client = create_app({"DATA": tmp_path}, store=store).test_client()
    assert len(links(client, "?set=conv")) == min(len(mistakes), 60)
    found = links(client, f"?set=conv&digit={label}")
    assert len(found) == sum(mistake["label"] == label for mistake in mistakes)
    assert f"predicted {mistakes[0]['digit']}" in client.get("/data?set=conv").text


def test_data_page_shows_mistakes_of_shipped_cards(store, tmp_path):
    card = json.loads((ROOT / "models" / "conv.json").read_text("utf-8"))
    store.card("conv").update(card)
    client = create_app({"DATA": tmp_path}, store=store).test_client()
    assert len(links(client, "?set=conv")) == len(card["evaluation"]["pen_test"]["mistakes"]) > 0


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("set=secret", "expected one of the sets mnist, pen, samples, received 'secret'"),
        ("digit=12", "expected digit as a whole number from 0 to 9, received '12'"),
        ("page=-1", "expected page as a whole number from 0 to 10,000, received '-1'"),
    ],
)
def test_data_page_rejects_invalid_parameters(data, query, message):
    response = data.get(f"/data?{query}", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert response.json["error"]["message"] == message


def test_data_page_beyond_the_last_is_empty(data):
    assert "No digits on this page." in data.get("/data?set=pen&page=7").text


def test_png_encodes_the_bitmap_as_alpha():
    bitmap = np.arange(784, dtype=np.uint8).reshape(28, 28)
    picture = Image.open(io.BytesIO(to_png(bitmap)))
    gray, alpha = picture.split()
    assert (picture.format, picture.mode) == ("PNG", "LA")
    assert (np.asarray(alpha) == bitmap).all()
    assert (np.asarray(gray) == 128).all()


def test_data_page_explains_a_damaged_file(data, tmp_path, caplog):
    (tmp_path / "data" / "mnist.npz").write_bytes(b"PK, the start of a download")
    page = data.get("/data?set=mnist", headers={"Accept": "text/html"})
    assert (page.status_code, data.get("/data?set=samples").status_code) == (503, 200)
    assert "This collection of digits cannot be read. Choose another one." in page.text
    assert "GET /data failed: expected x_train" in caplog.text
