"""The room's drawings out of it and into it, by the presenter."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from typing import BinaryIO

from flask import Blueprint, Response, jsonify, request
from werkzeug.wsgi import wrap_file

from webapp.errors import BadRequest, StorageUnavailable, TooLarge, UnsupportedMediaType
from webapp.room import clock
from webapp.room.database import Database
from webapp.room.transfer.contact_sheet import write_sheet
from webapp.room.transfer.export import write_idx, write_jsonl, write_npz
from webapp.room.transfer.importing import import_jsonl, split_lines
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import BYTES
from webapp.routes.room.current import require_presenter, room
from webapp.routes.room.descriptions import failures
from webapp.routes.schemas import reference

blueprint = Blueprint("data_of_room", __name__, url_prefix="/api/room")

JSON_LINES = "application/x-ndjson"
IMPORTED_TYPES = (JSON_LINES, "application/jsonl", BYTES)
MOST_BYTES = 30_000_000  # in one import, about 10,000 drawings; the server takes in no larger body at all
LABELLED_PARAMETER = {
    "name": "labelled",
    "in": "query",
    "description": "1 leaves out what has no label or was hidden; what is left is fit for training",
    "schema": {"enum": ["0", "1"]},
}


def _gives_file(description: str, kind: str) -> dict[int, dict]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content}} | failures(403, 503)


@blueprint.get("/export/inks.jsonl")
@describe(
    "All drawings as JSON Lines, which train_model.py and the import read",
    parameters=[LABELLED_PARAMETER],
    answers=_gives_file("One drawing a line", JSON_LINES) | failures(400),
)
def export_inks() -> Response:
    """Answer with all ink and all that is known of it."""
    labelled = request.args.get("labelled", "0")
    if labelled not in ("0", "1"):
        raise BadRequest(f"expected labelled as 0 or 1, received {labelled[:40]!r}")
    return _download(lambda database, file: write_jsonl(database, file, labelled == "1"), "jsonl", JSON_LINES)


@blueprint.get("/export/bitmaps.npz")
@describe("The bitmaps as arrays for NumPy", answers=_gives_file("images, labels and more", BYTES))
def export_bitmaps() -> Response:
    """Answer with the drawings that are not hidden, as arrays."""
    return _download(write_npz, "npz", BYTES)


@blueprint.get("/export/idx.zip")
@describe(
    "The labelled bitmaps as MNIST's own files",
    answers=_gives_file("images-idx3-ubyte.gz and labels-idx1-ubyte.gz", "application/zip"),
)
def export_idx() -> Response:
    """Answer with the labelled drawings that are not hidden, in MNIST's format."""
    return _download(write_idx, "zip", "application/zip")


@blueprint.get("/export/sheet.pdf")
@describe("A contact sheet to print", answers=_gives_file("Pages of A4", "application/pdf"))
def export_sheet() -> Response:
    """Answer with the newest drawings, in rows by their digit."""
    return _download(write_sheet, "pdf", "application/pdf")


@blueprint.post("/import")
@describe(
    "Bring drawings in, from JSON Lines of an export",
    body={"required": True, "content": {JSON_LINES: {"schema": {"type": "string"}}}},
    answers={200: gives_json("What was read, and what was not", reference("Import"))}
    | failures(403, 415, 503)
    | {413: fails(f"More than {MOST_BYTES:,} bytes: cut the file between two lines, and send its parts")},
)
def import_drawings() -> Response:
    """Store drawings that are not here yet, and say which lines cannot be used."""
    require_presenter()
    if request.mimetype not in IMPORTED_TYPES:
        raise UnsupportedMediaType(
            f"expected {JSON_LINES}, received {request.mimetype[:60] or 'no Content-Type'}"
        )
    received = request.content_length or 0
    if received > MOST_BYTES:
        raise TooLarge(
            f"expected at most {MOST_BYTES:,} bytes at once, received {received:,}: "
            "cut the file between two lines, and send its parts one after the other"
        )
    request.max_content_length = MOST_BYTES
    lines = split_lines(io.BufferedReader(request.stream))
    return jsonify(asdict(import_jsonl(room().database, lines)))


def _download(write: Callable[[Database, BinaryIO], object], suffix: str, kind: str) -> Response:
    """Answer with what `write` writes.

    It goes through a file, so that nothing is held in memory, a slow network holds no database, and a
    trouble half-way is told as such.
    """
    require_presenter()
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
    try:
        write(room().database, file)
    except OSError as error:
        file.close()
        raise StorageUnavailable(f"the export needs space on the disk: {error.strerror}") from None
    except BaseException:
        file.close()
        raise
    length = file.tell()
    file.seek(0)
    response = Response(wrap_file(request.environ, file), mimetype=kind)
    response.content_length = length
    day = clock.iso(clock.now()).partition("T")[0]
    response.headers["Content-Disposition"] = f'attachment; filename="inkwise-{day}.{suffix}"'
    response.headers["Cache-Control"] = "no-store"
    return response
