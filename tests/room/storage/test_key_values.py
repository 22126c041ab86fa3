"""Key-value settings are shared by all processes and survive restarts."""

from webapp.room.storage.database import Database
from webapp.room.storage.key_values import KeyValues


def test_keep_returns_the_first_value(room, database_url):
    assert room.key_values.get_or_set("code", "RIBBON") == "RIBBON"
    assert room.key_values.get_or_set("code", "OTHER") == "RIBBON"
    other = Database(database_url)
    assert KeyValues(other).get_or_set("code", "OTHER") == "RIBBON"
    other.close()


def test_replace_overwrites_the_value(room):
    room.key_values.get_or_set("code", "RIBBON")
    room.key_values.replace("code", "LEMON")
    room.key_values.replace("token", "secret")
    assert room.key_values.get("code") == room.key_values.get_or_set("code", "OTHER") == "LEMON"
    assert room.key_values.get_or_set("token", "OTHER") == "secret"


def test_get_returns_what_another_process_has_just_stored(room, database_url):
    assert room.key_values.get("wifi") is None
    other = Database(database_url)
    KeyValues(other).replace("wifi", "Venue")
    assert room.key_values.get("wifi") == "Venue"
    other.close()
