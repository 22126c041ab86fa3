"""JavaScript modules of the room that call the server, tested with a fake server."""

import pytest

# A stand-in for the server: gives the answers of a list one by one, the last one again and again.
ASK = """const asked = []; const answers = [...args[0]];
         const ask = async (method, path, options) => {
           asked.push([method, path, options?.body ?? null, options?.etag ?? null]);
           return answers.length > 1 ? answers.shift() : answers[0];
         };
         const storage = { texts: new Map(), getItem(key) { return this.texts.get(key) ?? null; },
                           setItem(key, text) { this.texts.set(key, text); } };
         const heard = []; const hear = (target, ...names) => names.forEach((name) =>
           target.addEventListener(name, ({ detail }) => heard.push([name, detail])));
         const next = (target, name) =>
           new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));"""
OK = {"status": 201, "body": {"number": 17}, "etag": None, "message": ""}
GONE = {"status": 0, "body": None, "etag": None, "message": ""}
FULL = {"status": 503, "body": None, "etag": None, "message": "no space"}
UNKNOWN_CLIENT = {"status": 401, "body": None, "etag": None, "message": "join first"}
BAD = {"status": 400, "body": None, "etag": None, "message": "expected ink"}


def run_async(module, path: str, script: str, *arguments: object) -> object:
    """Run a script that waits."""
    return module(path, f"return (async () => {{ {script} }})();", *arguments)


OUTBOX = (
    ASK
    + """const outbox = new m.Outbox(storage, ask);
                  hear(outbox, "kept", "delivered", "refused", "unjoined");"""
)
PARCEL = '{ strokes: [[[1, 2]]], label: null, round: "a", kind: "ask" }'


def test_outbox_sends_and_removes(module):
    script = f"""{OUTBOX} const id = outbox.add({PARCEL}); const kept = outbox.parcels.length;
                 await next(outbox, "delivered");
                 return [asked[0], `/api/room/drawings/${{id}}`, kept, outbox.parcels.length];"""
    request, path, kept, left = run_async(module, "room/participant.js", script, [OK])
    assert request[:3] == ["PUT", path, {"strokes": [[[1, 2]]], "label": None, "round": "a"}]
    assert (kept, left) == (1, 0)


@pytest.mark.parametrize("trouble", [GONE, FULL])
def test_outbox_retries_with_the_same_id(module, trouble: dict):
    script = f"""{OUTBOX} outbox.add({PARCEL}); await next(outbox, "kept");
                 const stored = JSON.parse(storage.getItem("inkwise.outbox")).length;
                 const again = next(outbox, "delivered"); await Promise.resolve();
                 setTimeout(() => outbox.flush()); await again;
                 const paths = asked.map(([, path]) => path);
                 return [stored, paths, heard.map(([name]) => name), outbox.parcels.length];"""
    stored, paths, heard, left = run_async(module, "room/participant.js", script, [trouble, OK])
    assert stored == 1
    assert paths[0] == paths[1]
    assert heard == ["kept", "delivered"]
    assert left == 0


def test_outbox_is_restored_after_a_reload(module):
    script = f"""{ASK} const first = new m.Outbox(storage, () => new Promise(() => {{}}));
                 first.add({PARCEL}); const second = new m.Outbox(storage, ask);
                 second.flush(); await next(second, "delivered");
                 return [asked.length, second.parcels.length];"""
    assert run_async(module, "room/participant.js", script, [OK]) == [1, 0]


def test_outbox_drops_rejected_drawings_and_continues(module):
    script = f"""{OUTBOX} outbox.add({PARCEL}); outbox.add({PARCEL}); await next(outbox, "delivered");
                 const reported = heard.map(([name, detail]) => [name, detail.message ?? null]);
                 return [reported, outbox.parcels.length];"""
    heard = [["refused", "expected ink"], ["delivered", None]]
    assert run_async(module, "room/participant.js", script, [BAD, OK]) == [heard, 0]


def test_outbox_reports_whether_a_rejected_drawing_was_deleted(module):
    gone = {"status": 410, "body": None, "etag": None, "message": "deleted"}
    script = f"""{OUTBOX} outbox.add({PARCEL}); outbox.add({PARCEL});
                 await next(outbox, "refused"); await next(outbox, "refused");
                 return heard.map(([, detail]) => detail.isDeleted);"""
    assert run_async(module, "room/participant.js", script, [BAD, gone]) == [False, True]


def test_outbox_ignores_a_success_without_body(module):
    script = f"""{OUTBOX} outbox.add({PARCEL}); await next(outbox, "kept"); return outbox.parcels.length;"""
    assert run_async(module, "room/participant.js", script, [OK | {"body": None}]) == 1


def test_outbox_discard_waits_for_the_pending_request(module):
    script = f"""{ASK} let answer = null; let sent = 0;
                 const slow = () => {{ sent += 1; return new Promise((resolve) => (answer = resolve)); }};
                 const outbox = new m.Outbox(storage, slow); hear(outbox, "delivered");
                 outbox.add({PARCEL}); outbox.add({PARCEL});
                 const order = []; outbox.addEventListener("delivered", () => order.push("delivered"));
                 const emptied = outbox.discard().then(() => order.push("emptied"));
                 answer(args[0][0]); await emptied;
                 return [order, sent, outbox.parcels.length];"""
    assert run_async(module, "room/participant.js", script, [OK]) == [["delivered", "emptied"], 1, 0]


def test_outbox_waits_until_joined(module):
    script = f"""{OUTBOX} outbox.add({PARCEL}); await next(outbox, "unjoined");
                 return outbox.parcels.length;"""
    assert run_async(module, "room/participant.js", script, [UNKNOWN_CLIENT]) == 1


def test_outbox_ignores_malformed_storage(module):
    script = """const storage = { getItem: () => args[0], setItem() { throw new Error("full"); } };
                return new m.Outbox(storage, null).parcels.length;"""
    for rubbish in ("{", "7", '[{"id": 3}, null]'):
        assert module("room/participant.js", script, rubbish) == 0


POLLER = (
    ASK
    + """const poller = new m.Poller(() => "/api/room/state", 1, ask);
                  hear(poller, "news", "refused", "reachchanged");"""
)
NEWS = {"status": 200, "body": {"revision": 1}, "etag": '"1"', "message": ""}
OLD = {"status": 304, "body": None, "etag": '"1"', "message": ""}


def test_poller_sends_the_etag(module):
    script = f"""{POLLER} const other = next(poller, "refused"); poller.start(); await other; poller.stop();
                 return [asked.map(([, , , etag]) => etag), heard.map(([name]) => name)];"""
    etags, heard = run_async(module, "core/events.js", script, [NEWS, OLD, BAD])
    assert etags[:3] == [None, '"1"', '"1"']
    assert heard == ["news", "refused"]


def test_poller_reports_each_reachability_change_once(module):
    script = f"""{POLLER} const news = next(poller, "news"); poller.start(); await news; poller.stop();
                 return heard.map(([name]) => name);"""
    heard = run_async(module, "core/events.js", script, [GONE, FULL, GONE, NEWS])
    assert heard == ["reachchanged", "reachchanged", "news"]


def test_stopped_poller_ignores_responses(module):
    script = f"""{POLLER} const first = poller.start(); poller.stop(); await first; return heard.length;"""
    assert run_async(module, "core/events.js", script, [NEWS]) == 0


EVENTS = """const opened = []; const asked = []; const source = () => opened.at(-1);
       class Source extends EventTarget { isClosed = false; close() { this.isClosed = true; } }
       const poller = { isPushed: false, start() { asked.push("start"); }, stop() { asked.push("stop"); },
                        pollSoon(revision) { asked.push(revision === 3 ? "first" : "poll soon"); } };
       const open = (path) => { opened.push(Object.assign(new Source(), { path })); return source(); };
       const send = (name) => source().dispatchEvent(new MessageEvent(name, { data: '{"revision": 3}' }));
       const events = new m.RoomEvents([poller], { onlyState: true, open }); events.start();"""


def test_events_wake_the_poller_except_pings(module):
    script = f"""{EVENTS} const before = poller.isPushed; send("room"); send("ping"); send("room");
                 events.stop(); return [source().path, before, asked, source().isClosed, poller.isPushed];"""
    path, before, asked, is_closed, is_pushed = run_async(module, "core/events.js", script)
    assert path == "/api/room/events?only=state"
    assert asked == ["start", "first", "poll soon", "stop"]
    assert (before, is_closed, is_pushed) == (False, True, False)


def test_failed_event_stream_falls_back_to_polling(module):
    script = f"""{EVENTS} send("room"); send("error");
                 const found = [asked, source().isClosed, poller.isPushed, opened.length];
                 events.start(); return [...found, opened.length];"""
    asked, is_closed, is_pushed, before, after = run_async(module, "core/events.js", script)
    assert asked[:3] == ["start", "first", "start"]
    assert (is_closed, is_pushed, before, after) == (True, False, 1, 2)


def test_poller_nudged_during_a_request_repeats_once(module):
    script = f"""{POLLER} poller.isPushed = true; const first = next(poller, "news"); poller.start();
                 poller.pollSoon(); poller.pollSoon(); await first; await next(poller, "news"); poller.stop();
                 return asked.length;"""
    assert run_async(module, "core/events.js", script, [NEWS]) == 2


def test_poller_skips_known_revisions(module):
    script = f"""{POLLER} const first = next(poller, "news"); poller.isPushed = true; poller.start(); await
                 first; poller.pollSoon(1); await new Promise((resolve) => setTimeout(resolve, 20));
                 const before = asked.length; const second = next(poller, "news");
                 poller.pollSoon(2); await second; poller.stop(); return [before, asked.length];"""
    assert run_async(module, "core/events.js", script, [NEWS]) == [1, 2]


def test_poller_with_events_does_not_poll(module):
    script = f"""{POLLER} poller.isPushed = true; const first = next(poller, "news"); poller.start();
                 await first; await new Promise((resolve) => setTimeout(resolve, 20));
                 const before = asked.length; const second = next(poller, "news"); poller.pollSoon();
                 await second; poller.stop(); return [before, asked.length];"""
    assert run_async(module, "core/events.js", script, [NEWS]) == [1, 2]


WALL = {"paused": False, "full": False, "count": 3}
FEED = (
    ASK
    + """const feed = new m.WallFeed(60, { every: 1, ask }); let reported = 0; const shown = [];
       const all = new Promise((resolve) => feed.addEventListener("changed", ({ detail }) => {
         shown.push(detail.drawings.map(({ id }) => id)); reported += 1;
         if (reported === args[0].length) resolve(); }));
       feed.poller.start(); await all; feed.poller.stop();"""
)


def wall(revision: int, *ids: str, **more: object) -> dict:
    body = WALL | {"revision": revision, "drawings": [{"id": each} for each in ids]} | more
    return {"status": 200, "body": body, "etag": None, "message": ""}


def test_wall_feed_requests_changes_since_last_revision(module):
    script = f"{FEED} return [asked.slice(0, 2).map(([, path]) => path), shown];"
    answers = [wall(5, "a", full=True), wall(8, "b")]
    paths, shown = run_async(module, "room/wall_feed.js", script, answers)
    assert paths == ["/api/room/wall?limit=60", "/api/room/wall?since=5&limit=60"]
    assert shown == [["a"], ["b"]]


def test_wall_feed_defers_changes_while_paused(module):
    script = f"{FEED} return [asked.slice(0, 3).map(([, path]) => path), shown];"
    answers = [wall(5, full=True), wall(8, "b", paused=True), wall(9, "b")]
    paths, shown = run_async(module, "room/wall_feed.js", script, answers)
    assert paths[1:] == ["/api/room/wall?since=5&limit=60"] * 2
    assert shown == [[], [], ["b"]]


def held(script: str) -> str:
    """Follow a wall of three places through answers, most of them while the room pauses."""
    return f"""{ASK} const feed = new m.WallFeed(3, {{ every: 1, ask }}); const shown = [];
               feed.addEventListener("changed", ({{ detail: {{ drawings, isFull }} }}) =>
                 shown.push([isFull, drawings.map(({{ id, gone }}) => (gone ? `-${{id}}` : id))]));
               const all = new Promise((resolve) =>
                 feed.addEventListener("changed", () => shown.length === args[0].length && resolve()));
               feed.poller.start(); await all; feed.poller.stop(); {script}"""


def numbered(revision: int, *numbers: int, **more: object) -> dict:
    answer = wall(revision, full=True, **more)
    answer["body"]["drawings"] = [{"id": f"id{number}", "number": number} for number in numbers]
    return answer


def test_wall_feed_stays_unchanged_by_many_drawings_in_a_pause(module):
    answers = [numbered(5, 1, 2, 3), numbered(9, 5, 6, 7, paused=True), numbered(9, 5, 6, 7)]
    shown = run_async(module, "room/wall_feed.js", held("return shown;"), answers)
    assert shown == [[True, ["id1", "id2", "id3"]], [False, []], [True, ["id5", "id6", "id7"]]]


def test_wall_feed_removes_hidden_drawings_in_a_pause(module):
    answers = [numbered(5, 1, 2, 3), numbered(7, 1, 3, paused=True), numbered(9, paused=True)]
    shown = run_async(module, "room/wall_feed.js", held("return shown;"), answers)
    assert shown[1:] == [[False, ["-id2"]], [False, ["-id1", "-id3"]]]


def test_membership_rename_emits_the_name_only(module):
    me = {"status": 200, "body": {"id": "x", "name": "Calm Otter", "drawings": [{"id": "d"}]}, "message": ""}
    renamed = {"status": 200, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    script = f"""{ASK} const membership = new m.Membership(ask); await membership.enter(null);
                 hear(membership, "joined", "renamed"); await membership.rename("Wise Owl");
                 return [heard, membership.me.name];"""
    assert run_async(module, "room/participant.js", script, [me, renamed]) == [
        [["renamed", "Wise Owl"]],
        "Wise Owl",
    ]


def test_membership_tries_a_rejected_code_once(module):
    wrong = {"status": 403, "body": None, "etag": None, "message": "another code"}
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "joined", "codewanted");
                 await membership.enter("RED"); await membership.enterAgain(); await membership.enterAgain();
                 await membership.enter("BLUE");
                 const codes = asked.filter(([method]) => method === "POST").map(([, , body]) => body.code);
                 return [codes, heard.map(([name]) => name)];"""
    answers = [UNKNOWN_CLIENT, wrong, UNKNOWN_CLIENT, UNKNOWN_CLIENT, UNKNOWN_CLIENT, joined]
    assert run_async(module, "room/participant.js", script, answers) == [
        ["RED", "BLUE"],
        ["codewanted", "joined"],
    ]


HIDDEN = """const hidden = new m.HiddenDrawings(storage, ask); hear(hidden, "hidden");"""
SEEN = {"status": 200, "body": {"id": "a"}, "etag": None, "message": ""}
UNKNOWN = {"status": 404, "body": None, "etag": None, "message": "no such drawing"}


def test_hidden_drawings_are_restored_after_a_reload(module):
    script = f"""{ASK} {HIDDEN} await hidden.hide("a");
                 const other = new m.HiddenDrawings(storage, ask); hear(other, "hidden"); await
                 other.follow(); return [asked.map(([method]) => method), heard, other.ids];"""
    found = run_async(module, "room/hidden_drawings.js", script, [SEEN, UNKNOWN, SEEN])
    assert found == [["PATCH", "GET", "PATCH"], [["hidden", {"id": "a"}]] * 2, ["a"]]


@pytest.mark.parametrize("answers", [[SEEN], [UNKNOWN, UNKNOWN]], ids=["shown again", "deleted"])
def test_drawings_shown_again_are_not_hidden_again(module, answers: list):
    script = f"""{ASK} storage.setItem("inkwise.hidden", '["a"]'); {HIDDEN} await hidden.follow();
                 return [heard, hidden.ids];"""
    assert run_async(module, "room/hidden_drawings.js", script, answers) == [[], []]


def test_membership_joins_only_unknown_browsers(module):
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "joined");
                 await membership.enter("BLUE");
                 return [asked.map(([method, path]) => [method, path]), membership.me.name];"""
    me = {"status": 200, "body": {"id": "x", "name": "Calm Otter", "drawings": []}, "message": ""}
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    assert run_async(module, "room/participant.js", script, [me]) == [[["GET", "/api/room/me"]], "Calm Otter"]
    kept = me | {"body": me["body"] | {"name": "Wise Owl"}}
    asked, name = run_async(module, "room/participant.js", script, [UNKNOWN_CLIENT, joined, kept])
    assert asked == [["GET", "/api/room/me"], ["POST", "/api/room/participants"], ["GET", "/api/room/me"]]
    assert name == "Wise Owl"


def test_membership_is_that_of_the_cookie(module):
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    kept = {"status": 200, "body": {"id": "y", "name": "Calm Otter", "drawings": []}, "message": ""}
    script = f"""{ASK} const membership = new m.Membership(ask); await membership.enter(null);
                 return [membership.me.id, membership.me.name];"""
    answers = [UNKNOWN_CLIENT, joined, kept]  # another tab has joined last
    assert run_async(module, "room/participant.js", script, answers) == ["y", "Calm Otter"]


def test_memberships_that_join_at_once_send_one_key(module):
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    kept = {"status": 200, "body": {"id": "x", "name": "Wise Owl", "drawings": []}, "message": ""}
    script = f"""{ASK} const open = () => new m.Membership(ask).enter(null);
                 await Promise.all([open(), open()]); const left = localStorage.getItem("inkwise.join");
                 const posts = asked.filter(([method]) => method === "POST");
                 return [posts.map(([, , body]) => body.key), left];"""
    answers = [UNKNOWN_CLIENT, UNKNOWN_CLIENT, joined, joined, kept]
    (one, other), left = run_async(module, "room/participant.js", script, answers)
    assert one == other
    assert left is None  # as good as the cookie, so it goes when the cookie is there


@pytest.mark.parametrize(("code", "reported"), [(None, ""), ("RED", "another code")])
def test_membership_requests_the_code_with_the_error(module, code: str | None, reported: str):
    wrong = {"status": 403, "body": None, "etag": None, "message": "another code"}
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "codewanted");
                 await membership.enter(args[1]); return heard;"""
    assert run_async(module, "room/participant.js", script, [UNKNOWN_CLIENT, wrong], code) == [
        ["codewanted", reported]
    ]


@pytest.mark.parametrize("code", [None, "BLUE"])
def test_membership_without_cookies_is_reported_once(module, code: str | None):
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "joined", "codewanted");
                 await membership.enter(args[1]);
                 await membership.enterAgain(); await membership.enterAgain();
                 return [heard, asked.filter(([method]) => method === "POST").length];"""
    answers = [UNKNOWN_CLIENT, joined, UNKNOWN_CLIENT]
    heard, joins = run_async(module, "room/participant.js", script, answers, code)
    assert [name for name, _ in heard] == ["codewanted"]
    assert heard[0][1].startswith("This browser blocks cookies")
    assert joins == 1
