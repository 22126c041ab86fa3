"""Static files: immutable under their digest, revalidated without it, compressed once."""

import gzip
import mimetypes
import re

import pytest
from flask import Flask

from webapp.routes import static
from webapp.server.static_files import StaticFiles, without_comments
from webapp.settings import ROOT

IMMUTABLE = "public, max-age=31536000, immutable"
GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def digest_on(page: str) -> str:
    """Return the digest in the addresses of a page."""
    (digest,) = set(re.findall(r"/static/([0-9a-f]{16})/", page))
    return digest


@pytest.fixture
def folder(tmp_path):
    """A folder static/ with a script, a style and a small file."""
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "draw.js").write_text("draw();\n" * 200)
    (tmp_path / "static" / "base.css").write_text("p { margin: 0 }\n" * 200)
    (tmp_path / "static" / "small.txt").write_text("small")
    return tmp_path / "static"


@pytest.fixture
def folder_client(folder):
    """A client of an application that serves `folder`; /address returns the URL of draw.js."""
    app = Flask("static-files", root_path=str(folder.parent), static_folder=None)
    static.register(app)

    @app.get("/address")
    def address():
        from flask import url_for

        return url_for("static", filename="js/draw.js")

    return app.test_client()


def address(client) -> str:
    """Return the URL of draw.js as a page links it."""
    return client.get("/address").text


def test_pages_link_static_files_by_digest(client):
    digest = digest_on(client.get("/").text)
    response = client.get(f"/static/{digest}/js/pages/draw.js", buffered=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == IMMUTABLE


def test_files_are_checked_once_a_page(client, monkeypatch):
    checks = []
    digest = StaticFiles.digest
    monkeypatch.setattr(StaticFiles, "digest", lambda files: checks.append(files) or digest(files))

    assert len(re.findall("/static/", client.get("/join").text)) > 10

    assert len(checks) == 1


def test_static_file_without_digest_is_revalidated(client):
    digest = digest_on(client.get("/").text)
    plain = client.get("/static/js/pages/draw.js", buffered=True)
    assert plain.headers["Cache-Control"] == "no-cache"
    assert plain.data == client.get(f"/static/{digest}/js/pages/draw.js", buffered=True).data


def test_static_digest_depends_on_content_only(app, client):
    other = StaticFiles(app.root_path + "/static")
    assert other.digest() == digest_on(client.get("/").text)


def test_static_edit_changes_the_digest(folder_client, folder):
    before = address(folder_client)
    assert folder_client.get(before).headers["Cache-Control"] == IMMUTABLE
    (folder / "js" / "draw.js").write_text("drawBetter();\n")
    after = address(folder_client)
    assert after != before
    assert folder_client.get(after).text == "drawBetter();\n"
    assert folder_client.get(after).headers["Cache-Control"] == IMMUTABLE


def test_static_old_digest_serves_new_content_uncached(folder_client, folder):
    before = address(folder_client)
    (folder / "js" / "draw.js").write_text("drawBetter();\n")
    response = folder_client.get(before)
    assert response.text == "drawBetter();\n"
    assert response.headers["Cache-Control"] == "no-cache"


def test_static_edit_of_any_file_changes_the_digest(folder_client, folder):
    before = address(folder_client)
    (folder / "base.css").write_text("p { margin: 1px }\n")
    address(folder_client)
    assert folder_client.get(before).headers["Cache-Control"] == "no-cache"


def test_static_new_and_deleted_files_are_detected(folder_client, folder):
    assert folder_client.get("/static/new.js").status_code == 404
    (folder / "new.js").write_text("fresh()")
    assert folder_client.get("/static/new.js").text == "fresh()"
    (folder / "new.js").unlink()
    assert folder_client.get("/static/new.js").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["../webapp/settings.py", "%2e%2e/webapp/settings.py", "js", "js/", "nothing.js", "a" * 16],
)
def test_static_rejects_paths_outside_the_folder(client, path):
    assert client.get(f"/static/{path}").status_code == 404
    assert client.get(f"/static/{'0' * 16}/{path}").status_code == 404


def test_static_hidden_files_are_not_served(folder_client, folder):
    (folder / ".secret").write_text("secret")
    assert folder_client.get("/static/.secret").status_code == 404


@pytest.mark.parametrize("path", ["/", "/openapi.json", "/static/css/base.css"])
def test_static_and_pages_are_compressed(client, path):
    plain = client.get(path, buffered=True)
    compressed = client.get(path, headers=GZIP, buffered=True)
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.data) == plain.data
    assert len(compressed.data) < len(plain.data)
    assert "Accept-Encoding" in compressed.headers["Vary"]


def test_static_compressed_files_are_cached(folder_client, monkeypatch):
    folder_client.get("/static/js/draw.js", headers=GZIP)
    monkeypatch.setattr(gzip, "compress", None)
    assert folder_client.get("/static/js/draw.js", headers=GZIP).headers["Content-Encoding"] == "gzip"


def test_style_sheet_contains_its_imports(folder_client, folder):
    (folder / "pages").mkdir()
    (folder / "pages" / "draw.css").write_text('/* all */\n@import "../base.css";\n@import "../none.css";\n')
    (folder / "base.css").write_text("p { margin: 1px }\n")
    address(folder_client)
    page = folder_client.get("/static/pages/draw.css", buffered=True)
    assert page.text == '\np { margin: 1px }\n\n@import "../none.css";\n'
    (folder / "base.css").write_text("p { margin: 20px }\n")
    address(folder_client)  # as reloading the page does
    again = folder_client.get("/static/pages/draw.css", headers={"If-None-Match": page.headers["ETag"]})
    assert "20px" in again.text


def test_script_imports_are_found_recursively(folder):
    (folder / "js" / "page.js").write_text(
        'import { a } from "./a.js";\nimport {\n  b,\n  c,\n} from "./sub/b.js";\n\nfrom("./not.js");\n'
    )
    (folder / "js" / "a.js").write_text('import "./sub/b.js";\nimport * as d from "./d.js";\n')
    (folder / "js" / "d.js").write_text("")
    (folder / "js" / "sub").mkdir()
    (folder / "js" / "sub" / "b.js").write_text('import { page } from "../page.js";\n')
    files = StaticFiles(str(folder))
    files.digest()
    assert files.script_imports("js/page.js") == ["js/a.js", "js/sub/b.js", "js/d.js"]
    assert files.script_imports("js/d.js") == []


def test_pages_preload_all_modules_that_they_import(client):
    page = client.get("/").text
    preloaded = re.findall(r'rel="modulepreload" href="([^"]+)"', page)
    assert len(preloaded) > 5
    for path in preloaded:
        assert client.get(path).headers["Cache-Control"] == IMMUTABLE


def test_static_small_file_is_not_compressed(folder_client):
    response = folder_client.get("/static/small.txt", headers=GZIP)
    assert "Content-Encoding" not in response.headers
    assert response.text == "small"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_static_unchanged_file_returns_304(client, encoding):
    first = client.get("/static/css/base.css", headers={"Accept-Encoding": encoding}, buffered=True)
    known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": encoding}
    again = client.get("/static/css/base.css", headers=known, buffered=True)
    assert first.status_code == 200
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize("path", ["/static/js/pages/draw.js", "/static/css/base.css", "/static/favicon.svg"])
def test_static_type_ignores_the_system_mime_table(client, path):
    expected = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[path.rsplit(".")[-1]]
    response = client.get(path, buffered=True)
    assert response.mimetype == expected
    assert mimetypes.guess_type(path)[0] == expected


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("/** Adds. */\nfunction add() {}\n", "\nfunction add() {}\n"),
        ("f();\n  /*\n   * Two lines.\n   */\n  // and one\ng();\n", "f();\n\n\n\n\ng();\n"),
        ("/** @type {A} */ (f());\ng();\n/* b */\n", "/** @type {A} */ (f());\ng();\n\n"),
        ('const url = "http://x"; // stays\n', 'const url = "http://x"; // stays\n'),
        ("p { margin: 0 } /* stays */\n", "p { margin: 0 } /* stays */\n"),
    ],
)
def test_comments_are_left_out_by_lines(code, sent):
    assert without_comments(code) == sent


@pytest.mark.parametrize("suffix", ["js", "css"])
def test_only_comments_of_our_files_are_left_out(suffix):
    for path in (ROOT / "static").rglob(f"*.{suffix}"):
        code = path.read_text("utf-8")
        lines, sent = code.split("\n"), without_comments(code).split("\n")
        assert len(sent) == len(lines)
        dropped = [line.strip() for line, kept in zip(lines, sent, strict=True) if line != kept]
        assert all(line.startswith(("//", "/*", "*")) or suffix == "css" for line in dropped), path


def test_scripts_and_style_sheets_are_sent_without_comments(folder_client, folder):
    (folder / "js" / "draw.js").write_text("/** Draws. */\ndraw();\n")
    assert folder_client.get("/static/js/draw.js").text == "\ndraw();\n"
