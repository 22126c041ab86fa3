"""What benchmarks/inside.py measured of networks without their activation functions, by the model's file."""

import json
from pathlib import Path

FILE = Path(__file__).with_name("collapsed.json")


def collapsed_figures(cards: list[dict]) -> dict[str, str]:
    """Return a sentence by model, only for models whose very file (SHA-256) was measured."""
    measured = json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}
    return {card["name"]: _sentence(measured[card["sha256"]]) for card in cards if card["sha256"] in measured}


def _sentence(figures: dict) -> str:
    whole, collapsed = (f"{figures[key] * 100:.1f} %" for key in ("whole", "collapsed"))
    return f"On MNIST’s test set: {whole} right as trained, {collapsed} without activation functions."
