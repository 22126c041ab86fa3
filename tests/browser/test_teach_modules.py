"""Sentences, the poll and the phone's notice of "Teach it our handwriting", without a page."""

import pytest

from tests.browser.teach_stub import BETTER, DONE, STATE, TEACHING

TEXT, NOTICE, FEED, DECISION = (
    "teach/text.js",
    "room/phone_views.js",
    "teach/feed.js",
    "teach/decision.js",
)


@pytest.mark.parametrize(
    ("scores", "sign", "text"),
    [
        ((1000, 0.9, 0.95), "▲", "better by 5.0 points"),
        ((1000, 0.95, 0.9), "▼", "worse by 5.0 points"),
        ((10_000, 0.95, 0.9498), "▼", "worse by under 0.1 points"),
        ((30, 20 / 30, 21 / 30), "▲", "better by 1 drawing"),
        ((30, 20 / 30, 12 / 30), "▼", "worse by 8 drawings"),
        ((30, 0.5, 0.5), "=", "the same"),
        ((0, None, None), "", "nothing to test on"),
    ],
)
def test_difference_has_a_sign_and_words(module, scores, sign, text):
    names = dict(zip(("samples", "before", "after"), scores, strict=True))
    found = module(TEXT, "return m.differenceOf(args[0])", names)
    assert (found["sign"], found["text"]) == (sign, text)


def test_verdict_is_of_people_held_out(module):
    worse = BETTER | {"held_out": {"samples": 200, "before": 0.9, "after": 0.8}}
    assert (
        module(TEXT, "return m.verdictOf(args[0])", worse)
        == "It reads new people worse: 90.0 % before, 80.0 % after."
    )
    unknown = BETTER | {"held_out": {"samples": 0, "before": None, "after": None}}
    assert "No one was held out" in module(TEXT, "return m.verdictOf(args[0])", unknown)


def test_caveat_is_only_said_of_a_loss(module):
    assert "MNIST digits worse" in module(TEXT, "return m.caveatOf(args[0])", BETTER)
    kept = BETTER | {"mnist": {"samples": 2000, "before": 0.98, "after": 0.98}}
    assert module(TEXT, "return m.caveatOf(args[0])", kept) == ""


@pytest.mark.parametrize(
    ("teaching", "state", "text"),
    [
        (None, {}, "Ready."),
        (None, {"problem": "Too few people."}, "Too few people."),
        (None, {"can_train": False, "reason": "No TensorFlow."}, "No TensorFlow."),
        (TEACHING | {"status": "waiting"}, {}, "The trainer is starting…"),
        (TEACHING, {"problem": "Too few people."}, "It learns…"),
        (DONE, {}, "It has learned."),
        (DONE | {"reason": "The disk is full."}, {}, "It has learned. The disk is full."),
        (TEACHING | {"status": "stopped"}, {}, "Stopped before it had learned anything."),
        (TEACHING | {"status": "failed", "reason": "Disk full."}, {}, "It failed. Disk full."),
    ],
)  # fmt: skip
def test_status_says_what_happens(module, teaching, state, text):
    assert module(TEXT, "return m.statusText(args[0], args[1])", teaching, STATE | state) == text


@pytest.mark.parametrize(
    ("teaching", "can_go_back", "decisions"),
    [
        (None, False, set()),
        (TEACHING, False, set()),
        (TEACHING, True, {"back"}),
        (DONE, False, {"use", "keep"}),
        (DONE | {"is_used": True}, True, {"back", "keep"}),
        (DONE | {"kept_as": "ours"}, False, {"use"}),
        (DONE | {"is_used": True, "kept_as": "ours"}, True, {"back"}),
    ],
)
def test_decisions_follow_the_state(module, teaching, can_go_back, decisions):
    state = {"teaching": teaching, "before": "conv" if can_go_back else None}
    assert set(module(DECISION, "return [...m.decisionsOf(args[0])]", state)) == decisions


def test_feed_polls_and_says_whether_the_server_answers(module):
    script = """
      const fine = { status: 200, body: { teaching: null } };
      const replies = [fine, { status: 503 }, fine, { status: 403, message: "Not here." }];
      const seen = [];
      const feed = new m.TeachFeed({ send: async () => replies.shift(), every: { active: 1, idle: 1 } });
      return new Promise((done) => {
        feed.on("news", () => seen.push("news"));
        feed.on("reachchanged", (isBack) => seen.push(isBack));
        feed.on("refused", (message) => {
          seen.push(message);
          feed.stop();
          done(seen);
        });
        feed.poll();
      });
    """
    assert module(FEED, script) == ["news", False, True, "news", "Not here."]


def test_notice_is_taken_once(module):
    script = """
      const kept = new Map();
      const getItem = (key) => kept.get(key) ?? null;
      const storage = { getItem, setItem: (key, value) => kept.set(key, value) };
      const [eight, seven] = [{ at: 1, label: 8 }, { at: 2, label: 7 }];
      const notice = new m.TaughtNotice(storage);
      const first = [eight, eight, null, seven].map((each) => notice.take(each));
      return [...first, new m.TaughtNotice(storage).take(seven)];
    """
    assert module(NOTICE, script) == ["Your 8 is now read as an 8.", "", "", "Your 7 is now read as a 7.", ""]


def test_notice_of_a_full_storage_is_shown_once_on_this_page(module):
    script = """
      const notice = new m.TaughtNotice({ getItem: () => null, setItem: () => { throw new Error("full"); } });
      return [1, 2].map(() => notice.take({ at: 1, label: 7 }));
    """
    assert module(NOTICE, script) == ["Your 7 is now read as a 7.", ""]
