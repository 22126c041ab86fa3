"""Short texts that are kept with the room are the same for every process, and after a restart."""

from webapp.room.database import Database
from webapp.room.key_values import KeyValues


def test_keeping_returns_what_was_kept_first(room, database_url):
    assert room.key_values.keep("code", "RIBBON") == "RIBBON"
    assert room.key_values.keep("code", "OTHER") == "RIBBON"
    other = Database(database_url)
    assert KeyValues(other).keep("code", "OTHER") == "RIBBON"
    other.close()


def test_keeping_replaces(room):
    room.key_values.keep("code", "RIBBON")
    room.key_values.replace("code", "LEMON")
    room.key_values.replace("token", "secret")
    assert room.key_values.keep("code", "OTHER") == "LEMON"
    assert room.key_values.keep("token", "OTHER") == "secret"
