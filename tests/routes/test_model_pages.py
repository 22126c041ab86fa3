"""The models' pages tell what is in the cards, whole or bare."""

from html.parser import HTMLParser

import pytest

from tests.conftest import PATIENCE
from tests.fakes import load_fake, write_model
from tests.model_cards import whole_card
from webapp import create_app
from webapp.nets.store import ModelStore


class Page(HTMLParser):
    """The tags of a page with their attributes, the rows of its tables, and its whole text."""

    def __init__(self, source: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._in_cell = False
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._in_cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._in_cell = False
            self.rows[-1][-1] = " ".join(self.rows[-1][-1].split())

    def handle_data(self, data):
        self.text += data
        if self._in_cell:
            self.rows[-1][-1] += data

    def row(self, first: str) -> list[str]:
        """Return the cells of the first row that begins with `first`."""
        return next(row for row in self.rows if row[0] == first)


@pytest.fixture
def client(tmp_path):
    """A client of a server with a bare card, a whole one, and a model whose card cannot be read."""
    write_model(tmp_path, "linear", parameters=7_850)
    write_model(tmp_path, "conv", **whole_card())
    (tmp_path / "broken.json").write_text("{", "utf-8")
    store = ModelStore(tmp_path, "conv", load=load_fake)
    store.start()
    store.wait(PATIENCE)
    app = create_app({"TESTING": True}, store=store)
    return app.test_client()


@pytest.fixture
def conv(client) -> Page:
    """The page of the model with a whole card."""
    return Page(client.get("/models/conv").text)


def test_models_page_shows_the_ladder_with_its_scores(client):
    rows = Page(client.get("/models").text).rows
    assert [row[0].split()[0] for row in rows[1:]] == ["broken", "linear", "conv"]
    assert rows[3][1:] == ["99.1 %", "99.7 %", "6", "418,635"]
    assert rows[2][1] == "–"
    assert "the default" in rows[3][0]
    assert "cannot be used" in rows[1][0]


@pytest.mark.parametrize("path", ["/models", "/models/conv", "/models/linear", "/models/broken"])
def test_pages_hold_no_script_and_no_style_of_their_own(client, path):
    response = client.get(path)
    assert response.status_code == 200
    for tag, attributes in Page(response.text).tags:
        assert tag != "style"
        assert tag != "script" or "src" in attributes
        assert not any(name == "style" or name.startswith("on") for name in attributes)


def test_model_page_tells_large_figures_and_how_it_was_made(conv):
    figures = ("99.1 %", "99.7 %", "0.993", "418,635")
    assert all(figure in conv.text for figure in figures)
    assert all(words in conv.text for words in ("60 minutes", "2.21.0", "python train_model.py conv"))


def test_model_page_escapes_what_the_card_says(client):
    source = client.get("/models/conv").text
    assert "UNIPEN &lt;train&gt;" in source
    assert "patches &amp; finds" in source


def test_model_page_shows_the_confusion_with_signs(conv):
    counts = whole_card()["evaluation"]["pen_unseen"]["confusion"]
    for digit in range(10):
        row = next(row for row in conv.rows if row[0] == str(digit) and len(row) == 11)
        signs = ["✓" if column == digit else "×" for column in range(10)]
        cells = zip(signs, counts[digit], strict=True)
        assert row[1:] == [f"{sign} {n}" if n or sign == "✓" else "0" for sign, n in cells]


def test_model_page_shows_scores_by_digit_and_by_place(conv):
    sites = whole_card()["evaluation"]["pen_unseen"]["by_site"]
    assert conv.row("Digits")[1:] == ["200", "200"]
    assert conv.row("Read right")[1:] == [f"{sites[name]['accuracy'] * 100:.1f} %" for name in ("ibm", "syn")]
    assert len(conv.row("Pen digits")) == 11
    assert sum("▾" in cell for cell in conv.row("Pen digits")) >= 1


def test_model_page_draws_the_reliability_diagram_and_tells_it(conv):
    diagram = whole_card()["evaluation"]["calibration"]["reliability"]
    points = [attributes for tag, attributes in conv.tags if tag == "circle"]
    assert len(points) == len(diagram)
    for point, entry in zip(points, diagram, strict=True):
        assert (float(point["cx"]) - 50) / 270 == pytest.approx(entry["confidence"], abs=1e-3)
        assert (290 - float(point["cy"])) / 270 == pytest.approx(entry["accuracy"], abs=1e-3)
        assert conv.row(f"{entry['confidence'] * 100:.1f} %")[2] == f"{entry['samples']:,}"


def test_model_page_carries_each_mistake_with_its_bitmap(conv):
    mistakes = whole_card()["evaluation"]["pen_unseen"]["mistakes"]
    canvases = [attributes for tag, attributes in conv.tags if tag == "canvas"]
    assert [canvas["data-bitmap"] for canvas in canvases] == [mistake["bitmap"] for mistake in mistakes]
    assert 10 < len(canvases) <= 40


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.62, "62 %"), (0.994, "99 %"), (0.996, "over 99 %"), (0.99999994, "over 99 %"), (1.0, "100 %")],
)
def test_model_page_does_not_round_to_certainty(app, probability, words):
    numbers = app.jinja_env.get_template("model/numbers.html").module
    assert numbers.sureness(probability) == words


def test_model_page_lists_layers_and_data(conv):
    assert conv.row("digit") == ["digit", "Dense", "10", "softmax", "970"]
    assert conv.row("bitmap") == ["bitmap", "InputLayer", "28 × 28", "–", "–"]
    assert conv.row("pen_digits") == ["pen_digits", "9,876", "CC BY 4.0", "UNIPEN <train>"]


def test_model_page_of_a_bare_card_leaves_out_what_it_does_not_know(client):
    page = Page(client.get("/models/linear").text)
    assert "A model for tests." in page.text
    assert "97.0 %" in page.text
    for heading in ("Its worst mistakes", "What is taken for what", "By digit", "Layers"):
        assert heading not in page.text


def test_models_are_reached_from_every_page(client):
    for path in ("/", "/models", "/models/conv", "/nothing"):
        page = Page(client.get(path, headers={"Accept": "text/html"}).text)
        assert ("a", "/models") in [(tag, attributes.get("href")) for tag, attributes in page.tags]


def test_model_page_of_an_unknown_name_is_a_page_that_says_so(client):
    response = client.get("/models/cubic", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "cubic" in response.text
