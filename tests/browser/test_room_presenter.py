"""The presenter's page: what it marks, how many drawings it shows, and what it can be used with."""

from playwright.sync_api import expect

from tests.browser.hands import ANSWER_TIME
from tests.browser.people import People, start
from tests.browser.test_room_wall import Feed, drawing

PATIENT = {"timeout": ANSWER_TIME}


def test_round_that_runs_is_marked_only_beside_its_own_digit(people: People):
    presenter = people.presenter()
    start(presenter, "ask", 4, presenter)
    marked = presenter.locator("[data-running]")
    expect(marked).to_have_attribute("data-start", "ask")
    presenter.get_by_role("radio", name="5").check()
    expect(marked).to_have_count(0)
    presenter.get_by_role("radio", name="4").check()
    expect(marked).to_have_attribute("data-start", "ask")
    start(presenter, "free", 4, presenter)


def test_more_than_the_newest_drawings_can_be_shown(people: People):
    presenter = people.presenter()
    presenter.route("**/api/room/wall*", Feed(30, batches=0).answer)
    presenter.reload()
    tiles = presenter.locator("[data-newest] .tile:not(.tile--empty)")
    expect(tiles).to_have_count(12, **PATIENT)
    presenter.get_by_role("button", name="Show 18 more").click()
    expect(tiles).to_have_count(30)
    expect(presenter.get_by_role("button", name="Hide")).to_have_count(30)
    presenter.get_by_role("button", name="Show fewer").click()
    expect(tiles).to_have_count(12)


def test_press_hides_the_drawing_that_it_was_aimed_at(people: People):
    presenter, feed = people.presenter(), Feed(12, batches=0)
    presenter.route("**/api/room/wall*", feed.answer)
    presenter.reload()
    newest = presenter.locator("[data-newest]")
    expect(newest.locator(".tile:not(.tile--empty)")).to_have_count(12, **PATIENT)
    newest.get_by_role("button", name="Spotlight").nth(3).click()  # has the focus now
    feed.batches = 1
    expect(presenter.locator("[data-held]")).to_contain_text("5 more", **PATIENT)
    oldest = newest.locator(".tile").first  # whose place a new one would take
    with presenter.expect_request("**/api/room/drawings/*") as asked:
        oldest.get_by_role("button", name="Hide").click()
    assert asked.value.url.endswith(drawing(1)["id"])
    presenter.mouse.move(5, 5)
    expect(presenter.locator("[data-held]")).to_be_empty(**PATIENT)
    expect(newest).to_contain_text("Somebody 17")
