"""A clock that tests set."""


class FakeClock:
    """Returns `now` when called, as time.monotonic does; tests assign to `now` to let time pass.

    Args:
        now: the time of the first call, in the unit that the code under test expects.
    """

    def __init__(self, now: float = 1000.0):
        self.now = now

    def __call__(self) -> float:
        return self.now
