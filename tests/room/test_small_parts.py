"""Times, addresses, kept answers and small ink."""

import numpy as np
import pytest
from sqlalchemy import make_url

from webapp.errors import SettingError
from webapp.room.address import database_url
from webapp.room.clock import iso, milliseconds
from webapp.room.database import Database
from webapp.room.latest import MOST, Latest
from webapp.room.shape import MOST_POINTS, _thinned, to_shape


def test_time_is_told_in_utc_and_read_again():
    assert iso(1_795_422_139_591) == "2026-11-23T08:22:19.591Z"
    assert milliseconds("2026-11-23T08:22:19.591Z") == 1_795_422_139_591
    assert milliseconds("2026-11-23T09:22:19.591+01:00") == 1_795_422_139_591
    assert milliseconds("2026-11-23T08:22:19.591") == 1_795_422_139_591


def test_database_lies_in_the_rooms_folder_unless_another_is_named(tmp_path):
    url = make_url(database_url("sqlite", tmp_path / "a b?c%20d"))
    assert url.database == str(tmp_path / "a b?c%20d" / "room.sqlite")
    assert database_url("postgresql+psycopg://me@db/room", tmp_path) == "postgresql+psycopg://me@db/room"


@pytest.mark.parametrize(
    "url",
    ["room", "sqlite://", "sqlite:", "mysql://me@db/room", "postgresql://me@db/room", "://", "sqlite+x:///a"],
)
def test_database_of_another_kind_is_refused(url):
    with pytest.raises(SettingError, match="expected sqlite, sqlite:///FILE or postgresql"):
        Database(url)


def test_database_that_is_refused_does_not_tell_its_password():
    with pytest.raises(SettingError) as caught:
        Database("mysql://me:secret@db/room")
    assert "secret" not in str(caught.value)


def test_latest_keeps_an_answer_until_the_room_changes():
    latest, built = Latest(), []

    def build():
        built.append(1)
        return len(built)

    assert [latest.get(1, "wall", build), latest.get(1, "wall", build)] == [1, 1]
    assert latest.get(1, "other", build) == 2
    assert latest.get(2, "wall", build) == 3


def test_latest_does_not_grow_without_end():
    latest = Latest()
    for key in range(MOST * 3):
        latest.get(1, key, object)
    assert len(latest._kept) <= MOST


@pytest.mark.parametrize(
    "strokes",
    [
        [[[5.0, 5.0]]],
        [[[0.0, 0.0], [1e9, -1e9]]],
        [[[float(n), float(n % 2)] for n in range(10_000)]],
        [[[float(n % 100), float(n // 100)]] for n in range(10_000)],
        [[[float(n), 0.0], [float(n), 1000.0]] for n in range(5_000)],
    ],
)
def test_shape_is_small_and_whole_numbers(strokes):
    shape = to_shape([np.array(stroke) for stroke in strokes])
    assert 0 < sum(map(len, shape)) <= MOST_POINTS
    values = [value for stroke in shape for point in stroke for value in point]
    assert all(type(value) is int and 0 <= value <= 1000 for value in values)


def test_shape_looks_no_further_once_there_are_too_many_points():
    zigzag = [[0.0, 0.0], [1000.0, 1000.0]] * 5_000
    assert len(_thinned(zigzag, 8.0, MOST_POINTS)) == MOST_POINTS + 1


def test_shape_of_ink_too_small_to_be_seen_is_a_dot():
    assert to_shape([np.array([[0.0, 0.0], [1e-310, 0.0]])]) == [[[0, 0], [0, 0]]]


def test_shape_keeps_proportions_and_ends():
    assert to_shape([np.array([[10.0, 10.0], [10.0, 210.0]]), np.array([[60.0, 10.0]])]) == [
        [[0, 0], [0, 1000]],
        [[250, 0]],
    ]
