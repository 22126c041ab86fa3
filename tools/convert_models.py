"""Make models/NAME.tflite from models/NAME.keras, and note its hash in the card: python -m
tools.convert_models."""

import hashlib
import json

from webapp.training.tensorflow_setup import import_for_training

import_for_training()

import keras  # noqa: E402

from webapp.nets.cards import check_file  # noqa: E402
from webapp.settings import ROOT  # noqa: E402
from webapp.training.convert import to_tflite  # noqa: E402

if __name__ == "__main__":
    for path in sorted((ROOT / "models").glob("*.keras")):
        card_path = path.with_suffix(".json")
        card = json.loads(card_path.read_text("utf-8"))
        check_file(path, card["sha256"])
        content = to_tflite(keras.saving.load_model(path, compile=False, safe_mode=True))
        path.with_suffix(".tflite").write_bytes(content)
        card["tflite_sha256"] = hashlib.sha256(content).hexdigest()
        card_path.write_text(json.dumps(card, indent=1) + "\n", "utf-8")
        print(f"{path.stem}: {len(content):,} bytes")
