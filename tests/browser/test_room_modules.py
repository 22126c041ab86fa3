"""The room's modules without DOM, each called inside the browser."""

import re

import pytest

READ = {"digit": 7, "probability": 0.953, "is_digit": 0.99, "label": None, "right": None}


def test_uuid_is_of_version_four_and_another_each_time(module):
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
        ("free", None, "Draw a digit. Any digit.", "The network reads it while you draw."),
        ("ask", 4, "Draw a 4", "As you always write it."),
        ("ask", 8, "Draw an 8", "As you always write it."),
        ("fool", 4, "Fool the network", "Draw a 4 that people read and the network does not."),
    ],
)
def test_task_is_told_in_words(module, kind: str, digit: int | None, headline: str, hint: str):
    task = module("core/format.js", "return m.taskOf(args[0]);", {"kind": kind, "digit": digit})
    assert task == {"headline": headline, "hint": hint}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("open", "7", "", "95 %", "read as a 7, 95 %")),
        ({"label": 7, "right": True}, ("right", "7", "✓", "95 %", "read as a 7, 95 %, which is right")),
        ({"label": 1, "right": False}, ("wrong", "7", "✗ 1", "95 %", "read as a 7, 95 %, but it is a 1")),
        ({"is_digit": 0.2}, ("unsure", "7?", "", "no digit?", "read as a 7, but perhaps no digit")),
        ({"is_digit": None, "probability": 0.999}, ("open", "7", "", "> 99 %", "read as a 7, over 99 %")),
    ],
)
def test_reading_is_told_by_sign_and_in_words(module, change: dict, expected: tuple):
    reading = module("core/format.js", "return m.readingOf(args[0]);", READ | change)
    assert tuple(reading[key] for key in ("tone", "digit", "sign", "share", "sentence")) == expected


def drawings(*numbers: int) -> list[dict]:
    return [{"id": f"id{number}", "number": number} for number in numbers]


PLACES = "return slots.places.map((drawing) => drawing?.number ?? null);"


def test_new_drawing_takes_an_empty_place_or_the_oldest_ones(module):
    script = f"const slots = new m.Slots(3); for (const each of args) slots.take(each); {PLACES}"
    assert module("room/wall_grid.js", script, drawings(2, 1)) == [1, 2, None]
    assert module("room/wall_grid.js", script, drawings(2, 1), drawings(5, 4, 3)) == [4, 5, 3]


def test_nothing_else_moves_when_a_drawing_is_taken_off(module):
    script = f"""const slots = new m.Slots(3); slots.take(args[0]);
                 const changed = slots.take([{{ id: "id2", gone: true }}]); slots.take(args[1]);
                 return [changed, (() => {{ {PLACES} }})()];"""
    assert module("room/wall_grid.js", script, drawings(1, 2, 3), drawings(4)) == [[1], [1, 4, 3]]


def test_drawing_that_changed_stays_in_its_place(module):
    script = """const slots = new m.Slots(2); slots.take(args[0]);
                const changed = slots.take([{ id: "id1", number: 1, name: "new" }]);
                return [changed, slots.places[0].name];"""
    assert module("room/wall_grid.js", script, drawings(1, 2)) == [[0], "new"]


def test_old_drawing_that_comes_back_does_not_displace_newer_ones(module):
    script = f"const slots = new m.Slots(2); slots.take(args[0]); slots.take(args[1]); {PLACES}"
    assert module("room/wall_grid.js", script, drawings(3, 4), drawings(1)) == [3, 4]


def test_wall_that_grows_fills_itself_with_what_it_knows(module):
    script = f"const slots = new m.Slots(2); slots.take(args[0]); slots.resize(4); {PLACES}"
    assert module("room/wall_grid.js", script, drawings(1, 2, 3)) == [1, 2, 3, None]


@pytest.mark.parametrize(
    ("width", "height", "places"), [(1400, 1020, (6, 4)), (850, 740, (5, 4)), (360, 800, (2, 4))]
)
def test_wall_has_places_that_can_be_read(module, width: int, height: int, places: tuple):
    found = module("room/wall_grid.js", "return m.placesFor(...args);", width, height)
    assert (found["columns"], found["rows"]) == places


def test_picture_fits_ink_of_any_unit_and_a_dot(module):
    paths = module(
        "room/tiles.js", "return args.map(m.pathOf);", [[[0, 0], [0.002, 0.004]]], [[[9e5, 9e5]]], [[]], []
    )
    assert paths[0].startswith("M300 100")
    assert paths[1] == "M500 500L500 500"
    assert paths[2:] == ["", ""]


def test_held_list_lets_go_what_is_gone_and_holds_what_is_new(module):
    script = """const shown = []; const apply = (drawings) => shown.push(drawings.map(({ id }) => id));
                const held = new m.PausedList(apply);
                held.hold(); held.take([{ id: "a" }, { id: "b" }], false); const waiting = held.waiting;
                held.take([{ id: "a", gone: true }], false); held.release();
                return [waiting, shown];"""
    assert module("room/wall_feed.js", script) == [2, [["a"], ["b"]]]


def test_held_list_does_not_change_under_the_pointer_when_all_is_told_anew(module):
    script = """const shown = [];
                const apply = (drawings, isFull) => shown.push([isFull, drawings.map(({ id }) => id)]);
                const held = new m.PausedList(apply);
                held.take([{ id: "a" }, { id: "b" }], true); held.hold();
                held.take([{ id: "b" }, { id: "c" }], true);
                const [before, waiting] = [shown.length, held.waiting];
                held.take([{ id: "b", gone: true }, { id: "d" }], false); held.release();
                return [before, waiting, shown.slice(1)];"""
    assert module("room/wall_feed.js", script) == [1, 1, [[False, ["b"]], [True, ["c", "d"]]]]


INK = """const { Ink } = await import("/static/js/ink/ink.js"); const ink = new Ink();"""
ROUNDS = """const [free, ask] = [{ id: "a", kind: "free" }, { id: "b", kind: "ask" }];
            const round = new m.DraftRound(ink); const told = [];
            round.addEventListener("roundchanged", () => told.push(round.round.id));"""


def run_async(module, path: str, script: str) -> object:
    return module(path, f"return (async () => {{ {script} }})();")


def test_ink_is_for_the_round_in_which_it_was_begun(module):
    script = f"""{INK} {ROUNDS} round.follow(free); ink.begin([1, 2]); round.follow(ask);
                 const [during, isOver] = [round.round.id, round.isOver];
                 ink.clear(); return [during, isOver, round.round.id, round.isOver, told];"""
    assert run_async(module, "room/draft.js", script) == ["a", True, "b", False, ["a", "b"]]


def test_ink_from_before_the_first_news_is_for_the_round_that_runs(module):
    script = f"""{INK} {ROUNDS} ink.replace([[[1, 2]]]); const before = round.round;
                 round.follow(ask); return [before, round.round.id];"""
    assert run_async(module, "room/draft.js", script) == [None, "b"]


def test_sample_in_place_of_older_ink_is_for_the_round_that_runs(module):
    script = f"""{INK} {ROUNDS} round.follow(free); ink.replace([[[1, 2]]]); round.follow(ask);
                 ink.replace([[[3, 4]]]); round.begin(); return round.round.id;"""
    assert run_async(module, "room/draft.js", script) == "b"


def test_ink_that_undo_brings_back_brings_its_round_along(module):
    script = f"""{INK} {ROUNDS} const found = [];
                 const note = () => found.push([round.round.id, round.isOver, ink.strokes.length]);
                 round.follow(free); ink.replace([[[1, 2]]]); round.follow(ask); ink.clear(); note();
                 ink.undo(); note(); ink.redo(); note(); ink.begin([5, 5]); ink.end(); note();
                 ink.undo(); ink.undo(); note(); return [found, told];"""
    found, told = run_async(module, "room/draft.js", script)
    assert found == [["b", False, 0], ["a", True, 1], ["b", False, 0], ["b", False, 1], ["a", True, 1]]
    assert told == ["a", "b", "a", "b", "a"]


@pytest.mark.parametrize(("known", "expected"), [("free", ["a", True]), ("null", ["b", False])])
def test_ink_that_a_reload_brings_back_is_for_its_round_where_that_is_known(module, known: str, expected):
    script = f"""{INK} {ROUNDS} ink.replace([[[1, 2]]]); round.restore({known}); round.follow(ask);
                 return [round.round.id, round.isOver];"""
    assert run_async(module, "room/draft.js", script) == expected


def test_pad_that_is_emptied_before_the_first_news_waits_for_its_round(module):
    script = f"""{INK} {ROUNDS} ink.replace([[[1, 2]]]); round.restore(free); ink.clear();
                 const before = round.round.id; round.follow(ask); return [before, round.round.id];"""
    assert run_async(module, "room/draft.js", script) == ["a", "b"]


def test_ink_that_was_not_taken_comes_back_when_the_pad_is_empty(module):
    script = f"""{INK} const returns = new m.ReturnedInk(ink); const first = returns.take([[[1, 2]]]);
                 const second = returns.take([[[3, 4]]]); const during = ink.strokes;
                 ink.clear(); await Promise.resolve(); return [first, second, during, ink.strokes];"""
    found = run_async(module, "room/draft.js", script)
    assert found == [True, False, [[[1, 2]]], [[[3, 4]]]]


def test_screen_is_kept_on_where_the_browser_can(module):
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
    ("status", "text", "told"),
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
def test_answer_of_somebody_else_counts_as_none(module, status: int, text: str | None, told: int):
    script = f"{REQUEST} return m.request('PUT', '/x', {{ body: {{}} }}).then(({{ status }}) => status);"
    assert module("core/http.js", script, status, text) == told


BALLOT = """document.body.innerHTML = `<section><p data-candidate></p><p data-question></p><p data-more></p>
              <button data-yes></button><button data-no></button></section>`;
            const ballot = new m.Ballot(document.querySelector("section"));
            const drawing = (id) => ({ id, label: 1, strokes: [] });
            const press = () => document.querySelector("[data-yes]").click();
            const seen = () => { const { hidden, dataset } = document.querySelector("section");
                                 return [hidden, dataset.drawing]; };"""


def test_vote_that_did_not_arrive_can_be_cast_again_at_once(module):
    script = f"""{BALLOT} ballot.show([drawing("a")]); press();
                 const voted = seen(); ballot.takeBack("a"); return [voted, seen()];"""
    assert module("room/phone_views.js", script) == [[True, "a"], [False, "a"]]


def test_vote_that_did_not_arrive_does_not_push_aside_what_is_in_view(module):
    script = f"""{BALLOT} ballot.show([drawing("a"), drawing("b")]); press(); ballot.takeBack("a");
                 return [seen()[1], document.querySelector("[data-more]").textContent];"""
    assert module("room/phone_views.js", script) == ["b", "1 more"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(7, "7 s"), (719, "11 min"), (3600, "1 h 00 min"), (11_100, "3 h 05 min")]
)
def test_duration_is_told_in_words(module, seconds: int, words: str):
    assert module("core/format.js", "return m.duration(args[0]);", seconds) == words


def test_machine_is_told_in_words(module):
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
    told = module("core/format.js", "return m.machineWords(args[0]);", status)
    assert told == (
        "2 models loading · 1 model failed · up 11 min · 31.3 predictions a second · 95 % within 3.0 ms"
        " · 0 waiting · 4 rejected in the last minute · 812 MB"
    )
    unknown = module("core/format.js", "return m.machineWords(args[0]);", {"uptime_s": 7, "p95_ms": None})
    assert unknown == "up 7 s"


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"imported": 1, "skipped": 0, "left_out": 0, "problems": []}, "1 drawing imported"),
        (
            {"imported": 1200, "skipped": 2, "left_out": 0, "problems": []},
            "1,200 drawings imported; 2 drawings already here",
        ),
        (
            {"imported": 0, "skipped": 0, "left_out": 5, "problems": [{"line": 1, "reason": "no ink"}] * 5},
            "0 drawings imported; line 1: no ink; line 1: no ink; line 1: no ink; and 2 more lines",
        ),
    ],
)
def test_import_is_told_in_words(module, report: dict, words: str):
    assert module("core/format.js", "return m.importWords(args[0]);", report) == words


BURST = {
    "phones": 240, "limited_by": "predictions", "predictions_per_second": 320.5, "p95_ms": 80.4, "errors": 0,
    "assumption": "So it is.",
}  # fmt: skip


def test_burst_is_told_in_words(module):
    told = module("core/format.js", "return m.burstWords(args[0]);", BURST)
    assert told == {
        "headline": "About 240 phones at once",
        "detail": "320.5 predictions a second, 95 of 100 within 80 ms. So it is.",
    }


def test_burst_says_what_limits_and_what_failed(module):
    change = {"limited_by": "connections", "errors": 1}
    detail = module("core/format.js", "return m.burstWords(args[0]).detail;", BURST | change)
    assert detail.startswith("1 request failed; the setting --connections is what limits it; 320.5")


def test_vote_aimed_at_a_drawing_that_has_just_gone_is_not_cast_for_the_next(module):
    script = f"""{BALLOT} const votes = [];
                 ballot.addEventListener("voted", ({{ detail }}) => votes.push(detail.id));
                 const yes = document.querySelector("[data-yes]");
                 const isMarked = () => yes.getAttribute("aria-disabled") === "true";
                 ballot.show([drawing("a"), drawing("b")]); press();
                 const afterOwn = isMarked(); ballot.show([drawing("c")]); press();
                 const afterOther = [isMarked(), seen()[1], [...votes]];
                 while (isMarked()) await new Promise(requestAnimationFrame);
                 press(); return [afterOwn, afterOther, votes];"""
    found = run_async(module, "room/phone_views.js", script)
    assert found == [False, [True, "c", ["a"]], ["a", "c"]]  # after one's own vote the next is there at once
