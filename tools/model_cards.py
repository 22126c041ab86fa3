"""Write docs/models.md from the models' cards: python tools/model_cards.py. Never edit it by hand."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# The models

Made from the cards in `models/` by `python tools/model_cards.py`; every figure stands in a card.
MNIST is its official test set of 10,000 digits. Pen digits were drawn on tablets by people whose
handwriting no model was trained on. The calibration error is the mean gap between how sure a model
says it is and how often it is right, on each hand with a temperature fitted on the others. On so few
digits even answers that mean exactly what they say are not 0 off: each section says by how much.
"""
SCORES = {
    "mnist_test": "MNIST's test set, read right",
    "pen_unseen": "pen digits of unseen hands, read right",
    "calibration_error": "calibration error",
    "calibration_error_by_chance": "the same of answers that mean exactly what they say, by chance",
    "is_digit_auroc": "AUROC, digits against symbols of unseen hands",
    "is_digit_auroc_unseen_kinds": "AUROC, digits against kinds of symbols never trained on",
    "digits_accepted_at_half": "pen digits taken for digits",
    "others_accepted_at_half": "symbols taken for digits",
    "others_accepted": "symbols that would pass where 98 % of the pen digits do",
    "scribbles_accepted": "scribbles that would pass where 98 % of the pen digits do",
}


def write_page(cards: list[dict]) -> str:
    """Return the whole page for cards in the order of the ladder."""
    ladder = [
        [
            f"[{card['name']}](#{card['name']})",
            card["title"],
            card["hidden_layers"],
            f"{card['parameters']:,}",
            *(score(card, name) for name in ("mnist_test", "pen_unseen", "calibration_error")),
        ]
        for card in cards
    ]
    names = ["model", "", "hidden layers", "parameters", "MNIST", "pen digits", "calibration error"]
    return "\n".join([HEAD, table(names, ladder), *map(section, cards)])


def section(card: dict) -> str:
    """Return what the page tells of one model."""
    training, evaluation = card["training"], card.get("evaluation") or {}
    scores = [[words, score(card, name)] for name, words in SCORES.items() if name in card["scores"]]
    parts = [
        f"## {card['name']}\n\n{card['summary']}\n",
        f"![Training curves, confusion and reliability of {card['name']}](models/{card['name']}.png)\n",
        table(["score", ""], scores),
        by_site(evaluation.get("pen_unseen") or {}),
        table(["layer", "kind", "gives", "activation", "parameters"], map(layer, card["layers"])),
        table(["data", "samples", "licence", "from"], map(data, card["data"])),
        f"{training['epochs']} epochs, seed {training['seed']}, "
        f"{training['seconds'] / 60:.0f} minutes on {card['date']}; "
        + ", ".join(f"{name} {version}" for name, version in card["versions"].items())
        + ".\n",
    ]
    if command := training.get("command"):
        parts.append(f"```\n{command}\n```\n")
    return "\n".join(part for part in parts if part)


def by_site(scores: dict) -> str:
    """Return the accuracy on pen digits by place of collection, or nothing where it was not measured."""
    sites = scores.get("by_site") or {}
    if not sites:
        return ""
    return table(
        ["place", *sites],
        [
            ["digits", *(f"{entry['samples']:,}" for entry in sites.values())],
            ["read right", *(f"{entry['accuracy']:.1%}" for entry in sites.values())],
        ],
    )


def layer(entry: dict) -> list[object]:
    shape = " × ".join(map(str, entry["output_shape"]))
    return [entry["name"], entry["type"], shape, entry["activation"] or "", f"{entry['parameters']:,}"]


def data(entry: dict) -> list[object]:
    return [entry["name"], f"{entry['samples']:,}", entry["licence"], entry["source"]]


def score(card: dict, name: str) -> str:
    """Return a score as the page writes it: AUROC as a number, the others as shares."""
    value = card["scores"].get(name)
    if value is None:
        return "–"
    return f"{value:.4f}" if "auroc" in name else f"{value:.2%}"


def table(names: list[str], rows) -> str:
    """Return a Markdown table."""
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def read_cards(folder: Path) -> list[dict]:
    """Return the cards in `folder`, the one with the fewest parameters first."""
    cards = [json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")]
    return sorted(cards, key=lambda card: (card["parameters"], card["name"]))


if __name__ == "__main__":
    (ROOT / "docs" / "models.md").write_text(write_page(read_cards(ROOT / "models")), "utf-8")
