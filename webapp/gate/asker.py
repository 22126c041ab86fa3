"""Who asks by a request, as far as the server tells."""

from webapp.crowd import ARRIVED
from webapp.nets.desks import Asker, never_gone


def asker_of(environ: dict) -> Asker:
    """Return who waits for the answer, and since when; servers other than waitress tell neither."""
    return Asker(environ.get("waitress.client_disconnected", never_gone), environ.get(ARRIVED))
