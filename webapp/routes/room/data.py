"""Export and import of the room's drawings, for the presenter."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from typing import BinaryIO, cast

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.wsgi import wrap_file

from webapp.errors import BadRequest, StorageUnavailable, TooLarge
from webapp.room import clock
from webapp.room.storage.database import Database
from webapp.room.transfer.contact_sheet import write_sheet
from webapp.room.transfer.export import write_jsonl
from webapp.room.transfer.export_arrays import write_idx, write_npz
from webapp.room.transfer.importing import import_jsonl, split_lines
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import BYTES, unsupported
from webapp.routes.room.current import require_presenter, room
from webapp.routes.room.schemas import failures
from webapp.routes.schemas import reference

blueprint = Blueprint("data_of_room", __name__, url_prefix="/api/room")

JSON_LINES = "application/x-ndjson"
IMPORTED_TYPES = (JSON_LINES, "application/jsonl", BYTES)
MAX_IMPORT = 30_000_000  # bytes, about 10,000 drawings; below the server's limit of any body
LABELED_PARAMETER = {
    "name": "labeled",
    "in": "query",
    "description": "1 leaves out drawings without a label and hidden ones",
    "schema": {"enum": ["0", "1"]},
}


def _gives_file(description: str, kind: str) -> dict[int, dict]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content}} | failures(403, 503)


@blueprint.get("/export/inks.jsonl")
@describe(
    "All drawings as JSON Lines, for train_model.py and the import",
    parameters=[LABELED_PARAMETER],
    answers=_gives_file("One drawing a line", JSON_LINES) | failures(400),
)
def export_inks() -> Response:
    """Return all drawings with their ink."""
    labeled = request.args.get("labeled", "0")
    if labeled not in ("0", "1"):
        raise BadRequest(f"expected labeled as 0 or 1, received {labeled[:40]!r}")
    return _download(lambda database, file: write_jsonl(database, file, labeled == "1"), "jsonl", JSON_LINES)


@blueprint.get("/export/bitmaps.npz")
@describe("The bitmaps as NumPy arrays", answers=_gives_file("images, labels and more", BYTES))
def export_bitmaps() -> Response:
    """Return the visible drawings as arrays."""
    return _download(write_npz, "npz", BYTES)


@blueprint.get("/export/idx.zip")
@describe(
    "The labeled bitmaps as MNIST's own files",
    answers=_gives_file("images-idx3-ubyte.gz and labels-idx1-ubyte.gz", "application/zip"),
)
def export_idx() -> Response:
    """Return the visible drawings with a label, in MNIST's format."""
    return _download(write_idx, "zip", "application/zip")


@blueprint.get("/export/sheet.pdf")
@describe("A contact sheet to print", answers=_gives_file("Pages of A4", "application/pdf"))
def export_sheet() -> Response:
    """Return the newest drawings as a PDF."""
    return _download(write_sheet, "pdf", "application/pdf")


@blueprint.post("/import")
@describe(
    "Import drawings from the JSON Lines of an export",
    body={"required": True, "content": {JSON_LINES: {"schema": {"type": "string"}}}},
    answers={200: gives_json("Numbers of drawings, and the problems", reference("Import"))}
    | failures(403, 415, 503)
    | {413: fails(f"More than {MAX_IMPORT:,} bytes: cut the file between two lines, and send its parts")},
)
def import_drawings() -> Response:
    """Store the drawings that the room does not have, and report lines that cannot be used."""
    require_presenter()
    if request.mimetype not in IMPORTED_TYPES:
        raise unsupported(request, JSON_LINES)
    received = request.content_length or 0
    if received > MAX_IMPORT:
        raise TooLarge(
            f"expected at most {MAX_IMPORT:,} bytes at once, received {received:,}: "
            "cut the file between two lines, and send its parts one after the other"
        )
    request.max_content_length = MAX_IMPORT
    lines = split_lines(io.BufferedReader(cast(io.RawIOBase, request.stream)))
    since = current_app.extensions["retention"].kept_since()
    return jsonify(asdict(import_jsonl(room().database, lines, since)))


def _download(write: Callable[[Database, BinaryIO], object], suffix: str, kind: str) -> Response:
    """Return a download of what `write` writes.

    A temporary file bounds memory, frees the database before a slow client has read everything, and lets an
    error become an error response.
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
    name = f"inkwise-{clock.local_day(clock.now())}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
