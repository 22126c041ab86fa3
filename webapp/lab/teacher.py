"""Teach a network the room's handwriting: one at a time, with the lab's trainer."""

import base64
import datetime
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from webapp.errors import BadRequest, InkwiseError, NotNow, UnknownModel, describe
from webapp.lab.networks import RunNetworks
from webapp.lab.runs import FAILED
from webapp.lab.teaching import Teaching, Used
from webapp.lab.teaching_data import LabelCount, choose_held_out, describe_coverage
from webapp.nets.store import WARM, ModelStore

MOST_DRAWINGS = 3_000  # the newest ones
MOST_TAUGHT = 5  # networks; then the oldest that is not used is thrown away
SEED = 1
TAUGHT = "taught-"  # and a number: the name of a taught network
TEACHES = "A network is being taught the room's handwriting. Wait until it is done, or stop it."
NOTHING = "No network has been taught yet."

logger = logging.getLogger(__name__)


class Drawing(Protocol):
    """A labeled drawing of the room; `strokes` is JSON."""

    @property
    def id(self) -> str: ...

    @property
    def participant_id(self) -> str: ...

    @property
    def label(self) -> int: ...

    @property
    def bitmap(self) -> bytes: ...

    @property
    def strokes(self) -> str: ...


class Teacher:
    """Part of the lab, whose lock protects it.

    Args:
        lock: of the lab.
        networks: where taught networks are saved and kept.
        store: their names, and the default model.
        hand_over: sends a command to the trainer, which it starts; raises NotNow while it trains, and
            TrainerUnavailable.
        send: sends a command to the running trainer.
        changed: tells pages of a change.
    """

    def __init__(
        self,
        lock: threading.RLock,
        networks: RunNetworks,
        store: ModelStore,
        hand_over: Callable[[dict], None],
        send: Callable[[dict], None],
        changed: Callable[[], object],
    ):
        self.on_use: Callable[[], None] = lambda: None  # called after each change of the default model
        self._lock = lock
        self._networks = networks
        self._store = store
        self._hand_over = hand_over
        self._send = send
        self._changed = changed
        self._teachings: list[Teaching] = []
        self._last_id = 0
        self._original = store.default
        self._before: list[str] = []  # the networks used before the present one, oldest first
        self._news: dict[str, dict] = {}  # what phones hear, by participant

    @property
    def is_active(self) -> bool:
        return bool(self._teachings) and self._teachings[-1].is_active

    @property
    def shown_ids(self) -> list[str]:
        """The ids of the drawings that the page shows, whose strokes `state` needs."""
        with self._lock:
            newest = self._newest()
            return [change.drawing.id for change in newest.shown_changes] if newest else []

    def state(self, thumbnails: Mapping[str, list]) -> dict:
        """Return bases, the newest teaching, and which network is used; see `Teaching.to_json`."""
        with self._lock:
            newest = self._newest()
            return {
                "bases": [{"name": card["name"], "title": card["title"]} for card in self._bases()],
                "base": self._original,
                "used": self._store.default,
                "original": self._original,
                "before": self._before[-1] if self._before else None,
                "teaching": newest.to_json(self._store.default, thumbnails) if newest else None,
            }

    def about_network(self, participant_id: str | None) -> dict:
        """Return the default model, and what to tell a person of whom it newly reads a drawing.

        Returns:
            {"model", "taught"}; `taught` is {"label", "at"}, the time in milliseconds since 1970, or None.
        """
        return {"model": self._store.default, "taught": self._news.get(participant_id or "")}

    def start(self, value: object, drawings: Sequence[Drawing], scored: Iterable[str] = ()) -> None:
        """Teach a network the drawings.

        Args:
            value: {"base", "wrong_labels"}; by default the server's own model, and 0.
            scored: names of networks with scores in the room; a new network gets another name.

        Raises:
            BadRequest, UnknownModel, ModelError, NotNow, TrainerUnavailable.
        """
        given = value if isinstance(value, dict) else {}
        base = self._check_base(given.get("base", self._original))
        wrong_labels = _check_share(given.get("wrong_labels", 0))
        with self._lock:
            counts = [LabelCount(each.participant_id, each.label, 1, 1) for each in drawings]
            problem = describe_coverage(counts).problem
            if problem is not None:
                raise NotNow("expected enough labeled drawings of enough people", problem)
            held_out = choose_held_out({each.participant_id for each in drawings})
            used = [
                Used(each.id, each.participant_id, each.label, each.participant_id in held_out)
                for each in drawings
            ]
            last_id = max(self._last_id, *map(_number_of, scored), 0)
            teaching = Teaching(last_id + 1, base, wrong_labels, used)
            sent = [_to_json(each, each.participant_id in held_out) for each in drawings]
            self._hand_over(self._command(teaching, len(held_out)) | {"drawings": sent})
            self._last_id = teaching.id
            self._teachings.append(teaching)
            self._drop_oldest()
            self._changed()

    def stop(self) -> None:
        """End the training and keep what was learned so far. Raises NotNow, TrainerUnavailable."""
        with self._lock:
            if not self.is_active:
                raise NotNow("expected an active teaching, found none", "Nothing is being taught now.")
            self._send({"command": "stop"})

    def use(self) -> None:
        """Make the taught network the server's default model, and tell phones. Raises NotNow."""
        with self._lock:
            teaching, before = self._taught(), self._store.default
            self._store.use(str(teaching.model))
            if teaching.model != before:
                self._before.append(before)
            at = int(time.time() * 1000)
            self._news = {
                change.drawing.participant_id: {"label": change.drawing.label, "at": at}
                for change in reversed(teaching.changes)  # of several of a person, the newest, which is first
                if change.is_better
            }
            self._changed()
        self.on_use()

    def back(self) -> None:
        """Make the network that was used before the default again. Raises NotNow."""
        with self._lock:
            if not self._before:
                raise NotNow("expected a taught network in use, found none", "The first network is in use.")
            self._store.use(self._before[-1])
            self._before.pop()
            self._news = {}
            self._changed()
        self.on_use()

    def keep(self, name: object) -> str:
        """Keep the taught network under a name, and return it. Raises NotNow, and as RunNetworks.keep."""
        with self._lock:
            teaching = self._taught()
            kept = self._networks.keep(str(teaching.model), name)
            teaching.kept_as = kept
            self._changed()
        return kept

    # --- events of the trainer ---

    def take(self, event: Mapping) -> None:
        """Take an event of the trainer about a teaching."""
        teaching = self._newest()
        if teaching is None or teaching.id != event["teaching"]:
            return
        if event["event"] == "update":
            teaching.update(event)
        elif event["event"] == "ended":
            teaching.end(event)
        else:
            teaching.add_reason(event["reason"])
            if event["model"] is not None:
                self._add(teaching, event["model"])

    def fail(self, reason: str) -> None:
        """Record that the trainer ended."""
        if self.is_active:
            self._teachings[-1].end({"status": FAILED, "reason": reason})

    # --- parts ---

    def _newest(self) -> Teaching | None:
        return self._teachings[-1] if self._teachings else None

    def _taught(self) -> Teaching:
        teaching = self._newest()
        if teaching is None or teaching.model is None:
            raise NotNow("expected a taught network, found none", NOTHING)
        return teaching

    def _bases(self) -> list[dict]:
        """Return the cards of networks that can be taught: those that have seen no drawing of the room.

        A taught one may have learned from people who are held out now.
        """
        cards = self._store.cards(with_runs=True)
        return [card for card in cards if card["status"] == WARM and "taught" not in card["training"]]

    def _check_base(self, name: object) -> str:
        if not isinstance(name, str):
            raise BadRequest(f"expected base as the name of a network, received {describe(name)}")
        names = [card["name"] for card in self._bases()]
        if name not in names:
            raise UnknownModel(f"expected one of the networks {', '.join(names)}, received {name[:60]!r}")
        return name

    def _command(self, teaching: Teaching, held_out: int) -> dict:
        """Return the command to the trainer without the drawings."""
        base = self._store.card(teaching.base)
        taught = [each for each in teaching.drawings if not each.is_held_out]
        people = len({each.participant_id for each in taught})
        about = f"{len(taught)} drawings by {people} people of the room"
        training = {
            "base": teaching.base,
            "taught": len(taught),
            "people": people,
            "held_out_people": held_out,
        }
        source = {"name": "drawings of the room", "samples": len(taught), "license": "of the room's people"}
        card = {
            "name": f"{TAUGHT}{teaching.id}",
            "title": f"taught here, from {teaching.base}",
            "summary": f"The network {teaching.base}, taught {about}.",
            "hidden_layers": base["hidden_layers"],
            "data": [*base["data"], source | {"source": "this room"}],
            "training": training | {"wrong_labels": teaching.wrong_labels, "seed": SEED},
            "date": datetime.date.today().isoformat(),
        }
        return {
            "command": "teach",
            "teaching": teaching.id,
            "base": str(self._store.keras_file(teaching.base)),
            "wrong_labels": teaching.wrong_labels,
            "seed": SEED,
            "folder": str(self._networks.folder),
            "card": card,
        }

    def _add(self, teaching: Teaching, name: str) -> None:
        try:
            self._networks.add(name)
            teaching.model = name
        except InkwiseError as error:
            logger.warning("The taught network cannot be used: %s", error)
            teaching.add_reason(f"The taught network cannot be used: {error.message}")

    def _drop_oldest(self) -> None:
        """Throw the oldest networks away; the one in use and the one used before stay."""
        while len(self._teachings) > MOST_TAUGHT:
            needed = (self._store.default, *self._before[-1:])
            oldest = next(each for each in self._teachings if each.model not in needed)
            self._teachings.remove(oldest)
            if oldest.model is not None:
                self._before = [name for name in self._before if name != oldest.model]
                self._networks.remove(oldest.model)


def _number_of(name: str) -> int:
    """Return the number of a taught network, such as one of an earlier start of the server; else 0."""
    number = name.removeprefix(TAUGHT)
    return int(number) if name.startswith(TAUGHT) and number.isdecimal() else 0


def _to_json(drawing: Drawing, is_held_out: bool) -> dict:
    """Return a drawing for the trainer; it needs no strokes of one that is held out."""
    found = {"label": drawing.label, "bitmap": base64.b64encode(drawing.bitmap).decode("ascii")}
    return found if is_held_out else found | {"strokes": json.loads(drawing.strokes)}


def _check_share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadRequest(f"expected wrong_labels as a number from 0 to 1, received {describe(value)}")
    return float(value)
