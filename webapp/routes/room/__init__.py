"""Routes of the room.

current.py    the room, the participant and the presenter of the present request
phones.py     join, rename, send and delete drawings, vote
wall.py       state, wall, scoreboard, one drawing
run.py        the lab's newest run, guesses
presenter.py  rounds, pause, spotlight, hide, clear, moderation
data.py       export and import
preflight.py  checks before the show, load test
pages.py      the pages, the presenter's link, QR codes
schemas.py    JSON schemas
"""

from webapp.routes.room import data, pages, phones, preflight, presenter, run, wall

BLUEPRINTS = tuple(module.blueprint for module in (phones, wall, run, presenter, data, preflight, pages))
