"""Conversion between milliseconds and ISO 8601 text."""

import time

import pytest

from webapp.room.clock import iso, local_day, local_time, milliseconds


def test_times_convert_to_and_from_utc_text():
    assert iso(1_795_422_139_591) == "2026-11-23T08:22:19.591Z"
    assert milliseconds("2026-11-23T08:22:19.591Z") == 1_795_422_139_591
    assert milliseconds("2026-11-23T09:22:19.591+01:00") == 1_795_422_139_591
    assert milliseconds("2026-11-23T08:22:19.591") == 1_795_422_139_591


@pytest.fixture
def sydney(monkeypatch):
    """The server's time zone: eleven hours ahead of UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "AEDT-11")
        time.tzset()
        yield
    time.tzset()


def test_people_see_the_local_date_and_time(sydney):
    evening = milliseconds("2026-11-22T22:22:19.591Z")
    assert local_day(evening) == "2026-11-23"
    assert local_time(evening) == "2026-11-23 09:22"
