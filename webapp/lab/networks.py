"""The networks of finished runs: their files and cards, used by the whole server, kept or thrown away."""

import datetime
import re
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np

from webapp.errors import BadRequest, NameTaken, StorageUnavailable
from webapp.lab.runs import Run
from webapp.nets.cards import ALL, NAME, read_card, write_card
from webapp.nets.store import ModelStore

KERAS, TFLITE, CARD = ".keras", ".tflite", ".json"
RUN_NAME = re.compile(r"(run|taught)-\d+")  # of networks that are not kept


class RunNetworks:
    """Networks in the model store.

    Args:
        folder: where the trainer saves them.
        kept_folder: where kept ones are copied to; the store reads it at its next start.
        data: name of the training data, for the cards; the lab may change it.
    """

    def __init__(self, folder: Path, kept_folder: Path, store: ModelStore, data: str):
        self._folder = folder
        self._kept_folder = kept_folder
        self._store = store
        self.data = data

    def delete_leftovers(self) -> None:
        """Delete what an earlier process left in the folder; call it before the first network is saved."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if RUN_NAME.fullmatch(path.stem.removeprefix(".").removesuffix(".part")):
                path.unlink(missing_ok=True)

    @property
    def folder(self) -> Path:
        return self._folder

    def save_command(self, run: Run) -> dict:
        """Return what the trainer needs to save the network of a run: folder and card."""
        spec = run.spec
        card = {
            "name": f"run-{run.id}",
            "title": run.title or spec.title,
            "summary": f"Trained in the lab: {spec.title}, {spec.samples:,} digits, {spec.epochs} epochs.",
            "hidden_layers": len(spec.layers),
            "data": [
                {
                    "name": self.data,
                    "samples": spec.samples,
                    "license": "CC BY-SA 3.0",
                    "source": "LeCun, Cortes and Burges",
                }
            ],
            "training": {"seed": spec.seed, "epochs": spec.epochs, "spec": spec.to_json()},
            "date": datetime.date.today().isoformat(),
        }
        return {"folder": str(self._folder), "card": card}

    def add(self, name: str) -> None:
        """Use a saved network from now on. Raises ModelError if its files cannot be used."""
        self._store.add(name, self._folder, is_run=True)

    def predict(self, name: str, bitmaps: np.ndarray) -> list[list[float]]:
        """Return ten probabilities for each of `bitmaps`, uint8 (n, 28, 28)."""
        network = self._store.network(name)
        return [one.probabilities.tolist() for one in network(bitmaps)] if len(bitmaps) else []

    def path(self, name: str, suffix: str) -> Path:
        """Return the path of a network's file."""
        return self._folder / f"{name}{suffix}"

    def keep(self, name: str, new_name: object) -> str:
        """Copy a network under a new name, which is used from now on and after a restart; return it.

        Raises:
            BadRequest: not a name. NameTaken. StorageUnavailable: the files cannot be written.
            ModelError: the files cannot be read.
        """
        checked = self._check_name(new_name)
        copies = [self._kept_folder / f"{checked}{suffix}" for suffix in (KERAS, TFLITE)]
        try:
            self._kept_folder.mkdir(parents=True, exist_ok=True)
            for copy in copies:
                shutil.copyfile(self.path(name, copy.suffix), copy)
            write_card(self._kept_folder, read_card(self._folder, name) | {"name": checked})  # last
        except OSError as error:
            for copy in copies:
                with suppress(OSError):
                    copy.unlink()
            raise StorageUnavailable(f"the network cannot be kept: {error.strerror}") from None
        self._store.add(checked, self._kept_folder)
        return checked

    def remove(self, name: str) -> None:
        """Forget a network and delete its files."""
        self._store.remove(name)
        for suffix in (KERAS, TFLITE, CARD):
            self.path(name, suffix).unlink(missing_ok=True)

    def _check_name(self, name: object) -> str:
        if not isinstance(name, str) or not NAME.fullmatch(name) or name == ALL:
            raise BadRequest(
                "expected a name of 1 to 40 characters a-z, 0-9, - and _, starting with a letter or digit",
                "A name has small letters a to z, digits, - and _, and no spaces.",
            )
        is_kept = (self._kept_folder / f"{name}{CARD}").exists()  # added since the start of the server
        if self._store.knows(name) or is_kept or RUN_NAME.fullmatch(name):
            raise NameTaken(f"expected a new name, received {name!r}")
        return name
