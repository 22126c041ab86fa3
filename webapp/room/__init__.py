"""One audience in one session: who joined, what they drew, what the networks said. Knows no web.

    database.py      where it is kept: one writer at a time, revisions
    engines.py       SQLite or PostgreSQL, set up so that nothing acknowledged is lost
    turn.py          one at a time, few who wait, and nobody for what has just failed
    forgetting.py    what was deleted out of SQLite's log as well
    clock.py         times as the tables keep them and as pages get them
    schema.py        the tables
    migrations.py    from an older version's tables to today's
    keeping.py       short texts that are kept with the room
    participants.py  joining, names
    names.py         friendly names, and what is cleaned from those that people give themselves
    presence.py      who has been seen lately
    rounds.py        free, ask, fool
    drawings.py      save (once, however often it is sent), hide, delete
    shown.py         a drawing as the pages get it
    tallies.py       counts that are kept with every drawing
    live.py          what pages ask for again and again, with tags and kept answers
    latest.py        answers kept for one moment
    jsontext.py      ink goes into an answer as the text that it is kept as
    shape.py         ink, small enough for a wall
    prepared.py      ink as the tables keep it
    wall.py          what is new since a revision
    votes.py         whether a drawing counts as having fooled the network
    scoreboard.py    accuracy by model, confusion, the most confused pairs, the fooled gallery
    room.py          all of that behind one door

    doors.py         the room's code, the presenter's link; slowdown.py: guessing is slow
    addresses.py     by which addresses phones reach this computer; words.py: codes; qr.py: QR codes
    welcome.py       what the terminal shows at the start
    export.py        JSON Lines, arrays, MNIST's files (idx.py); sheet.py: pages to print
    importing.py     JSON Lines back in; lines.py reads one of them
    retention.py     what is too old is deleted
    preflight.py     what is checked before the show (power.py), burst.py: how many phones a machine takes

The networks' answers come in as a function; docs/room.md says how it fits together.
"""
