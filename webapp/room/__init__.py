"""The room of one audience: participants, drawings, rounds, votes. Imports no web framework.

    service.py         one method for each action of a participant or the presenter
    participants.py    joining, renaming
    names.py           random names, cleaning of chosen names, words for join codes
    presence.py        participants seen in the last 30 seconds
    rounds.py          free, ask, fool
    drawings.py        save, hide, delete
    ink_record.py      ink as stored: strokes, thumbnail, bitmap
    verdicts.py        what is right, and what has fooled the network
    moderation.py      approval of drawings, blocked participants
    votes.py           votes on whether people can read a drawing that the network misread
    scoreboard.py      confusion counts, accuracy, the most confused pairs, verdicts
    live.py            responses that pages fetch repeatedly, with ETags and a cache
    wall.py            changes on the wall since a revision
    serializers.py     drawings as JSON

    database.py        transactions, one writer at a time, revisions
    engines.py         SQLAlchemy engines for SQLite and PostgreSQL
    schema.py          the tables, and the migrations to them
    write_lock.py      lock with a bounded wait queue and a circuit breaker
    file_guard.py      write SQLite's file again after it was removed or replaced
    disk_space.py      refuse drawings on a full disk, keep a reserve for the rest
    wal_truncation.py  remove deleted data from SQLite's write-ahead log
    key_values.py      settings stored with the room
    clock.py           times in milliseconds and ISO 8601

    auth.py            join code, presenter's link, throttle for wrong ones
    retention.py       delete old drawings
    clock_trust.py     how far retention trusts the clock
    transfer/          export, import, contact sheet

The networks are passed in as a function; docs/room.md describes the whole.
"""
