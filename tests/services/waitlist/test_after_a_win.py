"""What follows a win: nobody comes, it is declined in time, or the office takes it back."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from chalicelib.domain.absences import BAR
from chalicelib.domain.bookings import Booking, Outcome
from chalicelib.domain.declines import IN_TIME
from chalicelib.domain.draws import GIVEN_BACK, BarredFromDraws, Done, EntryStatus
from chalicelib.domain.errors import CancelledTooOften
from chalicelib.domain.offices import Closure
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import DECLINES, absent
from chalicelib.services.booking import change
from chalicelib.services.desk import ending
from chalicelib.services.office import closure, persons
from chalicelib.services.office.persons import Case
from chalicelib.services.people import retention
from chalicelib.services.waitlist import given_back, seen
from chalicelib.store import applicants, bookings, counts, draws, entries, offices
from chalicelib.store.dynamo import transact
from chalicelib.store.outcomes import Noted
from tests.builders import (
    MINUTE,
    SINGLE,
    Member,
    a_ktp,
    a_member,
    a_slot,
    added,
    booked,
    family_of,
    named,
    person_id_of,
    person_of,
    registered,
    released_days,
)
from tests.services.waitlist.asking import (
    AT,
    DRAWN,
    FRIDAY,
    MONDAY,
    QUARTER,
    asks,
    by_lot,
    drawn,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
EVENING = datetime.fromisoformat("2026-11-27T12:00:00Z")
"""Of Friday: its day is closed."""

SATURDAY = EVENING + DAY
"""Nobody holds a booking of Friday any more."""


def won(who: Member, *applicants: str, at: datetime = AT, key: str = "won") -> Booking:
    """A place of Friday that was drawn, for an account's holder or these people of it."""
    entry = asks(who, *applicants, key=key, now=at - QUARTER)
    drawn(at)
    found = entries.get(entry.entry_id)
    assert found
    assert found.booking
    booking = bookings.get(found.booking)
    assert isinstance(booking, Booking)
    assert booking.drawn_at == at
    return booking


def ended(booking: Booking, outcome: Outcome = Outcome.ABSENT, now: datetime = EVENING) -> None:
    assert isinstance(ending.end(booking, outcome, now), Noted)


def later(now: datetime) -> None:
    """Days are made ready that are due by then."""
    released_days(offices.get("malang", now), now=now)


def asks_again(who: Member, *applicants: str, now: datetime, key: str = "again") -> None:
    day = now.date() + 10 * DAY
    asks(who, *applicants, key=key, now=now, first=day, last=day)


# ---- nobody comes -------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.ABSENT, Outcome.NO_SHOW])
def test_whoever_does_not_come_to_a_drawn_place_asks_by_lot_again_after_90_days(
    outcome: Outcome,
) -> None:
    by_lot()
    who = a_member()
    ended(won(who), outcome)
    with pytest.raises(BarredFromDraws) as refused:
        asks_again(who, now=EVENING + BAR - SECOND)
    assert refused.value.more["until"] == EVENING + BAR
    asks_again(who, now=EVENING + BAR)


def test_so_do_all_who_were_in_it_by_whatever_account() -> None:
    by_lot()
    who = a_member()
    named(who.account_id, "child")
    ended(won(who, *family_of(who, 2), named(who.account_id, "child")))
    other = Member("other", named("other", "child"))
    with pytest.raises(BarredFromDraws) as refused:
        asks_again(other, now=SATURDAY)
    assert refused.value.more["applicant_id"] == other.applicant_id


def test_the_account_asks_for_nobody_else_either() -> None:
    by_lot()
    who = a_member()
    _, one, another = family_of(who, 3)
    ended(won(who, one))
    with pytest.raises(BarredFromDraws) as refused:
        asks_again(who, another, now=EVENING)
    assert refused.value.more == {"until": EVENING + BAR}


def test_first_come_stays_open_to_them() -> None:
    by_lot()
    who = a_member()
    ended(won(who))
    later(EVENING + DAY)
    assert booked(a_slot(SINGLE, MONDAY), who, now=EVENING + DAY)


def test_whoever_does_not_come_to_a_place_that_was_booked_is_barred_from_nothing() -> None:
    by_lot()
    who = a_member()
    ended(booked(a_slot(SINGLE, FRIDAY), who))
    asks_again(who, now=SATURDAY)


def test_what_a_stranger_has_won_never_bars_whoever_holds_the_nik() -> None:
    by_lot()
    stranger = a_member()
    alias = named(stranger.account_id, "child")
    ended(won(stranger, alias))
    holder = Member("their own", named("their own", "child", Relation.SELF))
    asks_again(holder, now=SATURDAY)


def test_the_bar_is_taken_back_when_it_turns_out_that_they_came() -> None:
    by_lot()
    who = a_member()
    booking = won(who)
    ended(booking)
    found = bookings.get(booking.code)
    assert isinstance(found, Booking)
    assert isinstance(ending.came(found, EVENING + DAY), Noted)
    assert person_of(who).barred_until is None
    asks_again(who, now=EVENING + DAY)


def test_one_bar_is_not_taken_back_with_another() -> None:
    by_lot()
    who = a_member()
    _, one, another = family_of(who, 3)
    first, second = won(who, one, key="one"), won(who, another, at=AT + QUARTER, key="another")
    ended(first)
    ended(second, now=EVENING + DAY)
    found = bookings.get(second.code)
    assert isinstance(found, Booking)
    ending.came(found, EVENING + 2 * DAY)
    with pytest.raises(BarredFromDraws) as refused:
        asks_again(who, now=EVENING + 2 * DAY)
    assert refused.value.more == {"until": EVENING + BAR}


def test_an_operator_who_lets_somebody_off_lifts_the_bar_of_the_person() -> None:
    by_lot()
    who = a_member()
    ended(won(who))
    assert counts.unpause(who.person_id)
    assert person_of(who).barred_own_until is None


def test_with_it_their_account_asks_again_unless_it_is_barred_for_others() -> None:
    by_lot()
    who = registered()
    child = added(who, 2).applicant_id
    for booking in (won(who), won(who, child, at=AT + QUARTER, key="child")):
        ended(booking)
    persons.lift_pause(a_ktp(1).nik, Case("operator:arn", "was in hospital"), SATURDAY)
    with pytest.raises(BarredFromDraws) as refused:
        asks_again(who, now=SATURDAY)
    assert "applicant_id" not in refused.value.more, "it is the account, for the child"
    persons.lift_pause(a_ktp(2).nik, Case("operator:arn", "was in hospital"), SATURDAY)
    asks_again(who, now=SATURDAY)


@pytest.mark.parametrize("whose", ["a person", "the account"])
def test_an_entry_that_waits_ends_in_the_draw_that_would_have_placed_it(whose: str) -> None:
    by_lot()
    who = a_member()
    _, one, another = family_of(who, 3)
    holds = won(who, one)
    entry = asks(who, another, key="waits", now=AT)
    if whose == "a person":
        read = applicants.get(person_id_of(who.account_id, another))
        transact(counts.counting(read, absent(read, "CODE", AT, drawn=True)))
    else:
        ended(holds, now=AT)
    drawn(AT + QUARTER)
    record = draws.get("malang", AT + QUARTER)
    assert record
    assert record.results
    assert [result.done for result in record.results] == [Done.NOT_ASKING]
    found = entries.get(entry.entry_id)
    assert found
    assert found.status is EntryStatus.ENDED
    assert applicants.get(person_id_of(who.account_id, another)).asking is None


def test_whoever_looks_at_such_an_entry_finds_it_ended() -> None:
    by_lot()
    who = a_member()
    _, one, another = family_of(who, 3)
    holds = won(who, one)
    entry = asks(who, another, key="waits", now=AT)
    ended(holds, now=AT)
    assert seen.one(entry.entry_id, who.account_id, AT).entry.status is EntryStatus.ENDED


def test_a_place_that_was_given_before_the_bar_stays_promised() -> None:
    """The run that gave it died before it could say so."""
    by_lot()
    who = a_member()
    _, one, another = family_of(who, 3)
    holds = won(who, one)
    with patch.object(draws, "settle"):
        kept = won(who, another, at=AT + QUARTER, key="another")
    ended(holds, now=AT + QUARTER)
    drawn(AT + QUARTER, AT + QUARTER + MINUTE)
    record = draws.get("malang", AT + QUARTER)
    assert record
    assert record.results
    assert [result.done for result in record.results] == [Done.PLACED]
    assert bookings.get(kept.code) == kept


# ---- it is declined -----------------------------------------------------------------------------


def declined(who: Member, booking: Booking, now: datetime) -> None:
    change.cancel(booking.code, who.account_id, now)


def test_a_win_that_is_declined_within_a_day_does_not_count() -> None:
    by_lot()
    who = a_member()
    declined(who, won(who), AT + IN_TIME - SECOND)
    person = person_of(who)
    assert (person.cancellations, person.paused_until, person.active) == ((), None, None)


@pytest.mark.parametrize("after", [IN_TIME, IN_TIME + MINUTE])
def test_later_it_counts_as_ever(after: timedelta) -> None:
    by_lot()
    who = a_member()
    booking = won(who)
    early = booking._replace(drawn_at=AT - after)
    read = person_of(who)
    bookings.cancel(early, [read], AT)
    assert len(person_of(who).cancellations) == 1


def test_once_in_thirty_days() -> None:
    by_lot()
    who = a_member()
    declined(who, won(who), AT)
    again = won(who, at=AT + 2 * QUARTER, key="again")
    declined(who, again, AT + 2 * QUARTER)
    assert len(person_of(who).cancellations) == 1
    assert not counts.forget_decline(who.person_id, AT + DECLINES - SECOND)
    assert retention.forget(AT + DECLINES)["declines_forgotten"] == 1
    assert person_of(who).declined_at is None


def test_a_booking_by_first_come_that_is_cancelled_at_once_counts() -> None:
    by_lot()
    who = a_member()
    declined(who, booked(a_slot(SINGLE, FRIDAY), who), NOW)
    assert len(person_of(who).cancellations) == 1


def test_whoever_declines_asks_again_with_one_lot() -> None:
    by_lot()
    who = a_member()
    declined(who, won_with(3, who), AT + QUARTER)
    entry = asks(who, key="again", now=AT + QUARTER)
    assert entry.lost_before == 0


# ---- the office takes it back -------------------------------------------------------------------


def won_with(lost: int, who: Member, *applicants: str) -> Booking:
    """A place of Friday, won by whoever had lost so often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(given_back, "lost", lambda *_: lost)
        return won(who, *applicants)


def closed(now: datetime = AT) -> None:
    closure.declare("malang", FRIDAY, Closure("Banjir", "Flood"), now)


def test_whoever_asks_again_after_a_closure_has_the_lots_they_had() -> None:
    by_lot()
    who = a_member()
    won_with(3, who)
    closed()
    entry = asks(who, key="again", now=AT, first=MONDAY)
    assert entry.lost_before == 3
    assert seen.one(entry.entry_id, who.account_id, AT).lots == 4


def test_they_are_in_the_list_of_the_next_draw() -> None:
    by_lot()
    who = a_member()
    won_with(2, who)
    closed()
    asks(who, key="again", now=AT, first=MONDAY)
    later(DRAWN - timedelta(hours=5))
    drawn(DRAWN)
    record = draws.get("malang", DRAWN)
    assert record
    assert [row.lost for row in draws.page(record, 0)] == [2]


def test_for_thirty_days_after_the_day_that_was_closed() -> None:
    by_lot()
    who = a_member()
    won_with(3, who)
    closed()
    over = datetime.fromisoformat("2026-11-27T17:00:00Z") + GIVEN_BACK
    mine = entries.of_account(who.account_id)
    people = [who.applicant_id]
    assert given_back.lost(mine, "malang", people, over - SECOND) == 3
    assert given_back.lost(mine, "malang", people, over) == 0


def test_whoever_was_turned_away_on_the_day_has_them_as_well() -> None:
    by_lot()
    who = a_member()
    ended(won_with(3, who), Outcome.TURNED_AWAY)
    assert lots_given_back(who) == 3


def test_nobody_else_shares_them() -> None:
    by_lot()
    who = a_member()
    me, relative = family_of(who, 2)
    won_with(3, who, me)
    closed()
    assert lots_given_back(who, me, relative) == 0


def test_who_was_in_it_has_them_alone() -> None:
    by_lot()
    who = a_member()
    me, relative = family_of(who, 2)
    won_with(3, who, me, relative)
    closed()
    assert lots_given_back(who, relative) == 3


def test_they_are_given_back_once() -> None:
    """Whoever has won again since has none to be given back."""
    by_lot()
    who = a_member()
    won_with(3, who)
    closed()
    asks(who, key="again", now=AT, first=MONDAY)
    later(DRAWN - timedelta(hours=5))
    drawn(DRAWN)
    assert person_of(who).active
    assert lots_given_back(who, now=DRAWN) == 0


def lots_given_back(who: Member, *applicants: str, now: datetime = AT) -> int:
    people = applicants or (who.applicant_id,)
    return given_back.lost(entries.of_account(who.account_id), "malang", people, now)


def test_twice_cancelled_still_pauses() -> None:
    by_lot()
    who = a_member()
    declined(who, won(who), AT)
    for n in (2, 4):
        declined(who, won(who, at=AT + n * QUARTER, key=f"{n}"), AT + n * QUARTER)
    with pytest.raises(CancelledTooOften):
        asks(who, key="more", now=AT + 5 * QUARTER)
