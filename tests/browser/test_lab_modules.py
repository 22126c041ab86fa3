"""The modules of the lab without DOM, each called inside the browser."""

import csv
import io

import pytest

from tests.browser.lab_stub import CONV, DENSE, DONE, PRESETS, RUN, SPEC, points
from tests.browser.test_room_requests import ASK, run_async


def test_spec_takes_a_value_at_a_path(module):
    script = """const [spec] = args; const changed = m.withValue(spec, "layers.1.units", 64);
                const { epochs } = m.withValue(spec, "epochs", 5);
                return [changed, m.valueAt(changed, "layers.1.units"), epochs, spec];"""
    changed, value, epochs, before = module("lab/spec.js", script, SPEC)
    assert changed == SPEC | {"layers": [DENSE, DENSE | {"units": 64}]}
    assert (value, epochs, before) == (64, 5, SPEC)


def test_new_layer_is_like_the_last_of_its_kind_and_conv_comes_first(module):
    script = "return args[0].map(([spec, kind]) => m.withLayer(spec, kind).layers);"
    small = DENSE | {"units": 32}
    cases = [
        (SPEC | {"layers": [DENSE, small]}, "dense"),
        (SPEC | {"layers": [CONV, small]}, "conv"),
        (SPEC | {"layers": [small]}, "conv"),
        (SPEC | {"layers": []}, "dense"),
    ]
    first, second, third, fourth = module("lab/spec.js", script, cases)
    assert first == [DENSE, small, small]
    assert second == [CONV, CONV, small]
    assert [layer["kind"] for layer in third] == ["conv", "dense"]
    assert fourth == [DENSE]


def test_preset_of_a_spec_has_the_same_layers(module):
    script = "return args[1].map((spec) => m.presetOf(spec, args[0]));"
    reordered = SPEC | {"layers": [dict(reversed(DENSE.items()))], "epochs": 9}
    other = SPEC | {"layers": [DENSE | {"dropout": 0.1}]}
    assert module("lab/spec.js", script, PRESETS, [SPEC, reordered, other]) == ["deep", "shallow", None]


def test_csv_of_runs_is_read_back(module):
    runs = [DONE | {"title": '2x128 "wide", relu'}, RUN | {"id": 2, "val_accuracy": None, "val_loss": None}]
    rows = list(
        csv.DictReader(io.StringIO(module("lab/runs_csv.js", "return m.csvOf(args[0]);", runs), newline=""))
    )
    assert [row["run"] for row in rows] == ['1 · 2x128 "wide", relu', "2 · 2x128 relu"]
    assert [row["validation accuracy"] for row in rows] == ["0.894", ""]
    assert rows[0]["parameters"] == "118282"
    room = [(row["this room's digits read right"], row["this room's digits"]) for row in rows]
    assert room == [("212", "240"), ("", "")]


def test_runs_are_sorted_with_missing_values_last(module):
    runs = [
        RUN | {"id": 1, "val_accuracy": 0.9, "val_loss": 0.4},
        RUN | {"id": 2, "val_accuracy": None, "val_loss": None},
        RUN | {"id": 3, "val_accuracy": 0.95, "val_loss": 0.2},
    ]
    scores = [None, {"right": 9, "count": 10}, {"right": 1, "count": 10}]
    runs = [run | {"room_score": score} for run, score in zip(runs, scores, strict=True)]
    script = "return args[1].map(([key, down]) => m.sortRuns(args[0], key, down).map(({ id }) => id));"
    orders = [("accuracy", True), ("loss", False), ("id", True), ("room", True)]
    found = module("lab/runs_table.js", script, runs, orders)
    assert found == [[3, 1, 2], [3, 1, 2], [3, 2, 1], [2, 3, 1]]


@pytest.mark.parametrize("count", [100, 2_001, 30_000])
def test_thin_keeps_at_most_2000_points_with_the_last_and_the_validations(module, count: int):
    given = [[step, step / 100, 1.0, 0.5, None, None] for step in range(count)]
    for step in range(0, count, 500):
        given[step][4:] = [0.4, 0.9]
    left = module("lab/scale.js", "return m.thin(args[0]);", given)
    assert len(left) <= 2_000
    assert len(left) == count or len(left) > 900
    assert left[-1] == given[-1]
    assert [point for point in left if point[4] is not None] == given[::500]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 2.5, [0, 0.5, 1, 1.5, 2, 2.5]),
        (0.8, 1, [0.8, 0.85, 0.9, 0.95, 1]),
    ],
)
def test_ticks_are_round_numbers(module, low: float, high: float, ticks: list[float]):
    assert module("lab/scale.js", "return m.ticksOf(args[0], args[1], 5);", low, high) == pytest.approx(ticks)


def test_large_losses_get_a_logarithmic_axis(module):
    small, large, close = module(
        "lab/scale.js",
        "return args.map((all) => m.lossAxis(...all));",
        *[([2.3, 0.4], False), ([2.3, 4e5], False), ([2.3, 0.4], True)],
    )
    assert (small["isLog"], small["low"], small["high"]) == (False, 0, 2.5)
    assert (large["isLog"], large["low"], large["high"]) == (True, 0.1, 1e6)
    assert (close["isLog"], close["high"]) == (True, 10)


def test_line_ends_where_a_value_is_no_number(module):
    columns = "{ training: 2, validation: 4 }"
    script = f"return m.lineOf(args[0], {columns}, (epoch) => 100 * epoch, (value) => 10 * value);"
    given = [[1, 0.1, 2.0, 0.1, None, None], [2, 0.2, 3.0, 0.1, None, None], [3, 0.3, None, None, None, None]]
    assert module("lab/curve_plot.js", script, given) == "M10.0 20.0L20.0 30.0"
    resumed = [*given, [4, 0.4, 1.0, 0.1, None, None]]
    assert module("lab/curve_plot.js", script, resumed) == "M10.0 20.0L20.0 30.0M40.0 10.0"
    validated = [*given[:2], [2, 0.3, None, None, 0.5, 0.9], resumed[-1]]
    assert module("lab/curve_plot.js", script, validated) == "M10.0 20.0L20.0 30.0L40.0 10.0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0132, "0.0132"),
        (2.345, "2.35"),
        (1234.5, "1,230"),
        (0.000023, "2.3 · 10⁻⁵"),
        (1e5, "10⁵"),
        (None, "NaN"),
        (0, "0"),
    ],
)
def test_numbers_are_short(module, value: float | None, text: str):
    assert module("lab/scale.js", "return m.shortNumber(args[0]);", value) == text


def test_gradient_bars_are_logarithmic(module):
    script = "return [1e-9, 1e-6, 1e-3, 10, 1e9, 0].map(m.normShare);"
    shares = module("lab/scale.js", script)
    assert shares == pytest.approx([0, 0, 3 / 7, 1, 1, 0])


@pytest.mark.parametrize(
    ("status", "run", "is_valid", "actions"),
    [
        ("idle", None, True, ["epoch", "step", "train"]),
        ("idle", None, False, []),
        ("idle", DONE, True, ["again", "epoch", "step", "train"]),
        ("training", RUN, True, ["epoch", "pause", "stop"]),
        ("paused", RUN, True, ["epoch", "resume", "step", "stop"]),
        ("starting", None, True, ["epoch", "step", "train"]),
        ("starting", RUN | {"status": "waiting"}, True, []),
        ("off", None, True, []),
        ("failed", DONE, True, ["again", "epoch", "step", "train"]),
    ],
)
def test_buttons_act_only_where_they_can(module, status: str, run: dict, is_valid: bool, actions: list[str]):
    script = "return [...m.actionsOf(...args)];"
    assert sorted(module("lab/controls.js", script, status, run, is_valid)) == sorted(actions)


def test_new_run_pushes_the_last_ones_back_as_overlays(module):
    script = """const store = new m.CurveStore();
                for (const run of args[0]) store.take(run, args[1], true);
                return [store.curves.map(({ title, hue }) => [title[0], hue]), [...store.hues]];"""
    runs = [RUN | {"id": number} for number in (1, 2, 3, 4)]
    curves, hues = module("lab/curve_store.js", script, runs, points(9, 1))
    assert curves[0] == ["4", 0]
    assert sorted(title for title, _ in curves[1:]) == ["2", "3"]
    assert sorted(hue for _, hue in hues) == [0, 1, 2]


def test_points_are_appended_or_replaced(module):
    script = """const [run, first, second] = args; const store = new m.CurveStore(); const lengths = [];
                for (const [points, all] of [[first, true], [second, false], [first, true]]) {
                  store.take(run, points, all); lengths.push(store.curves[0].points.length);
                }
                return lengths;"""
    given = points(9, 1)
    assert module("lab/curve_store.js", script, RUN, given[:5], given[5:]) == [5, 9, 5]


def test_point_of_the_same_step_completes_the_last_one(module):
    script = """const [run, ...events] = args; const store = new m.CurveStore();
                for (const points of events) store.take(run, points, false);
                return store.curves[0].points;"""
    first, bare, full = points(5, 1)[0], [20, 0.2, 1.0, 0.5, None, None], [20, 0.2, 1.0, 0.5, 1.1, 0.4]
    assert module("lab/curve_store.js", script, RUN, [first, bare], [full]) == [first, full]


def test_overlay_is_switched_on_and_off(module):
    detail = {"run": DONE, "points": points(9, 3)}
    script = f"""{ASK} const store = new m.CurveStore(ask);
                 const on = await store.toggle(args[1]);
                 const shown = store.curves.map(({{ points }}) => points.length);
                 await store.toggle(args[1]); return [on, asked[0][1], shown, store.curves.length];"""
    answer = {"status": 200, "body": detail, "etag": None, "message": ""}
    assert run_async(module, "lab/curve_store.js", script, [answer], DONE) == ["", "/api/lab/runs/1", [9], 0]


CHECKED = {"status": 200, "body": {"parameters": 7}, "etag": None, "message": ""}


def test_only_the_newest_spec_is_checked(module):
    script = f"""{ASK} const check = new m.SpecCheck(ask, 5); hear(check, "checked");
                 for (const epochs of [1, 2, 3]) check.check({{ epochs }});
                 await next(check, "checked"); const epochs = asked.map(([, , body]) => body.spec.epochs);
                 return [epochs, heard.length, check.isValid];"""
    assert run_async(module, "lab/spec_check.js", script, [CHECKED]) == [[3], 1, True]


def test_late_answer_to_an_older_spec_is_dropped(module):
    script = """const waiting = []; const send = () => new Promise((resolve) => waiting.push(resolve));
                const check = new m.SpecCheck(send, 0); const heard = [];
                check.on("checked", ({ parameters }) => heard.push(parameters));
                const later = () => new Promise((resolve) => setTimeout(resolve));
                for (const count of [1, 2]) { check.check({}); while (waiting.length < count) await later(); }
                for (const each of [1, 0]) waiting[each]({ status: 200, body: { parameters: each } });
                await later(); return heard;"""
    assert run_async(module, "lab/spec_check.js", script) == [1]


def test_refused_spec_tells_why_and_is_not_valid(module):
    answer = {"status": 400, "body": None, "etag": None, "message": "A layer needs at least one neuron."}
    answer["body"] = {"error": {"field": "layers.0.units"}}
    refused = {"message": answer["message"], "field": "layers.0.units"}
    script = f"""{ASK} const check = new m.SpecCheck(ask, 0); hear(check, "refused");
                 check.check({{}}); await next(check, "refused"); return [heard, check.isValid];"""
    assert run_async(module, "lab/spec_check.js", script, [answer]) == [[["refused", refused]], False]


# A stand-in for event stream and server: args are a run and its points.
FEED = """class Source extends EventTarget { close() { this.isClosed = true; } }
          const sources = []; const asked = []; const [run, points] = args;
          const open = () => { sources.push(new Source()); return sources[sources.length - 1]; };
          const push = (news) => {
            const data = JSON.stringify({ status: "training", reason: null, run, points: [], ...news });
            sources[0].dispatchEvent(new MessageEvent("lab", { data }));
          };
          const send = async (method, path) => {
            asked.push(path);
            const state = { status: "training", reason: null, run, runs: [run] };
            const body = path === "/api/lab" ? state : { run, points };
            return { status: 200, body, etag: null, message: "" };
          };
          const later = () => new Promise((resolve) => setTimeout(resolve, 5));
          const feed = new m.LabFeed({ open, send, every: 5 }); const news = []; const states = [];
          feed.on("news", ({ points, isComplete }) => news.push([points.length, isComplete]));
          feed.on("state", (each) => states.push(each)); feed.start();"""


def test_failed_stream_falls_back_to_polling(module):
    script = f"""{FEED} push({{ points: points.slice(0, 3) }}); push({{ points: points.slice(3, 5) }});
        const pushed = [...news]; sources[0].dispatchEvent(new Event("error"));
        while (news.length < 4) await later();
        return [pushed, sources[0].isClosed, news.slice(2, 4)];"""
    pushed, is_closed, polled = run_async(module, "lab/feed.js", script, RUN, points(9, 1))
    assert pushed == [[3, True], [2, False]]
    assert is_closed
    assert polled == [[9, True], [9, True]]


def test_damaged_event_falls_back_to_polling(module):
    script = f"""{FEED} sources[0].dispatchEvent(new MessageEvent("lab", {{ data: "{{NaN" }}));
        while (news.length < 1) await later();
        return [sources[0].isClosed, news[0]];"""
    assert run_async(module, "lab/feed.js", script, RUN, points(9, 1)) == [True, [9, True]]


def test_state_is_fetched_again_when_a_run_ends(module):
    script = f"""{FEED} push(); while (!states.length) await later();
        const before = states.length; push({{ status: "idle", run: {{ ...run, status: "done" }} }});
        while (states.length === before) await later();
        return asked.filter((path) => path !== "/api/lab");"""
    assert run_async(module, "lab/feed.js", script, RUN, points(9, 1)) == []


@pytest.mark.parametrize("has_events", [True, False])
def test_known_state_is_polled_again_where_no_events_come(module, has_events: bool):
    known = FEED.replace("feed.start();", 'feed.start({ status: "training", run });')
    first = "push();" if has_events else ""
    script = f"""{known} {first} for (let each = 0; each < 20; each += 1) await later();
        return [asked.length, states.length];"""
    asked, states = run_async(module, "lab/feed.js", script, RUN, points(9, 1))
    assert (asked == 0) == has_events
    assert (states == 0) == has_events


QUEUE = """const queue = new m.RunQueue(); const heard = [];
           queue.on("due", (run) => heard.push(run?.title ?? null));
           queue.start([{ title: "a" }, { title: "b" }]); queue.started(1);"""


def test_queue_starts_the_next_run_when_one_is_over(module):
    script = f"""{QUEUE}
                queue.follow({{ id: 1, status: "training" }}); queue.follow({{ id: 7, status: "done" }});
                queue.follow({{ id: 1, status: "failed" }}); queue.started(2); const text = queue.text;
                queue.follow({{ id: 2, status: "done" }}); return [heard, text, queue.text];"""
    assert module("lab/stories.js", script) == [["a", "b", None], "Run 2 of 2: b", ""]


def test_stopped_run_ends_the_queue(module):
    script = f"""{QUEUE}
                queue.follow({{ id: 1, status: "stopped" }}); return [heard, queue.text];"""
    assert module("lab/stories.js", script) == [["a"], ""]


def test_milestones_are_few(module):
    script = """const said = args[0].map(([status, run]) => m.milestone(status, run));
                return said.filter((text, index) => text !== said[index - 1]);"""
    states = [("training", RUN | {"epoch": step // 50, "step": step}) for step in range(150)]
    said = module("lab/controls.js", script, [*states, ("idle", DONE)])
    assert len(said) == 4
    assert said[0] == "Run 1, 2x128 relu, is training."
    assert said[-1] == "Run 1 is done: 89.4 % of the validation digits are right."
