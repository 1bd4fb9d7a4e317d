"""An office that goes over to draws, and back to first come, while people wait."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from chalicelib.domain.draws import Entry, EntryStatus, NoDraw
from chalicelib.services.days import release
from chalicelib.services.waitlist import draw, leaving, rounds, telling
from chalicelib.services.waitlist.telling import TOLD_WITHIN
from chalicelib.store import entries, offices
from tests.builders import (
    FAMILY,
    MINUTE,
    SINGLE,
    Registered,
    a_slot,
    an_office,
    booked,
    day_at,
    office_fields,
    person_of,
    registered,
    released_days,
    slot_at,
    texts_to,
)
from tests.services.waitlist.asking import AT, DRAWN, FRIDAY, MONDAY, asks, by_lot
from tests.wire import Killed, before, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

NIGHT = datetime.fromisoformat("2026-11-24T15:00:00Z")
"""Ten in the evening at the office."""

MORNING = datetime.fromisoformat("2026-11-25T00:00:00Z")


def goes(*, lot: bool, now: datetime = AT) -> None:
    """The office goes over, as an operator lets it."""
    offices.put(office_fields(an_office(by_lot=lot)), now)


def always() -> bool:
    return True


def status(entry: Entry) -> EntryStatus:
    found = entries.get(entry.entry_id)
    assert found
    return found.status


def waiting(number: int = 1) -> tuple[Registered, Entry]:
    who = registered(number)
    return who, asks(who, first=MONDAY)


def told(who: Registered) -> int:
    """How often somebody was told that no places are drawn any more."""
    return sum("tidak lagi mengundi" in text for text in texts_to(who.phone))


def test_whoever_waits_is_freed_and_told_once_when_it_goes_back_to_first_come() -> None:
    by_lot()
    who, entry = waiting()
    goes(lot=False)
    assert leaving.leave(AT, always) == {"ended": 1, "told": 1, "handed_over": 0}
    assert status(entry) is EntryStatus.ENDED
    assert person_of(who).asking is None
    assert leaving.leave(AT + MINUTE, always)["told"] == 0
    assert told(who) == 1
    assert booked(a_slot(SINGLE, FRIDAY), who)
    with pytest.raises(NoDraw):
        asks(who, key="again", now=AT + MINUTE)


def test_whom_an_unsettled_draw_has_placed_wins_and_is_told_so_and_nothing_else() -> None:
    by_lot()
    winner, waits = registered(1), registered(2)
    won, lost = asks(winner), asks(waits, first=MONDAY)
    with patch.object(draw, "_carry_out", return_value=False):
        rounds.draw_all(AT)
    goes(lot=False)
    assert leaving.leave(AT + MINUTE, always) == {"ended": 0, "told": 0, "handed_over": 0}
    rounds.draw_all(AT + MINUTE)
    assert leaving.leave(AT + 2 * MINUTE, always)["ended"] == 1
    assert (status(won), status(lost)) == (EntryStatus.WON, EntryStatus.ENDED)
    assert telling.tell_winners(AT + 2 * MINUTE, always)["told"] == 1
    assert "mendapat tempat" in texts_to(winner.phone)[-1]
    assert (told(winner), told(waits)) == (0, 1)


def test_at_night_nobody_is_told_and_so_nothing_ends_before_the_morning() -> None:
    by_lot()
    who, entry = waiting()
    goes(lot=False, now=NIGHT)
    assert leaving.leave(NIGHT, always) == {"ended": 0, "told": 0, "handed_over": 0}
    assert status(entry) is EntryStatus.WAITING
    assert leaving.leave(MORNING, always) == {"ended": 1, "told": 1, "handed_over": 0}
    assert status(entry) is EntryStatus.ENDED
    assert told(who) == 1


def test_nobody_loses_a_wait_to_an_office_that_leaves_its_draws_for_a_night() -> None:
    """Nobody would have told them that they wait no more: the office draws again by day."""
    by_lot()
    who, entry = waiting()
    goes(lot=False, now=NIGHT)
    leaving.leave(NIGHT, always)
    goes(lot=True, now=NIGHT + MINUTE)
    leaving.leave(MORNING, always)
    assert (status(entry), told(who)) == (EntryStatus.WAITING, 0)
    assert person_of(who).asks_by(entry.entry_id)


def test_a_run_without_time_hands_over_to_the_next() -> None:
    by_lot()
    people = [waiting(number)[0] for number in (1, 2, 3)]
    goes(lot=False)
    allowed = iter([True, True, False])
    assert leaving.leave(AT, lambda: next(allowed)) == {"ended": 2, "told": 2, "handed_over": 1}
    assert leaving.leave(AT + MINUTE, always)["told"] == 1
    assert [told(who) for who in people] == [1, 1, 1]


@pytest.mark.parametrize("call", ["TransactWriteItems", "UpdateItem"])
def test_a_run_that_dies_frees_whom_it_ends_and_tells_nobody_twice(call: str) -> None:
    by_lot()
    who, entry = waiting()
    goes(lot=False)
    with before(call, kill), pytest.raises(Killed):
        leaving.leave(AT, always)
    assert (status(entry) is EntryStatus.ENDED) is (person_of(who).asking is None)
    leaving.leave(AT + MINUTE, always)
    assert status(entry) is EntryStatus.ENDED
    assert told(who) == 1


def test_two_runs_at_once_tell_once() -> None:
    by_lot()
    who, _ = waiting()
    goes(lot=False)

    def other() -> None:
        leaving.leave(AT, always)

    with before("UpdateItem", other):
        leaving.leave(AT, always)
    assert told(who) == 1


def test_an_entry_that_was_over_before_ends_untold() -> None:
    by_lot()
    who, entry = waiting()
    booked(a_slot(SINGLE, FRIDAY), who)
    goes(lot=False)
    assert leaving.leave(AT, always) == {"ended": 1, "told": 0, "handed_over": 0}
    assert status(entry) is EntryStatus.ENDED


def test_an_office_that_draws_again_keeps_all_who_still_wait() -> None:
    by_lot()
    who, entry = waiting()
    goes(lot=False)
    goes(lot=True)
    assert leaving.leave(AT, always) == {"ended": 0, "told": 0, "handed_over": 0}
    assert status(entry) is EntryStatus.WAITING
    assert person_of(who).asks_by(entry.entry_id)


def test_an_office_is_looked_at_for_a_day_and_no_longer() -> None:
    """Somebody may have asked by a process that did not know it yet."""
    by_lot()
    goes(lot=False)
    over = AT + TOLD_WITHIN
    for now in (over - MINUTE, over):
        assert offices.get("malang", now).left_lots_at == AT
        leaving.leave(now, always)
    assert offices.get("malang", over).left_lots_at is None


def test_whoever_asks_by_a_process_that_did_not_know_yet_is_told_too() -> None:
    by_lot()
    goes(lot=False)
    leaving.leave(AT, always)
    who = registered()
    with patch.object(offices, "get", return_value=an_office(by_lot=True)):
        entry = asks(who, first=MONDAY, now=AT)
    leaving.leave(AT + MINUTE, always)
    assert (status(entry), told(who)) == (EntryStatus.ENDED, 1)


def test_what_is_released_stays_first_come_and_what_is_not_goes_by_lot() -> None:
    before_release = DRAWN - timedelta(hours=5)
    released_days(now=before_release)
    goes(lot=True)
    release.open_days(before_release)
    assert [day_at(day).by_lot for day in (FRIDAY, MONDAY)] == [False, True]
    assert slot_at(a_slot(FAMILY, FRIDAY)).draw_at is None
    who = registered()
    entry = asks(who, now=before_release)
    rounds.draw_all(before_release + 15 * MINUTE)
    assert status(entry) is EntryStatus.WAITING
    assert booked(a_slot(FAMILY, FRIDAY), registered(2), now=before_release)
    rounds.draw_all(DRAWN)
    assert status(entry) is EntryStatus.WON


def test_a_change_that_nobody_dated_is_told_as_well() -> None:
    by_lot()
    who, _ = waiting()
    offices.put(office_fields(an_office(by_lot=False)))
    assert leaving.leave(AT, always)["told"] == 1
    assert told(who) == 1
    leaving.leave(AT, always)
    assert offices.get("malang", NOW).left_lots_at is None
