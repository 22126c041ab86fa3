"""Plot a card: learning curves, confusion matrix, reliability diagram. Needs matplotlib."""

import json
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

INK, WRONG, SOFT = "#263eb8", "#a85b00", "#666a78"  # the page's ink, amber and gray
ACCURACY = "accuracy on augmented digits"


def draw_card(card_path: Path, folder: Path) -> Path:
    """Plot the card at `card_path` into `folder`/NAME.png and return that path."""
    card = json.loads(card_path.read_text("utf-8"))
    evaluation = card["evaluation"]
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(15, 4.6), layout="constrained")
    figure.suptitle(f"{card['name']}: {card['title']}, {card['parameters']:,} parameters")
    _draw_curves(left, evaluation["curves"])
    pen = "pen_test" in evaluation
    _draw_confusion(middle, evaluation["pen_test" if pen else "mnist_test"], pen)
    _draw_reliability(right, evaluation.get("calibration"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{card['name']}.png"
    figure.savefig(path, dpi=80)
    pyplot.close(figure)
    return path


def _draw_curves(axes: Axes, curves: dict[str, list[float]]) -> None:
    epochs = range(1, len(curves["loss"]) + 1)
    axes.plot(epochs, curves["loss"], color=INK, marker=".", label="loss")
    axes.plot(epochs, curves["digit_categorical_accuracy"], color=WRONG, marker=".", label=ACCURACY)
    axes.set(title="Training", xlabel="epoch", ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend()


def _draw_confusion(axes: Axes, scores: dict, pen: bool) -> None:
    counts = scores["confusion"]
    wrong = [[0 if row == column else counts[row][column] for column in range(10)] for row in range(10)]
    darkest = max(map(max, wrong))
    axes.imshow(wrong, cmap="Oranges")
    for row in range(10):
        for column in range(10):
            if counts[row][column]:
                right, dark = row == column, wrong[row][column] > darkest / 2
                axes.text(column, row, counts[row][column], ha="center", va="center", fontsize=8,
                          color=INK if right else "white" if dark else "black")  # fmt: skip
    title = "Pen digits of held-out writers" if pen else "MNIST's test set"
    axes.set(title=title, xlabel="prediction", ylabel="label", xticks=range(10), yticks=range(10))


def _draw_reliability(axes: Axes, calibration: dict | None) -> None:
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle="--")
    axes.set(title="Reliability, with 95 % Wilson intervals", xlabel="confidence", ylabel="accuracy")
    if calibration is None:
        axes.text(0.5, 0.5, "not calibrated: no pen digits given", ha="center")
        return
    diagram = calibration["reliability"]
    confidence, accuracy, low, high = (
        np.array([entry[field] for entry in diagram]) for field in ("confidence", "accuracy", "low", "high")
    )
    axes.errorbar(confidence, accuracy, [accuracy - low, high - accuracy], color=INK, fmt="o", capsize=3)
    start = np.floor(10 * min(confidence.min(), low.min())) / 10
    axes.set(xlim=(start, 1), ylim=(start, 1 + (1 - start) / 50))
    axes.text(0.05, 0.92, f"calibration error {calibration['error']:.2%}", transform=axes.transAxes)
