"""Retention: what is kept of a visit is gone ninety days after it, and hidden a week before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app import app
from chalicelib.domain import persons
from chalicelib.domain.absences import COUNTED as ABSENCES
from chalicelib.domain.absences import KEPT
from chalicelib.domain.bookings import Booking, Outcome
from chalicelib.domain.calendar import RETENTION, ends_at, expires_at
from chalicelib.domain.errors import NoSuchBooking
from chalicelib.domain.notices import Notice
from chalicelib.domain.persons import CANCELLATIONS
from chalicelib.services.booking import change, mine
from chalicelib.services.desk import ending
from chalicelib.services.people import privacy, retention
from chalicelib.services.sign_in import codes, sessions
from chalicelib.store import applicants, bookings, counts, notices, sent, tallies
from chalicelib.store.dynamo import Table, transact
from chalicelib.store.outcomes import Noted
from chalicelib.store.sessions import LIFE
from chalicelib.store.tables.booking import (
    ApplicantItem,
    BookingItem,
    DayItem,
    OfficeItem,
    SlotItem,
)
from chalicelib.store.tables.desk import BoardItem, CeremonyItem, ShiftItem, StaffItem, VisitItem
from chalicelib.store.tables.limits import SentItem, TallyItem
from chalicelib.store.tables.people import (
    AccountItem,
    ChallengeItem,
    DisclosureItem,
    ErasedItem,
    IdentityItem,
    NoticeItem,
    SessionItem,
)
from chalicelib.store.tables.waitlist import DrawItem, EntryItem
from infra.local import functions
from infra.stack.tables import TABLES
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    THURSDAY,
    Registered,
    a_slot,
    added,
    an_office,
    booked,
    code_sent_to,
    consented,
    person_of,
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


ELSEWHERE = {
    *(DayItem, SlotItem, BoardItem, VisitItem, StaffItem, ShiftItem, CeremonyItem),
    *(EntryItem, DrawItem),
}
"""Of days, of the desk, and of draws."""


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
    transact(notices.putting(notices.of(made, Notice.SOON, who.account_id, [1], LATER)))
    return who


def expiries(table: type[Table]) -> set[float | None]:
    return {getattr(item, "expires_at", None) for item in table.scan()}


def test_every_item_of_a_visit_expires_at_its_own_time_and_nothing_else_does() -> None:
    journey()
    visit, code, session = OVER.timestamp(), codes.LIFE, LIFE
    assert {table: expiries(table) for table in TABLES if table not in ELSEWHERE} == {
        BookingItem: {visit, (LATER + bookings.ABANDONED_FOR).timestamp()},
        ChallengeItem: {(NOW + code).timestamp(), (LATER + code).timestamp()},
        SessionItem: {(NOW + session).timestamp(), (LATER + session).timestamp()},
        SentItem: {(LATER + 2 * sent.SPAN).timestamp()},
        NoticeItem: {(LATER + notices.KEPT).timestamp()},
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


# ---- what a person remembers ---------------------------------------------------------------------

NOTHING = {
    "visits_forgotten": 0,
    "cancellations_forgotten": 0,
    "absences_forgotten": 0,
    "declines_forgotten": 0,
    "codes_forgotten": 0,
    "persons_forgotten": 0,
}


def forgotten(now: datetime) -> dict[str, int]:
    """What a night takes out of persons, by what it is."""
    return {what: number for what, number in retention.forget(now).items() if number}


def who_has_a_booking() -> Registered:
    released_days()
    who = registered()
    booked(a_slot(SINGLE), who)
    return who


def test_a_person_forgets_a_visit_and_its_code_when_its_time_is_over() -> None:
    who = who_has_a_booking()
    assert forgotten(OVER) == {"visits_forgotten": 1, "codes_forgotten": 1}
    person = person_of(who)
    assert (person.active, person.codes) == (None, {})


def test_a_person_keeps_a_visit_until_then() -> None:
    who = who_has_a_booking()
    assert retention.forget(OVER - timedelta(days=1)) == NOTHING
    assert person_of(who).active


def test_nothing_of_a_visit_is_left_in_the_item_of_a_person() -> None:
    who = who_has_a_booking()
    retention.forget(OVER)
    names = {"active", "active_own", "codes", "codes_from"}
    assert names.isdisjoint(ApplicantItem.get(who.person_id).attribute_values)


def test_who_books_again_meanwhile_keeps_that_booking() -> None:
    who = who_has_a_booking()

    def books() -> None:
        later = OVER + timedelta(days=1)
        transact(
            applicants.engaging(who.person_id, who.account_id, "NEW", later.date(), later, OVER)
        )

    with before("UpdateItem", books):
        assert forgotten(OVER) == {}
    person = person_of(who)
    assert person.active
    assert (person.active.code, "NEW" in person.codes) == ("NEW", True)
    forgotten(OVER + timedelta(days=200))
    assert person_of(who).codes == {}


def test_a_code_is_kept_while_the_booking_may_be_seen_and_the_older_ones_go() -> None:
    who = who_has_a_booking()
    later = OVER - timedelta(days=1)
    engaging = applicants.engaging(
        who.person_id, who.account_id, "NEW", later.date(), later + timedelta(days=1), later
    )
    transact(engaging)
    retention.forget(OVER)
    assert set(person_of(who).codes) == {"NEW"}
    assert not applicants.forget_codes(person_of(who), OVER)


def test_both_days_of_a_booking_that_was_moved_are_forgotten() -> None:
    who = who_has_a_booking()
    (code,) = person_of(who).codes
    friday = THURSDAY + timedelta(days=1)
    change.reschedule(code, a_slot(SINGLE, friday), who.account_id, "move", NOW)
    retention.forget(OVER)
    assert person_of(who).codes == {code: (friday,)}
    retention.forget(OVER + timedelta(days=1))
    assert person_of(who).codes == {}


def test_a_night_that_dies_leaves_no_visit_that_is_over() -> None:
    who = who_has_a_booking()
    with before("Scan", go_on, kill), pytest.raises(Killed):
        functions.call(functions.scheduled(app)["reconcile"], OVER, again="yes")
    assert person_of(who).active is None


def test_without_time_it_hands_over() -> None:
    who = who_has_a_booking()
    assert retention.forget(OVER, lambda: False) == {**NOTHING, "handed_over": 1}
    assert person_of(who).active


# ---- cancellations ------------------------------------------------------------------------------

COUNTED = {"cancellations", "paused_until", "paused_own_until"}


def counted(who: Registered) -> set[str]:
    """What a person's item says of cancellations."""
    return COUNTED & ApplicantItem.get(who.person_id).attribute_values.keys()


def who_has_cancelled() -> Registered:
    """Somebody who has cancelled twice."""
    released_days()
    who = registered()
    for key in ("once", "twice"):
        change.cancel(booked(a_slot(SINGLE), who, key).code, who.account_id, NOW)
    assert counted(who) == COUNTED
    return who


def test_cancellations_are_forgotten_when_they_count_no_more() -> None:
    who = who_has_cancelled()
    assert forgotten(NOW + CANCELLATIONS) == {"cancellations_forgotten": 1}
    assert counted(who) == set()


def test_cancellations_that_count_are_kept() -> None:
    who = who_has_cancelled()
    assert forgotten(NOW + CANCELLATIONS - timedelta(seconds=1)) == {}
    assert counted(who) == COUNTED


def test_who_cancels_again_meanwhile_keeps_that_cancellation() -> None:
    released_days()
    who = registered()
    change.cancel(booked(a_slot(SINGLE), who, "once").code, who.account_id, NOW)
    later = NOW + CANCELLATIONS
    made = booked(a_slot(DOUBLE), who, "again")

    def cancels() -> None:
        read = person_of(who)
        transact(applicants.cancelling(read, persons.counted(read, later), made.code))

    with before("UpdateItem", cancels):
        assert forgotten(later) == {}
    assert [one.at for one in person_of(who).cancellations] == [later]


def test_a_pause_that_is_lifted_leaves_nothing() -> None:
    who = who_has_cancelled()
    assert counts.unpause(who.person_id)
    assert counted(who) == set()


# ---- absences -----------------------------------------------------------------------------------


def who_was_absent() -> Registered:
    released_days()
    who = registered()
    made = booked(a_slot(SINGLE), who)
    assert isinstance(ending.end(made, Outcome.ABSENT, NOW), Noted)
    return who


def test_an_absence_is_forgotten_when_no_pause_can_rest_on_it() -> None:
    who = who_was_absent()
    assert "absences_forgotten" not in forgotten(NOW + KEPT - timedelta(seconds=1))
    assert forgotten(NOW + KEPT)["absences_forgotten"] == 1
    assert person_of(who).absences == ()


def test_whom_nobody_names_is_kept_while_an_absence_counts() -> None:
    who = who_was_absent()
    over = NOW + timedelta(days=3)
    privacy.erase(who.account_id, over)
    assert "persons_forgotten" not in forgotten(NOW + ABSENCES - timedelta(seconds=1))
    assert forgotten(NOW + ABSENCES)["persons_forgotten"] == 1


# ---- persons whom nobody names ------------------------------------------------------------------


def who_has_left() -> Registered:
    """Somebody who has cancelled, and then erased their account."""
    released_days()
    who = registered()
    change.cancel(booked(a_slot(SINGLE), who).code, who.account_id, NOW)
    privacy.erase(who.account_id, NOW)
    return who


def erased_ids() -> set[str]:
    return {item.erased_id for item in ErasedItem.scan()}


def test_whom_nobody_names_is_kept_while_a_cancellation_counts() -> None:
    who = who_has_left()
    assert forgotten(NOW + CANCELLATIONS - timedelta(seconds=1)) == {}
    assert person_of(who).version
    assert who.person_id not in erased_ids()


def test_whom_nobody_names_is_erased_when_nothing_counts_and_the_nik_is_free() -> None:
    who = who_has_left()
    done = forgotten(NOW + CANCELLATIONS)
    assert done["persons_forgotten"] == 1
    assert not list(ApplicantItem.scan())
    assert not [item for item in IdentityItem.scan() if item.applicant_id]
    assert who.person_id in erased_ids()


def test_whom_nobody_names_is_erased_by_one_night_only() -> None:
    who_has_left()
    forgotten(NOW + CANCELLATIONS)
    assert forgotten(NOW + CANCELLATIONS) == {}


def test_whoever_registers_again_meanwhile_is_not_erased() -> None:
    who = who_has_left()
    later = NOW + CANCELLATIONS

    def registers() -> None:
        registered(now=later)

    with before("TransactWriteItems", registers):
        assert "persons_forgotten" not in forgotten(later)
    assert person_of(who).holder
    assert who.person_id not in erased_ids()


def test_whoever_is_named_is_not_erased() -> None:
    who = registered()
    assert forgotten(OVER) == {}
    assert person_of(who).holder == who.account_id


def test_whom_nobody_names_is_erased_after_the_day_of_a_booking_that_stands() -> None:
    released_days()
    who, other = registered(1), registered(2)
    named = added(other, 1)
    consented(who)
    booked(a_slot(SINGLE), other, applicants=[named.applicant_id])
    privacy.erase(who.account_id, NOW)
    over = ends_at(an_office(), THURSDAY)
    privacy.erase(other.account_id, over)
    assert person_of(who).version == 0
    assert who.person_id in erased_ids()
