"""Static files: kept for good under their digest, asked for anew without it, compressed once."""

import gzip
import mimetypes
import re

import pytest
from flask import Flask

from webapp.routes import static
from webapp.server.static_files import StaticFiles

FOREVER = "public, max-age=31536000, immutable"
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
def own_client(folder):
    """A client of an application that serves `folder` and tells addresses in it at /address."""
    app = Flask("static-files", root_path=str(folder.parent), static_folder=None)
    static.register(app)

    @app.get("/address")
    def address():
        from flask import url_for

        return url_for("static", filename="js/draw.js")

    return app.test_client()


def address(client) -> str:
    """Return the address of draw.js as a page names it."""
    return client.get("/address").text


def test_static_page_names_files_by_their_digest(client):
    digest = digest_on(client.get("/").text)
    response = client.get(f"/static/{digest}/js/pages/draw.js", buffered=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == FOREVER


def test_static_file_without_digest_is_asked_for_anew(client):
    digest = digest_on(client.get("/").text)
    plain = client.get("/static/js/pages/draw.js", buffered=True)
    assert plain.headers["Cache-Control"] == "no-cache"
    assert plain.data == client.get(f"/static/{digest}/js/pages/draw.js", buffered=True).data


def test_static_digest_is_the_same_for_another_application(app, client):
    other = StaticFiles(app.root_path + "/static")
    assert other.digest() == digest_on(client.get("/").text)


def test_static_edit_shows_at_the_next_reload(own_client, folder):
    before = address(own_client)
    assert own_client.get(before).headers["Cache-Control"] == FOREVER
    (folder / "js" / "draw.js").write_text("drawBetter();\n")
    after = address(own_client)
    assert after != before
    assert own_client.get(after).text == "drawBetter();\n"
    assert own_client.get(after).headers["Cache-Control"] == FOREVER


def test_static_edit_is_not_kept_under_the_digest_before(own_client, folder):
    before = address(own_client)
    (folder / "js" / "draw.js").write_text("drawBetter();\n")
    response = own_client.get(before)
    assert response.text == "drawBetter();\n"
    assert response.headers["Cache-Control"] == "no-cache"


def test_static_edit_of_another_file_ends_the_digest_too(own_client, folder):
    before = address(own_client)
    (folder / "base.css").write_text("p { margin: 1px }\n")
    address(own_client)
    assert own_client.get(before).headers["Cache-Control"] == "no-cache"


def test_static_new_and_deleted_files_are_noticed(own_client, folder):
    assert own_client.get("/static/new.js").status_code == 404
    (folder / "new.js").write_text("fresh()")
    assert own_client.get("/static/new.js").text == "fresh()"
    (folder / "new.js").unlink()
    assert own_client.get("/static/new.js").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["../webapp/settings.py", "%2e%2e/webapp/settings.py", "js", "js/", "nothing.js", "a" * 16],
)
def test_static_gives_nothing_but_the_files(client, path):
    assert client.get(f"/static/{path}").status_code == 404
    assert client.get(f"/static/{'0' * 16}/{path}").status_code == 404


def test_static_hidden_files_are_not_served(own_client, folder):
    (folder / ".secret").write_text("secret")
    assert own_client.get("/static/.secret").status_code == 404


@pytest.mark.parametrize("path", ["/", "/openapi.json", "/static/css/base.css"])
def test_static_and_pages_are_compressed(client, path):
    plain = client.get(path, buffered=True)
    packed = client.get(path, headers=GZIP, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_static_compression_is_done_once(own_client, monkeypatch):
    own_client.get("/static/js/draw.js", headers=GZIP)
    monkeypatch.setattr(gzip, "compress", None)
    assert own_client.get("/static/js/draw.js", headers=GZIP).headers["Content-Encoding"] == "gzip"


def test_style_sheet_is_sent_with_what_it_imports(own_client, folder):
    (folder / "pages").mkdir()
    (folder / "pages" / "draw.css").write_text('/* all */\n@import "../base.css";\n@import "../none.css";\n')
    (folder / "base.css").write_text("p { margin: 1px }\n")
    address(own_client)
    page = own_client.get("/static/pages/draw.css", buffered=True)
    assert page.text == '/* all */\np { margin: 1px }\n\n@import "../none.css";\n'
    (folder / "base.css").write_text("p { margin: 20px }\n")
    address(own_client)  # as a page does that is loaded again
    again = own_client.get("/static/pages/draw.css", headers={"If-None-Match": page.headers["ETag"]})
    assert "20px" in again.text


def test_script_imports_are_found_through_others(folder):
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
        assert client.get(path).headers["Cache-Control"] == FOREVER


def test_static_small_file_is_sent_as_it_is(own_client):
    response = own_client.get("/static/small.txt", headers=GZIP)
    assert "Content-Encoding" not in response.headers
    assert response.text == "small"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_static_unchanged_file_is_not_sent_again(client, encoding):
    first = client.get("/static/css/base.css", headers={"Accept-Encoding": encoding}, buffered=True)
    known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": encoding}
    again = client.get("/static/css/base.css", headers=known, buffered=True)
    assert first.status_code == 200
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize("path", ["/static/js/pages/draw.js", "/static/css/base.css", "/static/favicon.svg"])
def test_static_type_is_named_whatever_the_system_believes(client, path):
    expected = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[path.rsplit(".")[-1]]
    response = client.get(path, buffered=True)
    assert response.mimetype == expected
    assert mimetypes.guess_type(path)[0] == expected
