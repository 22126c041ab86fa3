"""How far retention trusts the clock: a laptop whose clock is 40 days ahead must not delete the room.

Retention runs every hour and remembers the time up to which it has trusted the clock. A clock that moved by
at most two days since then is trusted. A larger step may be a wrong clock, or a laptop that was switched off:
then the trusted time moves by two days in each run, and if most drawings would expire at once, not at all.
That lasts until the clock is back, or a person says that it is right.
"""

import json
from dataclasses import dataclass

from webapp.room.clock import DAY

STEP = 2 * DAY  # milliseconds that a trusted clock may move between two runs
MOST = 0.5  # share of the drawings that may expire by a larger step


@dataclass(frozen=True)
class ClockTrust:
    """What retention remembers between its runs.

    Attributes:
        time: until which the clock has been trusted, in milliseconds.
        holds: whether drawings are kept that are too old by the clock.
    """

    time: int
    holds: bool = False

    @classmethod
    def parse(cls, text: str) -> "ClockTrust":
        """Return the trust of a text made by `to_text`."""
        return cls(**json.loads(text))

    def to_text(self) -> str:
        """Return this as JSON."""
        return json.dumps({"time": self.time, "holds": self.holds})

    def after(self, now: int, expired: int, drawings: int) -> "ClockTrust":
        """Return the trust in a run at `now`.

        Args:
            expired: drawings that are too old by the clock.
            drawings: all of them.
        """
        if now <= self.time + STEP or not expired:
            return ClockTrust(now)
        if self.holds or expired > MOST * drawings:
            return ClockTrust(self.time, holds=True)
        return ClockTrust(self.time + STEP)
