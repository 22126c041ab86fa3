"""The models of a folder, loaded by a background thread, the default model first."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from webapp.errors import ModelError, ModelsLoading, UnknownModel
from webapp.nets.cards import empty_card, find_names, public_card, read_card
from webapp.nets.network import Network, load_network

STATUSES = LOADING, WARM, FAILED = "loading", "warm", "failed"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """The present state of one model. Replaced as a whole, so readers need no lock."""

    card: dict
    status: str = LOADING
    reason: str | None = None  # one sentence, if it failed
    network: Network | None = None  # if it is warm
    is_run: bool = False  # a run of the lab: not part of the room, gone after a restart


class ModelStore:
    """The models of one folder.

    Args:
        folder: holds NAME.keras, NAME.tflite and NAME.json for each model.
        default: name of the model that is loaded first.
        load: returns the network for the path of NAME.keras and its card, or raises ModelError.
        kept_folder: more models, which the presenter kept; those of `folder` win.
    """

    def __init__(
        self,
        folder: Path,
        default: str,
        load: Callable[[Path, dict], Network] = load_network,
        kept_folder: Path | None = None,
    ):
        self.default = default
        self._load = load
        kept = find_names(kept_folder) if kept_folder is not None and kept_folder.is_dir() else []
        self._folders = dict.fromkeys(kept, kept_folder or folder) | dict.fromkeys(find_names(folder), folder)
        self._entries = {name: self._read(name) for name in self._folders}
        self._replacing = threading.Lock()
        self._lent: set[str] = set()  # runs of the lab that are or were the default
        self._then: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._load_all, name="model-store", daemon=True)

    def start(self, then: Callable[[], object] = lambda: None) -> None:
        """Load all models in a background thread, and return at once.

        Args:
            then: called in that thread after the last model, before the store is ready.
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
        """Whether the default model is warm and no other one is still being loaded."""
        is_complete = not self.is_loading and LOADING not in self.statuses().values()
        return is_complete and self.default_status == WARM

    @property
    def default_status(self) -> str:
        """The status of the default model, which the room needs."""
        return self.statuses().get(self.default, FAILED)

    def names(self, with_runs: bool = False) -> list[str]:
        """Return the models' names by increasing number of parameters; runs of the lab last, if wanted."""
        entries = self._entries
        shown = (name for name in entries if with_runs or not entries[name].is_run)
        return sorted(shown, key=lambda name: (entries[name].is_run, entries[name].card["parameters"], name))

    def knows(self, name: str) -> bool:
        """Return whether there is a model of that name."""
        return name in self._entries

    def statuses(self) -> dict[str, str]:
        """Return "loading", "warm" or "failed" for each model, in the order of `names`."""
        return {name: self._entries[name].status for name in self.names()}

    def cards(self, with_runs: bool = False) -> list[dict]:
        """Return the cards without evaluation, with `status` and, after a failure, `reason`."""
        return [_described(self._entries[name]) for name in self.names(with_runs)]

    def card(self, name: str) -> dict:
        """Return one whole card. Raises UnknownModel."""
        return self._entry(name).card

    def network(self, name: str) -> Network:
        """Return the network `name`. Raises UnknownModel, ModelsLoading, or ModelError after a failure."""
        entry = self._entry(name)
        if entry.status == FAILED:
            raise ModelError(f"the model {name} cannot be used: {entry.reason}")
        if entry.network is None:
            raise ModelsLoading(f"the model {name} is still being loaded; try again in a second")
        return entry.network

    def keras_file(self, name: str) -> Path:
        """Return the path of the trained weights of a model. Raises UnknownModel."""
        self._entry(name)
        return self._folders[name] / f"{name}.keras"

    def warm_names(self) -> list[str]:
        """Return the names of the warm models. Raises ModelsLoading or ModelError if there is none."""
        statuses = self.statuses()
        warm = [name for name, status in statuses.items() if status == WARM]
        if not warm and LOADING not in statuses.values():
            raise ModelError("no model can be used; the server's log says why")
        if not warm:
            raise ModelsLoading("the models are still being loaded; try again in a second")
        return warm

    def reload(self, name: str) -> None:
        """Load the model `name` from its files again, and replace it once the new one is warm.

        Raises:
            ModelError: the files cannot be used; the old model stays.
        """
        self._replace(name, self._loaded(name, self._folders[name]))

    def add(self, name: str, folder: Path, is_run: bool = False) -> None:
        """Load a new model `name` from `folder`, and use it from now on.

        Raises:
            ModelError: the files cannot be used.
        """
        entry = replace(self._loaded(name, folder), is_run=is_run)
        self._folders[name] = folder
        self._replace(name, entry)

    def use(self, name: str) -> None:
        """Make a warm model the default; a run of the lab is part of the room while it is the default.

        Raises:
            UnknownModel, ModelsLoading, ModelError: the model is not usable now; the default stays.
        """
        self.network(name)
        with self._replacing:
            before, self.default = self.default, name
            entries = dict(self._entries)
            if before in self._lent and before in entries:
                entries[before] = replace(entries[before], is_run=True)
            if entries[name].is_run:
                self._lent.add(name)
                entries[name] = replace(entries[name], is_run=False)
            self._entries = entries

    def remove(self, name: str) -> None:
        """Forget the model `name`, which must not be the default; its files stay."""
        with self._replacing:
            self._entries = {other: entry for other, entry in self._entries.items() if other != name}

    def _loaded(self, name: str, folder: Path) -> Entry:
        card = read_card(folder, name)
        return Entry(card, WARM, network=self._load(folder / f"{name}.keras", card))

    def _replace(self, name: str, entry: Entry) -> None:
        with self._replacing:
            self._entries = {**self._entries, name: entry}

    def _entry(self, name: str) -> Entry:
        if name not in self._entries:
            raise UnknownModel(
                f"expected one of the models {', '.join(self.names(with_runs=True))}, received {name[:60]!r}"
            )
        return self._entries[name]

    def _read(self, name: str) -> Entry:
        try:
            return Entry(read_card(self._folders[name], name))
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
        except Exception as error:  # one damaged model must not stop the others
            self._replace(name, self._failed(self._entries[name].card, error))

    def _failed(self, card: dict, error: Exception) -> Entry:
        reason = str(error) or type(error).__name__
        logger.warning("The model %s is left out: %s", card["name"], reason)
        return Entry(card, FAILED, reason=reason)


def _described(entry: Entry) -> dict:
    described = public_card(entry.card) | {"status": entry.status}
    return described | {"reason": entry.reason} if entry.reason else described
