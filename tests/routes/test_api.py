"""GET /api/models: cards and status of the models, smallest first."""

from webapp import create_app
from webapp.nets.cards import FIELDS


def test_models_are_listed_smallest_first(client):
    response = client.get("/api/models")
    assert response.json["default"] == "conv"
    assert [card["name"] for card in response.json["models"]] == ["linear", "conv"]


def test_models_contain_their_card_without_evaluation(client):
    for card in client.get("/api/models").json["models"]:
        assert card.keys() == {*FIELDS, "status"}
        assert card["status"] == "warm"


def test_failed_models_give_a_reason(model_folder):
    (model_folder / "linear.json").unlink()
    response = create_app({"MODELS": model_folder}).test_client().get("/api/models")
    linear, conv = response.json["models"]
    assert linear["status"] == "failed"
    assert linear["reason"] == "expected the card linear.json beside linear.keras, found none"
    assert conv["status"] == "loading"
