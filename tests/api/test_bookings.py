"""An account's own bookings over HTTP, page by page."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.domain.bookings import Booking, Outcome
from chalicelib.services.booking.mine import PAGE
from chalicelib.store import bookings, records
from chalicelib.store.tables.booking import BookingItem
from tests.api.caller import call, token_of
from tests.builders import (
    DOUBLE,
    FAMILY,
    Registered,
    a_booking,
    a_slot,
    an_office,
    booked,
    booking_under,
    every_day,
    registered,
    released_days,
)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def who() -> Registered:
    return registered(now=clock.now())


def have(who: Registered, number: int) -> list[Booking]:
    """So many bookings of an account, the latest first."""
    made = [
        a_booking(code=f"CODE{n}", account_id=who.account_id)._replace(
            created_at=a_booking().created_at - n * timedelta(days=1)
        )
        for n in range(number)
    ]
    for booking in made:
        BookingItem(**records.fields(booking)).put()
    return made


def listed(who: Registered, query: str = "") -> Any:
    return call("GET", f"/v1/bookings{query}", token=token_of(who))


def codes(answer: Any) -> list[str]:
    return [booking["code"] for booking in answer.json["bookings"]]


def test_a_full_page_with_nothing_after_it_is_all(who: Registered) -> None:
    made = have(who, PAGE)
    answer = listed(who)
    assert codes(answer) == [booking.code for booking in made]
    assert "next" not in answer.json


def test_every_booking_is_on_some_page_once(who: Registered) -> None:
    made = have(who, 2 * PAGE + 1)
    pages = [listed(who)]
    while "next" in pages[-1].json:
        pages.append(listed(who, f"?after={pages[-1].json['next']}"))
    assert [len(codes(page)) for page in pages] == [PAGE, PAGE, 1]
    assert [code for page in pages for code in codes(page)] == [booking.code for booking in made]


@pytest.mark.parametrize("after", ["UNKNOWN", "CODE0"])
def test_a_list_does_not_go_on_after_what_is_not_ones_own(who: Registered, after: str) -> None:
    have(registered(2, now=clock.now()), 1)
    answer = listed(who, f"?after={after}")
    assert (answer.status, answer.problem) == (404, "no-such-booking")


@pytest.mark.parametrize("after", ["", "%23", "a%20b", "A" * 65])
def test_what_is_no_code_is_refused(who: Registered, after: str) -> None:
    answer = listed(who, f"?after={after}")
    assert (answer.status, answer.json["field"]) == (422, "after")


# ---- what one says -------------------------------------------------------------------------------


def test_a_booking_says_its_ticket_and_once_its_day_is_closed_how_the_visit_ended(
    who: Registered,
) -> None:
    now = clock.now()
    office = an_office(opening=every_day(DOUBLE, FAMILY))
    released_days(office, now=now)
    made = booked(a_slot(DOUBLE, office.today(now) + timedelta(days=2)), who, now=now)
    before = call("GET", f"/v1/bookings/{made.code}", token=token_of(who)).json
    assert (before["ticket"], "outcome" in before) == ("A1", False)
    assert bookings.end(booking_under(made.code), Outcome.TURNED_AWAY, [])
    after = call("GET", f"/v1/bookings/{made.code}", token=token_of(who)).json
    assert after == {**before, "outcome": "turned_away"}
