"""Generate docs/models.md from the model cards: python tools/model_cards.py"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# The models

`python tools/model_cards.py` generates this page from the cards in `models/`; do not edit it. MNIST is its
official test set of 10,000 digits. Pen digits come from writers of UNIPEN and of UCI's pendigits that the
training never saw, each drawing once. The calibration error is the mean gap between confidence and accuracy
in ten bins of equal count, each writer with a temperature fitted on the others. The next row is the error
that a perfectly calibrated network shows on a sample of this size.
[More figures](reliability.md#recognition)
"""
SCORES = {
    "mnist_test": "accuracy on MNIST's test set",
    "pen_test": "accuracy on pen digits of unseen writers",
    "calibration_error": "calibration error",
    "ideal_calibration_error": "calibration error expected of a calibrated network",
    "is_digit_auroc": "AUROC, digits against symbols of unseen writers",
    "is_digit_auroc_new_kinds": "AUROC, digits against kinds of symbols never trained on",
    "new_kinds_accepted": "of those kinds accepted at the threshold that accepts 98 % of the pen digits",
    "digits_accepted_at_half": "pen digits accepted (is_digit from 0.5)",
    "symbols_accepted_at_half": "symbols accepted (is_digit from 0.5)",
    "symbols_accepted": "symbols accepted at the threshold that accepts 98 % of the pen digits",
    "synthetic_accepted": "synthetic negatives accepted at the threshold that accepts 98 % of the pen digits",
}


def write_page(cards: list[dict]) -> str:
    """Return the page for cards sorted by size."""
    rows = [
        [
            f"[{card['name']}](#{card['name']})",
            card["title"],
            card["hidden_layers"],
            f"{card['parameters']:,}",
            *(score(card, name) for name in ("mnist_test", "pen_test", "calibration_error")),
        ]
        for card in cards
    ]
    names = ["model", "", "hidden layers", "parameters", "MNIST", "pen digits", "calibration error"]
    return "\n".join([HEAD, table(names, rows), *map(section, cards)])


def section(card: dict) -> str:
    """Return the section of one model."""
    training, evaluation = card["training"], card.get("evaluation") or {}
    scores = [[text, score(card, name)] for name, text in SCORES.items() if name in card["scores"]]
    parts = [
        f"## {card['name']}\n\n{card['summary']}\n",
        f"![Training curves, confusion and reliability of {card['name']}](models/{card['name']}.png)\n",
        table(["score", ""], scores),
        by_site(evaluation.get("pen_test") or {}),
        table(["layer", "kind", "output", "activation", "parameters"], map(layer, card["layers"])),
        table(["data", "samples", "license", "source"], map(data, card["data"])),
        f"{training['epochs']} epochs, seed {training['seed']}, "
        f"{training['seconds'] / 60:.0f} minutes on {card['date']}; "
        + ", ".join(f"{name} {version}" for name, version in card["versions"].items())
        + ".\n",
    ]
    if command := training.get("command"):
        parts.append(f"```\n{command}\n```\n")
    return "\n".join(part for part in parts if part)


def by_site(scores: dict) -> str:
    """Return the table of accuracies on pen digits by collection site, or "" without such scores."""
    sites = scores.get("by_site") or {}
    if not sites:
        return ""
    return table(
        ["place", *sites],
        [
            ["digits", *(f"{entry['samples']:,}" for entry in sites.values())],
            ["accuracy", *(f"{entry['accuracy']:.1%}" for entry in sites.values())],
        ],
    )


def layer(entry: dict) -> list[object]:
    """Return the table row of a layer."""
    shape = " × ".join(map(str, entry["output_shape"]))
    return [entry["name"], entry["type"], shape, entry["activation"] or "", f"{entry['parameters']:,}"]


def data(entry: dict) -> list[object]:
    """Return the table row of a dataset."""
    return [entry["name"], f"{entry['samples']:,}", entry["license"], entry["source"]]


def score(card: dict, name: str) -> str:
    """Return a score as text: AUROC as a number, others as a percentage."""
    value = card["scores"].get(name)
    if value is None:
        return "–"
    return f"{value:.4f}" if "auroc" in name else f"{value:.2%}"


def table(names: list[str], rows) -> str:
    """Return a Markdown table."""
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def read_cards(folder: Path) -> list[dict]:
    """Return the cards in `folder`, sorted by number of parameters."""
    cards = [json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")]
    return sorted(cards, key=lambda card: (card["parameters"], card["name"]))


if __name__ == "__main__":
    (ROOT / "docs" / "models.md").write_text(write_page(read_cards(ROOT / "models")), "utf-8")
