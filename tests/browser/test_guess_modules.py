"""JavaScript modules of guesses without DOM, and the feed of the run, called in the browser."""

import pytest


@pytest.mark.parametrize(
    ("guess", "values", "truth", "words"),
    [
        (0.945, [0.9, 0.945], 0.972, "You guessed 94.5 %: 2.7 points off, the nearest of 2 guesses."),
        (0.9, [0.9, 0.945], 0.972, "You guessed 90 %: 7.2 points off, the 2nd nearest of 2 guesses."),
        (0.95, [0.95, 0.97], 0.96, "You guessed 95 %: 1.0 point off, the nearest of 2 guesses."),
        (1, [1], 1, "You guessed 100 %: exactly right, the nearest of 1 guess."),
    ],
)
def test_phone_says_how_near_its_guess_was(module, guess, values, truth, words):
    script = "return m.resultText(args[0], args[1], args[2]);"
    assert module("room/guesses.js", script, guess, values, truth) == words


def test_ordinals(module):
    numbers = [1, 2, 3, 4, 10, 11, 12, 13, 21, 102, 111]
    found = module("room/guesses.js", "return args[0].map(m.ordinal);", numbers)
    assert " ".join(found) == "1st 2nd 3rd 4th 10th 11th 12th 13th 21st 102nd 111th"


def test_wall_names_the_nearest_guess(module):
    script = "return [m.nearestText(args[0], 0.9), m.nearestText([], 0.9)];"
    found = module("room/guesses.js", script, [0.2, 0.88, 0.95])
    assert found == ["Nearest of 3 guesses: 88 %, 2.0 points off.", ""]


@pytest.mark.parametrize(
    ("values", "truth", "low", "high"),
    [
        ([], None, 0, 1),
        ([0.93, 0.97], None, 0.9, 1),
        ([0.2, 0.97], 0.9, 0.2, 1),
        ([0], 0, 0, 0.1),
        ([1], None, 0.9, 1),
    ],
)
def test_bars_cover_all_guesses_and_the_truth(module, values, truth, low, high):
    bins = module("room/guesses.js", "return m.binsOf(args[0], args[1]);", values, truth)
    assert (bins["low"], bins["high"]) == (pytest.approx(low), pytest.approx(high))
    assert sum(bins["counts"]) == len(values)


FEED = """
  const sent = [];
  const reply = { status: 200, body: { shown: false }, etag: null, message: "" };
  const send = async () => { sent.push(1); return reply; };
  const feed = new m.RunFeed(send, 0);
  const heard = new Promise((done) => feed.on("news", done));
"""


def run_feed(module, script: str) -> object:
    """Run an asynchronous script with a `feed`."""
    return module("core/events.js", f"return (async () => {{ {FEED} {script} }})();")


def test_feed_polls_without_a_stream(module):
    assert run_feed(module, "feed.start(); await heard; feed.stop(); return sent.length;") == 1


def test_feed_does_not_poll_with_a_stream(module):
    script = """feed.isPushed = true; feed.start(); feed.take({ shown: true });
                return [(await heard).shown, sent.length];"""
    assert run_feed(module, script) == [True, 0]


def test_feed_polls_after_its_stream_was_lost(module):
    assert (
        run_feed(
            module, "feed.start(); feed.isPushed = true; feed.isPushed = false; return (await heard).shown;"
        )
        is False
    )


def test_view_is_loaded_at_the_first_run_and_misses_no_news(module):
    script = """
      const shown = []; let loads = 0;
      const done = new Promise((ready) => m.showLazily(feed, async () => {
        loads += 1;
        return { show: (news) => { shown.push(news.number); if (shown.length === 3) ready(); } };
      }));
      feed.take({ shown: false, number: 0 });
      feed.take({ shown: true, number: 1 });
      feed.take({ shown: true, number: 2 });
      feed.take({ shown: false, number: 3 });
      await done; return [loads, shown];"""
    assert run_feed(module, script) == [1, [1, 2, 3]]
