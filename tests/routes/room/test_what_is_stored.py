"""The consent text before the first send covers every column of the database."""

import pytest

from webapp import create_app
from webapp.room.storage.schema import answers, drawings, participants, votes

# Each column -> its phrase in the consent text; None for bookkeeping without personal data.
PHRASES = {
    participants: {
        "id": None,
        "secret_hash": "a fingerprint of the key",
        "name": "your name",
        "revision": None,
        "joined_at": "first and last here",
        "seen_at": "first and last here",
        "blocked": "the presenter has hidden",
    },
    drawings: {
        "id": None,
        "number": None,
        "revision": None,
        "participant_id": None,
        "round_id": "the round",
        "strokes": "the strokes",
        "thumbnail": "the strokes",
        "bitmap": "28x28 pixels",
        "label": "the digit you meant",
        "digit": "what each network predicted",
        "probability": "what each network predicted",
        "is_digit": "what each network predicted",
        "fooled": "the votes",
        "yes": "the votes",
        "no": "the votes",
        "hidden": None,
        "withheld": None,
        "sent_at": "the time",
    },
    answers: dict.fromkeys(answers.c.keys(), "what each network predicted"),
    votes: dict.fromkeys(votes.c.keys(), "the votes"),
}


def read_consent_text(client) -> str:
    return " ".join(client.get("/join").text.split())


@pytest.mark.parametrize("table", PHRASES, ids=lambda table: table.name)
def test_consent_text_covers_each_column(client, table):
    text = read_consent_text(client)
    assert PHRASES[table].keys() == set(table.c.keys())
    assert all(phrase in text for phrase in PHRASES[table].values() if phrase)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (30, "After 30 days, drawings are deleted automatically"),
        (1, "After 1 day, drawings are deleted automatically"),
        (0, "Nothing is deleted automatically."),
    ],
)
def test_consent_text_states_the_retention(store, tmp_path, days, expected):
    client = create_app({"RETENTION_DAYS": days, "ROOM_FOLDER": tmp_path}, store=store).test_client()
    assert expected in read_consent_text(client)
