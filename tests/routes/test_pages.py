"""The pages list the models."""

import html
import json
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from webapp.nets.network import IS_DIGIT

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
ENDINGS = json.loads((Path(__file__).parents[1] / "links.json").read_text("utf-8"))["endings"]


def test_draw_page_offers_every_model(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    for name in ("linear", "conv"):
        assert name in response.text


def test_draw_page_contains_script_hooks(client):
    page = client.get("/").text
    assert "data-pad" in page
    assert "data-digit" in page
    assert all(f'data-probability="{digit}"' in page for digit in range(10))


def test_model_page_shows_its_card(client):
    page = html.unescape(client.get("/models/conv").text)
    assert "A model for tests." in page


def test_pages_contain_the_is_digit_threshold(client):
    assert f'data-is-digit-threshold="{IS_DIGIT}"' in client.get("/").text


@pytest.mark.parametrize(
    "page", ["/join", "/inside", "/data", "/models", "/models/conv", "/wall", "/scoreboard", "/lab", "/teach"]
)
def test_page_with_a_slash_at_its_end_redirects(client, page):
    response = client.get(f"{page}/?code=APPLE%26&x=1")
    assert (response.status_code, response.headers["Location"]) == (308, f"{page}?code=APPLE%26&x=1")


def test_every_address_with_a_slash_at_its_end_redirects(client, app):
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    for path in (rule.rule for rule in rules if rule.rule != "/"):
        response = client.get(f"{path}/")
        assert (response.status_code, response.headers["Location"]) == (308, path)


@pytest.mark.parametrize("path", ["/nothing/", "/models/a/b/", "/api/"])
def test_unknown_address_with_a_slash_at_its_end_does_not_redirect(client, path):
    assert client.get(path).status_code == 404
    assert client.post("/join/").status_code == 404


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "link", ["/", "/inside", "/models/conv", "/data?set=samples&digit=7", "/?model=conv", "/join?code=BLUE"]
)
def test_link_with_punctuation_behind_it_works(client, link, ending):
    response = client.get(link + quote(unquote(ending)), headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (302, link)
    assert client.get(link, headers=BROWSER).status_code == 200


def test_punctuation_behind_every_parameter_is_dropped(client):
    response = client.get("/inside?view=unit,&unit=3).", headers=BROWSER)
    assert response.headers["Location"] == "/inside?view=unit&unit=3"


@pytest.mark.parametrize("path", ["//example.org.", "/\\example.org.", "/\r\nx:y."])
def test_repaired_link_stays_on_this_server(client, path):
    response = client.get("/", headers=BROWSER, environ_overrides={"PATH_INFO": path})
    location = response.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location


def test_addresses_of_programs_are_not_repaired(client):
    assert client.get("/api/models.", headers=BROWSER).status_code == 404
    assert client.get("/models/conv.").status_code == 404  # not a browser
    assert client.post("/models/conv.", headers=BROWSER).status_code == 405
