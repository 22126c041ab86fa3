"""The models' pages show complete and minimal cards."""

from html.parser import HTMLParser

import pytest

from tests.fakes import load_fake, write_model
from tests.model_cards import whole_card
from tests.waiting import TIMEOUT
from webapp import create_app
from webapp.nets.store import ModelStore


class Page(HTMLParser):
    """Parsed HTML: tags with attributes, table rows, and text."""

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
    """A client of a server with a minimal card, a complete card and an unreadable one."""
    write_model(tmp_path, "linear", parameters=7_850)
    write_model(tmp_path, "conv", **whole_card())
    (tmp_path / "broken.json").write_text("{", "utf-8")
    store = ModelStore(tmp_path, "conv", load=load_fake)
    store.start()
    store.wait(TIMEOUT)
    app = create_app({"TESTING": True}, store=store)
    return app.test_client()


@pytest.fixture
def conv(client) -> Page:
    """The page of the model with a complete card."""
    return Page(client.get("/models/conv").text)


def test_models_page_lists_models_with_scores(client):
    rows = Page(client.get("/models").text).rows
    assert [row[0].split()[0] for row in rows[1:]] == ["broken", "linear", "conv"]
    assert rows[3][1:] == ["99.1 %", "99.7 %", "6", "418,635"]
    assert rows[2][1] == "–"
    assert "the default" in rows[3][0]
    assert "cannot be used" in rows[1][0]


@pytest.mark.parametrize("path", ["/models", "/models/conv", "/models/linear", "/models/broken"])
def test_pages_contain_no_inline_script_or_style(client, path):
    response = client.get(path)
    assert response.status_code == 200
    for tag, attributes in Page(response.text).tags:
        assert tag != "style"
        assert tag != "script" or "src" in attributes
        assert not any(name == "style" or name.startswith("on") for name in attributes)


def test_model_page_shows_scores_and_training(conv):
    figures = ("99.1 %", "99.7 %", "0.993", "418,635")
    assert all(figure in conv.text for figure in figures)
    assert all(words in conv.text for words in ("60 minutes", "2.21.0", "python train_model.py conv"))


def test_model_page_escapes_card_text(client):
    source = client.get("/models/conv").text
    assert "UNIPEN &lt;train&gt;" in source
    assert "patches &amp; finds" in source


def test_model_page_marks_confusion_cells_with_signs(conv):
    counts = whole_card()["evaluation"]["pen_test"]["confusion"]
    for digit in range(10):
        row = next(row for row in conv.rows if row[0] == str(digit) and len(row) == 11)
        signs = ["✓" if column == digit else "×" for column in range(10)]
        cells = zip(signs, counts[digit], strict=True)
        assert row[1:] == [f"{sign} {n}" if n or sign == "✓" else "0" for sign, n in cells]


def test_model_page_shows_scores_by_digit_and_site(conv):
    sites = whole_card()["evaluation"]["pen_test"]["by_site"]
    assert conv.row("Digits")[1:] == ["200", "200"]
    assert conv.row("Correct")[1:] == [f"{sites[name]['accuracy'] * 100:.1f} %" for name in ("ibm", "syn")]
    assert len(conv.row("Pen digits")) == 11
    assert sum("▾" in cell for cell in conv.row("Pen digits")) >= 1


def test_model_page_shows_reliability_as_diagram_and_table(conv):
    diagram = whole_card()["evaluation"]["calibration"]["reliability"]
    points = [attributes for tag, attributes in conv.tags if tag == "circle"]
    bars = [attributes for _, attributes in conv.tags if attributes.get("class") == "reliability__interval"]
    start = 0.2 * int(min(entry[field] for entry in diagram for field in ("confidence", "low")) / 0.2)

    def value(length: str) -> float:
        return start + (1 - start) * abs(float(length)) / 270

    for point, bar, entry in zip(points, bars, diagram, strict=True):
        assert value(point["cx"]) == pytest.approx(entry["confidence"], abs=1e-3)
        assert value(point["cy"]) == pytest.approx(entry["accuracy"], abs=1e-3)
        _, _, low, _, high = bar["d"].split()
        assert [value(low), value(high)] == pytest.approx([entry["low"], entry["high"]], abs=1e-3)
        assert conv.row(f"{entry['confidence'] * 100:.1f} %")[3] == f"{entry['samples']:,}"
    assert "Wilson" in conv.text
    assert "polyline" not in [tag for tag, _ in conv.tags]


def test_model_page_of_a_card_without_intervals_omits_the_diagram(tmp_path):
    card = whole_card()
    for entry in card["evaluation"]["calibration"]["reliability"]:
        del entry["low"], entry["high"]
    write_model(tmp_path, "conv", **card)
    page = Page(create_app({"TESTING": True, "MODELS": tmp_path}).test_client().get("/models/conv").text)
    assert "the confidence of" in page.text
    assert "circle" not in [tag for tag, _ in page.tags]


def test_model_page_contains_bitmaps_of_mistakes(conv):
    mistakes = whole_card()["evaluation"]["pen_test"]["mistakes"]
    canvases = [attributes for tag, attributes in conv.tags if tag == "canvas"]
    assert [canvas["data-bitmap"] for canvas in canvases] == [mistake["bitmap"] for mistake in mistakes]
    assert 10 < len(canvases) <= 40


def test_model_pages_do_not_round_to_certainty(tmp_path):
    card = whole_card()
    card["scores"] |= {"pen_test": 0.99995, "synthetic_accepted": 0.0004}
    scores = card["evaluation"]["pen_test"]
    scores["by_site"] = {
        "aga": {"samples": 13, "accuracy": 12 / 13},
        "syn": {"samples": 900, "accuracy": 0.9999},
    }
    scores["mistakes"][0]["probability"] = 0.99999994
    write_model(tmp_path, "conv", **card)
    store = ModelStore(tmp_path, "conv", load=load_fake)
    client = create_app({"TESTING": True}, store=store).test_client()
    page = Page(client.get("/models/conv").text)
    assert page.row("Correct")[1:] == ["12 of 13", "over 99.9 %"]
    assert "over 99 % sure" in page.text
    assert "under 0.1 %" in page.text
    for path in ("/models/conv", "/models", "/inside", "/"):
        text = Page(client.get(path).text).text
        assert "over 99.9 %" in text
        assert "100.0 %" not in text


def test_model_page_lists_layers_and_data(conv):
    assert conv.row("digit") == ["digit", "Dense", "10", "softmax", "970"]
    assert conv.row("bitmap") == ["bitmap", "InputLayer", "28 × 28", "–", "–"]
    assert conv.row("pen_digits") == ["pen_digits", "9,876", "CC BY 4.0", "UNIPEN <train>"]


def test_model_page_of_a_minimal_card_omits_sections(client):
    page = Page(client.get("/models/linear").text)
    assert "A model for tests." in page.text
    assert "97.0 %" in page.text
    for heading in ("Biggest mistakes", "Confusion matrix", "Accuracy by digit", "Layers"):
        assert heading not in page.text


def test_every_page_links_to_the_models(client):
    for path in ("/", "/models", "/models/conv", "/nothing"):
        page = Page(client.get(path, headers={"Accept": "text/html"}).text)
        assert ("a", "/models") in [(tag, attributes.get("href")) for tag, attributes in page.tags]


def test_model_page_of_an_unknown_name_returns_404(client):
    response = client.get("/models/cubic", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "cubic" in response.text
