"""Sliding windows: responses over ten seconds, rejections over one minute."""

import pytest

from webapp.monitoring.sliding_window import MAX_ENTRIES, SlidingWindow


@pytest.fixture
def window(clock) -> SlidingWindow:
    return SlidingWindow(clock)


def test_window_without_responses_has_no_latency(window):
    assert window.speed() == (0.0, None)
    assert window.rejections() == 0


def test_window_speed_covers_ten_seconds(window, clock):
    clock.now += 100
    for hundredths in range(1, 101):
        window.note_prediction(hundredths / 100)
    clock.now += 10
    assert window.speed() == (10.0, 0.95)
    clock.now += 0.01
    assert window.speed() == (0.0, None)


def test_window_speed_of_a_new_server_covers_its_uptime(window, clock):
    clock.now += 4
    for _ in range(12):
        window.note_prediction(0.002)
    assert window.speed() == (3.0, 0.002)


def test_window_speed_is_right_beyond_its_capacity(window, clock):
    clock.now += 100
    for _ in range(2 * MAX_ENTRIES):
        clock.now += 0.00025  # seconds: 4,000 a second
        window.note_prediction(0.001)
    assert window.speed()[0] == pytest.approx(4000, rel=0.01)


def test_window_rejections_cover_one_minute(window, clock):
    window.note_rejection()
    clock.now += 40
    window.note_rejection()
    assert window.rejections() == 2
    clock.now += 40
    assert window.rejections() == 1


def test_window_uptime_grows(window, clock):
    clock.now += 7
    assert window.uptime == 7
