"""JavaScript modules of the room without DOM, called in the browser."""

import re

import pytest

READ = {"digit": 7, "probability": 0.953, "is_digit": 0.99, "label": None, "right": None}


def test_uuid_is_version_4_and_unique(module):
    script = "return Array.from({ length: 200 }, () => m.uuid());"
    names = module("core/browser.js", script)
    pattern = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    assert len(set(names)) == 200
    assert all(re.fullmatch(pattern, name) for name in names)


def test_uuid_needs_no_secure_context(module):
    assert module("core/browser.js", "delete Crypto.prototype.randomUUID; return m.uuid().length;") == 36


@pytest.mark.parametrize(
    ("kind", "digit", "headline", "hint"),
    [
        ("free", None, "Draw a digit. Any digit.", "The network predicts while you draw."),
        ("ask", 4, "Draw a 4", "Write it the way you always do."),
        ("ask", 8, "Draw an 8", "Write it the way you always do."),
        ("fool", 4, "Fool the network", "Draw a 4 that people recognize but the network misreads."),
    ],
)
def test_task_is_described(module, kind: str, digit: int | None, headline: str, hint: str):
    task = module("core/format.js", "return m.taskOf(args[0]);", {"kind": kind, "digit": digit})
    assert task == {"headline": headline, "hint": hint}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("open", "7", "", "95 %", "predicted a 7, 95 %")),
        ({"label": 7, "right": True}, ("right", "7", "✓", "95 %", "predicted a 7, 95 %, correct")),
        ({"label": 1, "right": False}, ("wrong", "7", "✗ 1", "95 %", "predicted a 7, 95 %, but it is a 1")),
        (
            {"label": 1, "right": False, "fooled": "no"},
            ("wrong", "7", "✗ 1", "95 %", "predicted a 7, 95 %, but it was meant to be a 1"),
        ),
        ({"is_digit": 0.2}, ("unsure", "?", "", "not a digit?", "predicted no digit (closest: a 7)")),
        (
            {"is_digit": 0.2, "label": 7, "right": False},
            ("wrong", "?", "✗ 7", "not a digit?", "predicted no digit (closest: a 7), but it is a 7"),
        ),
        ({"is_digit": None, "probability": 0.999}, ("open", "7", "", "> 99 %", "predicted a 7, over 99 %")),
    ],
)
def test_reading_has_sign_and_sentence(module, change: dict, expected: tuple):
    reading = module("core/format.js", "return m.readingOf(args[0]);", READ | change)
    assert tuple(reading[key] for key in ("tone", "digit", "sign", "share", "sentence")) == expected


def test_verdicts_are_counted_in_the_same_words(module):
    counts = {"caught": 12, "voting": 0, "yes": 3, "no": 1}
    words = module("core/format.js", "return m.verdictCounts(args[0]);", counts)
    assert words == "3 FOOLED, 12 caught, 1 unclear"


def sent(module, drawing: dict) -> str:
    """Return what a phone says of a drawing that was sent."""
    script = """document.body.innerHTML = "<p></p>"; const line = document.querySelector("p");
                new m.SendStatus(line).showSent({ number: 5, ...args[0] }); return line.textContent;"""
    return module("room/phone_views.js", script, READ | {"fooled": None} | drawing)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": 7, "right": True}, "The network predicts a 7, 95 %: correct."),
        (
            {"label": 7, "right": False, "is_digit": 0.2},
            "The network predicts no digit, but it is a 7.",
        ),
        (
            {"label": 7, "right": True, "fooled": "caught"},
            "Caught: the network predicts a 7, 95 %. Try again.",
        ),
        (
            {"label": 7, "right": False, "is_digit": 0.2, "fooled": "voting"},
            "The network predicts no digit. The room votes: can people read it?",
        ),
    ],
)
def test_phone_says_what_became_of_a_drawing(module, change: dict, words: str):
    assert sent(module, change) == f"Sent as number 5. {words}"


SPOTLIGHT_HOOKS = "ink author number verdict sentence answers inside inside-qr"


@pytest.mark.parametrize(("is_digit", "digit", "share"), [(0.9, "7", "0.953"), (0.2, "?", "0")])
def test_spotlight_shows_no_digit_for_other_ink(module, is_digit: float, digit: str, share: str):
    script = """const parts = args[1].split(" ").map((hook) => `<p data-${hook}></p>`);
                document.body.innerHTML = `<div>${parts.join("")}</div>`;
                const { digit, probability, is_digit } = args[0];
                const answers = [{ model: "conv", digit, probability, is_digit, right: null }];
                const drawing = { ...args[0], id: "a", number: 1, name: "Ada", strokes: [], answers };
                new m.Spotlight(document.body.firstChild).show(drawing);
                const bar = document.querySelector(".model-bar__fill").style.getPropertyValue("--share");
                return [document.querySelector(".model-bar__digit").textContent, bar];"""
    assert module("room/wall_views.js", script, READ | {"is_digit": is_digit}, SPOTLIGHT_HOOKS) == [
        digit,
        share,
    ]


def drawings(*numbers: int) -> list[dict]:
    return [{"id": f"id{number}", "number": number} for number in numbers]


PLACES = "return slots.places.map((drawing) => drawing?.number ?? null);"


def test_new_drawing_replaces_an_empty_or_the_oldest_slot(module):
    script = f"const slots = new m.Slots(3); for (const each of args) slots.take(each); {PLACES}"
    assert module("room/wall_grid.js", script, drawings(2, 1)) == [1, 2, None]
    assert module("room/wall_grid.js", script, drawings(2, 1), drawings(5, 4, 3)) == [4, 5, 3]


def test_removing_a_drawing_moves_no_other(module):
    script = f"""const slots = new m.Slots(3); slots.take(args[0]);
                 const changed = slots.take([{{ id: "id2", gone: true }}]); slots.take(args[1]);
                 return [changed, (() => {{ {PLACES} }})()];"""
    assert module("room/wall_grid.js", script, drawings(1, 2, 3), drawings(4)) == [[1], [1, 4, 3]]


def test_changed_drawing_keeps_its_slot(module):
    script = """const slots = new m.Slots(2); slots.take(args[0]);
                const changed = slots.take([{ id: "id1", number: 1, name: "new" }]);
                return [changed, slots.places[0].name];"""
    assert module("room/wall_grid.js", script, drawings(1, 2)) == [[0], "new"]


def test_restored_old_drawing_does_not_displace_newer_ones(module):
    script = f"const slots = new m.Slots(2); slots.take(args[0]); slots.take(args[1]); {PLACES}"
    assert module("room/wall_grid.js", script, drawings(3, 4), drawings(1)) == [3, 4]


def test_growing_wall_fills_with_known_drawings(module):
    script = f"const slots = new m.Slots(2); slots.take(args[0]); slots.resize(4); {PLACES}"
    assert module("room/wall_grid.js", script, drawings(1, 2, 3)) == [1, 2, 3, None]


@pytest.mark.parametrize(
    ("width", "height", "rem", "places"),
    [(1400, 1020, 20, (6, 4)), (850, 740, 13.3, (5, 4)), (360, 800, 16, (2, 4)), (288, 536, 16, (2, 3))],
)
def test_wall_slots_fit_the_screen(module, width: int, height: int, rem: float, places: tuple):
    found = module("room/wall_grid.js", "return m.placesFor(...args);", width, height, rem)
    assert (found["columns"], found["rows"]) == places


def test_picture_fits_ink_of_any_unit_and_a_dot(module):
    paths = module(
        "ink/curve.js",
        "return args.map(m.toFittedPath);",
        [[[0, 0], [0.002, 0.004]]],
        [[[9e5, 9e5]]],
        [[]],
        [],
    )
    assert paths[0].startswith("M300 100")
    assert paths[1] == "M500 500L500 500"
    assert paths[2:] == ["", ""]


def test_paused_list_removes_deleted_and_defers_new_items(module):
    script = """const shown = []; const apply = (drawings) => shown.push(drawings.map(({ id }) => id));
                const held = new m.PausedList(apply);
                held.pause(); held.take([{ id: "a" }, { id: "b" }], false); const waiting = held.waiting;
                held.take([{ id: "a", gone: true }], false); held.resume();
                return [waiting, shown];"""
    assert module("room/wall_feed.js", script) == [2, [["a"], ["b"]]]


def test_paused_list_defers_full_updates(module):
    script = """const shown = [];
                const apply = (drawings, isFull) => shown.push([isFull, drawings.map(({ id }) => id)]);
                const held = new m.PausedList(apply);
                held.take([{ id: "a" }, { id: "b" }], true); held.pause();
                held.take([{ id: "b" }, { id: "c" }], true);
                const [before, waiting] = [shown.length, held.waiting];
                held.take([{ id: "b", gone: true }, { id: "d" }], false); held.resume();
                return [before, waiting, shown.slice(1)];"""
    assert module("room/wall_feed.js", script) == [1, 1, [[False, ["b"]], [True, ["c", "d"]]]]


INK = """const { Ink } = await import("/static/js/ink/ink.js"); const ink = new Ink();"""
ROUNDS = """const [free, ask] = [{ id: "a", kind: "free" }, { id: "b", kind: "ask" }];
            const round = new m.DraftRound(ink); const reported = [];
            round.addEventListener("roundchanged", () => reported.push(round.round.id));"""


def run_async(module, path: str, script: str) -> object:
    return module(path, f"return (async () => {{ {script} }})();")


def test_draft_belongs_to_the_round_of_its_start(module):
    script = f"""{INK} {ROUNDS} round.follow(free); ink.begin([1, 2]); round.follow(ask);
                 const [during, isOver] = [round.round.id, round.isOver];
                 ink.clear(); return [during, isOver, round.round.id, round.isOver, reported];"""
    assert run_async(module, "room/draft.js", script) == ["a", True, "b", False, ["a", "b"]]


def test_draft_before_the_first_state_gets_the_current_round(module):
    script = f"""{INK} {ROUNDS} ink.replace([[[1, 2]]]); const before = round.round;
                 round.follow(ask); return [before, round.round.id];"""
    assert run_async(module, "room/draft.js", script) == [None, "b"]


def test_sample_replacing_ink_gets_the_current_round(module):
    script = f"""{INK} {ROUNDS} round.follow(free); ink.replace([[[1, 2]]]); round.follow(ask);
                 ink.replace([[[3, 4]]]); round.begin(); return round.round.id;"""
    assert run_async(module, "room/draft.js", script) == "b"


def test_undo_restores_the_round_of_the_ink(module):
    script = f"""{INK} {ROUNDS} const found = [];
                 const note = () => found.push([round.round.id, round.isOver, ink.strokes.length]);
                 round.follow(free); ink.replace([[[1, 2]]]); round.follow(ask); ink.clear(); note();
                 ink.undo(); note(); ink.redo(); note(); ink.begin([5, 5]); ink.end(); note();
                 ink.undo(); ink.undo(); note(); return [found, reported];"""
    found, reported = run_async(module, "room/draft.js", script)
    assert found == [["b", False, 0], ["a", True, 1], ["b", False, 0], ["b", False, 1], ["a", True, 1]]
    assert reported == ["a", "b", "a", "b", "a"]


@pytest.mark.parametrize(("known", "expected"), [("free", ["a", True]), ("null", ["b", False])])
def test_reload_restores_the_round_of_the_ink(module, known: str, expected):
    script = f"""{INK} {ROUNDS} ink.replace([[[1, 2]]]); round.restore({known}); round.follow(ask);
                 return [round.round.id, round.isOver];"""
    assert run_async(module, "room/draft.js", script) == expected


def test_cleared_draft_waits_for_the_current_round(module):
    script = f"""{INK} {ROUNDS} ink.replace([[[1, 2]]]); round.restore(free); ink.clear();
                 const before = round.round; ink.begin([5, 5]); ink.end();
                 round.follow(ask); return [before, round.round.id];"""
    assert run_async(module, "room/draft.js", script) == [None, "b"]


def test_rejected_ink_returns_to_an_empty_pad(module):
    script = f"""{INK} const returns = new m.ReturnedInk(ink); const first = returns.take([[[1, 2]]]);
                 const second = returns.take([[[3, 4]]]); const during = ink.strokes;
                 ink.clear(); await Promise.resolve(); return [first, second, during, ink.strokes];"""
    found = run_async(module, "room/draft.js", script)
    assert found == [True, False, [[[1, 2]]], [[[3, 4]]]]


def test_code_entered_while_another_is_checked_is_tried(module):
    script = """const sent = []; const asked = []; let answer;
                const send = async (method, path, { body } = {}) => {
                  const me = { id: "a", name: "Ada" };
                  if (method === "GET") return { status: sent.at(-1) === "right" ? 200 : 401, body: me };
                  sent.push(body.code);
                  if (sent.length === 1) await new Promise((done) => (answer = done));
                  const status = body.code === "right" ? 201 : 403;
                  return { status, message: "This is not the code.", body: me };
                };
                const storage = { getItem: () => null, setItem() {}, removeItem() {} };
                const membership = new m.Membership(send, storage);
                membership.on("codewanted", (message) => asked.push(message));
                const joined = new Promise((done) => membership.on("joined", done));
                membership.enter("wrong"); while (!answer) await Promise.resolve();
                membership.enter("right"); answer(); await joined; return [sent, asked];"""
    assert run_async(module, "room/participant.js", script) == [["wrong", "right"], []]


@pytest.mark.parametrize(("is_hidden", "shown"), [(True, 0), (False, 1)])
def test_hidden_page_stays_quiet_when_the_network_is_back(module, is_hidden: bool, shown: int):
    script = """Object.defineProperty(document, "hidden", { value: args[0], configurable: true });
                let shown = 0; m.followVisibility(() => (shown += 1));
                window.dispatchEvent(new Event("online")); return shown;"""
    assert module("core/browser.js", script, is_hidden) == shown


def test_wake_lock_is_requested_if_available(module):
    script = """const asked = [];
                const request = async (kind) => { asked.push(kind); throw new Error("no"); };
                Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
                m.keepScreenOn(); document.dispatchEvent(new Event("visibilitychange"));
                Object.defineProperty(navigator, "wakeLock", { value: undefined });
                document.dispatchEvent(new Event("visibilitychange")); return asked;"""
    assert module("core/browser.js", script) == ["screen", "screen"]


REQUEST = """const [status, text] = args;
             window.fetch = async () => new Response(text, { status });"""


@pytest.mark.parametrize(
    ("status", "text", "reported"),
    [
        (403, "<h1>Log in</h1>", 0),
        (404, "", 0),
        (400, '{"fault": "no session"}', 0),
        (200, "<h1>Welcome to our Wi-Fi</h1>", 0),
        (413, "<h1>413</h1>", 413),
        (403, '{"error": {"code": "wrong_code", "message": "no"}}', 403),
        (304, None, 304),
        (204, None, 204),
    ],
)
def test_response_of_another_server_is_ignored(module, status: int, text: str | None, reported: int):
    script = f"{REQUEST} return m.request('PUT', '/x', {{ body: {{}} }}).then(({{ status }}) => status);"
    assert module("core/server.js", script, status, text) == reported


BALLOT = """document.body.innerHTML = `<section><p data-candidate></p><p data-question></p><p data-more></p>
              <button data-yes></button><button data-no></button><button data-later></button></section>
              <button id="opener"></button>`;
            const opener = document.querySelector("#opener");
            const ballot = new m.Ballot(document.querySelector("section"), opener);
            ballot.open();
            const drawing = (id) => ({ id, label: 1, strokes: [] });
            const yes = document.querySelector("[data-yes]");
            const isLocked = () => yes.getAttribute("aria-disabled") === "true";
            const press = () => yes.click();
            const unlock = async () => { while (isLocked()) await new Promise(requestAnimationFrame); };
            const seen = () => { const { hidden, dataset } = document.querySelector("section");
                                 return [hidden, dataset.drawing]; };"""


def test_failed_vote_can_be_repeated(module):
    script = f"""{BALLOT} ballot.show([drawing("a")]); await unlock(); press();
                 const voted = seen(); ballot.takeBack("a"); return [voted, seen()];"""
    assert run_async(module, "room/phone_views.js", script) == [[True, "a"], [False, "a"]]


def test_failed_vote_does_not_replace_the_current_candidate(module):
    script = f"""{BALLOT} ballot.show([drawing("a"), drawing("b")]); await unlock(); press();
                 ballot.takeBack("a");
                 return [seen()[1], document.querySelector("[data-more]").textContent];"""
    assert run_async(module, "room/phone_views.js", script) == ["b", "1 more"]


def test_closed_ballot_counts_its_drawings(module):
    script = f"""{BALLOT} const state = () => [seen()[0], opener.hidden, opener.textContent];
                 ballot.close(); const none = state();
                 ballot.show([drawing("a"), drawing("b")]); const two = state();
                 opener.click(); const open = state(); ballot.show([]); return [none, two, open, state()];"""
    none, two, opened, gone = module("room/phone_views.js", script)
    assert none[:2] == [True, True]
    assert two == [True, False, "2 drawings to judge"]
    assert opened[:2] == [False, True]
    assert gone[:2] == [True, True]


@pytest.mark.parametrize(
    ("seconds", "words"), [(7, "7 s"), (719, "11 min"), (3600, "1 h 00 min"), (11_100, "3 h 05 min")]
)
def test_duration_is_formatted(module, seconds: int, words: str):
    assert module("room/presenter_views.js", "return m.duration(args[0]);", seconds) == words


def test_server_status_is_formatted(module):
    status = {
        "uptime_s": 719.4,
        "models": {"loading": 2, "warm": 1, "failed": 1},
        "predictions_per_second": 31.25,
        "p95_ms": 3.04,
        "queue": 0,
        "rejections": 4,
        "memory_mb": 812.4,
        "phones": 61,
    }
    reported = module("room/presenter_views.js", "return m.statusSummary(args[0]);", status)
    assert reported == (
        "2 models loading · 1 model failed · up 11 min · 31.3 predictions per second · 95 % within 3.0 ms"
        " · 0 waiting · 4 rejected in the last minute · 812 MB"
    )
    unknown = module(
        "room/presenter_views.js", "return m.statusSummary(args[0]);", {"uptime_s": 7, "p95_ms": None}
    )
    assert unknown == "up 7 s"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"default_model": "warm", "models": {"loading": 0, "warm": 1, "failed": 3}}, ""),
        ({"default_model": "failed", "models": {"loading": 1, "warm": 0, "failed": 3}}, ""),
        (
            {"default_model": "failed", "models": {"loading": 0, "warm": 3, "failed": 1}},
            "The default network could not be loaded: phones cannot send.",
        ),
        (
            {"default_model": "failed", "models": {"loading": 0, "warm": 0, "failed": 4}},
            "No network could be loaded: there are no predictions, and phones cannot send.",
        ),
    ],
)
def test_model_alarm_tells_what_the_room_cannot_do(module, status: dict, words: str):
    assert module("room/presenter_views.js", "return m.modelAlarm(args[0]);", status) == words


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (
            {"imported": 1, "skipped": 0, "expired": 0, "left_out": 0, "problems": []},
            "1 drawing imported.",
        ),
        (
            {"imported": 1200, "skipped": 2, "expired": 0, "left_out": 0, "problems": []},
            "1,200 drawings imported. 2 drawings already in the room, or deleted from it.",
        ),
        (
            {"imported": 0, "skipped": 0, "expired": 40, "left_out": 0, "problems": []},
            "0 drawings imported. "
            "40 drawings too old to keep: start Inkwise with --retention-days 0 to import them.",
        ),
        (
            {
                "imported": 0,
                "skipped": 0,
                "expired": 0,
                "left_out": 5,
                "problems": [{"line": 7, "reason": "expected ink"}] * 5,
            },
            "0 drawings imported. 5 lines left out, which Inkwise cannot read as drawings: 7, 7, 7, 2 more.",
        ),
    ],
)
def test_import_report_is_formatted(module, report: dict, words: str):
    assert module("room/presenter_views.js", "return m.importSummary(args[0]);", report) == words


LOAD_TEST = {
    "phones": 240, "limited_by": "predictions", "predictions_per_second": 320.5, "p95_ms": 80.4, "errors": 0,
    "assumption": "So it is.",
}  # fmt: skip


def test_load_test_result_is_formatted(module):
    reported = module("room/check_list.js", "return m.loadTestSummary(args[0]);", LOAD_TEST)
    assert reported == {
        "headline": "About 240 phones at once",
        "detail": "320.5 predictions per second, 95 % within 80 ms. So it is.",
    }


def test_load_test_result_names_limit_and_failures(module):
    change = {"limited_by": "connections", "errors": 1}
    detail = module("room/check_list.js", "return m.loadTestSummary(args[0]).detail;", LOAD_TEST | change)
    assert detail.startswith("1 request failed; limited by --connections; 320.5")


def test_vote_button_is_locked_while_a_candidate_is_new(module):
    script = f"""{BALLOT} const votes = [];
                 ballot.addEventListener("voted", ({{ detail }}) => votes.push(detail.id));
                 ballot.show([drawing("a"), drawing("b"), drawing("c")]); press();
                 const first = [isLocked(), seen()[1], [...votes]];
                 await unlock(); press();
                 const own = [isLocked(), seen()[1], [...votes]];
                 ballot.show([drawing("d")]); press();
                 const other = [isLocked(), seen()[1], [...votes]];
                 await unlock(); press(); return [first, own, other, votes];"""
    found = run_async(module, "room/phone_views.js", script)
    assert found == [[True, "a", []], [True, "b", ["a"]], [True, "d", ["a"]], ["a", "d"]]
