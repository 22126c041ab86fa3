"""Short texts that are kept with the room are the same for every process, and after a restart."""

from webapp.room.database import Database
from webapp.room.keeping import Keeping


def test_keeping_returns_what_was_kept_first(room, database_url):
    assert room.keeping.keep("code", "RIBBON") == "RIBBON"
    assert room.keeping.keep("code", "OTHER") == "RIBBON"
    other = Database(database_url)
    assert Keeping(other).keep("code", "OTHER") == "RIBBON"
    other.close()


def test_keeping_replaces(room):
    room.keeping.keep("code", "RIBBON")
    room.keeping.replace("code", "LEMON")
    room.keeping.replace("token", "secret")
    assert room.keeping.keep("code", "OTHER") == "LEMON"
    assert room.keeping.keep("token", "OTHER") == "secret"
