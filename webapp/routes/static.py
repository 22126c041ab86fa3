"""Scripts, styles and pictures, under addresses that change with them; and compression.

`/static/DIGEST/js/pages/draw.js` may be kept for a year, since the digest is that of all files there are:
scripts import each other by relative paths, so one digest has to stand for all. `/static/js/pages/draw.js`
gives the same file to whoever does not know the digest. An edit shows at the next reload.
"""

from flask import Flask, Response, abort, request
from flask_compress import Compress

from webapp.routes.files import StaticFiles

FOREVER = "public, max-age=31536000, immutable"  # a year, in seconds


def register(app: Flask) -> None:
    """Serve the files of static/ and compress what the other routes of `app` answer."""
    files = app.extensions["static"] = StaticFiles(app.root_path + "/static")
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: show_file(files, filename))

    @app.url_defaults
    def add_digest(endpoint: str, values: dict) -> None:
        if endpoint == "static":
            values["filename"] = f"{files.digest()}/{values['filename']}"

    # gzip alone: every browser takes it also on plain http, where most do not offer the newer ones.
    # An answer to a drawing is smaller than 500 bytes, and is sent as it is.
    app.config.update(COMPRESS_ALGORITHM=["gzip"], COMPRESS_MIN_SIZE=500)
    Compress(app)


def show_file(files: StaticFiles, name: str) -> Response:
    """Answer with a file, compressed where the browser takes that, or with 304 where it has it already."""
    digest, _, rest = name.partition("/")
    is_digest = files.is_digest(digest)
    file = files.find(rest if is_digest else name)
    if file is None:
        abort(404)
    is_packed = file.packed is not None and request.accept_encodings["gzip"] > 0
    response = Response(file.packed if is_packed else file.content, mimetype=file.kind)
    response.set_etag(file.etag + ("-gzip" if is_packed else ""))
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    if file.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    # A digest of other files than these: the page was loaded before an edit.
    response.headers["Cache-Control"] = FOREVER if is_digest and digest == files.known_digest else "no-cache"
    return response.make_conditional(request)
