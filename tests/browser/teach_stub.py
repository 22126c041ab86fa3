"""A stand-in for the API of "Teach it our handwriting": the page talks to it instead of the trainer."""

import re

from playwright.sync_api import Page, Request, Route, expect

COUNTS = [14, 15, 17, 16, 13, 14, 12, 119, 16, 15]
COVERAGE = [
    {"digit": digit, "drawings": count, "people": min(count, 9)} for digit, count in enumerate(COUNTS)
]
STATE = {
    "coverage": COVERAGE,
    "missing": None,
    "problem": None,
    "people": {"taught": 7, "held_out": 3},
    "drawings": {"taught": 106, "held_out": 45},
    "bases": [
        {"name": name, "title": title}
        for name, title in [
            ("linear", "no hidden layer"),
            ("deep", "two hidden layers"),
            ("conv", "convolutional"),
        ]
    ],
    "base": "conv",
    "can_train": True,
    "reason": None,
    "warning": None,
    "used": "conv",
    "original": "conv",
    "before": None,
    "teaching": None,
}
NOTHING = STATE | {
    "coverage": [each | {"drawings": 0, "people": 0} for each in COVERAGE],
    "missing": None,
    "problem": "Nothing to learn from yet. Let people draw digits and say which ones they are.",
    "people": {"taught": 0, "held_out": 0},
    "drawings": {"taught": 0, "held_out": 0},
}
ONE_CLASS = STATE | {
    "coverage": [each if each["digit"] == 4 else each | {"drawings": 0, "people": 0} for each in COVERAGE],
    "missing": "No 0s, 1s, 2s, 3s, 5s, 6s, 7s, 8s or 9s yet: draw some.",
    "problem": "All drawings are 4s. A network that learns one digit alone answers it to everything.",
}
SEVEN = [[[150, 200], [800, 200], [400, 900]], [[300, 550], [650, 550]]]
FOUR = [[[700, 150], [250, 550], [800, 550]], [[620, 350], [620, 950]]]
TEACHING = {
    "id": 1,
    "status": "training",
    "reason": None,
    "base": "conv",
    "wrong_labels": 0.0,
    "seconds": 12.1,
    "seconds_left": 20.0,
    "share_done": 0.4,
    "model": None,
    "is_used": False,
    "kept_as": None,
    "result": None,
}


def change(label: int, before: int | None, after: int | None, is_held_out: bool, strokes: list) -> dict:
    """Return a drawing whose answer changed."""
    return {
        "label": label, "before": before, "after": after, "is_held_out": is_held_out, "strokes": strokes,
    }  # fmt: skip


RIGHT = [change(7, 1, 7, index < 9, SEVEN) for index in range(16)]
WRONG = [change(4, 4, 9, True, FOUR), change(4, 4, None, False, FOUR)]
BETTER = {
    "held_out": {"samples": 145, "before": 130 / 145, "after": 139 / 145},
    "mnist": {"samples": 2000, "before": 0.991, "after": 0.9895},
    "taught": {"samples": 106, "before": 95 / 106, "after": 1.0},
    "changes": [*RIGHT, *WRONG],
}
WORSE = {
    "held_out": {"samples": 45, "before": 42 / 45, "after": 31 / 45},
    "mnist": {"samples": 2000, "before": 0.991, "after": 0.87},
    "taught": {"samples": 106, "before": 95 / 106, "after": 95 / 106},
    "changes": WRONG,
}
DONE = TEACHING | {
    "status": "done",
    "seconds": 31.2,
    "seconds_left": 0.0,
    "share_done": 1.0,
    "model": "taught-1",
    "result": BETTER,
}


class TeachStub:
    """Answers for /api/teach, and notes each request as (method, path below /api/teach, body).

    `answers` maps "METHOD PATH" to (status, body), in place of the usual answer.
    """

    def __init__(self, page: Page, teaching: dict | None = None, **state: object) -> None:
        self.page = page
        self.requests: list[tuple[str, str, object]] = []
        self.answers: dict[str, tuple[int, object]] = {}
        self.state: dict = STATE | state | {"teaching": teaching}
        page.route(re.compile(r"/api/teach(/|$)"), self._answer)

    def open(self) -> "TeachStub":
        """Open the page, and wait until it shows the first answer."""
        self.page.goto("/teach")
        expect(self.page.locator("[data-loaded]")).to_be_visible()
        return self

    def close(self) -> None:
        """Let the page's requests reach the server again."""
        self.page.goto("about:blank")
        self.page.unroute_all(behavior="ignoreErrors")

    def change(self, **teaching: object) -> None:
        """Change the teaching; the page polls it."""
        self.state["teaching"] = (self.state["teaching"] or TEACHING) | teaching

    def sent(self, path: str) -> list[object]:
        """Return the bodies of the posts to a path."""
        return [body for method, each, body in self.requests if (method, each) == ("POST", path)]

    def _answer(self, route: Route, request: Request) -> None:
        path = request.url.partition("/api/teach")[2]
        body = request.post_data_json if request.post_data else None
        self.requests.append((request.method, path, body))
        status, answer = self.answers.get(f"{request.method} {path}") or self._usual(
            request.method, path, body
        )
        route.fulfill(status=status, json=answer)

    def _usual(self, method: str, path: str, body: dict) -> tuple[int, object]:
        if (method, path) == ("POST", ""):
            self.state["teaching"] = TEACHING | body | {"status": "waiting"}
            return 201, self.state["teaching"]
        if path == "/stop":
            self.change(status="stopped", result=BETTER, model="taught-1")
        elif path == "/use":
            self.change(is_used=True)
            self.state |= {"used": "taught-1", "before": "conv"}
        elif path == "/back":
            self.change(is_used=False)
            self.state |= {"used": "conv", "before": None}
        elif path == "/keep":
            self.change(kept_as=body["name"])
        return 200, self.state
