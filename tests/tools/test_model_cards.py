"""docs/models.md matches the cards in models/."""

from tests.model_cards import whole_card
from tools.model_cards import ROOT, read_cards, write_page


def test_docs_match_the_cards():
    """If this fails: python tools/model_cards.py."""
    cards = read_cards(ROOT / "models")
    assert cards
    assert (ROOT / "docs" / "models.md").read_text("utf-8") == write_page(cards)


def test_docs_contain_a_picture_of_each_model():
    names = [card["name"] for card in read_cards(ROOT / "models")]
    assert names
    assert all((ROOT / "docs" / "models" / f"{name}.png").stat().st_size > 10_000 for name in names)


def test_page_contains_the_scores_of_a_card():
    page = write_page([whole_card() | {"name": "conv", "date": "2026-11-22"}])
    assert all(figure in page for figure in ("99.67%", "99.12%", "0.9934", "418,635"))
    assert all(words in page for words in ("CC BY 4.0", "python train_model.py conv", "60 minutes"))
    assert "![Training curves, confusion and reliability of conv](models/conv.png)" in page


def test_page_omits_a_missing_evaluation():
    card = whole_card() | {"name": "conv", "date": "2026-11-22", "scores": {}}
    del card["evaluation"]
    assert "| place |" not in write_page([card])
    assert "| [conv](#conv) |" in write_page([card])
