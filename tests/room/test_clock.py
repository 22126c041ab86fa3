"""Times as the tables hold them and as pages get them."""

from webapp.room.clock import iso, milliseconds


def test_time_is_told_in_utc_and_read_again():
    assert iso(1_795_422_139_591) == "2026-11-23T08:22:19.591Z"
    assert milliseconds("2026-11-23T08:22:19.591Z") == 1_795_422_139_591
    assert milliseconds("2026-11-23T09:22:19.591+01:00") == 1_795_422_139_591
    assert milliseconds("2026-11-23T08:22:19.591") == 1_795_422_139_591
