"""Conversion between milliseconds and ISO 8601 text."""

from webapp.room.clock import iso, milliseconds


def test_times_convert_to_and_from_utc_text():
    assert iso(1_795_422_139_591) == "2026-11-23T08:22:19.591Z"
    assert milliseconds("2026-11-23T08:22:19.591Z") == 1_795_422_139_591
    assert milliseconds("2026-11-23T09:22:19.591+01:00") == 1_795_422_139_591
    assert milliseconds("2026-11-23T08:22:19.591") == 1_795_422_139_591
