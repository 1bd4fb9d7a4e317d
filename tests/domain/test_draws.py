"""Who is drawn for what: the order by lot, the plan, and what can be checked of both."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from statistics import correlation, fmean
from typing import Any

import pytest

from chalicelib.domain import draws
from chalicelib.domain.bookings import Service, SlotKey, drawn_from, free_by_lot
from chalicelib.domain.draws import MOST_LOTS, Entry, EntryStatus, Line, Room, Row

MONDAY, TUESDAY = date(2026, 12, 7), date(2026, 12, 8)
AT = datetime(2026, 12, 1, 16, 50, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EIGHT, NINE, TEN = time(8), time(9), time(10)
OFFICE = "malang"


def signature(number: int) -> bytes:
    return hashlib.sha256(f"a signature {number}".encode()).digest()


def a_row(number: int, people: int = 1, *windows: time, lost: int = 0, last: date = MONDAY) -> Row:
    entry = hashlib.sha256(f"entry {number}".encode()).hexdigest()[:20]
    return Row(f"{OFFICE}-{entry}", people, MONDAY, last, windows, lost)


def rooms(*places: int, day: date = MONDAY) -> list[Room]:
    return [Room(day, time(8 + n), those) for n, those in enumerate(places)]


def plan(rows: Sequence[Row], there: Sequence[Room], number: int = 1) -> list[Line]:
    return draws.plan(OFFICE, signature(number), rows, there)


def an_entry(made_at: datetime, first: date = MONDAY, last: date = TUESDAY) -> Entry:
    return Entry(
        entry_id=f"{OFFICE}-0",
        account_id="account",
        applicants=("one",),
        service=Service.NEW,
        first=first,
        last=last,
        windows=(),
        made_at=made_at,
        until=AT + 30 * DAY,
        fingerprint="",
    )


# ---- the plan ----------------------------------------------------------------------------------


def test_as_many_win_as_there_are_places() -> None:
    won = plan([a_row(n) for n in range(9)], rooms(2, 3))
    assert [line.slot.start for line in won].count(EIGHT) == 2
    assert len({line.entry_id for line in won}) == len(won) == 5


def test_whoever_comes_first_in_the_order_has_the_window_they_like_best() -> None:
    rows = [a_row(n, 1, NINE, EIGHT) for n in range(2)]
    first, second = draws.order(signature(1), rows)
    assert plan(rows, rooms(1, 1)) == [
        Line(first.entry_id, 1, SlotKey(OFFICE, MONDAY, NINE)),
        Line(second.entry_id, 1, SlotKey(OFFICE, MONDAY, EIGHT)),
    ]


def test_the_first_day_that_does_comes_before_the_next() -> None:
    row = a_row(1, 1, NINE, last=TUESDAY)
    there = [*rooms(1, day=MONDAY), *rooms(1, 1, day=TUESDAY)]
    assert plan([row], there)[0].slot == SlotKey(OFFICE, TUESDAY, NINE)


def test_days_out_of_ones_range_do_not_do() -> None:
    assert plan([a_row(1)], rooms(1, day=TUESDAY)) == []


def test_a_family_that_does_not_fit_leaves_the_places_to_who_comes_next() -> None:
    rows = [a_row(1, 5), a_row(2, 1)]
    assert [line.people for line in plan(rows, rooms(4))] == [1]


def test_neither_the_order_of_the_list_nor_that_of_the_rooms_matters() -> None:
    rows, there = [a_row(n, 1 + n % 3) for n in range(40)], rooms(5, 6, 7)
    assert plan(rows, there) == plan(rows[::-1], there[::-1])


def test_nobody_has_reason_to_envy_whoever_comes_after_them() -> None:
    random = Random(7)
    for number in range(2_000):
        there = rooms(*(random.randint(0, 4) for _ in range(3)))
        rows = [
            a_row(
                n,
                random.choice((1, 1, 2, 5)),
                *random.sample((EIGHT, NINE, TEN), random.randint(0, 3)),
                lost=random.randint(0, 9),
            )
            for n in range(random.randint(1, 7))
        ]
        given = {line.entry_id: line.slot.start for line in plan(rows, there, number)}
        left = {room.start: room.places for room in there}
        for row in draws.order(signature(number), rows):
            mine = given.get(row.entry_id)
            for start in row.windows or sorted(left):
                if start == mine:
                    break
                assert left[start] < row.people, "there was room in a window they like better"
            if mine:
                left[mine] -= row.people
        assert all(places >= 0 for places in left.values())


# ---- chance ------------------------------------------------------------------------------------


def early_against_win(lost: Callable[[int], int] = lambda _: 0) -> float:
    """The correlation of who came when with who won, over 1,000 draws of 60 for 20 places.

    ``lost`` says how often whoever came so late had lost.
    """
    rows = [a_row(n, lost=lost(n)) for n in range(60)]
    won: list[bool] = []
    for number in range(1_000):
        winners = {line.entry_id for line in plan(rows, rooms(10, 10), number)}
        won += [row.entry_id in winners for row in rows]
    return correlation(list(range(60)) * 1_000, won)


def test_whoever_asks_early_wins_no_more_often_than_whoever_asks_late() -> None:
    """DV-2012 was voided because nine in ten winners had come in the first two days."""
    assert abs(early_against_win()) < 0.05


def test_one_lot_more_for_the_first_fifth_would_be_found_out() -> None:
    assert abs(early_against_win(lambda came: 1 if came < 12 else 0)) > 0.05


def test_a_list_that_is_drawn_in_the_order_of_asking_would_be_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draws, "order", lambda _, rows: list(rows))
    assert abs(early_against_win()) > 0.5


def wins_of_families(lost: Callable[[int], int] = lambda _: 0) -> list[float]:
    """Of families of 1 to 5, how many win: 150 draws of 690 entries for 6 x 50 places.

    ``lost`` says how often families of so many had lost.
    """
    random = Random(3)
    asked, won = [0] * 6, [0] * 6
    for number in range(150):
        sizes = random.choices(range(1, 6), (60, 18, 12, 7, 3), k=690)
        rows = [a_row(n, people, lost=lost(people)) for n, people in enumerate(sizes)]
        for line in plan(rows, rooms(*[50] * 6), number):
            won[line.people] += 1
        for row in rows:
            asked[row.people] += 1
    return [won[people] / asked[people] for people in range(1, 6)]


def test_families_win_as_often_as_single_people() -> None:
    shares = wins_of_families()
    assert max(shares) < 1.1 * min(shares)


def test_a_lot_for_each_person_would_be_found_out() -> None:
    shares = wins_of_families(lambda people: people - 1)
    assert max(shares) > 1.1 * min(shares)


def test_more_lots_make_one_win_more_often_and_five_are_the_most() -> None:
    rows = [a_row(n, lost=n % 8) for n in range(80)]
    places: dict[int, list[int]] = {lots: [] for lots in range(1, MOST_LOTS + 1)}
    for number in range(300):
        for place, row in enumerate(draws.order(signature(number), rows)):
            places[draws.lots(row.lost)].append(place)
    means = [fmean(places[lots]) for lots in range(1, MOST_LOTS + 1)]
    assert all(more < fewer for fewer, more in pairwise(means))
    assert draws.lots(4) == draws.lots(99) == MOST_LOTS


def test_another_signature_is_another_order() -> None:
    rows = [a_row(n) for n in range(30)]
    assert draws.order(signature(1), rows) != draws.order(signature(2), rows)


# ---- who takes part, and how often they have lost ------------------------------------------------


def test_what_is_asked_in_the_last_minute_takes_part_in_the_next_draw() -> None:
    assert draws.takes_part(an_entry(AT - MINUTE), AT)
    late = an_entry(AT - MINUTE + timedelta(seconds=1))
    assert not draws.takes_part(late, AT)
    assert draws.next_draw(late.made_at, []) == AT + 10 * MINUTE


@pytest.mark.parametrize("changed", [{"status": EntryStatus.WON}, {"until": AT}])
def test_what_waits_no_more_takes_no_part(changed: dict[str, Any]) -> None:
    assert not draws.takes_part(an_entry(AT - DAY)._replace(**changed), AT)


def test_one_has_lost_as_often_as_days_of_ones_range_were_drawn_while_one_waited() -> None:
    entry = an_entry(AT - 2 * DAY)
    drawn = {
        MONDAY - DAY: AT - DAY,  # not in the range
        MONDAY: AT - DAY,
        TUESDAY: AT,  # this very draw
    }
    assert draws.lost(entry, AT, drawn) == 1
    assert draws.lost(entry, AT, {MONDAY: AT - 3 * DAY}) == 0, "before it was made"
    assert draws.row(entry, AT, drawn).lost == 1


def test_the_draws_are_each_quarter_hour_and_before_each_release() -> None:
    release = AT + 10 * MINUTE
    assert draws.last_draw([release], AT) == AT
    assert draws.last_draw([release], AT - MINUTE) == AT - 5 * MINUTE
    assert draws.last_draw([release], AT + 10 * MINUTE) == AT + 10 * MINUTE
    assert draws.next_draw(AT - 2 * MINUTE, [release]) == AT
    assert draws.next_draw(AT - 5 * MINUTE - MINUTE, []) == AT - 5 * MINUTE


def test_a_draw_may_have_places_that_come_back_five_minutes_before_everybody() -> None:
    free_at = free_by_lot(AT)
    assert free_at == AT + 15 * MINUTE
    assert drawn_from(free_at) == AT + 10 * MINUTE
    assert free_by_lot(AT + 10 * MINUTE) == AT + 30 * MINUTE


# ---- what is published -------------------------------------------------------------------------


def test_a_row_more_or_less_or_another_room_has_another_hash() -> None:
    rows, there = [a_row(n) for n in range(3)], rooms(1, 2)
    told = draws.list_hash(there, rows)
    assert told == draws.list_hash(there, rows)
    assert told != draws.list_hash(there, rows[:-1])
    assert told != draws.list_hash(rooms(2, 2), rows)
    assert told != draws.list_hash(there, [*rows[:-1], rows[-1]._replace(lost=1)])


def test_what_is_signed_says_the_office_the_instant_and_the_list() -> None:
    assert draws.message(OFFICE, AT, "abc") == b"malang\n2026-12-01T16:50:00Z\nabc"


def test_an_entry_has_the_same_id_whenever_its_account_sends_the_key() -> None:
    mine = draws.entry_id(b"secret", "jakarta-selatan", "account", "key")
    assert mine == draws.entry_id(b"secret", "jakarta-selatan", "account", "key")
    assert mine != draws.entry_id(b"secret", "jakarta-selatan", "another", "key")
    assert draws.office_of(mine) == "jakarta-selatan"


def test_the_codes_of_a_win_belong_to_one_entry_and_one_draw() -> None:
    of = {
        code
        for at in (AT, AT + 15 * MINUTE)
        for entry in ("malang-1", "malang-2")
        for code in draws.codes(b"secret", at, entry)
    }
    assert len(of) == 2 * 2 * draws.CODES_OF_A_WIN
