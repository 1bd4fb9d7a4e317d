"""A visit of two steps in a browser: one counter sends people on, and another one calls them.

The API runs in this process, at nine on a Tuesday, whenever the tests run.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from chalicelib.domain.boards import BoardKey, State
from chalicelib.domain.staff import Role
from chalicelib.store import boards
from tests.machine import Api
from tests.web.hall import PC, Clerk
from tests.web.offices import comes, device, opened, screen
from tests.world import NOW

pytestmark = pytest.mark.server

OFFICE = "kediri"


@pytest.fixture
def api() -> Iterator[Api]:
    with opened(OFFICE, counters=2, step_minutes=[6, 11]) as running:
        yield running


def test_who_is_sent_on_waits_for_the_next_step_and_is_called_there(
    browser: Browser, api: Api
) -> None:
    first, second = comes(OFFICE), comes(OFFICE)
    with ExitStack() as stack:
        photo, interview = (
            at_step(stack.enter_context(screen(browser, api, PC)), api, counter, step)
            for counter, step in (("1", 1), ("2", 2))
        )
        assert photo.calls() == first
        photo.presses_key("Enter")
        photo.page.locator(".present.serving").wait_for()
        assert photo.first == "Ke tahap berikutnya & panggil"
        photo.presses_key("Enter")
        photo.page.locator(".present.called").wait_for()
        assert photo.ticket == second, "the next one is called with the same press"

        interview.page.evaluate("dispatchEvent(new Event('online'))")  # it would look by itself
        assert interview.calls() == first
        interview.presses_key("Enter")
        interview.page.locator(".present.serving").wait_for()
        assert interview.first == "Selesai & panggil berikutnya", "there is no third step"
        assert interview.page.get_by_role("button", name="Ke tahap berikutnya").count() == 0
        interview.presses_key("f")
        interview.sees("Tidak ada orang di loket")
        interview.waits()

        photo.presses_key("Enter")
        photo.page.locator(".present.serving").wait_for()
        photo.presses_key("s")
        photo.sees("Tidak ada orang di loket")
        photo.waits()
    board = boards.get(BoardKey(OFFICE, NOW.date()))
    assert board
    found = [(board.tickets[one].state, board.tickets[one].step) for one in (first, second)]
    assert found == [(State.DONE, 1), (State.WAITING, 1)]


def at_step(page: Page, api: Api, counter: str, step: int) -> Clerk:
    """A clerk who opens a counter for one step alone."""
    clerk = Clerk(page, api)
    clerk.opens(device(api, OFFICE, Role.CLERK)[1])
    clerk.page.wait_for_selector(".tiles")
    clerk.page.check(f"[name=counter][value='{counter}']")
    clerk.page.uncheck(f"[name=steps] >> nth={2 - step}")
    clerk.taps("Buka loket")
    clerk.waits()
    return clerk
