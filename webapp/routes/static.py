"""Scripts, styles and pictures, under addresses that change with them.

`/static/DIGEST/js/pages/draw.js` may be kept for a year, since the digest is that of all files there are:
scripts import each other by relative paths, so one digest has to stand for all. `/static/js/pages/draw.js`
gives the same file to whoever does not know the digest. An edit shows at the next reload.
"""

from flask import Flask, Response, abort, request

from webapp.errors import NotFound
from webapp.server.resources import file_answer
from webapp.server.static_files import StaticFiles


def register(app: Flask) -> None:
    """Serve the files of static/."""
    files = app.extensions["static"] = StaticFiles(app.root_path + "/static")
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: show_file(files, filename))

    @app.url_defaults
    def add_digest(endpoint: str, values: dict) -> None:
        if endpoint == "static":
            values["filename"] = f"{files.digest()}/{values['filename']}"

    app.jinja_env.globals["script_imports"] = files.script_imports


def show_file(files: StaticFiles, name: str) -> Response:
    """Answer with a file, or with 304 where the browser has it already."""
    try:
        status, headers, body = file_answer(files, name, request.headers)
    except NotFound:
        abort(404)
    return Response(body, status, headers)
