"""Who came while there was no network: entered afterwards, safely beside all that goes on."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.domain.absences import PAUSE
from chalicelib.domain.boards import Press, State
from chalicelib.domain.bookings import Booking, Outcome, Status
from chalicelib.domain.errors import (
    AlreadyLeft,
    CounterBusy,
    DayClosed,
    DidNotCome,
    Invalid,
    NoSuchBooking,
)
from chalicelib.domain.staff import Role, Staff
from chalicelib.services.booking import change
from chalicelib.services.desk import arrivals, close, collect, report
from chalicelib.services.desk.arrivals import Entered, Entry
from chalicelib.store import bookings, counts, disclosures, visits
from tests.builders import THURSDAY, Member, a_member, a_slot, booked, booking_under, person_of
from tests.interleavings.identity_controls import rewritten
from tests.services.desk.day import (
    EIGHT,
    KEY,
    MINUTE,
    MORNING,
    a_booking_of,
    board,
    opened,
    outcome,
    pressed,
    scan,
)
from tests.wire import Killed, before, go_on, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)
TEN = EIGHT + 120 * MINUTE
CLOSED = EIGHT + 180 * MINUTE
FRIDAY = THURSDAY + DAY
SUPERVISOR = Staff("somebody", "malang", Role.SUPERVISOR)


def entered(
    label: str = "A1",
    at: time = time(8, 10),
    now: datetime = TEN,
    *,
    served: bool = True,
    day: date = THURSDAY,
) -> Entered:
    return arrivals.enter(Entry(day, label, at, served), SUPERVISOR, now)


def ended(now: datetime = CLOSED) -> None:
    """The day is collected and closed."""
    collect.collect(now)
    close.close_days(now)


def absent_on(day: date, who: Member) -> Booking:
    """A booking to which nobody seems to have come, of a day that is closed."""
    since = day - THURSDAY
    made = booked(a_slot(MORNING, day), who, key=f"{day}", now=EIGHT + timedelta(hours=-8) + since)
    ended(CLOSED + since)
    assert outcome(made) is Outcome.ABSENT
    return booking_under(made.code)


# ---- while the day is open -----------------------------------------------------------------------


def test_whoever_waits_has_the_place_of_a_check_in_at_that_time() -> None:
    opened()
    for number in (1, 2):
        a_booking_of(number)
    in_time, late = (entered("A1", served=False), entered("A2", time(9), served=False))
    assert (in_time.state, in_time.arrived_at) == (State.WAITING, EIGHT + 10 * MINUTE)
    tickets = board().tickets
    assert tickets["A1"].due == EIGHT - 5 * MINUTE
    assert tickets["A2"].due == late.arrived_at == EIGHT + 60 * MINUTE


def test_whoever_is_entered_twice_has_one_ticket() -> None:
    opened()
    a_booking_of(1)
    for at in (time(8, 10), time(8, 20)):
        assert entered(at=at, served=False).arrived_at == EIGHT + 10 * MINUTE
    assert len(board().tickets) == 1


def test_whoever_was_served_leaves_as_all_others_do() -> None:
    opened()
    made = a_booking_of(1)
    assert entered().state is State.DONE
    ended()
    assert outcome(made) is Outcome.SERVED
    (visit,) = visits.of_day(KEY)
    assert (visit.came, visit.outcome, visit.called) == (
        EIGHT + 10 * MINUTE,
        Outcome.SERVED,
        None,
    )
    assert person_of(a_member()).absences == ()


def test_the_report_counts_who_was_entered_and_no_wait_that_nobody_has_measured() -> None:
    opened()
    a_booking_of(1)
    entered()
    ended()
    (day,) = report.of_days("malang", THURSDAY, THURSDAY, CLOSED)
    assert (day.served, day.came, day.waits, day.no_show_rate) == (1, 1, [], 0)


def missed(made: Booking) -> None:
    scan(made)
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    pressed(2, Press.NO_SHOW)


@pytest.mark.parametrize("was", [scan, missed], ids=["waits", "missed their call"])
def test_whoever_has_a_ticket_already_is_done_with_it(was: Callable[[Booking], Any]) -> None:
    opened()
    made = a_booking_of(1)
    was(made)
    assert entered().state is State.DONE
    assert entered().state is State.DONE
    ended()
    assert outcome(made) is Outcome.SERVED


def test_whoever_is_at_a_counter_is_left_to_its_clerk() -> None:
    opened()
    scan(a_booking_of(1))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    with pytest.raises(CounterBusy):
        entered()
    assert pressed(2, Press.SERVE).ticket


def test_a_clerk_takes_back_nothing_that_was_entered_since() -> None:
    opened()
    made = a_booking_of(1)
    missed(made)
    entered()
    at = pressed(3, Press.OPEN)
    assert at.ticket is None
    ended()
    assert outcome(made) is Outcome.SERVED


def test_whoever_is_called_while_they_are_entered_stays_called() -> None:
    opened()
    scan(a_booking_of(1))
    pressed(0, Press.OPEN)

    def called() -> None:
        pressed(1, Press.NEXT)

    with before("UpdateItem", called), pytest.raises(CounterBusy):
        entered()
    assert board().tickets["A1"].state is State.CALLED


def test_whoever_has_left_is_found_if_they_were_served_and_refused_if_not() -> None:
    opened()
    made, other = a_booking_of(1), a_booking_of(2)
    entered("A1")
    collect.collect(CLOSED)
    assert entered("A1").state is State.DONE
    scan(other)
    close.close("malang", EIGHT)
    close.close_days(EIGHT + MINUTE)
    assert (outcome(made), outcome(other)) == (Outcome.SERVED, Outcome.TURNED_AWAY)
    with pytest.raises(AlreadyLeft):
        entered("A2")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"day": THURSDAY + DAY}, "date"),
        ({"day": THURSDAY - 7 * DAY}, "date"),
        ({"at": time(10, 1)}, "arrived_at"),
    ],
)
def test_nobody_is_entered_who(entry: Any, field: str) -> None:
    opened()
    a_booking_of(1)
    with pytest.raises(Invalid) as refused:
        entered(**entry)
    assert refused.value.more["field"] == field


@pytest.mark.parametrize("label", ["A2", "B1", "Z9", "W1", "P1"])
def test_a_label_that_nobody_has_is_refused_and_leaves_nothing(label: str) -> None:
    opened()
    a_booking_of(1)
    with pytest.raises(NoSuchBooking):
        entered(label)
    assert visits.of_day(KEY) == []


def test_a_booking_that_was_cancelled_is_not_there() -> None:
    opened()
    made = a_booking_of(1)
    change.cancel(made.code, made.account_id, NOW)
    with pytest.raises(NoSuchBooking):
        entered()


# ---- once the day is closed ----------------------------------------------------------------------


def test_whoever_counted_as_absent_was_served_and_no_absence_is_left() -> None:
    opened()
    who = a_member()
    made = absent_on(THURSDAY, who)
    assert len(person_of(who).absences) == 1
    assert entered(now=CLOSED).state is State.DONE
    assert outcome(made) is Outcome.SERVED
    assert person_of(who).absences == ()
    (visit,) = visits.of_day(KEY)
    assert (visit.label, visit.outcome) == ("A1", Outcome.SERVED)
    (seen,) = disclosures.of(who.account_id)
    assert (seen.by, seen.reason, seen.whose) == (
        "staff:somebody",
        f"arrival: {THURSDAY} A1",
        frozenset(),
    )


def test_a_pause_that_rested_on_it_is_over_and_the_next_absence_begins_none() -> None:
    opened()
    who = a_member()
    for day in (THURSDAY, FRIDAY):
        absent_on(day, who)
    assert person_of(who).paused_own_until == CLOSED + DAY + PAUSE
    entered(day=FRIDAY, now=CLOSED + DAY)
    person = person_of(who)
    assert (person.paused_until, person.paused_own_until) == (None, None)
    assert len(person.absences) == 1


def test_the_pause_of_a_cancellation_stays() -> None:
    opened()
    who = a_member()
    absent_on(THURSDAY, who)
    midnight = EIGHT + timedelta(hours=16)
    made = booked(a_slot(MORNING, FRIDAY + DAY), who, key="more", now=midnight)
    change.cancel(made.code, who.account_id, midnight)
    paused = person_of(who).paused_until
    assert paused
    entered(now=midnight + DAY)
    person = person_of(who)
    assert (person.absences, person.paused_until) == ((), paused)


def test_it_is_entered_once_and_again_changes_nothing() -> None:
    opened()
    who = a_member()
    absent_on(THURSDAY, who)
    entered(now=CLOSED)
    before_it = person_of(who), visits.of_day(KEY)
    entered(at=time(8, 30), now=CLOSED)
    assert (person_of(who), visits.of_day(KEY)) == before_it


def test_nobody_waits_on_a_day_that_is_closed_or_past() -> None:
    opened()
    absent_on(THURSDAY, a_member())
    for now in (CLOSED, CLOSED + DAY):
        with pytest.raises(DayClosed):
            entered(now=now, served=False)


def test_whoever_was_served_though_the_day_was_closed_early_and_booked_anew_keeps_both() -> None:
    """Nobody had seen them when it was noted that they were turned away."""
    opened()
    made, who = a_booking_of(1), a_member(1)
    close.close("malang", EIGHT)
    close.close_days(EIGHT + MINUTE)
    assert outcome(made) is Outcome.TURNED_AWAY
    anew = booked(a_slot(MORNING, FRIDAY), who, "another key")
    assert entered("A1", now=CLOSED).state is State.DONE
    assert outcome(made) is Outcome.SERVED
    assert visits.outcomes(KEY) == {"A1": Outcome.SERVED}
    assert person_of(who).active
    assert booking_under(anew.code).status is Status.BOOKED
    assert entered("A1", now=CLOSED).state is State.DONE, "it is found again"


def test_a_missed_call_and_whoever_was_turned_away_from_the_hall_stay_as_they_are() -> None:
    opened()
    made, other = a_booking_of(1), a_booking_of(2)
    missed(made)
    scan(other)
    ended()
    for label, was in (("A1", Outcome.NO_SHOW), ("A2", Outcome.TURNED_AWAY)):
        with pytest.raises(AlreadyLeft):
            entered(label, now=CLOSED)
        assert visits.outcomes(KEY)[label] is was
    assert (outcome(made), outcome(other)) == (Outcome.NO_SHOW, Outcome.TURNED_AWAY)


def test_whoever_is_entered_between_the_close_and_its_outcomes_is_never_absent() -> None:
    opened()
    who = a_member()
    made = booked(a_slot(MORNING), who, key="key 1")
    close.close("malang", TEN)
    entered()
    ended()
    assert (outcome(made), person_of(who).absences) == (Outcome.SERVED, ())
    assert len(visits.of_day(KEY)) == 1


# ---- at the same time ----------------------------------------------------------------------------


def test_whoever_is_entered_while_the_day_is_closed_was_served() -> None:
    """The job notes `absent` just before the entry is written, which then takes that back."""
    opened()
    who = a_member()
    made = booked(a_slot(MORNING), who, key="key 1")
    close.close("malang", TEN)
    with before("TransactWriteItems", ended):
        entered(now=CLOSED)
    assert (outcome(made), person_of(who).absences) == (Outcome.SERVED, ())


def test_a_day_that_is_closed_while_somebody_is_entered_has_them_all_the_same() -> None:
    """The board is closed after it was read, so no ticket comes on it any more."""
    opened()
    made = a_booking_of(1)
    with before("UpdateItem", ended):
        entered(now=CLOSED)
    assert outcome(made) is Outcome.SERVED
    assert len(visits.of_day(KEY)) == 1


def test_an_entry_that_dies_is_whole_once_it_is_entered_again() -> None:
    opened()
    who = a_member()
    made = absent_on(THURSDAY, who)
    with before("PutItem", go_on, kill), pytest.raises(Killed):
        entered(now=CLOSED)
    assert (outcome(made), visits.of_day(KEY)) == (Outcome.SERVED, [])
    entered(now=CLOSED)
    assert [one.outcome for one in visits.of_day(KEY)] == [Outcome.SERVED]
    assert person_of(who).absences == ()


APART = rewritten(
    bookings.end,
    (
        "        transact(noted, *people)\n",
        "        transact(noted)\n        for one in people:\n            transact(one)\n",
    ),
)


@pytest.mark.parametrize(
    ("removed", "holds"), [(nullcontext, True), (APART, False)], ids=["as it is", "apart"]
)
def test_what_was_counted_is_taken_back_with_the_outcome(
    removed: Callable[[], AbstractContextManager[Any]], holds: bool
) -> None:
    """The process dies before the second transaction, where there are two."""
    opened()
    who = a_member()
    made = absent_on(THURSDAY, who)
    with removed(), before("TransactWriteItems", go_on, kill), suppress(Killed):
        entered(now=CLOSED)
    assert outcome(made) is Outcome.SERVED
    assert (person_of(who).absences == ()) is holds


def test_an_absence_that_is_counted_meanwhile_is_not_lost() -> None:
    opened()
    who = a_member()
    absent_on(THURSDAY, who)
    booked(a_slot(MORNING, FRIDAY), who, key="friday", now=EIGHT + timedelta(hours=16))
    with before("TransactWriteItems", lambda: ended(CLOSED + DAY)):
        entered(now=CLOSED + DAY)
    (left,) = person_of(who).absences
    assert left.at == CLOSED + DAY
    assert person_of(who).paused_until is None


def test_a_pause_that_an_operator_has_lifted_does_not_come_back() -> None:
    opened()
    who = a_member()
    for day in (THURSDAY, FRIDAY):
        absent_on(day, who)
    with pytest.raises(DidNotCome):
        booked(a_slot(MORNING, FRIDAY + DAY), who, now=CLOSED + DAY + timedelta(hours=14))
    assert counts.unpause(who.person_id)
    entered(now=CLOSED + DAY)
    assert person_of(who).paused_until is None
