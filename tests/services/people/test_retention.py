"""Retention: what is kept of a visit is gone ninety days after it, and hidden a week before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app import app
from chalicelib.domain.bookings import CANCELLATIONS, Booking
from chalicelib.domain.calendar import RETENTION, expires_at
from chalicelib.domain.errors import NoSuchBooking
from chalicelib.services.booking import change, mine
from chalicelib.services.people import privacy
from chalicelib.services.people.retention import forget_cancellations, forget_visits
from chalicelib.services.sign_in import codes, sessions
from chalicelib.store import applicants, bookings, sent, tallies
from chalicelib.store.dynamo import Table, transact
from chalicelib.store.sessions import LIFE
from chalicelib.store.tables.booking import (
    ApplicantItem,
    BookingItem,
    DayItem,
    OfficeItem,
    SlotItem,
)
from chalicelib.store.tables.people import (
    AccountItem,
    ChallengeItem,
    DisclosureItem,
    ErasedItem,
    IdentityItem,
    SentItem,
    SessionItem,
    TallyItem,
)
from infra.local import functions
from infra.stack.tables import TABLES
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    Registered,
    a_slot,
    booked,
    code_sent_to,
    registered,
    released_days,
)
from tests.wire import Killed, before, go_on, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

LATER = NOW + timedelta(minutes=2)
TOMORROW = datetime(2026, 11, 25, tzinfo=UTC)
OVER = datetime(2027, 2, 18, tzinfo=UTC)
"""Midnight in UTC after the Thursday, and 83 days."""

STAYS = {OfficeItem, ApplicantItem, AccountItem, IdentityItem, DisclosureItem, ErasedItem}
"""What lasts longer than any visit; see docs/privacy.md."""


def journey() -> Registered:
    """Somebody registers, signs in, books, moves, cancels, books again; somebody gives up."""
    released_days()
    who = registered()
    sent_ = sessions.ask(who.phone, LATER)
    sessions.verify(sent_.challenge_id, code_sent_to(who.phone), LATER)
    made = booked(a_slot(SINGLE), who)
    change.reschedule(made.code, a_slot(DOUBLE), who.account_id, "move", LATER)
    change.cancel(made.code, who.account_id, LATER)
    booked(a_slot(FAMILY), who, key="again")
    bookings.abandon("NOBODYS00000", LATER)
    return who


def expiries(table: type[Table]) -> set[float | None]:
    return {getattr(item, "expires_at", None) for item in table.scan()}


def test_every_item_of_a_visit_expires_at_its_own_time_and_nothing_else_does() -> None:
    journey()
    visit, code, session = OVER.timestamp(), codes.LIFE, LIFE
    assert {table: expiries(table) for table in TABLES if table not in (DayItem, SlotItem)} == {
        BookingItem: {visit, (LATER + bookings.ABANDONED_FOR).timestamp()},
        ChallengeItem: {(NOW + code).timestamp(), (LATER + code).timestamp()},
        SessionItem: {(NOW + session).timestamp(), (LATER + session).timestamp()},
        SentItem: {(LATER + 2 * sent.SPAN).timestamp()},
        TallyItem: {(TOMORROW + tallies.KEPT).timestamp()},
        **{table: {None} for table in STAYS - {ErasedItem}},
        ErasedItem: set(),
    }


def test_every_day_and_slot_expires_with_the_visits_to_it() -> None:
    journey()
    expiring = [(item.date, item.expires_at) for item in DayItem.scan()]
    expiring += [(item.slot_id.split("#")[1], item.expires_at) for item in SlotItem.scan()]
    assert len(expiring) > len(list(DayItem.scan())) > 0
    for day, at in expiring:
        assert at == expires_at(date.fromisoformat(day)).timestamp()


def test_a_visit_expires_a_week_before_it_must_be_gone() -> None:
    end_of_thursday = datetime(2026, 11, 26, 17, tzinfo=UTC)  # in Jakarta, the westernmost zone
    assert expires_at(THURSDAY) == OVER
    assert OVER - end_of_thursday < RETENTION - timedelta(days=6)


def test_a_booking_that_moves_expires_by_its_new_day() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    before = BookingItem.get(made.code).expires_at
    friday = THURSDAY + timedelta(days=1)
    change.reschedule(made.code, a_slot(SINGLE, friday), who.account_id, "move", NOW)
    moved = BookingItem.get(made.code).expires_at
    assert moved - before == timedelta(days=1).total_seconds()


def test_what_has_expired_is_shown_no_more_although_it_is_there() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    last = OVER - timedelta(seconds=1)
    assert mine.own(made.code, who.account_id, last)
    assert mine.all_of(who.account_id, last)
    with pytest.raises(NoSuchBooking):
        mine.own(made.code, who.account_id, OVER)
    assert mine.all_of(who.account_id, OVER) == []
    assert privacy.export(who.account_id, OVER).bookings == []
    assert isinstance(bookings.get(made.code), Booking)


# ---- what outlives a visit ----------------------------------------------------------------------


def active(who: Registered) -> object:
    return ApplicantItem.get(who.applicant_id).active


def test_an_applicant_forgets_a_visit_when_its_time_is_over() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    assert forget_visits(OVER) == {"visits_forgotten": 1}
    assert active(who) is None


def test_an_applicant_keeps_a_visit_until_then() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    assert forget_visits(OVER - timedelta(days=1)) == {"visits_forgotten": 0}
    assert active(who)


def test_whoever_books_again_meanwhile_keeps_that_booking() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)

    def books() -> None:
        until = OVER + timedelta(days=1)
        transact(applicants.engaging(who.applicant_id, who.account_id, "NEW", until, OVER))

    with before("UpdateItem", books):
        assert forget_visits(OVER) == {"visits_forgotten": 0}
    assert ApplicantItem.get(who.applicant_id).active["code"] == "NEW"


def test_a_nightly_run_that_dies_leaves_no_visit_that_is_over() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    with before("Scan", go_on, kill), pytest.raises(Killed):
        functions.call(functions.scheduled(app)["reconcile"], OVER)
    assert active(who) is None


def test_without_time_it_hands_over() -> None:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    assert forget_visits(OVER, lambda: False) == {"visits_forgotten": 0, "handed_over": 1}
    assert active(who)


# ---- cancellations ------------------------------------------------------------------------------

COUNTED = {"cancelled_at", "cancelled_before", "counted_since", "paused_until"}


def counted(who: Registered) -> set[str]:
    """What an applicant's item says of cancellations."""
    return COUNTED & ApplicantItem.get(who.applicant_id).attribute_values.keys()


def who_has_cancelled() -> Registered:
    released_days()
    who = registered()
    change.cancel(booked(a_slot(SINGLE), who).code, who.account_id, NOW)
    assert counted(who) == COUNTED
    return who


def test_a_cancellation_is_forgotten_when_it_counts_no_more() -> None:
    who = who_has_cancelled()
    assert forget_cancellations(NOW + CANCELLATIONS) == {"cancellations_forgotten": 1}
    assert counted(who) == set()


def test_a_cancellation_that_counts_is_kept() -> None:
    who = who_has_cancelled()
    sooner = NOW + CANCELLATIONS - timedelta(seconds=1)
    assert forget_cancellations(sooner) == {"cancellations_forgotten": 0}
    assert counted(who) == COUNTED


def test_whoever_cancels_again_meanwhile_keeps_that_cancellation() -> None:
    who = who_has_cancelled()
    later = NOW + CANCELLATIONS
    made = booked(a_slot(DOUBLE), who, key="again")
    with before("UpdateItem", lambda: cancel(who, made.code, later)):
        assert forget_cancellations(later) == {"cancellations_forgotten": 0}
    assert counted(who) == COUNTED


def cancel(who: Registered, code: str, now: datetime) -> None:
    transact(applicants.cancelling(who.applicant_id, code, now))


def test_without_time_cancellations_are_left_to_the_next_night() -> None:
    who = who_has_cancelled()
    told = forget_cancellations(NOW + CANCELLATIONS, lambda: False)
    assert told == {"cancellations_forgotten": 0, "handed_over": 1}
    assert counted(who) == COUNTED


def test_a_pause_that_is_lifted_leaves_nothing() -> None:
    who = who_has_cancelled()
    applicants.unpause(who.applicant_id)
    assert counted(who) == set()
