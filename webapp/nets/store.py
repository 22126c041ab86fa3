"""Which models there are, loaded in the background, the default first."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from webapp.errors import ModelError, ModelsLoading, UnknownModel
from webapp.nets.cards import empty_card, find_names, public_card, read_card
from webapp.nets.network import Network, load_network

STATUSES = LOADING, WARM, FAILED = "loading", "warm", "failed"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One model as it stands now. Never changed, only replaced: readers need no lock."""

    card: dict
    status: str = LOADING
    reason: str | None = None  # one sentence, where it failed
    network: Network | None = None  # where it is warm


class ModelStore:
    """The models of one folder.

    Args:
        folder: holds NAME.keras, NAME.tflite and NAME.json for each model.
        default: name of the model that is loaded first.
        load: takes the path of NAME.keras and the card, gives the network or raises ModelError.
    """

    def __init__(self, folder: Path, default: str, load: Callable[[Path, dict], Network] = load_network):
        self.default = default
        self._folder = folder
        self._load = load
        self._entries = {name: self._read(name) for name in find_names(folder)}
        self._replacing = threading.Lock()
        self._then: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._load_all, name="model-store", daemon=True)

    def start(self, then: Callable[[], object] = lambda: None) -> None:
        """Begin to load every model in a thread of its own, and return at once.

        Args:
            then: called after the last one, before the store is ready.
        """
        self._then = then
        self._thread.start()

    def wait(self, timeout: float) -> None:
        """Wait until every model is warm or failed, at most `timeout` seconds."""
        self._thread.join(timeout)

    @property
    def is_loading(self) -> bool:
        return self._thread.is_alive()

    @property
    def is_ready(self) -> bool:
        """Whether the default model answers and no other one is still being loaded."""
        statuses = self.statuses()
        return not self.is_loading and statuses.get(self.default) == WARM and LOADING not in statuses.values()

    def names(self) -> list[str]:
        """Return the models' names, the one with the fewest parameters first."""
        return sorted(self._entries, key=lambda name: (self._entries[name].card["parameters"], name))

    def knows(self, name: str) -> bool:
        """Return whether there is a model of that name."""
        return name in self._entries

    def statuses(self) -> dict[str, str]:
        """Return "loading", "warm" or "failed" for each model, in the order of `names`."""
        return {name: self._entries[name].status for name in self.names()}

    def cards(self) -> list[dict]:
        """Return the cards without evaluation, with `status` and, where it failed, `reason`."""
        return [_described(self._entries[name]) for name in self.names()]

    def card(self, name: str) -> dict:
        """Return one whole card. Raises UnknownModel."""
        return self._entry(name).card

    def network(self, name: str) -> Network:
        """Return the network `name`. Raises UnknownModel, ModelsLoading, or ModelError where it failed."""
        entry = self._entry(name)
        if entry.status == FAILED:
            raise ModelError(f"the model {name} cannot be used: {entry.reason}")
        if entry.network is None:
            raise ModelsLoading(f"the model {name} is still being loaded; try again in a second")
        return entry.network

    def warm_names(self) -> list[str]:
        """Return the names of the models that answer. Raises ModelsLoading, ModelError where none does."""
        statuses = self.statuses()
        warm = [name for name, status in statuses.items() if status == WARM]
        if not warm and LOADING not in statuses.values():
            raise ModelError("no model can be used; the server's log says why")
        if not warm:
            raise ModelsLoading("the models are still being loaded; try again in a second")
        return warm

    def reload(self, name: str) -> None:
        """Read the model `name` from its files and swap it in once it is warm.

        What is under way still gets its answer from the model before.

        Raises:
            ModelError: the files cannot be used; the model before stays.
        """
        card = read_card(self._folder, name)
        network = self._load(self._folder / f"{name}.keras", card)
        self._replace(name, Entry(card, WARM, network=network))

    def _replace(self, name: str, entry: Entry) -> None:
        with self._replacing:
            self._entries = {**self._entries, name: entry}

    def _entry(self, name: str) -> Entry:
        if name not in self._entries:
            raise UnknownModel(
                f"expected one of the models {', '.join(self.names())}, received {name[:60]!r}"
            )
        return self._entries[name]

    def _read(self, name: str) -> Entry:
        try:
            return Entry(read_card(self._folder, name))
        except ModelError as error:
            return self._failed(empty_card(name), error)

    def _load_all(self) -> None:
        for name in sorted(self.names(), key=lambda name: name != self.default):
            if self._entries[name].status == LOADING:
                self._load_one(name)
        self._then()

    def _load_one(self, name: str) -> None:
        try:
            self.reload(name)
        except Exception as error:  # one bad model must not keep the others from being served
            self._replace(name, self._failed(self._entries[name].card, error))

    def _failed(self, card: dict, error: Exception) -> Entry:
        logger.warning("The model %s is left out: %s", card["name"], error)
        return Entry(card, FAILED, reason=str(error))


def _described(entry: Entry) -> dict:
    described = public_card(entry.card) | {"status": entry.status}
    return described | {"reason": entry.reason} if entry.reason else described
