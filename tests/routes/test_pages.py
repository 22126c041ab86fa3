"""The pages know which models there are."""

import html


def test_draw_page_offers_every_model(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    for name in ("linear", "conv"):
        assert name in response.text


def test_draw_page_has_what_the_scripts_look_for(client):
    page = client.get("/").text
    assert "data-pad" in page
    assert "data-digit" in page
    assert all(f'data-probability="{digit}"' in page for digit in range(10))


def test_model_page_tells_what_its_card_says(client):
    page = html.unescape(client.get("/models/conv").text)
    assert "A model for tests." in page
