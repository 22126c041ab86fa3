"""Responses are cached for one revision of the room."""

import gzip

from webapp.room import revision_cache
from webapp.room.revision_cache import CACHE_BYTES, CACHE_SIZE, RevisionCache, SharedJson


def test_cache_entry_is_valid_for_one_revision():
    cache, built = RevisionCache(), []

    def build():
        built.append(1)
        return len(built)

    assert [cache.get(1, "wall", build), cache.get(1, "wall", build)] == [1, 1]
    assert cache.get(1, "other", build) == 2
    assert cache.get(2, "wall", build) == 3


def test_cache_is_bounded():
    cache = RevisionCache()
    for key in range(CACHE_SIZE * 3):
        cache.get(1, key, object)
    assert len(cache._entries) <= CACHE_SIZE


def test_cache_is_bounded_in_bytes():
    cache = RevisionCache()
    for key in range(CACHE_SIZE):
        cache.get(1, key, lambda: SharedJson(bytes(2_000_000)))
        assert sum(map(len, cache._entries.values())) == cache._size <= CACHE_BYTES


def test_shared_json_is_compressed_once(monkeypatch):
    packed, original = [], gzip.compress

    def compress(content, *arguments, **options):
        packed.append(content)
        return original(content)

    monkeypatch.setattr(revision_cache.gzip, "compress", compress)
    shared = SharedJson(b"wall" * 1000)
    assert gzip.decompress(shared.packed) == shared.content
    assert shared.packed is shared.packed
    assert len(packed) == 1
