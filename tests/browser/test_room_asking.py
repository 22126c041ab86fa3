"""The room's modules that talk to the server, each called inside the browser with a stand-in for it."""

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
STRANGER = {"status": 401, "body": None, "etag": None, "message": "join first"}
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


def test_outbox_sends_and_forgets(module):
    script = f"""{OUTBOX} const id = outbox.add({PARCEL}); const kept = outbox.parcels.length;
                 await next(outbox, "delivered");
                 return [asked[0], `/api/room/drawings/${{id}}`, kept, outbox.parcels.length];"""
    request, path, kept, left = run_async(module, "room/participant.js", script, [OK])
    assert request[:3] == ["PUT", path, {"strokes": [[[1, 2]]], "label": None, "round": "a"}]
    assert (kept, left) == (1, 0)


@pytest.mark.parametrize("trouble", [GONE, FULL])
def test_outbox_keeps_what_could_not_be_sent_and_sends_it_under_the_same_name(module, trouble: dict):
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


def test_outbox_of_a_page_that_was_loaded_anew_sends_what_lay_there(module):
    script = f"""{ASK} const first = new m.Outbox(storage, () => new Promise(() => {{}}));
                 first.add({PARCEL}); const second = new m.Outbox(storage, ask);
                 second.flush(); await next(second, "delivered");
                 return [asked.length, second.parcels.length];"""
    assert run_async(module, "room/participant.js", script, [OK]) == [1, 0]


def test_outbox_gives_up_what_is_never_taken_and_goes_on_with_the_next(module):
    script = f"""{OUTBOX} outbox.add({PARCEL}); outbox.add({PARCEL}); await next(outbox, "delivered");
                 const told = heard.map(([name, detail]) => [name, detail.message ?? null]);
                 return [told, outbox.parcels.length];"""
    heard = [["refused", "expected ink"], ["delivered", None]]
    assert run_async(module, "room/participant.js", script, [BAD, OK]) == [heard, 0]


def test_outbox_says_of_a_refused_drawing_whether_its_own_hand_deleted_it(module):
    gone = {"status": 410, "body": None, "etag": None, "message": "deleted"}
    script = f"""{OUTBOX} outbox.add({PARCEL}); outbox.add({PARCEL});
                 await next(outbox, "refused"); await next(outbox, "refused");
                 return heard.map(([, detail]) => detail.isDeleted);"""
    assert run_async(module, "room/participant.js", script, [BAD, gone]) == [False, True]


def test_outbox_takes_an_empty_yes_for_no_answer_of_the_server(module):
    script = f"""{OUTBOX} outbox.add({PARCEL}); await next(outbox, "kept"); return outbox.parcels.length;"""
    assert run_async(module, "room/participant.js", script, [OK | {"body": None}]) == 1


def test_outbox_that_is_emptied_waits_for_what_is_under_way_and_sends_nothing_more(module):
    script = f"""{ASK} let answer = null; let sent = 0;
                 const slow = () => {{ sent += 1; return new Promise((resolve) => (answer = resolve)); }};
                 const outbox = new m.Outbox(storage, slow); hear(outbox, "delivered");
                 outbox.add({PARCEL}); outbox.add({PARCEL});
                 const order = []; outbox.addEventListener("delivered", () => order.push("delivered"));
                 const emptied = outbox.discard().then(() => order.push("emptied"));
                 answer(args[0][0]); await emptied;
                 return [order, sent, outbox.parcels.length];"""
    assert run_async(module, "room/participant.js", script, [OK]) == [["delivered", "emptied"], 1, 0]


def test_outbox_waits_where_the_server_does_not_know_the_phone(module):
    script = f"""{OUTBOX} outbox.add({PARCEL}); await next(outbox, "unjoined");
                 return outbox.parcels.length;"""
    assert run_async(module, "room/participant.js", script, [STRANGER]) == 1


def test_outbox_reads_past_rubbish_in_the_storage(module):
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


def test_poller_asks_again_with_what_it_knows(module):
    script = f"""{POLLER} const other = next(poller, "refused"); poller.wake(); await other; poller.rest();
                 return [asked.map(([, , , etag]) => etag), heard.map(([name]) => name)];"""
    etags, heard = run_async(module, "core/events.js", script, [NEWS, OLD, BAD])
    assert etags[:3] == [None, '"1"', '"1"']
    assert heard == ["news", "refused"]


def test_poller_tells_once_that_the_server_went_and_came_back(module):
    script = f"""{POLLER} const news = next(poller, "news"); poller.wake(); await news; poller.rest();
                 return heard.map(([name]) => name);"""
    heard = run_async(module, "core/events.js", script, [GONE, FULL, GONE, NEWS])
    assert heard == ["reachchanged", "reachchanged", "news"]


def test_poller_that_rests_takes_no_answer(module):
    script = f"""{POLLER} const first = poller.wake(); poller.rest(); await first; return heard.length;"""
    assert run_async(module, "core/events.js", script, [NEWS]) == 0


EVENTS = """const opened = []; const asked = []; const source = () => opened.at(-1);
       class Source extends EventTarget { isClosed = false; close() { this.isClosed = true; } }
       const poller = { isPushed: false, wake() { asked.push("wake"); }, nudge(revision) { asked.push(revision
                        === 3 ? "first" : "nudge"); }, rest() { asked.push("rest"); } };
       const open = (path) => { opened.push(Object.assign(new Source(), { path })); return source(); };
       const send = (name) => source().dispatchEvent(new MessageEvent(name, { data: '{"revision": 3}' }));
       const events = new m.RoomEvents([poller], { onlyState: true, open }); events.wake();"""


def test_events_wake_the_poller_at_each_one_and_not_at_a_ping(module):
    script = f"""{EVENTS} const before = poller.isPushed; send("room"); send("ping"); send("room");
                 events.rest(); return [source().path, before, asked, source().isClosed, poller.isPushed];"""
    path, before, asked, is_closed, is_pushed = run_async(module, "core/events.js", script)
    assert path == "/api/room/events?only=state"
    assert asked == ["wake", "first", "nudge", "rest"]
    assert (before, is_closed, is_pushed) == (False, True, False)


def test_events_that_fail_leave_the_poller_to_poll(module):
    script = f"""{EVENTS} send("room"); send("error");
                 const found = [asked, source().isClosed, poller.isPushed, opened.length];
                 events.wake(); return [...found, opened.length];"""
    asked, is_closed, is_pushed, before, after = run_async(module, "core/events.js", script)
    assert asked[:3] == ["wake", "first", "wake"]
    assert (is_closed, is_pushed, before, after) == (True, False, 1, 2)


def test_poller_that_is_nudged_while_it_asks_asks_once_more(module):
    script = f"""{POLLER} poller.isPushed = true; const first = next(poller, "news"); poller.wake();
                 poller.nudge(); poller.nudge(); await first; await next(poller, "news"); poller.rest();
                 return asked.length;"""
    assert run_async(module, "core/events.js", script, [NEWS]) == 2


def test_poller_asks_for_no_revision_that_it_knows(module):
    script = f"""{POLLER} const first = next(poller, "news"); poller.isPushed = true; poller.wake(); await
                 first; poller.nudge(1); await new Promise((resolve) => setTimeout(resolve, 20)); const before
                 = asked.length; const second = next(poller, "news"); poller.nudge(2); await second;
                 poller.rest(); return [before, asked.length];"""
    assert run_async(module, "core/events.js", script, [NEWS]) == [1, 2]


def test_poller_that_is_pushed_rests_between_events(module):
    script = f"""{POLLER} poller.isPushed = true; const first = next(poller, "news"); poller.wake();
                 await first; await new Promise((resolve) => setTimeout(resolve, 20));
                 const before = asked.length; const second = next(poller, "news"); poller.nudge();
                 await second; poller.rest(); return [before, asked.length];"""
    assert run_async(module, "core/events.js", script, [NEWS]) == [1, 2]


WALL = {"paused": False, "full": False, "count": 3}
FEED = (
    ASK
    + """const feed = new m.WallFeed(60, { every: 1, ask }); let told = 0; const shown = [];
       const all = new Promise((resolve) => feed.addEventListener("changed", ({ detail }) => {
         shown.push(detail.drawings.map(({ id }) => id)); told += 1;
         if (told === args[0].length) resolve(); }));
       feed.poller.wake(); await all; feed.poller.rest();"""
)


def wall(revision: int, *ids: str, **more: object) -> dict:
    body = WALL | {"revision": revision, "drawings": [{"id": each} for each in ids]} | more
    return {"status": 200, "body": body, "etag": None, "message": ""}


def test_wall_feed_asks_for_what_is_new_since_the_last_answer(module):
    script = f"{FEED} return [asked.slice(0, 2).map(([, path]) => path), shown];"
    answers = [wall(5, "a", full=True), wall(8, "b")]
    paths, shown = run_async(module, "room/wall_feed.js", script, answers)
    assert paths == ["/api/room/wall?limit=60", "/api/room/wall?since=5&limit=60"]
    assert shown == [["a"], ["b"]]


def test_wall_feed_stands_still_while_the_room_pauses_and_then_shows_what_came(module):
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
               feed.poller.wake(); await all; feed.poller.rest(); {script}"""


def numbered(revision: int, *numbers: int, **more: object) -> dict:
    answer = wall(revision, full=True, **more)
    answer["body"]["drawings"] = [{"id": f"id{number}", "number": number} for number in numbers]
    return answer


def test_wall_feed_in_a_pause_does_not_move_for_more_drawings_than_an_answer_holds(module):
    answers = [numbered(5, 1, 2, 3), numbered(9, 5, 6, 7, paused=True), numbered(9, 5, 6, 7)]
    shown = run_async(module, "room/wall_feed.js", held("return shown;"), answers)
    assert shown == [[True, ["id1", "id2", "id3"]], [False, []], [True, ["id5", "id6", "id7"]]]


def test_wall_feed_in_a_pause_takes_off_what_was_cleared_or_hidden(module):
    answers = [numbered(5, 1, 2, 3), numbered(7, 1, 3, paused=True), numbered(9, paused=True)]
    shown = run_async(module, "room/wall_feed.js", held("return shown;"), answers)
    assert shown[1:] == [[False, ["-id2"]], [False, ["-id1", "-id3"]]]


def test_membership_that_is_renamed_tells_the_name_alone(module):
    me = {"status": 200, "body": {"id": "x", "name": "Calm Otter", "drawings": [{"id": "d"}]}, "message": ""}
    renamed = {"status": 200, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    script = f"""{ASK} const membership = new m.Membership(ask); await membership.enter(null);
                 hear(membership, "joined", "renamed"); await membership.rename("Wise Owl");
                 return [heard, membership.me.name];"""
    assert run_async(module, "room/participant.js", script, [me, renamed]) == [
        [["renamed", "Wise Owl"]],
        "Wise Owl",
    ]


def test_membership_tries_a_refused_code_once_and_asks_once(module):
    wrong = {"status": 403, "body": None, "etag": None, "message": "another code"}
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "joined", "codewanted");
                 await membership.enter("RED"); await membership.enterAgain(); await membership.enterAgain();
                 await membership.enter("BLUE");
                 const codes = asked.filter(([method]) => method === "POST").map(([, , body]) => body.code);
                 return [codes, heard.map(([name]) => name)];"""
    answers = [STRANGER, wrong, STRANGER, STRANGER, STRANGER, joined]
    assert run_async(module, "room/participant.js", script, answers) == [
        ["RED", "BLUE"],
        ["codewanted", "joined"],
    ]


HIDDEN = """const hidden = new m.HiddenDrawings(storage, ask); hear(hidden, "hidden");"""
SEEN = {"status": 200, "body": {"id": "a"}, "etag": None, "message": ""}
UNKNOWN = {"status": 404, "body": None, "etag": None, "message": "no such drawing"}


def test_what_was_hidden_is_told_again_by_a_page_that_is_loaded_anew(module):
    script = f"""{ASK} {HIDDEN} await hidden.hide("a");
                 const other = new m.HiddenDrawings(storage, ask); hear(other, "hidden"); await
                 other.follow(); return [asked.map(([method]) => method), heard, other.ids];"""
    found = run_async(module, "room/hidden_drawings.js", script, [SEEN, UNKNOWN, SEEN])
    assert found == [["PATCH", "GET", "PATCH"], [["hidden", {"id": "a"}]] * 2, ["a"]]


@pytest.mark.parametrize("answers", [[SEEN], [UNKNOWN, UNKNOWN]], ids=["shown again", "deleted"])
def test_what_is_hidden_no_more_is_forgotten_and_not_hidden_again(module, answers: list):
    script = f"""{ASK} storage.setItem("inkwise.hidden", '["a"]'); {HIDDEN} await hidden.follow();
                 return [heard, hidden.ids];"""
    assert run_async(module, "room/hidden_drawings.js", script, answers) == [[], []]


def test_membership_joins_only_where_it_is_not_known(module):
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "joined");
                 await membership.enter("BLUE");
                 return [asked.map(([method, path]) => [method, path]), membership.me.name];"""
    me = {"status": 200, "body": {"id": "x", "name": "Calm Otter", "drawings": []}, "message": ""}
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    assert run_async(module, "room/participant.js", script, [me]) == [[["GET", "/api/room/me"]], "Calm Otter"]
    asked, name = run_async(module, "room/participant.js", script, [STRANGER, joined, me])
    assert asked == [["GET", "/api/room/me"], ["POST", "/api/room/participants"], ["GET", "/api/room/me"]]
    assert name == "Wise Owl"


@pytest.mark.parametrize(("code", "told"), [(None, ""), ("RED", "another code")])
def test_membership_asks_for_the_code_and_says_what_is_wrong_with_one(module, code: str | None, told: str):
    wrong = {"status": 403, "body": None, "etag": None, "message": "another code"}
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "codewanted");
                 await membership.enter(args[1]); return heard;"""
    assert run_async(module, "room/participant.js", script, [STRANGER, wrong], code) == [["codewanted", told]]


@pytest.mark.parametrize("code", [None, "BLUE"])
def test_membership_that_no_cookie_keeps_is_told_and_joins_no_more(module, code: str | None):
    joined = {"status": 201, "body": {"id": "x", "name": "Wise Owl"}, "message": ""}
    script = f"""{ASK} const membership = new m.Membership(ask); hear(membership, "joined", "codewanted");
                 await membership.enter(args[1]);
                 await membership.enterAgain(); await membership.enterAgain();
                 return [heard, asked.filter(([method]) => method === "POST").length];"""
    answers = [STRANGER, joined, STRANGER]
    heard, joins = run_async(module, "room/participant.js", script, answers, code)
    assert [name for name, _ in heard] == ["codewanted"]
    assert heard[0][1].startswith("This browser keeps no cookies")
    assert joins == 1
