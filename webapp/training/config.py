"""How each network of the ladder is trained: how long, on how much of what, with which optimizer."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class TrainingConfig:
    """How one network is trained."""

    epochs: int
    mnist: int  # digits of MNIST in an epoch
    pen: int  # pen digits in an epoch, most of them varied
    others: int  # drawings that are no digits in an epoch
    variations: int = 24  # of each pen digit and symbol, drawn before training
    scribbles: int = 24_000  # drawn before training
    strength: float = 1.0  # of what is varied in each epoch anew, see bitmap_variations.py
    batch_size: int = 128
    learning_rate: float = 3e-3  # at its highest
    weight_decay: float = 1e-2
    normalise: bool = True  # batch normalisation while training
    settle: int = 0  # epochs at the end on digits that are hardly varied, slowly, see train_model.py


CONFIGS = {
    "linear": TrainingConfig(12, 60_000, 40_000, 20_000, strength=0.3, weight_decay=1e-4, normalise=False),
    "shallow": TrainingConfig(24, 60_000, 40_000, 20_000, weight_decay=1e-3),
    "deep": TrainingConfig(30, 60_000, 40_000, 20_000, weight_decay=1e-3),
    "conv": TrainingConfig(20, 60_000, 40_000, 20_000, settle=3),
}


def quick(recipe: TrainingConfig) -> TrainingConfig:
    """Return a recipe a workshop can wait for."""
    return replace(
        recipe, epochs=2, mnist=12_000, pen=6_000, others=3_000, variations=2, scribbles=2_000, settle=0
    )
