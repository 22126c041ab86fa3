"""The room's database: what is stored survives crashes, full disks and a removed file.

    database.py        transactions, one writer at a time, revisions
    engines.py         SQLAlchemy engines for SQLite and PostgreSQL
    schema.py          the tables, and the migrations to them
    write_lock.py      lock with a bounded wait queue and a circuit breaker
    file_guard.py      write SQLite's file again after it was removed or replaced
    disk_space.py      refuse drawings on a full disk, keep a reserve for the rest
    wal_truncation.py  remove deleted data from SQLite's write-ahead log
    key_values.py      settings stored with the room
"""
