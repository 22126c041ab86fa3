"""The room of one audience: participants, drawings, rounds, votes. Imports no web framework.

    service.py         one method for each action of a participant or the presenter
    participants.py    joining, renaming
    names.py           random names, cleaning of chosen names, words for join codes
    name_checks.py     width of names, and those that look like the presenter's
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
    revision_cache.py  values computed once for each revision
    labeled.py         drawings whose label is known, for the lab
    serializers.py     drawings as JSON

    auth.py            join code, presenter's link, throttle for wrong ones
    wifi.py            the network that phones join, as text and QR code
    retention.py       delete old drawings
    clock_trust.py     how far retention trusts the clock
    clock.py           times in milliseconds and ISO 8601
    storage/           database, schema, write lock, full disks
    transfer/          export, import, contact sheet

The networks are passed in as a function; docs/room.md describes the whole.
"""
