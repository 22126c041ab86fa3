"""The words before the first send are true to what the database holds."""

import pytest

from webapp import create_app
from webapp.room.schema import answers, drawings, participants, votes

# Each column -> the words for it. None: bookkeeping that says nothing of a person.
WORDS = {
    participants: {
        "id": None,
        "secret_hash": "a fingerprint of the key",
        "name": "your name",
        "revision": None,
        "joined_at": "first and last here",
        "seen_at": "first and last here",
    },
    drawings: {
        "id": None,
        "number": None,
        "revision": None,
        "participant_id": None,
        "round_id": "the round",
        "strokes": "the strokes",
        "shape": "the strokes",
        "bitmap": "28x28 pixels",
        "label": "the digit that it is meant to be",
        "digit": "what each network reads in it",
        "probability": "what each network reads in it",
        "is_digit": "what each network reads in it",
        "fooled": "the votes",
        "yes": "the votes",
        "no": "the votes",
        "hidden": None,
        "sent_at": "the time",
    },
    answers: dict.fromkeys(answers.c.keys(), "what each network reads in it"),
    votes: dict.fromkeys(votes.c.keys(), "the votes"),
}


def read_words(client) -> str:
    return " ".join(client.get("/join").text.split())


@pytest.mark.parametrize("table", WORDS, ids=lambda table: table.name)
def test_words_name_each_column(client, table):
    words = read_words(client)
    assert WORDS[table].keys() == set(table.c.keys())
    assert all(said in words for said in WORDS[table].values() if said)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (30, "After 30 days drawings are deleted by themselves"),
        (1, "After 1 day drawings are deleted by themselves"),
        (0, "Nothing is deleted by itself."),
    ],
)
def test_words_tell_how_long_drawings_are_kept(store, tmp_path, days, expected):
    client = create_app({"RETENTION_DAYS": days, "ROOM_FOLDER": tmp_path}, store=store).test_client()
    assert expected in read_words(client)
