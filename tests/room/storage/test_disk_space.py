"""On a full disk drawings are refused first; deleting and starting a round go on."""

import pytest

from tests.room.rooms import join, make_room, send
from tests.room.transfer.test_importing import changed, put
from webapp.errors import StorageUnavailable
from webapp.room.storage import disk_space
from webapp.room.storage.disk_space import FOR_DRAWINGS, MEGABYTE, NEARLY_FULL, RESERVE, DiskSpace


class FakeDisk:
    """A disk with `free` bytes besides the reserve; None: they are unknown."""

    free: int | None = 1000 * MEGABYTE

    def __call__(self, folder) -> int:
        if self.free is None:
            raise OSError("no such folder")
        return self.free


@pytest.fixture
def disk() -> FakeDisk:
    return FakeDisk()


@pytest.fixture
def room(tmp_path, disk):
    room = make_room(f"sqlite:///{tmp_path}/room.sqlite")
    room.database.space = DiskSpace(tmp_path / "room.sqlite", disk)
    yield room
    room.close()


def test_drawings_are_refused_first(room, disk):
    ada = join(room)
    drawing, kept = send(room, ada), send(room, ada)
    disk.free = FOR_DRAWINGS - 1
    calls = room._predict.calls
    with pytest.raises(StorageUnavailable, match="expected at least 50 MB of free space") as caught:
        send(room, ada)
    assert "disk is full" in caught.value.explanation
    assert room._predict.calls == calls
    room.delete(ada, drawing["id"])
    room.hide(kept["id"], True)
    assert room.start_round("ask", 4).kind == "ask"
    assert room.database.notices == ["The disk has 49 MB free: drawings are refused until 50 MB are free."]


def test_imports_are_refused_with_drawings(room, disk):
    disk.free = FOR_DRAWINGS - 1
    with pytest.raises(StorageUnavailable):
        put(room, changed())


def test_repeated_request_is_answered_on_a_full_disk(room, disk):
    ada = join(room)
    drawing = send(room, ada)
    disk.free = 0
    assert send(room, ada, drawing_id=drawing["id"]) == drawing


def test_drawings_are_taken_again_once_there_is_space(room, disk):
    ada = join(room)
    disk.free = 0
    with pytest.raises(StorageUnavailable):
        send(room, ada)
    disk.free = FOR_DRAWINGS
    assert send(room, ada)["number"] == 1
    assert room.database.notices == []


def test_reserve_takes_up_space_until_the_disk_is_nearly_full(room, disk, tmp_path, caplog):
    reserve = tmp_path / "room.reserve"
    room.database.check_file()
    assert reserve.stat().st_blocks * 512 >= RESERVE
    disk.free = NEARLY_FULL
    room.start_round("ask", 4)
    assert reserve.exists()
    disk.free = NEARLY_FULL - 1
    room.start_round("ask", 5)
    assert not reserve.exists()
    assert "the reserve for deleting drawings and starting rounds is in use" in caplog.text


def test_reserve_is_made_again_with_enough_space_only(room, disk, tmp_path):
    reserve = tmp_path / "room.reserve"
    disk.free = FOR_DRAWINGS + RESERVE - 1
    room.database.check_file()
    assert not reserve.exists()
    disk.free += 1
    room.database.check_file()
    assert reserve.exists()


def test_failed_write_releases_the_reserve_for_the_next_one(room, tmp_path, monkeypatch):
    room.database.check_file()
    with room.database.writing() as change:
        pages = change.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        change.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageUnavailable, match="full"), room.database.writing() as change:
        change.connection.exec_driver_sql("INSERT INTO settings VALUES ('x', zeroblob(1000000))")
    assert not (tmp_path / "room.reserve").exists()


def test_disk_that_cannot_hold_the_reserve_keeps_no_part_of_it(room, tmp_path, monkeypatch):
    def fail(path, size) -> None:
        path.write_bytes(b"a part")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk_space, "_allocate", fail)
    room.database.check_file()
    assert not (tmp_path / "room.reserve").exists()


def test_unknown_free_space_refuses_nothing(room, disk):
    ada = join(room)
    disk.free = None
    assert send(room, ada)["number"] == 1
    room.database.check_file()
    assert room.database.notices == []
