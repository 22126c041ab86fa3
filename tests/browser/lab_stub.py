"""A stand-in for the lab's API: the page talks to it instead of the trainer."""

import base64
import json
import math
import re

import numpy as np
from playwright.sync_api import BrowserContext, Page, Request, Route

DENSE = {"kind": "dense", "units": 128, "activation": "relu", "dropout": 0.0}
CONV = {"kind": "conv", "units": 16, "size": 5, "pool": True, "activation": "relu", "dropout": 0.0}
SPEC = {
    "preset": None,
    "layers": [DENSE, DENSE],
    "optimizer": "adam",
    "learning_rate": 0.001,
    "batch_size": 32,
    "epochs": 3,
    "l2": 0.0,
    "samples": 9000,
    "augment": False,
    "wrong_labels": 0.0,
    "seed": 1,
}
PRESETS = [
    {"name": name, "title": title, "spec": SPEC | {"preset": name, "layers": layers}}
    for name, title, layers in [
        ("linear", "No hidden layer", []),
        ("shallow", "One hidden layer", [DENSE]),
        ("deep", "Two hidden layers of 128", [DENSE, DENSE]),
        ("conv", "Convolutions", [CONV, CONV | {"size": 3}, DENSE | {"units": 32, "dropout": 0.2}]),
    ]
]
FEW = SPEC | {"samples": 100, "epochs": 40, "batch_size": 10}
STORIES = [
    {
        "name": "learns",
        "title": "It learns",
        "text": "Two hidden layers of 128 neurons. The weight pictures turn from noise into strokes.",
        "runs": [{"title": "2x128", "spec": SPEC}],
    },
    {
        "name": "overfitting",
        "title": "Overfitting",
        "text": "With 100 digits the network soon knows each of them by heart, but reads new ones badly. "
        "Dropout and augmentation help; more digits help most.",
        "runs": [
            {"title": "100 digits", "spec": FEW},
            {"title": "augmented", "spec": FEW | {"augment": True}},
        ],
    },
]
LIMITS = {
    "layers": 6,
    "units": [1, 2048],
    "dropout": [0, 0.9],
    "learning_rate": [1e-6, 100],
    "batch_size": [1, 1024],
    "epochs": [1, 50],
    "l2": [0, 1],
    "samples": [10, 9000],
    "wrong_labels": [0, 1],
    "seed": [0, 2**31 - 1],
}
RUN = {
    "id": 1,
    "title": "2x128 relu",
    "spec": SPEC,
    "status": "training",
    "reason": None,
    "parameters": 118282,
    "step": 400,
    "steps": 846,
    "epoch": 1,
    "epochs": 3,
    "seconds": 4.2,
    "seconds_left": 5.1,
    "accuracy": 0.912,
    "loss": 0.301,
    "val_accuracy": 0.894,
    "val_loss": 0.342,
    "test_accuracy": None,
    "room_score": None,
    "model": None,
    "is_saving": False,
    "kept_as": None,
}
DONE = RUN | {
    "test_accuracy": 0.887,
    "room_score": {"right": 212, "count": 240},
    "status": "done",
    "step": 846,
    "epoch": 3,
    "seconds": 9.4,
    "seconds_left": 0.0,
    "model": "run-1",
}
DRAWING = ("strokes", "bitmap", "label")
# Replaces the browser's event stream by one that a test feeds.
EVENT_SOURCE = """
  window.sources = [];
  window.EventSource = class extends EventTarget {
    constructor(url) { super(); this.url = url; this.isClosed = false; window.sources.push(this); }
    close() { this.isClosed = true; }
  };
"""


def points(count: int, epochs: float, rate: float = 1.0, gap: float = 0.02) -> list[list]:
    """Return `count` points of a run that learns, up to an epoch."""
    found = []
    for index in range(1, count + 1):
        epoch = epochs * index / count
        loss = 2.3 * math.exp(-2 * rate * epoch) + 0.08 + 0.03 * math.sin(index * 1.7)
        accuracy = 1 - 0.88 * math.exp(-2.4 * rate * epoch) - 0.02 + 0.01 * math.sin(index * 2.3)
        is_validated = index % 5 == 0
        validation = [loss + gap * 3 + 0.02, accuracy - gap] if is_validated else [None, None]
        found.append([index * 10, epoch, loss, accuracy, *validation])
    return found


def views(count: int = 32, side: int = 28, noise: float = 0.3) -> dict:
    """Return what the page shows of a network that learns."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[0:side, 0:side]
    angles = rng.uniform(0, math.pi, (count, 1, 1))
    waves = np.sin(
        (columns * np.cos(angles) + rows * np.sin(angles)) * 6 / side + rng.uniform(0, 6, (count, 1, 1))
    )
    middle = np.exp(-((columns - side / 2) ** 2 + (rows - side / 2) ** 2) / (side / 3) ** 2)
    pixels = np.clip((waves * middle + rng.normal(0, noise, waves.shape)) * 90, -127, 127).astype(np.int8)
    inks = [
        [[[150, 200], [800, 200], [400, 900]]],
        [[[500, 100], [500, 900]]],
        [[[200, 300], [500, 100], [800, 300], [200, 900], [850, 900]]],
        [[[700, 150], [250, 550], [800, 550]], [[620, 350], [620, 950]]],
        [[[500, 100], [200, 500], [500, 900], [800, 500], [500, 100]]],
    ]
    shares = [[0.02] * 10 for _ in inks]
    for row, digit in zip(shares, [7, 1, 2, 9, 0], strict=True):
        row[digit] = 0.82
    confusion = rng.integers(0, 4, (10, 10)) + np.diag(rng.integers(80, 101, 10))
    confusion[4, 9] = 14
    layers = [("hidden_1", 0.0132), ("hidden_2", 0.21), ("digit", 0.84)]
    return {
        "weights": {"count": count, "side": side, "pixels": base64.b64encode(pixels.tobytes()).decode()},
        "pinned": [
            {
                "strokes": ink,
                "bitmap": base64.b64encode(bytes(784)).decode(),
                "label": label,
                "probabilities": row,
            }
            for ink, label, row in zip(inks, [7, 1, 2, 4, None], shares, strict=True)
        ],
        "confusion": confusion.tolist(),
        "gradients": [{"layer": name, "norm": norm} for name, norm in layers],
    }


def check(spec: dict) -> dict:
    """Return what the server counts of a spec of dense layers; a shape of conv layers is made up."""
    layers, width = [], 784
    for index, layer in enumerate(spec["layers"], 1):
        units = layer["units"]
        shape = [12, 12, units] if layer["kind"] == "conv" else [units]
        title = f"{units} neurons, {layer['activation']}"
        layers.append(
            {"name": f"hidden_{index}", "title": title, "shape": shape, "parameters": (width + 1) * units}
        )
        width = math.prod(shape)
    layers.append(
        {"name": "digit", "title": "10 neurons, softmax", "shape": [10], "parameters": (width + 1) * 10}
    )
    warnings = [
        {
            "field": f"layers.{index}.activation",
            "text": "The step function has no slope: this layer cannot learn.",
        }
        for index, layer in enumerate(spec["layers"])
        if layer["activation"] == "step"
    ]
    parameters = sum(layer["parameters"] for layer in layers)
    title = f'"""Train a network with {parameters} parameters."""'
    code = f"{title}\n\nimport keras\n\nkeras.utils.set_random_seed({spec['seed']})\n"
    return {"parameters": parameters, "layers": layers, "warnings": warnings, "code": code}


def without_trainer(target: Page | BrowserContext) -> None:
    """Keep the lab's page from starting TensorFlow, which costs nine seconds of CPU."""
    target.route("**/api/lab/open", lambda route: route.fulfill(json={}))


class LabStub:
    """Answers for the lab's API, and notes each request as (method, path below /api/lab, body).

    `answers` maps "METHOD PATH" to (status, body), in place of the usual answer.
    """

    def __init__(
        self, page: Page, runs: list[dict] | None = None, status: str = "idle", **state: object
    ) -> None:
        self.page = page
        self.requests: list[tuple[str, str, object]] = []
        self.answers: dict[str, tuple[int, object]] = {}
        self.details: dict[int, dict] = {}
        self.state: dict = {
            "status": status,
            "reason": None,
            "data": {"title": "MNIST, a sample", "train": 9000, "validation": 1000, "test": 2000},
            "fetch": None,
            "limits": LIMITS,
            "presets": PRESETS,
            "stories": STORIES,
            "run": (runs or [None])[-1],
            "runs": runs or [],
            "room": {"shown": False, "asking": False, "guesses": 0},
            "pinned": [{name: drawing[name] for name in DRAWING} for drawing in views()["pinned"]],
            "saved": 0,
            "scored": 0,
        } | state
        self.offered = [{"strokes": drawing["strokes"], "label": 3} for drawing in self.state["pinned"]]
        page.add_init_script(EVENT_SOURCE)
        page.route(re.compile(r"/api/lab(/|$)"), self._answer)

    def open(self) -> "LabStub":
        """Open the page, and wait until its form is filled in and its first stream is open."""
        self.page.goto("/lab")
        self.page.wait_for_function(
            "() => document.querySelector('[data-loaded]') && window.sources.length > 0"
        )
        return self

    def send(self, run: dict | None, status: str = "training", **news: object) -> None:
        """Send an event of the stream, and wait for the frame after it."""
        runs = [each for each in self.state["runs"] if run is None or each["id"] != run["id"]]
        self.state |= {"status": status, "run": run, "runs": [*runs, *([run] if run else [])]}
        known = {name: self.state[name] for name in ("status", "reason", "run", "fetch", "saved", "scored")}
        event = known | {"points": []} | news
        script = (
            """(data) => { sources[sources.length - 1].dispatchEvent(new MessageEvent("lab", { data })); }"""
        )
        self.page.evaluate(script, json.dumps(event))
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def sent(self, path: str) -> list[object]:
        """Return the bodies of the requests to a path."""
        return [body for _, each, body in self.requests if each == path]

    def _answer(self, route: Route, request: Request) -> None:
        path = request.url.partition("/api/lab")[2].partition("?")[0]
        body = request.post_data_json if request.post_data else None
        self.requests.append((request.method, path, body))
        status, answer = self.answers.get(f"{request.method} {path}") or self._usual(
            request.method, path, body
        )
        if answer is None:
            route.fulfill(status=status)
        else:
            route.fulfill(status=status, json=answer)

    def _usual(self, method: str, path: str, body: dict) -> tuple[int, object]:
        if path == "/check":
            return 200, check(body["spec"])
        if (method, path) == ("POST", "/runs"):
            run = RUN | {"id": len(self.state["runs"]) + 1, "spec": body["spec"], "step": 0, "epoch": 0}
            self.state |= {"status": "training", "run": run, "runs": [*self.state["runs"], run]}
            return 201, run
        if found := re.fullmatch(r"/runs/(\d+)", path):
            if method == "DELETE":
                self.state["runs"] = [run for run in self.state["runs"] if run["id"] != int(found[1])]
                return 204, None
            run = next(run for run in self.state["runs"] if run["id"] == int(found[1]))
            return 200, {
                "run": run,
                "points": [],
                **dict.fromkeys(views()),
                **self.details.get(int(found[1]), {}),
            }
        if (method, path) == ("GET", "/pinned"):
            return 200, {"pinned": self.state["pinned"], "room": self.offered}
        if path == "/pinned":
            bitmap = base64.b64encode(bytes(784)).decode()
            self.state["pinned"] = [drawing | {"bitmap": bitmap} for drawing in body["drawings"]]
        if path.endswith("/keep"):
            return 201, {"name": body["name"]}
        return 200, self.state


def refusal(code: str, explanation: str) -> dict:
    """Return the body of an error."""
    return {"error": {"code": code, "message": code, "explanation": explanation}}
