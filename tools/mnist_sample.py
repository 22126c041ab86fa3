"""Write webapp/training/mnist_sample.npz from MNIST: every sixth training digit, every fifth test digit.

python -m tools.mnist_sample mnist.npz
"""

import sys
from pathlib import Path

import numpy as np

from webapp.training.datasets import SAMPLE, load_mnist


def main(path: Path) -> None:
    """Write the sample of the file `path`."""
    train, test = load_mnist(path)
    np.savez_compressed(
        SAMPLE,
        x_train=train.bitmaps[::6],
        y_train=train.labels[::6].astype(np.uint8),
        x_test=test.bitmaps[::5],
        y_test=test.labels[::5].astype(np.uint8),
    )
    print(f"{SAMPLE.name}: {SAMPLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
