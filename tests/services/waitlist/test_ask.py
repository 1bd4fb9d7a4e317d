"""Asking for places by lot: who may, what a retry meets, and how it ends."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.draws import AlreadyAsking, AlreadyWon, EntryStatus, NoDraw, NoSuchEntry
from chalicelib.domain.errors import (
    AlreadyBooked,
    Invalid,
    KeyReused,
    NoSuchApplicant,
    TooOften,
)
from chalicelib.services.booking import change
from chalicelib.services.people import privacy
from chalicelib.services.waitlist import ask
from chalicelib.store import entries
from tests.builders import (
    FAMILY,
    a_member,
    a_slot,
    booked,
    family_of,
    person_of,
    registered,
    released_days,
)
from tests.services.waitlist.asking import (
    AT,
    FRIDAY,
    MONDAY,
    asks,
    at_eight,
    by_lot,
    drawn,
    first_come,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)


def status(entry_id: str) -> EntryStatus:
    entry = entries.get(entry_id)
    assert entry
    return entry.status


def test_whoever_asks_waits_and_every_one_of_them_is_marked() -> None:
    by_lot()
    who = a_member()
    entry = asks(who, *family_of(who, 3))
    assert entries.get(entry.entry_id) == entry
    assert entry.status is EntryStatus.WAITING
    mark = person_of(who).asking
    assert mark
    assert (mark.entry, mark.account_id, mark.until) == (
        entry.entry_id,
        who.account_id,
        entry.until,
    )


def test_the_same_key_meets_the_same_entry_and_another_wish_under_it_is_refused() -> None:
    by_lot()
    who = a_member()
    entry = asks(who)
    assert asks(who, now=NOW + DAY) == entry
    with pytest.raises(KeyReused):
        asks(who, **at_eight())


def test_nobody_asks_where_places_are_first_come() -> None:
    released_days()
    with pytest.raises(NoDraw):
        asks(a_member())


def test_one_person_asks_by_one_entry() -> None:
    by_lot()
    who = a_member()
    asks(who)
    with pytest.raises(AlreadyAsking) as refused:
        asks(who, *family_of(who, 2), key="other")
    assert refused.value.more == {"applicant_id": who.applicant_id}


def test_an_entry_whose_time_is_over_counts_as_none() -> None:
    by_lot()
    who = a_member()
    entry = asks(who, until=FRIDAY, last=FRIDAY)
    assert asks(who, key="other", now=entry.until, first=MONDAY, last=MONDAY)


def test_whoever_has_a_booking_does_not_ask() -> None:
    by_lot()
    who = a_member()
    booked(a_slot(FAMILY, FRIDAY), who)
    with pytest.raises(AlreadyBooked):
        asks(who)


def test_nobody_asks_for_somebody_whom_the_account_does_not_name() -> None:
    by_lot()
    with pytest.raises(NoSuchApplicant):
        asks(a_member(1), a_member(2).applicant_id)


@pytest.mark.parametrize(
    ("wished", "field"),
    [
        ({"first": FRIDAY - 7 * DAY, "last": FRIDAY - 7 * DAY}, "to"),
        ({"first": MONDAY, "last": FRIDAY}, "from"),
        ({"first": FRIDAY + 90 * DAY, "last": FRIDAY + 90 * DAY}, "from"),
        ({"until": MONDAY + DAY}, "until"),
        ({"until": FRIDAY - 7 * DAY}, "until"),
        ({"windows": (FAMILY.end,)}, "windows"),
        ({"windows": (FAMILY.start, FAMILY.start)}, "windows"),
    ],
)
def test_what_cannot_be_wished_for_is_refused_by_its_field(
    wished: dict[str, Any], field: str
) -> None:
    by_lot()
    with pytest.raises(Invalid) as refused:
        asks(a_member(), **wished)
    assert refused.value.more["field"] == field


def test_an_account_makes_ten_entries_a_day() -> None:
    by_lot()
    who = a_member()
    for number in range(10):
        ask.withdraw(asks(who, key=f"key {number}").entry_id, who.account_id, NOW)
    with pytest.raises(TooOften):
        asks(who, key="one more")
    assert asks(who, key="one more", now=NOW + DAY)


# ---- how it ends -------------------------------------------------------------------------------


def test_whoever_withdraws_asks_no_more_and_is_told_the_same_again() -> None:
    by_lot()
    who = a_member()
    entry = asks(who)
    for _ in range(2):
        done = ask.withdraw(entry.entry_id, who.account_id, NOW)
        assert done.status is EntryStatus.WITHDRAWN
    assert person_of(who).asking is None
    assert asks(who, key="again")


def test_what_is_won_is_not_withdrawn() -> None:
    by_lot()
    who = a_member()
    entry = asks(who)
    drawn()
    with pytest.raises(AlreadyWon) as refused:
        ask.withdraw(entry.entry_id, who.account_id, AT)
    won = entries.get(entry.entry_id)
    assert won
    assert refused.value.more == {"code": won.booking}


def test_another_account_s_entry_is_not_there() -> None:
    by_lot()
    entry = asks(a_member(1))
    with pytest.raises(NoSuchEntry):
        ask.withdraw(entry.entry_id, a_member(2).account_id, NOW)


def test_first_come_takes_the_mark_away_and_the_others_are_freed() -> None:
    by_lot()
    who = a_member()
    me, relative = family_of(who, 2)
    entry = asks(who, me, relative)
    booked(a_slot(FAMILY, FRIDAY), who)
    assert person_of(who).asking is None
    assert asks(who, relative, key="for the other"), "who meets the entry ends it"
    assert status(entry.entry_id) is EntryStatus.ENDED


def test_an_entry_that_everybody_asks_by_is_not_over() -> None:
    by_lot()
    who = a_member()
    entry = asks(who)
    assert not ask.tidy(entry.entry_id, NOW)
    assert status(entry.entry_id) is EntryStatus.WAITING


def test_an_account_that_is_erased_asks_for_nobody() -> None:
    by_lot()
    who = registered()
    entry = asks(who)
    privacy.erase(who.account_id, NOW)
    assert ask.tidy(entry.entry_id, NOW)
    assert status(entry.entry_id) is EntryStatus.ENDED


def test_whoever_waits_keeps_waiting_while_the_office_goes_back_to_first_come() -> None:
    by_lot()
    who = a_member()
    entry = asks(who)
    first_come()
    assert ask.withdraw(entry.entry_id, who.account_id, NOW).status is EntryStatus.WITHDRAWN
    made = booked(a_slot(FAMILY, FRIDAY), who)
    assert change.cancel(made.code, who.account_id, NOW)
