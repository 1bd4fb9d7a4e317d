"""Who did not come is counted with the outcome, once; whoever was turned away may book again."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import persons
from chalicelib.domain.absences import KEPT, PAUSE
from chalicelib.domain.boards import Press
from chalicelib.domain.bookings import Booking, CancelledBy, Outcome, Status
from chalicelib.domain.errors import AlreadyBooked, AlreadyLeft, DidNotCome
from chalicelib.domain.offices import Closure
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Link, settle
from chalicelib.services.booking import change
from chalicelib.services.booking.reconcile import reconcile
from chalicelib.services.desk import close
from chalicelib.services.office import closure
from chalicelib.store import applicants, counts, offices
from tests.builders import (
    THURSDAY,
    Member,
    a_member,
    a_slot,
    booked,
    booking_under,
    family_of,
    named,
    person_id_of,
    person_of,
    released_days,
)
from tests.interleavings.identity_controls import rewritten
from tests.services.desk.day import EIGHT, MINUTE, MORNING, opened, pressed, scan
from tests.wire import Killed, before, kill

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CLOSED = EIGHT + 180 * MINUTE
FRIDAY, SATURDAY = THURSDAY + DAY, THURSDAY + 2 * DAY
MIDNIGHT = EIGHT + timedelta(hours=16)


def on(
    day: date, who: Member, *, now: datetime = EIGHT - DAY, people: Sequence[str] = ()
) -> Booking:
    return booked(a_slot(MORNING, day), who, key=f"{day} {now}", now=now, applicants=people)


def nobody_comes(day: date, who: Member, people: Sequence[str] = ()) -> Booking:
    """A booking of a day to which nobody comes, and which is closed."""
    since = day - THURSDAY
    made = on(day, who, now=MIDNIGHT - DAY + since, people=people)
    close.close_days(CLOSED + since)
    return booking_under(made.code)


def absent_twice() -> Member:
    """Somebody who has not come on Thursday, nor on Friday."""
    opened()
    who = a_member()
    for day in (THURSDAY, FRIDAY):
        assert nobody_comes(day, who).outcome is Outcome.ABSENT
    return who


UNTIL = CLOSED + DAY + PAUSE


def test_whoever_has_not_come_twice_books_nothing_for_thirty_days() -> None:
    who = absent_twice()
    with pytest.raises(DidNotCome) as refused:
        on(SATURDAY, who, now=MIDNIGHT + DAY)
    assert refused.value.more == {"applicant_id": who.applicant_id, "until": UNTIL}


def test_the_pause_is_over_when_it_says_so() -> None:
    who = absent_twice()
    released_days(offices.get("malang", UNTIL), now=UNTIL)
    later = UNTIL.date() + 2 * DAY
    with pytest.raises(DidNotCome):
        on(later, who, now=UNTIL - SECOND)
    assert on(later, who, now=UNTIL).status is Status.BOOKED


def test_once_keeps_nobody_from_anything() -> None:
    opened()
    who = a_member()
    nobody_comes(THURSDAY, who)
    assert on(FRIDAY, who, now=MIDNIGHT).status is Status.BOOKED


def test_a_missed_call_is_an_absence_as_well() -> None:
    opened()
    who = a_member()
    scan(on(THURSDAY, who))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.NO_SHOW)
    close.close_days(CLOSED)
    nobody_comes(FRIDAY, who)
    assert person_of(who).paused_own_until == UNTIL


def test_whoever_comes_is_not_counted() -> None:
    opened()
    who = a_member()
    scan(on(THURSDAY, who))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.FINISH)
    close.close_days(CLOSED)
    assert person_of(who).absences == ()


def test_everybody_in_a_booking_is_counted() -> None:
    opened()
    who = a_member()
    people = family_of(who, 3)
    nobody_comes(THURSDAY, who, people)
    found = [applicants.get(person_id_of(who.account_id, one)) for one in people]
    assert [len(one.absences) for one in found] == [1, 1, 1]


def test_what_somebody_else_booked_never_pauses_whoever_holds_the_nik() -> None:
    opened()
    stranger, child = a_member(), "child"
    alias = named(stranger.account_id, child)
    for day in (THURSDAY, FRIDAY):
        nobody_comes(day, stranger, [alias])
    with pytest.raises(DidNotCome):
        on(SATURDAY, stranger, now=MIDNIGHT + DAY, people=[alias])
    holder = Member("their own", named("their own", child, Relation.SELF))
    assert on(SATURDAY, holder, now=MIDNIGHT + DAY).status is Status.BOOKED


def test_what_a_displaced_holder_did_is_no_longer_the_persons_own() -> None:
    who = absent_twice()
    read = person_of(who)
    links = {**read.links, "new": Link(Relation.SELF, EIGHT, persons.Proof.SEEN)}
    settled = settle(read, links, EIGHT)
    assert applicants.link(read, settled)
    assert [one.own for one in person_of(who).absences] == [False, False]
    assert person_of(who).paused_own_until is None


# ---- turned away --------------------------------------------------------------------------------


def turned_away() -> tuple[Member, Booking]:
    opened()
    who = a_member()
    made = on(THURSDAY, who)
    scan(made)
    close.close("malang", EIGHT)
    close.close_days(EIGHT)
    return who, booking_under(made.code)


def test_whoever_was_turned_away_may_book_again_at_once_and_it_counts_against_nobody() -> None:
    who, made = turned_away()
    assert made.outcome is Outcome.TURNED_AWAY
    assert on(FRIDAY, who, now=EIGHT).status is Status.BOOKED
    assert person_of(who).absences == ()


def test_whoever_is_still_waited_for_may_not() -> None:
    opened()
    who = a_member()
    on(THURSDAY, who)
    with pytest.raises(AlreadyBooked):
        on(FRIDAY, who, now=EIGHT)


def test_the_nightly_comparison_takes_their_two_bookings_for_no_breach() -> None:
    who, _ = turned_away()
    on(FRIDAY, who, now=EIGHT)
    assert reconcile(EIGHT + MINUTE)["breaches"] == 0


def test_a_visit_that_is_over_is_cancelled_by_nobody() -> None:
    _, made = turned_away()
    with pytest.raises(AlreadyLeft):
        change.cancel_for(made.code, CancelledBy.OPERATOR, EIGHT)
    closure.declare("malang", THURSDAY, Closure("Banjir", "Flood"), EIGHT)
    assert booking_under(made.code).status is Status.BOOKED


# ---- at the same time ---------------------------------------------------------------------------

Removal = Callable[[], AbstractContextManager[Any]]


def closed(now: datetime) -> None:
    close.close_days(now)


def test_two_runs_at_the_same_time_count_once() -> None:
    opened()
    who = a_member()
    on(THURSDAY, who)
    with before("TransactWriteItems", lambda: closed(CLOSED)):
        assert close.close_days(CLOSED)["absent"] == 0
    assert len(person_of(who).absences) == 1


def test_a_run_that_dies_counts_nothing_and_the_next_one_does() -> None:
    opened()
    who = a_member()
    made = on(THURSDAY, who)
    with before("TransactWriteItems", kill), pytest.raises(Killed):
        close.close_days(CLOSED)
    assert person_of(who).absences == ()
    close.close_days(CLOSED)
    assert (len(person_of(who).absences), booking_under(made.code).outcome) == (1, Outcome.ABSENT)


def test_a_day_is_not_settled_while_its_people_are_changed_each_time() -> None:
    opened()
    who = a_member()
    made = on(THURSDAY, who)

    def changed() -> None:
        read = person_of(who)
        assert applicants.link(read, settle(read, read.links, EIGHT))

    with before("TransactWriteItems", *[changed] * 4):
        assert close.close_days(CLOSED)["open"] == 1
    assert booking_under(made.code).outcome is None
    close.close_days(CLOSED)
    assert booking_under(made.code).outcome is Outcome.ABSENT


def test_whoever_books_while_a_late_run_counts_has_both() -> None:
    opened()
    who = a_member()
    on(THURSDAY, who)

    def books() -> None:
        on(FRIDAY, who, now=MIDNIGHT)

    with before("TransactWriteItems", books):
        close.close_days(MIDNIGHT)
    person = person_of(who)
    assert person.active
    assert [one.own for one in person.absences] == [True]


@pytest.mark.parametrize(
    ("removed", "holds"),
    [
        (nullcontext, True),
        (
            rewritten(persons.absent, ("version=person.version + 1,", "version=person.version,")),
            False,
        ),
    ],
    ids=["as it is", "without the version that is raised"],
)
def test_a_cancellation_at_the_same_time_takes_no_absence_back(
    removed: Removal, holds: bool
) -> None:
    """After midnight: Thursday's absence is counted while Saturday's booking is cancelled."""
    opened()
    who = a_member()
    on(THURSDAY, who)
    made = on(SATURDAY, who, now=MIDNIGHT)
    with removed(), before("TransactWriteItems", lambda: closed(MIDNIGHT)):
        change.cancel(made.code, who.account_id, MIDNIGHT)
    person = person_of(who)
    assert (len(person.absences) == 1) is holds
    assert len(person.cancellations) == 1


# ---- what is kept -------------------------------------------------------------------------------


def test_an_absence_is_kept_for_as_long_as_a_pause_can_rest_on_it() -> None:
    opened()
    who = a_member()
    nobody_comes(THURSDAY, who)
    read, over = person_of(who), CLOSED + KEPT
    assert not counts.forget_absences(read, over - SECOND)
    assert counts.forget_absences(read, over)
    assert person_of(who).absences == ()


def test_one_that_comes_meanwhile_is_not_forgotten() -> None:
    opened()
    who = a_member()
    nobody_comes(THURSDAY, who)
    read = person_of(who)
    nobody_comes(FRIDAY, who)
    assert not counts.forget_absences(read, CLOSED + KEPT)
    assert len(person_of(who).absences) == 2


def test_whoever_is_let_off_begins_anew() -> None:
    who = absent_twice()
    assert counts.unpause(who.person_id)
    assert on(SATURDAY, who, now=MIDNIGHT + DAY).status is Status.BOOKED
