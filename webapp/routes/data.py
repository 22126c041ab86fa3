"""The page on which one browses digits, and puts any of them on the pad."""

import base64

import numpy as np
from flask import Blueprint, current_app, render_template, request

from webapp.errors import BadRequest
from webapp.ink.inkcode import ink_fragment
from webapp.routes.describe import describe, fails, gives_page
from webapp.training.collections import FILES, TITLES, Example
from webapp.training.png import to_png

blueprint = Blueprint("data", __name__)

PER_PAGE = 60  # digits
MOST_PAGES = 10_000


def _query(name: str, description: str, kind: str) -> dict:
    return {"name": name, "in": "query", "description": description, "schema": {"type": kind}}


@blueprint.get("/data")
@describe(
    "The page to browse digits",
    parameters=[
        _query("set", "mnist, pen, or the name of a model for its surest mistakes", "string"),
        _query("digit", "0 to 9; any where it is left out", "integer"),
        _query("page", "from 0", "integer"),
    ],
    answers={200: gives_page("The page"), 400: fails("No such set, digit or page")},
)
def show_data() -> str:
    """Show a page of digits, each a link that puts it on the pad."""
    collections = current_app.extensions["collections"]
    mistakes = _mistakes()
    sets = {name: TITLES[name] for name in collections.names()}
    sets |= {name: f"Mistakes of {name}" for name in mistakes}
    name = request.args.get("set", next(iter(sets), None))
    if name is not None and name not in {*sets, *FILES}:
        raise BadRequest(f"expected one of the sets {', '.join(sets)}, received {name[:40]!r}")
    digit, page = _number("digit", 9), _number("page", MOST_PAGES) or 0
    picked = _pick(name, digit, page, mistakes) if name in sets else ([], 0)
    return render_template(
        "data.html",
        sets=sets,
        missing=[FILES[each] for each in FILES if each not in sets],
        name=name,
        digit=digit,
        page=page,
        page_count=-(-picked[1] // PER_PAGE),
        count=picked[1],
        examples=[_shown(example) for example in picked[0]],
    )


def _pick(name: str, digit: int | None, page: int, mistakes: dict) -> tuple[list[Example], int]:
    start = page * PER_PAGE
    if name not in mistakes:
        return current_app.extensions["collections"].get(name).pick(digit, start, PER_PAGE)
    found = [example for example in mistakes[name] if digit in (None, example.label)]
    return found[start : start + PER_PAGE], len(found)


def _mistakes() -> dict[str, list[Example]]:
    """Return each model's surest mistakes, as its card tells them."""
    store = current_app.extensions["store"]
    found = {name: _listed(store.card(name)) for name in store.names()}
    return {name: [_example(mistake) for mistake in listed] for name, listed in found.items() if listed}


def _listed(card: dict) -> list[dict]:
    return ((card.get("evaluation") or {}).get("pen_unseen") or {}).get("mistakes") or []


def _example(mistake: dict) -> Example:
    bitmap = np.frombuffer(base64.b64decode(mistake["bitmap"]), np.uint8).reshape(28, 28)
    return Example(bitmap, mistake["label"], f"read as {mistake['answer']}")


def _shown(example: Example) -> dict:
    picture = base64.b64encode(to_png(example.bitmap)).decode("ascii")
    return {
        "label": example.label,
        "source": example.source,
        "picture": f"data:image/png;base64,{picture}",
        "fragment": ink_fragment(example.strokes) if example.strokes else _bitmap(example.bitmap),
    }


def _bitmap(bitmap: np.ndarray) -> str:
    return "bitmap=" + base64.urlsafe_b64encode(bitmap.tobytes()).decode("ascii").rstrip("=")


def _number(name: str, most: int) -> int | None:
    """Return a whole number of the query, None where it is left out or empty. Raises BadRequest."""
    text = request.args.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or int(text) > most:
        raise BadRequest(f"expected {name} as a whole number from 0 to {most:,}, received {text[:40]!r}")
    return int(text)
