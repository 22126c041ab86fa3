"""Cards are validated, and files must match their card."""

import json

import pytest

from tests.fakes import write_model
from webapp.errors import ModelError
from webapp.nets.cards import FIELDS, check_file, empty_card, find_names, public_card, read_card


def test_card_is_read(tmp_path):
    written = write_model(tmp_path, "deep")
    assert read_card(tmp_path, "deep") == written


def test_card_public_part_leaves_the_evaluation_out(tmp_path):
    card = write_model(tmp_path, "deep")
    assert card.keys() - public_card(card).keys() == {"evaluation"}


@pytest.mark.parametrize("field", FIELDS)
def test_card_missing_field_is_named(tmp_path, field):
    card = write_model(tmp_path, "deep")
    del card[field]
    (tmp_path / "deep.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match=f"expected '{field}' as .* in deep.json, received None"):
        read_card(tmp_path, "deep")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 100_000, b'"deep"', b"\xff\xfe"])
def test_malformed_card_is_rejected(tmp_path, content):
    (tmp_path / "deep.json").write_bytes(content)
    with pytest.raises(ModelError, match="deep.json"):
        read_card(tmp_path, "deep")


def test_card_of_another_model_is_rejected(tmp_path):
    write_model(tmp_path, "deep", name="conv")
    with pytest.raises(ModelError, match="expected the name 'deep' in deep.json, received 'conv'"):
        read_card(tmp_path, "deep")


@pytest.mark.parametrize("name", ["all", "..", "A", "a b", "ä", "a" * 41])
def test_card_names_invalid_in_urls_are_rejected(tmp_path, name):
    with pytest.raises(ModelError, match="expected a name of"):
        read_card(tmp_path, name)


def test_card_names_are_found_from_either_file(tmp_path):
    write_model(tmp_path, "deep")
    (tmp_path / "lost.json").write_text("{}")
    (tmp_path / "bare.keras").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not a model")
    (tmp_path / ".mine.part.keras").write_bytes(b"")  # of a training that was killed
    (tmp_path / "._deep.keras").write_bytes(b"")  # of macOS on a USB stick
    assert find_names(tmp_path) == ["bare", "deep", "lost"]


def test_card_empty_one_has_every_field():
    assert empty_card("deep").keys() == FIELDS.keys()
    assert empty_card("deep")["name"] == "deep"


def test_file_of_the_card_is_accepted(tmp_path):
    card = write_model(tmp_path, "deep")
    check_file(tmp_path / "deep.keras", card["sha256"])


@pytest.mark.parametrize("content", [b"", b"the weights of dee", b"the weights of deeP"])
def test_altered_or_truncated_file_is_rejected(tmp_path, content):
    card = write_model(tmp_path, "deep")
    (tmp_path / "deep.keras").write_bytes(content)
    with pytest.raises(ModelError, match=r"expected the SHA-256 [0-9a-f]{12}… .* for deep.keras"):
        check_file(tmp_path / "deep.keras", card["sha256"])


def test_missing_file_is_reported(tmp_path):
    card = write_model(tmp_path, "deep")
    (tmp_path / "deep.keras").unlink()
    with pytest.raises(ModelError, match="expected the model file deep.keras"):
        check_file(tmp_path / "deep.keras", card["sha256"])
