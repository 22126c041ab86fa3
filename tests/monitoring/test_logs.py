"""The log: one line per event, as text or JSON, without personal data."""

import io
import json
import logging

import pytest

from webapp.monitoring import logs

OWN = logging.getLogger("webapp.test_logs")


@pytest.fixture
def log():
    """Set logging up on a buffer, and put it back afterwards; call it with form and level."""
    root, own = logging.getLogger(), logging.getLogger(logs.OWN)
    before = root.handlers, root.level, own.level

    def set_up(form: str, level: str = "info") -> io.StringIO:
        stream = io.StringIO()
        logs.set_up(form, level, stream)
        return stream

    yield set_up
    root.handlers = before[0]
    root.setLevel(before[1])
    own.setLevel(before[2])


def test_log_event_is_one_line_of_json(log):
    stream = log("json")
    logs.log_event(OWN, "request", method="GET", status=200)
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "event": "request", "method": "GET", "status": 200}


def test_log_message_is_an_event(log):
    stream = log("json")
    OWN.warning("The model %s is left out", "conv")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"]) == ("message", "warning")
    assert (line["logger"], line["message"]) == ("webapp.test_logs", "The model conv is left out")


def test_log_traceback_stays_in_one_json_line(log):
    stream = log("json")
    try:
        raise ValueError("no such digit")
    except ValueError:
        OWN.exception("POST failed")
    assert stream.getvalue().count("\n") == 1
    assert "no such digit" in json.loads(stream.getvalue())["traceback"]


def test_log_event_as_text_names_its_fields(log):
    stream = log("text")
    logs.log_event(OWN, "request", method="GET", status=200)
    assert stream.getvalue().endswith("Z INFO request method=GET status=200\n")


def test_log_text_cannot_be_forged_by_an_address(log):
    stream = log("text")
    OWN.error("GET %s failed", "/x\n2026-11-23 ERROR all is lost\x1b[2J")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(("level", "logged"), [("warning", 1), ("info", 2), ("error", 0)])
def test_log_level_filters_messages(log, level, logged):
    stream = log("text", level)
    logs.log_event(OWN, "request")
    OWN.warning("a warning")
    assert stream.getvalue().count("\n") == logged


def test_log_hides_debug_messages_of_libraries(log):
    stream = log("text", "debug")
    logging.getLogger("PIL").debug("a chunk")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("address", ["192.168.1.7", "fe80::1cc0:3e8c:119f:c2e1", "2001:db8::7", "::1"])
def test_log_masks_addresses_in_library_messages(log, address):
    stream = log("json")
    logging.getLogger("waitress").error("closing channel <Channel connected ('%s', 50123)>", address)
    assert address not in stream.getvalue()
    assert "<Channel connected ('(address)', 50123)>" in json.loads(stream.getvalue())["message"]
