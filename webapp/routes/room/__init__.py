"""The room: what phones, the wall and the presenter ask for.

who.py         who asks: a participant, the presenter, or anyone
asked.py       parameters and bodies of requests
answered.py    answers with a tag, so that what is known already is not sent again
phones.py      joining, drawings, votes
wall.py        state, wall, scoreboard, one drawing
presenter.py   rounds, pause, spotlight, hiding, clearing
join.py       the presenter's link, the QR code
data.py        exports and the import
preflight.py   what is checked before the show
pages.py       what people see
schemas.py     the shapes of what goes in and out
"""

from webapp.routes.room import data, join, pages, phones, preflight, presenter, wall

BLUEPRINTS = tuple(module.blueprint for module in (phones, wall, presenter, join, data, preflight, pages))
