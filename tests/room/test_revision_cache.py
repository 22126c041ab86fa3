"""Responses are cached for one revision of the room."""

from webapp.room.revision_cache import MOST, RevisionCache


def test_cache_keeps_an_answer_until_the_room_changes():
    cache, built = RevisionCache(), []

    def build():
        built.append(1)
        return len(built)

    assert [cache.get(1, "wall", build), cache.get(1, "wall", build)] == [1, 1]
    assert cache.get(1, "other", build) == 2
    assert cache.get(2, "wall", build) == 3


def test_cache_does_not_grow_without_end():
    cache = RevisionCache()
    for key in range(MOST * 3):
        cache.get(1, key, object)
    assert len(cache._entries) <= MOST
