"""The page to browse digits; each one can be put on the pad."""

import base64

import numpy as np
from flask import Blueprint, current_app, render_template, request

from webapp.data_browser import FILES, SAMPLES, TITLES, Example, name_of, to_png
from webapp.errors import BadRequest
from webapp.ink.links import ink_fragment
from webapp.nets.network import DIGITS
from webapp.routes.describe import describe, fails, gives_page, query_parameter
from webapp.routes.request_parsing import query_int

blueprint = Blueprint("data", __name__)

PER_PAGE = 60  # digits
MAX_PAGE = 10_000


@blueprint.get("/data")
@describe(
    "The page to browse digits",
    parameters=[
        query_parameter(
            "set", "mnist, pen, samples, or the name of a model for its worst mistakes", "string"
        ),
        query_parameter("digit", "0 to 9; by default all"),
        query_parameter("page", "from 0"),
    ],
    answers={
        200: gives_page("The page"),
        400: fails("No such set, digit or page"),
        503: fails("The file of the set cannot be read"),
    },
)
def show_data() -> str:
    """Render a page of digits, each a link that puts it on the pad."""
    collections = current_app.extensions["collections"]
    mistakes = _mistakes()
    sets = {name: collections.title(name) for name in collections.names()}
    sets |= {name: f"Mistakes of {name}" for name in mistakes}
    wanted = request.args.get("set", next(iter(sets)))
    if wanted not in {*sets, *FILES}:
        message = f"expected one of the sets {', '.join(sets)}, received {wanted[:40]!r}"
        raise BadRequest(
            message, "There is no such collection of digits. Check the address, or choose Data above."
        )
    name = wanted if wanted in sets else SAMPLES
    digit, page = query_int(request, "digit", DIGITS - 1), query_int(request, "page", MAX_PAGE) or 0
    picked, count = _pick(name, digit, page, mistakes)
    return render_template(
        "data.html",
        sets=sets,
        missing=collections.missing(),
        absent=None if wanted in sets else TITLES[wanted],
        name=name,
        digit=digit,
        page=page,
        page_count=-(-count // PER_PAGE),
        count=count,
        examples=[_shown(example) for example in picked],
    )


def _pick(name: str, digit: int | None, page: int, mistakes: dict) -> tuple[list[Example], int]:
    start = page * PER_PAGE
    if name not in mistakes:
        return current_app.extensions["collections"].get(name).pick(digit, start, PER_PAGE)
    found = [example for example in mistakes[name] if digit in (None, example.label)]
    return found[start : start + PER_PAGE], len(found)


def _mistakes() -> dict[str, list[Example]]:
    """Return each model's worst mistakes, from its card."""
    store = current_app.extensions["store"]
    found = {name: _listed(store.card(name)) for name in store.names()}
    return {name: [_example(mistake) for mistake in listed] for name, listed in found.items() if listed}


def _listed(card: dict) -> list[dict]:
    return ((card.get("evaluation") or {}).get("pen_test") or {}).get("mistakes") or []


def _example(mistake: dict) -> Example:
    bitmap = np.frombuffer(base64.b64decode(mistake["bitmap"]), np.uint8).reshape(28, 28)
    return Example(bitmap, mistake["label"], f"{name_of(mistake['label'])}, predicted {mistake['digit']}")


def _shown(example: Example) -> dict:
    picture = base64.b64encode(to_png(example.bitmap)).decode("ascii")
    return {
        "caption": example.caption,
        "picture": f"data:image/png;base64,{picture}",
        "fragment": ink_fragment(example.strokes) if example.strokes else _bitmap(example.bitmap),
    }


def _bitmap(bitmap: np.ndarray) -> str:
    return "bitmap=" + base64.urlsafe_b64encode(bitmap.tobytes()).decode("ascii").rstrip("=")
