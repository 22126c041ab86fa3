"""Files of static/: scripts, style sheets, pictures.

`/static/DIGEST/js/pages/draw.js` may be cached for a year: the digest is that of all files, since scripts
import each other by relative paths. `/static/js/pages/draw.js` is the same file without caching.
"""

from flask import Flask, Response, abort, g, request
from markupsafe import Markup

from webapp.errors import NotFound
from webapp.server.middleware.headers import INLINE_SCRIPT
from webapp.server.resources import file_response
from webapp.server.static_files import StaticFiles


def register(app: Flask) -> None:
    """Serve the files, and add the digest to the URLs that templates build."""
    files = app.extensions["static"] = StaticFiles(app.root_path + "/static")
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: show_file(files, filename))

    @app.url_defaults
    def add_digest(endpoint: str, values: dict) -> None:
        if endpoint == "static":
            values["filename"] = f"{_digest_of_page(files)}/{values['filename']}"

    app.jinja_env.globals["script_imports"] = files.script_imports
    app.jinja_env.globals["early_input_script"] = Markup(f"<script>{INLINE_SCRIPT}</script>")


def _digest_of_page(files: StaticFiles) -> str:
    """Return the digest of all files, checked once a request: all URLs of a page have the same."""
    if "static_digest" not in g:
        g.static_digest = files.digest()
    return g.static_digest


def show_file(files: StaticFiles, name: str) -> Response:
    """Return a file, or 304 if the browser has it."""
    try:
        status, headers, body = file_response(files, name, request.headers)
    except NotFound:
        abort(404)
    return Response(body, status, headers)
