"""A complete model card as train_model.py writes it."""

import base64

import numpy as np

from webapp.training import metrics

LAYER = {"parameters": 0, "activation": None}
DENSE = {"name": "digit", "type": "Dense", "output_shape": [10], "parameters": 970, "activation": "softmax"}
DATA = {"name": "pen_digits", "samples": 9_876, "license": "CC BY 4.0", "source": "UNIPEN <train>"}
TRAINING = {"epochs": 20, "seed": 7, "seconds": 3_600, "quick": False}
SCORES = {"mnist_test": 0.9967, "pen_test": 0.9912, "is_digit_auroc": 0.9934, "synthetic_accepted": 0.012}


def whole_card(name: str = "conv") -> dict:
    """Return every field of a card except its hash."""
    random = np.random.default_rng(1)
    labels = np.arange(400) % 10
    probabilities = random.dirichlet(np.full(10, 0.3), 400)
    probabilities[:300] = 0.5 * np.eye(10)[labels[:300]] + 0.5 * probabilities[:300]
    return {
        "title": "convolutional",
        "summary": "Looks at small patches & finds edges.",
        "hidden_layers": 6,
        "parameters": 418_635,
        "layers": [LAYER | {"name": "bitmap", "type": "InputLayer", "output_shape": [28, 28]}, LAYER | DENSE],
        "data": [dict(DATA)],
        "training": TRAINING | {"command": f"python train_model.py {name}"},
        "versions": {"python": "3.12.1", "tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.4.6"},
        "scores": dict(SCORES),  # tests change it
        "evaluation": evaluation_of(probabilities, labels),
    }


def evaluation_of(probabilities: np.ndarray, labels: np.ndarray) -> dict:
    """Return a card's evaluation, with the same scores for MNIST and pen digits."""
    scores = {
        "samples": len(labels),
        "by_digit": metrics.accuracy_by(labels, probabilities, labels),
        "confusion": metrics.confusion(probabilities, labels).tolist(),
    }
    diagram = metrics.reliability(probabilities, labels)
    sites = metrics.accuracy_by(np.array(["ibm", "syn"] * (len(labels) // 2)), probabilities, labels)
    return {
        "mnist_test": scores,
        "pen_test": scores | {"by_site": sites, "mistakes": mistakes(probabilities, labels)},
        "calibration": {
            "temperature": 1.23, "slope": 1.0, "offset": 0.0,
            "error": metrics.calibration_error(diagram), "reliability": diagram,
        },
        "curves": {"loss": [1.0, 0.5], "digit_categorical_accuracy": [0.7, 0.9]},
    }  # fmt: skip


def mistakes(probabilities: np.ndarray, labels: np.ndarray) -> list[dict]:
    """Return the worst mistakes; bitmap number n has one black pixel, at index n."""
    found = []
    for number, index in enumerate(metrics.worst_mistakes(probabilities, labels)):
        bitmap = np.zeros(784, np.uint8)
        bitmap[number] = 255
        found.append({
            "label": int(labels[index]),
            "digit": int(probabilities[index].argmax()),
            "probability": float(probabilities[index].max()),
            "site": "syn",
            "bitmap": base64.b64encode(bitmap.tobytes()).decode(),
        })  # fmt: skip
    return found
