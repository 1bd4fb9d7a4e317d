"""When draws are made, at which offices, and who is told."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from chalicelib.domain.draws import EntryStatus
from chalicelib.domain.notices import Notice
from chalicelib.services.days import release
from chalicelib.services.notices.follow import follow_up
from chalicelib.services.waitlist import draw, rounds, seen, telling
from chalicelib.store import draws, entries, offices
from tests.builders import (
    MINUTE,
    SINGLE,
    a_member,
    a_slot,
    an_office,
    day_at,
    office_fields,
    registered,
    released_days,
    slot_at,
    texts_to,
)
from tests.pushes import push_services, shown, subscribed
from tests.services.waitlist.asking import (
    AT,
    DRAWN,
    MONDAY,
    QUARTER,
    asks,
    by_lot,
    first_come,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def always() -> bool:
    return True


def status(entry_id: str) -> EntryStatus:
    entry = entries.get(entry_id)
    assert entry
    return entry.status


def test_a_draw_is_begun_within_four_minutes_of_its_quarter_hour() -> None:
    by_lot()
    entry = asks(a_member())
    assert rounds.draw_all(AT + 4 * MINUTE)["settled"] == 0
    assert rounds.draw_all(AT + QUARTER + 3 * MINUTE)["settled"] == 1
    assert status(entry.entry_id) is EntryStatus.WON


def test_the_places_of_a_day_are_drawn_ten_minutes_before_its_release() -> None:
    by_lot(now=DRAWN - timedelta(hours=5))
    entry = asks(a_member(), first=MONDAY)
    rounds.draw_all(DRAWN - MINUTE)
    assert status(entry.entry_id) is EntryStatus.WAITING
    rounds.draw_all(DRAWN + MINUTE)
    assert status(entry.entry_id) is EntryStatus.WON


def test_an_office_that_is_first_come_makes_no_draw() -> None:
    released_days()
    assert rounds.draw_all(AT) == {"offices": 0, "lines": 0, "settled": 0, "failed": 0}


def test_an_office_that_goes_back_to_first_come_finishes_what_it_has_begun() -> None:
    by_lot()
    entry, waits = asks(a_member(1)), asks(a_member(2), first=MONDAY)
    with patch.object(draw, "_carry_out", return_value=False):
        rounds.draw_all(AT)
    first_come()
    assert rounds.draw_all(AT + MINUTE)["settled"] == 1
    assert status(entry.entry_id) is EntryStatus.WON
    told = seen.one(waits.entry_id, waits.account_id, AT + MINUTE)
    assert (told.entry.status, told.next_draw_at) == (EntryStatus.WAITING, None)


def test_a_day_that_is_not_released_follows_its_office_there_and_back() -> None:
    before = DRAWN - timedelta(hours=5)
    released_days(now=before)
    for lot in (True, False):
        offices.put(office_fields(an_office(by_lot=lot)))
        release.open_days(before)
        assert day_at(MONDAY).by_lot is lot
        assert (slot_at(a_slot(SINGLE, MONDAY)).draw_at == DRAWN) is lot


def test_a_winner_is_told_by_day_and_once() -> None:
    by_lot()
    who = registered()
    asks(who)
    rounds.draw_all(AT)
    night = AT + timedelta(hours=12)  # a quarter past nine in the evening
    assert telling.tell_winners(night, always)["told"] == 0
    assert telling.tell_winners(AT, always)["told"] == 1
    assert telling.tell_winners(AT + MINUTE, always)["told"] == 0
    assert "mendapat tempat" in texts_to(who.phone)[-1]
    record = draws.get("malang", AT)
    assert record
    assert record.told


def test_a_winner_is_told_by_push_and_by_sms_where_no_phone_has_shown_it() -> None:
    by_lot()
    people = [registered(number) for number in (1, 2)]
    with push_services():
        for who in people:
            subscribed(who, NOW)
            asks(who)
        rounds.draw_all(AT)
        assert telling.tell_winners(AT, always)["told"] == 2
        assert shown(people[0], AT) == ["won"]
        done = follow_up(AT + Notice.WON.patience, always)
    assert (done["shown"], done["sent"]) == (1, 1)
    told = ["mendapat tempat" in texts_to(who.phone)[-1] for who in people]
    assert told == [False, True]


def test_an_entry_says_where_it_was_in_the_last_draw_and_when_the_next_is() -> None:
    by_lot()
    asked = [
        asks(a_member(n), windows=(SINGLE.start,), first=MONDAY.replace(day=27)) for n in (1, 2)
    ]
    waiting = seen.one(asked[0].entry_id, asked[0].account_id, NOW)
    assert (waiting.lots, waiting.next_draw_at, waiting.last_draw) == (1, AT, None)
    rounds.draw_all(AT)
    places = [seen.one(one.entry_id, one.account_id, AT + MINUTE).last_draw for one in asked]
    assert sorted((last.place, last.of) for last in places if last) == [(1, 2), (2, 2)]


def test_the_next_draw_of_days_that_are_not_released_is_theirs() -> None:
    """Not the quarter hours before, which have none of their places."""
    by_lot()
    entry = asks(a_member(1), first=MONDAY)
    assert seen.one(entry.entry_id, entry.account_id, NOW).next_draw_at == DRAWN
    late = asks(a_member(2), first=MONDAY, now=DRAWN)
    later = seen.one(late.entry_id, late.account_id, DRAWN).next_draw_at
    assert later == DRAWN + 10 * MINUTE, "it came too late for that one"
