"""The places of a slot: what is taken, what is refused, what is given back."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from chalicelib.domain.bookings import Hold, Slot, SlotKey
from chalicelib.domain.errors import NoSuchSlot, NotReleased, OfficeClosed
from chalicelib.domain.offices import Window
from chalicelib.store import slots
from chalicelib.store.cache import LIMIT
from chalicelib.store.outcomes import Changed, Claimed, Full, GivenBack, Gone, Mine, Resized
from chalicelib.store.tables.booking import SlotItem
from tests.builders import THURSDAY, a_slot
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
KEY = a_slot()


def create(places: int, opens_at: datetime = NOW, key: SlotKey = KEY) -> bool:
    return slots.create(key, Window(key.start, key.start.replace(minute=59), places), opens_at)


def claim(code: str = "CODE", places: int = 1, version: int = 0, now: datetime = NOW) -> Claimed:
    """A claim that must succeed."""
    claimed = slots.claim(KEY, code, places, version, now)
    assert isinstance(claimed, Claimed)
    return claimed


def stands() -> Slot:
    slot = slots.get(KEY)
    assert slot
    return slot


# ---- what is there ------------------------------------------------------------------------------


def test_a_new_slot_has_all_its_places() -> None:
    create(3)
    assert stands() == Slot(KEY, time(8, 59), 3, 3, NOW, closed=False, holds={})


def test_a_slot_is_new_only_once() -> None:
    assert (create(3), create(3)) == (True, False)


def test_creating_a_slot_again_leaves_what_was_taken_from_it() -> None:
    create(3)
    claim()
    create(5)
    assert (stands().capacity, stands().left) == (3, 2)


def test_a_slot_that_was_never_created_is_not_there() -> None:
    assert slots.get(KEY) is None


# ---- claims -------------------------------------------------------------------------------------


def test_a_claim_takes_its_places() -> None:
    create(3)
    assert claim(places=2).left == stands().left == 1


def test_a_claim_leaves_a_hold_under_its_code() -> None:
    create(3)
    made = claim(places=2, version=4).hold
    assert stands().holds == {"CODE": made} == {"CODE": Hold(1, 2, 4, NOW)}


def test_queue_numbers_go_up_without_a_gap() -> None:
    create(6)
    assert [claim("A", 1).hold.first, claim("B", 3).hold.first, claim("C").hold.first] == [1, 2, 5]


def test_a_queue_number_is_never_given_twice() -> None:
    create(1)
    slots.give_back(KEY, "CODE", claim().hold)
    assert claim("OTHER").hold.first == 2


def test_a_claim_tells_how_many_places_the_slot_has() -> None:
    create(3)
    slots.set_capacity(stands(), 5)
    assert claim().capacity == 5


def test_the_last_place_can_be_claimed() -> None:
    create(1)
    assert claim().left == 0


def test_a_full_slot_refuses_and_tells_who_holds_it() -> None:
    create(2)
    holds = {"A": claim("A").hold, "B": claim("B").hold}
    assert slots.claim(KEY, "C", 1, 0, NOW) == Full(holds)


def test_a_family_that_does_not_fit_gets_no_place_at_all() -> None:
    create(2)
    assert slots.claim(KEY, "CODE", 3, 0, NOW) == Full({})
    assert stands().left == 2


def test_the_same_code_meets_its_own_hold() -> None:
    create(3)
    made = claim(version=2).hold
    assert slots.claim(KEY, "CODE", 1, 5, NOW + SECOND) == Mine(made, 3)


def test_the_same_code_meets_its_own_hold_in_a_full_slot() -> None:
    create(1)
    made = claim().hold
    assert slots.claim(KEY, "CODE", 1, 0, NOW) == Mine(made, 1)


def test_the_same_code_takes_no_more_places() -> None:
    create(3)
    claim()
    slots.claim(KEY, "CODE", 1, 0, NOW)
    assert stands().left == 2


def test_places_can_be_claimed_at_the_second_of_their_release() -> None:
    create(1, opens_at=NOW)
    assert claim(now=NOW)


def test_places_cannot_be_claimed_a_second_before_their_release() -> None:
    create(1, opens_at=NOW)
    with pytest.raises(NotReleased) as refused:
        slots.claim(KEY, "CODE", 1, 0, NOW - SECOND)
    assert refused.value.more == {"opens_at": NOW}


def test_a_closed_slot_refuses() -> None:
    create(1)
    slots.close(KEY)
    with pytest.raises(OfficeClosed):
        slots.claim(KEY, "CODE", 1, 0, NOW)


def test_a_slot_that_is_not_there_refuses() -> None:
    with pytest.raises(NoSuchSlot):
        slots.claim(KEY, "CODE", 1, 0, NOW)


def test_a_refused_claim_makes_no_slot() -> None:
    with pytest.raises(NoSuchSlot):
        slots.claim(KEY, "CODE", 1, 0, NOW)
    assert slots.get(KEY) is None


def test_a_claim_is_one_call() -> None:
    create(1)
    claim()
    with before("*") as calls:
        slots.claim(KEY, "OTHER", 1, 0, NOW)
    assert len(calls) == 1


# ---- giving back --------------------------------------------------------------------------------


def test_giving_back_gives_all_places_of_a_hold_back() -> None:
    create(3)
    slots.give_back(KEY, "CODE", claim(places=2).hold)
    assert (stands().left, stands().holds) == (3, {})


def test_giving_back_tells_how_many_places_were_left_before() -> None:
    create(3)
    assert slots.give_back(KEY, "CODE", claim(places=2).hold) == GivenBack(1)


def test_places_given_back_twice_come_back_once() -> None:
    create(3)
    made = claim().hold
    slots.give_back(KEY, "CODE", made)
    assert isinstance(slots.give_back(KEY, "CODE", made), Gone)
    assert stands().left == 3


def test_only_the_hold_that_was_seen_is_given_back() -> None:
    create(3)
    old = claim(version=1).hold
    slots.give_back(KEY, "CODE", old)
    new = claim(version=2).hold
    assert isinstance(slots.give_back(KEY, "CODE", old), Gone)
    assert stands().holds == {"CODE": new}


def test_giving_back_leaves_a_later_hold_of_the_same_version() -> None:
    create(3)
    old = claim(places=2).hold
    slots.give_back(KEY, "CODE", old)
    new = claim(places=1).hold
    assert isinstance(slots.give_back(KEY, "CODE", old), Gone)
    assert (stands().left, stands().holds) == (2, {"CODE": new})


def test_giving_back_leaves_the_holds_of_others() -> None:
    create(3)
    others = claim("OTHER").hold
    slots.give_back(KEY, "CODE", claim().hold)
    assert stands().holds == {"OTHER": others}


def test_only_the_claim_that_was_seen_is_given_back() -> None:
    create(3)
    old = claim(places=2).hold
    slots.give_back(KEY, "CODE", old)
    new = claim(places=1).hold
    assert isinstance(slots.give_back(KEY, "CODE", old), Gone)
    assert stands().holds == {"CODE": new}


# ---- what operators change ----------------------------------------------------------------------

OTHER = Window(KEY.start, time(8, 30), 5)
TOMORROW = NOW + timedelta(days=1)
DAY_AFTER = NOW + timedelta(days=2)


def test_a_slot_that_is_not_released_can_be_made_anew() -> None:
    create(3, opens_at=TOMORROW)
    slots.remake(KEY, OTHER, DAY_AFTER, NOW)
    assert stands() == Slot(KEY, time(8, 30), 5, 5, DAY_AFTER, closed=False, holds={})


def test_a_slot_is_not_made_anew_from_the_second_of_its_release() -> None:
    create(3, opens_at=TOMORROW)
    slots.remake(KEY, OTHER, DAY_AFTER, TOMORROW)
    assert (stands().capacity, stands().opens_at) == (3, TOMORROW)


def test_a_slot_that_anybody_has_claimed_is_not_made_anew() -> None:
    create(3, opens_at=TOMORROW)
    made = claim(now=TOMORROW).hold
    slots.give_back(KEY, "CODE", made)
    slots.remake(KEY, OTHER, DAY_AFTER, NOW)
    assert stands().capacity == 3


def test_no_slot_is_made_by_making_it_anew() -> None:
    slots.remake(KEY, OTHER, DAY_AFTER, NOW)
    assert slots.get(KEY) is None


def test_a_slot_that_is_not_released_can_be_discarded() -> None:
    create(3, opens_at=TOMORROW)
    slots.discard(KEY, NOW)
    assert slots.get(KEY) is None


def test_a_slot_is_not_discarded_from_the_second_of_its_release() -> None:
    create(3, opens_at=TOMORROW)
    slots.discard(KEY, TOMORROW)
    assert stands()


def test_a_slot_that_anybody_has_claimed_is_not_discarded() -> None:
    create(3, opens_at=TOMORROW)
    claim(now=TOMORROW)
    slots.discard(KEY, NOW)
    assert stands()


def test_a_slot_gets_more_places() -> None:
    create(3)
    claim()
    assert slots.set_capacity(stands(), 5) == Resized(4)
    assert (stands().capacity, stands().left) == (5, 4)


def test_a_slot_loses_places_that_nobody_holds() -> None:
    create(3)
    claim()
    assert slots.set_capacity(stands(), 1) == Resized(0)
    assert (stands().capacity, stands().left) == (1, 0)


def test_a_slot_does_not_lose_places_that_somebody_holds() -> None:
    create(3)
    claim(places=2)
    assert isinstance(slots.set_capacity(stands(), 1), Changed)
    assert (stands().capacity, stands().left) == (3, 1)


def test_the_places_of_a_slot_are_changed_by_one_who_knows_how_many_there_are() -> None:
    create(3)
    read = stands()
    slots.set_capacity(read, 5)
    assert isinstance(slots.set_capacity(read, 4), Changed)
    assert stands().capacity == 5


def test_no_slot_is_made_by_closing_it() -> None:
    slots.close(KEY)
    assert slots.get(KEY) is None


def test_a_closed_slot_keeps_its_roster() -> None:
    create(3)
    made = claim().hold
    slots.close(KEY)
    assert (stands().closed, stands().holds) == (True, {"CODE": made})


@pytest.mark.parametrize(
    "change",
    [
        lambda: slots.remake(KEY, OTHER, DAY_AFTER, NOW),
        lambda: slots.discard(KEY, NOW),
        lambda: slots.set_capacity(stands(), 5),
        lambda: slots.close(KEY),
    ],
    ids=["remake", "discard", "set_capacity", "close"],
)
def test_a_process_sees_what_it_has_changed_at_once(change: Callable[[], object]) -> None:
    create(3, opens_at=TOMORROW)
    before_it = slots.seen([KEY], NOW)
    change()
    assert slots.seen([KEY], NOW) != before_it


# ---- what was seen ------------------------------------------------------------------------------


def test_slots_are_seen_without_a_read_for_a_second() -> None:
    create(3)
    slots.seen([KEY], NOW)
    with before("BatchGetItem") as calls:
        slots.seen([KEY], NOW + SECOND / 2)
    assert calls == []


def test_slots_are_read_again_after_a_second() -> None:
    create(3)
    slots.seen([KEY], NOW)
    SlotItem.change(KEY.id, actions=[SlotItem.left.set(1)])
    assert slots.seen([KEY], NOW + SECOND)[KEY].left == 1


def test_a_process_sees_at_once_what_it_has_claimed_and_given_back() -> None:
    create(3)
    slots.seen([KEY], NOW)
    made = claim(places=2).hold
    after_claim = slots.seen([KEY], NOW)[KEY].left
    slots.give_back(KEY, "CODE", made)
    assert (after_claim, slots.seen([KEY], NOW)[KEY].left) == (1, 3)


def test_slots_that_are_not_there_are_not_seen() -> None:
    assert slots.seen([KEY], NOW) == {}


def test_all_slots_of_a_day_are_seen_in_one_call() -> None:
    keys = [SlotKey("malang", THURSDAY, time(hour)) for hour in range(8, 15)]
    for key in keys:
        create(1, key=key)
    with before("BatchGetItem") as calls:
        seen = slots.seen(keys, NOW)
    assert (list(seen), len(calls)) == (keys, 1)


def test_all_slots_are_seen_even_when_the_memory_is_at_its_limit() -> None:
    keys = [SlotKey("malang", THURSDAY, time(hour)) for hour in (8, 9)]
    for key in keys:
        create(1, key=key)
    seen = slots.seen(keys[:1], NOW)[keys[0]]
    for number in range(LIMIT - 1):
        slots._seen.keep(f"another {number}", NOW, seen)
    assert list(slots.seen(keys, NOW)) == keys


def test_rosters_are_read_as_they_are() -> None:
    create(3)
    slots.seen([KEY], NOW)
    SlotItem.change(KEY.id, actions=[SlotItem.left.set(1)])
    assert [slot.left for slot in slots.rosters([KEY])] == [1]


def test_no_rosters_are_no_call() -> None:
    with before("BatchGetItem") as calls:
        assert slots.rosters([]) == []
    assert calls == []
