"""Several servers share a room: revisions are committed in order, and live views miss no change."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.room.rooms import (
    MODELS,
    Reader,
    join,
    make_room,
    new_id,
    retry_while_busy,
    send,
    send_with_retry,
)
from tests.waiting import TIMEOUT
from webapp.room.storage import schema

WRITERS, DRAWINGS = 3, 15  # threads for each server, drawings for each thread


@pytest.fixture
def rooms(database_url):
    """Two rooms on the same database, as two servers have them."""
    rooms = [make_room(database_url, Reader()) for _ in range(2)]
    yield rooms
    for room in rooms:
        room.close()


class Follower:
    """Polls the wall for changes and records them."""

    def __init__(self, room):
        self.room = room
        self.seen: list[str] = []
        self.revisions: list[int] = []

    def poll(self) -> None:
        """Poll once for changes since the last revision."""
        since = self.revisions[-1] if self.revisions else None
        view = json.loads(self.room.live.wall(since, 200, {}).json)
        assert since is None or not view["full"]
        self.seen += [drawing["id"] for drawing in reversed(view["drawings"])]
        self.revisions.append(view["revision"])

    def follow(self, is_over: threading.Event) -> None:
        """Poll until `is_over` is set, and once more."""
        while not is_over.is_set():
            self.poll()
        self.poll()


def test_live_views_of_all_servers_miss_no_change(rooms):
    people = [join(room) for room in rooms]
    followers, is_over = [Follower(room) for room in rooms], threading.Event()
    with ThreadPoolExecutor(2 * WRITERS + 2) as pool:
        following = [pool.submit(follower.follow, is_over) for follower in followers]
        jobs = [
            pool.submit(send_with_retry, room, people[index])
            for _ in range(WRITERS * DRAWINGS)
            for index, room in enumerate(rooms)
        ]
        try:
            stored = [job.result(2 * TIMEOUT)["id"] for job in jobs]
        finally:
            is_over.set()
        for follower in following:
            follower.result(TIMEOUT)
    for follower in followers:
        assert sorted(follower.seen) == sorted(stored)  # each drawing once
        assert follower.revisions == sorted(follower.revisions)
    with rooms[0].database.reading() as connection:
        numbers = connection.execute(
            select(schema.drawings.c.number, schema.drawings.c.revision).order_by(schema.drawings.c.number)
        ).all()
        assert [row.number for row in numbers] == list(range(1, len(stored) + 1))
        assert [row.revision for row in numbers] == sorted({row.revision for row in numbers})


def test_servers_starting_together_create_one_room(database_url):
    rooms = [make_room(database_url, Reader()) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda room: retry_while_busy(room.database.open), rooms))
    rounds = {json.loads(room.live.state(None, {}).json)["round"]["id"] for room in rooms}
    assert len(rounds) == 1
    for room in rooms:
        room.close()


def test_drawing_sent_to_two_servers_is_stored_once(rooms):
    participant, drawing_id = join(rooms[0]), new_id()
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(send_with_retry, room, participant, 4, drawing_id=drawing_id) for room in rooms * 4
        ]
        drawings = [job.result(2 * TIMEOUT) for job in jobs]
    assert all(drawing == drawings[0] for drawing in drawings)
    scores = json.loads(rooms[1].live.scoreboard(MODELS, "conv", None).json)["models"]
    assert [row["drawings"] for row in scores] == [1, 1]


def test_changes_are_visible_on_the_other_server_at_once(rooms):
    here, there = rooms
    participant, secret = here.join()
    assert there.participant(secret) == participant
    ask_round = here.start_round("ask", 7)
    assert json.loads(there.live.state(None, {}).json)["round"]["id"] == ask_round.id
    drawing = send(there, participant)
    assert [row["id"] for row in json.loads(here.live.wall(None, 60, {}).json)["drawings"]] == [drawing["id"]]
    here.key_values.get_or_set("code", "RIBBON")
    assert there.key_values.get_or_set("code", "OTHER") == "RIBBON"
