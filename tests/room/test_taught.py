"""The state says which network predicts, and to whom that it reads a drawing which was misread."""

import json

import pytest

from tests.room.rooms import join

NOTICE = {"label": 7, "at": 1_700_000_000_000}


@pytest.fixture
def network(room) -> dict:
    """What the lab says of the network, by participant."""
    notices: dict = {}

    def about(participant_id: str | None) -> dict:
        taught = notices.get("at") if participant_id is None else notices.get(participant_id)
        return {"model": notices.get("model", "conv"), "taught": taught}

    room.live.about_network = about
    return notices


def state(room, participant) -> dict:
    return json.loads(room.live.state(participant, {}).json)


def test_notice_reaches_its_participant_only(room, network):
    ada, bob = join(room), join(room)
    network |= {ada.id: NOTICE, "at": NOTICE["at"], "model": "taught-1"}
    assert (state(room, ada)["taught"], state(room, ada)["model"]) == (NOTICE, "taught-1")
    assert state(room, bob)["taught"] is None
    assert state(room, None)["taught"] is None


def test_notice_gives_the_state_a_new_etag(room, network):
    ada = join(room)
    before = room.live.state(ada, {})
    network |= {ada.id: NOTICE}
    assert room.live.state(ada, {}, lambda tag: tag == before.tag).json is not None


def test_notice_changes_the_moment_that_streams_compare(room, network):
    before = room.live.moment({})
    network |= {"at": NOTICE["at"], "model": "taught-1"}
    assert room.live.moment({}).state != before.state


def test_state_without_a_lab_has_no_notice(room):
    assert state(room, join(room))["taught"] is None
