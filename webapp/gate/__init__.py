"""What every request passes before a route sees it, and every answer on its way out; plain WSGI.

gate.py      the order of it all
hosts.py     which names are answered to
origins.py   no other site's page may change anything here
crowd.py     who finds too many waiting is told so at once
rates.py     how often a person, or an address with a whole room behind it, may ask
express.py   the shortest way from a bitmap to its answer
asker.py     who waits for an answer, and since when
headers.py   security headers
measure.py   every answer noted
notes.py     what gate and routes tell each other

Flask's own hooks for the same purposes take more time than a whole prediction.
"""

from flask import Flask

from webapp.gate import hosts, origins
from webapp.gate.crowd import check_crowd
from webapp.gate.express import Express
from webapp.gate.gate import Gate
from webapp.gate.measure import Measure
from webapp.gate.rates import Rates


def register(app: Flask) -> None:
    """Put the gate before `app`."""
    names = hosts.Hosts(app.config)
    app.config["TRUSTED_HOSTS"] = None  # Flask's own check does not know IPv6 addresses
    store, predictor = app.extensions["store"], app.extensions["predictor"]
    checks = [origins.check_origin, check_crowd]
    if not names.takes_any:
        checks.insert(0, names.check)
    if app.config["RATES"]:
        checks.append(Rates(app.config["RATES"], spares_loopback=not app.config["PROXIES"]).check)
    app.wsgi_app = Gate(app.wsgi_app, checks, Express(store, predictor), Measure(app.extensions["watch"]))
