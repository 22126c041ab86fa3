"""Convert models/NAME.keras to models/NAME.tflite, and write its hash to the model card.

python -m tools.convert_models
"""

import hashlib
import json
from pathlib import Path

from webapp.training.tensorflow_setup import import_tensorflow

import_tensorflow()

import keras  # noqa: E402

from webapp.nets.cards import check_file, write_card  # noqa: E402
from webapp.settings import ROOT  # noqa: E402
from webapp.training.convert import to_tflite  # noqa: E402


def convert(path: Path) -> int:
    """Write NAME.tflite beside NAME.keras, and its hash to the card; return its size in bytes.

    Raises:
        ModelError: the file does not match its card.
        ValueError: the file holds code, such as that of a Lambda layer.
    """
    card_path = path.with_suffix(".json")
    card = json.loads(card_path.read_text("utf-8"))
    check_file(path, card["sha256"])
    content = to_tflite(keras.saving.load_model(path, compile=False, safe_mode=True))
    path.with_suffix(".tflite").write_bytes(content)
    write_card(path.parent, card | {"tflite_sha256": hashlib.sha256(content).hexdigest()})
    return len(content)


if __name__ == "__main__":
    for path in sorted((ROOT / "models").glob("*.keras")):
        print(f"{path.stem}: {convert(path):,} bytes")
