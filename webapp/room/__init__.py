"""One audience in one session: who joined, what they drew, what the networks answered. Knows no web.

    service.py       one method for each thing that a person does
    participants.py  joining, names
    names.py         friendly names, and what is removed from those that people choose
    presence.py      who was seen in the last 30 seconds
    rounds.py        free, ask, fool
    drawings.py      save (once, however often it is sent), hide, delete
    ink_record.py    ink as the tables hold it
    thumbnail.py     ink, small enough for a wall
    votes.py         whether a drawing counts as having fooled the network
    scoreboard.py    accuracy by model, confusion matrix, the most confused pairs
    confusion_counts.py  counts that are updated with every drawing
    live.py          state, wall and scoreboard with their ETags
    revision_cache.py    answers that are kept for one revision
    wall.py          what is new since a revision
    serializers.py   a drawing as the pages get it
    jsontext.py      ink goes into an answer as the text that it is stored as

    database.py      SQLite or PostgreSQL: one writer at a time, revisions
    engines.py       connections, set up so that no acknowledged change is lost
    address.py       the database's URL
    write_lock.py    a lock with a bounded wait queue and a circuit breaker
    wal_truncation.py    remove deleted data from SQLite's log as well
    schema.py        the tables
    migrations.py    from an older version's tables to today's
    key_values.py    short texts that are stored with the room
    clock.py         times as the tables hold them and as pages get them

    auth.py          the join code and the presenter's link
    addresses.py     the addresses by which phones reach this computer
    login_throttle.py    wrong codes and tokens slow a client down
    word_list.py     words for codes
    retention.py     delete drawings after some days
    transfer/        export, import, contact sheet

The networks' answers come in as a function; docs/room.md says how it fits together.
"""
