"""Read and write model cards, and check model files against the hashes in them.

A card is NAME.json beside NAME.keras and NAME.tflite: what the network is, how it was trained, its scores.
"""

import hashlib
import json
import os
import re
from pathlib import Path

from webapp.errors import ModelError
from webapp.nets.card_shape import check_shape

# Required fields with their types; card_shape.py says what is in them.
FIELDS = {
    "name": str,
    "title": str,
    "summary": str,
    "hidden_layers": int,
    "parameters": int,
    "layers": list,
    "data": list,
    "training": dict,
    "versions": dict,
    "scores": dict,
    "sha256": str,  # of NAME.keras
    "tflite_sha256": str,  # of NAME.tflite, made from it
    "date": str,
}
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
ALL = "all"  # as a model's name in a request: every model


def find_names(folder: Path) -> list[str]:
    """Return the sorted names of all models in `folder`, complete or not. Hidden files are not models."""
    files = [path for path in folder.iterdir() if path.suffix in (".keras", ".tflite", ".json")]
    return sorted({path.stem for path in files if not path.name.startswith(".")})


def read_card(folder: Path, name: str) -> dict:
    """Return the card of the model `name`. Raises ModelError if it is missing, incomplete or malformed."""
    if not NAME.fullmatch(name) or name == ALL:
        raise ModelError(f"expected a name of a-z, 0-9, - and _ that is not {ALL!r}, received {name!r}")
    try:
        card = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"expected the card {name}.json beside {name}.keras, found none") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"expected a card in {name}.json, which cannot be parsed: {error}") from None
    _check(card, name)
    return card


def _check(card: object, name: str) -> None:
    if not isinstance(card, dict):
        raise ModelError(f"expected an object in {name}.json, received {type(card).__name__}")
    for field, kind in FIELDS.items():
        if not isinstance(card.get(field), kind):
            found = repr(card.get(field))[:40]
            raise ModelError(f"expected {field!r} as {kind.__name__} in {name}.json, received {found}")
    if card["name"] != name:
        raise ModelError(f"expected the name {name!r} in {name}.json, received {card['name'][:40]!r}")
    check_shape(card)


def empty_card(name: str) -> dict:
    """Return a card with empty fields, for a model whose own card cannot be read."""
    return {field: kind() for field, kind in FIELDS.items()} | {"name": name}


def public_card(card: dict) -> dict:
    """Return the card without its long evaluation, for lists of models."""
    return {field: value for field, value in card.items() if field != "evaluation"}


def write_card(folder: Path, card: dict) -> None:
    """Write NAME.json into `folder`, atomically: an interrupted run leaves the old card."""
    part = folder / f".{card['name']}.part.json"
    try:
        part.write_text(card_text(card), "utf-8")
        os.replace(part, folder / f"{card['name']}.json")
    finally:
        part.unlink(missing_ok=True)


def card_text(card: dict) -> str:
    """Return the content of NAME.json."""
    return json.dumps(card, indent=1) + "\n"


def check_file(path: Path, sha256: str) -> None:
    """Raise ModelError unless the file `path` has the SHA-256 `sha256`."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"expected the model file {path.name}, received: {error.strerror}") from None
    if found != sha256:
        raise ModelError(
            f"expected the SHA-256 {sha256[:12]}… of the card for {path.name}, found {found[:12]}…: "
            "the file was altered or cut short, so it is not loaded"
        )
