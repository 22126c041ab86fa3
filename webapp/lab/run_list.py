"""The runs of the lab, oldest first, each with its network once it is saved."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress

from webapp.errors import InkwiseError, NotNow, UnknownModel, UnknownRun
from webapp.lab.networks import RunNetworks
from webapp.lab.room_score import LabeledDrawing, RoomScores
from webapp.lab.runs import Run
from webapp.lab.spec import LabSpec

MOST_RUNS = 30  # then the oldest one is thrown away

logger = logging.getLogger(__name__)


class RunList:
    """The lab's lock protects it.

    Args:
        networks: where the networks of runs are.
        scores: of the room's drawings.
    """

    def __init__(self, networks: RunNetworks, scores: RoomScores):
        self._networks = networks
        self._scores = scores
        self._runs: dict[int, Run] = {}
        self._last_id = 0

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs.values())

    @property
    def newest(self) -> Run | None:
        return self._runs[max(self._runs)] if self._runs else None

    @property
    def active(self) -> Run | None:
        """The run that waits, trains or pauses, or None."""
        run = self.newest
        return run if run is not None and run.is_active else None

    def get(self, run_id: int) -> Run | None:
        return self._runs.get(run_id)

    def find(self, run_id: int) -> Run:
        """Return a run. Raises UnknownRun."""
        if run_id not in self._runs:
            raise UnknownRun(f"expected a run of this lab, received {run_id}")
        return self._runs[run_id]

    def make(self, spec: LabSpec, parameters: int, title: str) -> Run:
        """Return a new run that is not in the list yet; the oldest makes room for it."""
        if len(self._runs) >= MOST_RUNS:
            self._remove(self._runs[min(self._runs)])
        self._last_id += 1
        steps = -(-spec.samples // spec.batch_size) * spec.epochs
        return Run(self._last_id, spec, steps, parameters, title=title)

    def add(self, run: Run) -> None:
        self._runs[run.id] = run

    def discard(self, run_id: int) -> None:
        """Throw a run away; a copy that was kept stays. Raises UnknownRun, NotNow while it trains."""
        run = self.find(run_id)
        if run.is_active:
            raise NotNow("expected a run that has ended, received one that trains")
        self._remove(run)

    def model_of(self, run_id: int) -> str:
        """Return the name of a run's network. Raises UnknownRun, NotNow without a network."""
        run = self.find(run_id)
        if run.model is None:
            raise NotNow(
                "expected a run with a network, received one without", "This run has no network yet."
            )
        return run.model

    def add_network(self, run: Run, name: str) -> bool:
        """Give a run its saved network. Return False, and note the reason, if it cannot be used."""
        try:
            self._networks.add(name)
        except InkwiseError as error:
            logger.warning("The network of run %d cannot be used: %s", run.id, error)
            run.reason = f"Its network cannot be used: {error.message}"
            return False
        run.model = name
        return True

    def with_networks(self) -> list[tuple[Run, str]]:
        """Return the runs that have a network, and its name."""
        return [(run, run.model) for run in self if run.model is not None]

    def score(self, runs: Sequence[tuple[Run, str]], drawings: Sequence[LabeledDrawing]) -> None:
        """Read drawings with the network of each run. Takes a second for 30: call it without the lock."""
        for run, model in runs:
            with suppress(UnknownModel):  # thrown away meanwhile
                run.room_score = self._scores.score(model, drawings)

    def _remove(self, run: Run) -> None:
        del self._runs[run.id]
        if run.model is not None:
            self._networks.remove(run.model)
            self._scores.forget(run.model)
