"""The slots: claims and releases of places, each one plain conditional update of one item."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import Hold, Slot, SlotKey
from chalicelib.domain.calendar import DRAWN_BEFORE, expires_at
from chalicelib.domain.errors import NoSuchSlot, NotReleased, OfficeClosed
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.offices import Window
from chalicelib.domain.persons import Person
from chalicelib.store import persons
from chalicelib.store.cache import Cache
from chalicelib.store.dynamo import Unavailable, Unmet, together
from chalicelib.store.legible import legible
from chalicelib.store.outcomes import (
    Changed,
    Claimed,
    Closed,
    Full,
    GivenBack,
    Gone,
    Mine,
    Resized,
)
from chalicelib.store.tables.booking import ApplicantItem, SlotItem
from chalicelib.store.times import instant, seconds

_seen: Cache[str, Slot] = Cache(timedelta(seconds=1))

CLAIM = SlotItem.prepared(
    actions=[
        SlotItem.left.set(SlotItem.left - {"N": "$places"}),
        SlotItem.sequence.set(SlotItem.sequence + {"N": "$places"}),
        SlotItem.numbers["$code"].set(SlotItem.sequence + 1),
        SlotItem.holds["$code"].set({"S": "$hold"}),
        SlotItem.capacity.set(SlotItem.capacity),  # only what is set is returned
    ],
    condition=(SlotItem.opens_at <= {"N": "$now"})
    & SlotItem.closed.does_not_exist()
    & (SlotItem.left >= {"N": "$places"})
    & SlotItem.holds["$code"].does_not_exist(),
)


def create(key: SlotKey, window: Window, opens_at: datetime, *, by_lot: bool = False) -> bool:
    """Put a slot that is not there yet. Says whether it was new."""
    item = SlotItem(
        key.id,
        end=hhmm(window.end),
        capacity=window.places,
        left=window.places,
        opens_at=seconds(opens_at),
        draw_at=seconds(opens_at - DRAWN_BEFORE) if by_lot else None,
        expires_at=seconds(expires_at(key.day)),
    )
    try:
        item.put(SlotItem.slot_id.does_not_exist())
    except Unmet:
        return False
    return True


def claim(
    key: SlotKey, code: str, places: int, version: int, now: datetime
) -> Claimed | Mine | Full:
    """Take ``places`` under ``code``, if they are released and left.

    Raises `NoSuchSlot`, `OfficeClosed`, `NotReleased`.
    """
    hold = Hold(0, places, version, instant(seconds(now)))
    try:
        new = CLAIM.change(
            key.id, "UPDATED_NEW", code=code, places=places, hold=_text(hold), now=seconds(now)
        )
    except Unmet as unmet:
        return _refused(unmet.items[0], key, code, now)
    finally:
        _seen.drop(key.id)
    first = int(new["sequence"]["N"]) - places + 1
    made = hold._replace(first=first)
    return Claimed(made, int(new["left"]["N"]), int(new["capacity"]["N"]))


def _refused(item: dict[str, Any] | None, key: SlotKey, code: str, now: datetime) -> Mine | Full:
    if not item:
        raise NoSuchSlot
    slot = _slot(key, SlotItem.from_raw_data(item))
    if code in slot.holds:
        return Mine(slot.holds[code], slot.capacity)
    if slot.closed:
        raise OfficeClosed
    if slot.opens_at > now:
        raise NotReleased(opens_at=slot.opens_at)
    return Full(slot.holds)


def claim_drawn(
    key: SlotKey,
    code: str,
    places: int,
    over: Mapping[str, Hold],
    now: datetime,
) -> Claimed | Mine | Closed | Slot:
    """Take ``places`` for a draw: of what is left, and of what these dead holds have.

    They are taken ``over`` in one write, so that nobody else can have them on the way. The slot as
    it stands, if there are too few, or if one of these holds is not there any more.
    """
    hold = Hold(0, places, 0, instant(seconds(now)))
    freed = sum(dead.places for dead in over.values())
    condition = (
        (SlotItem.draw_at <= seconds(now))
        & SlotItem.closed.does_not_exist()
        & (SlotItem.left >= places - freed)
        & SlotItem.holds[code].does_not_exist()
    )
    actions: list[Any] = [
        SlotItem.left.set(SlotItem.left + (freed - places)),
        SlotItem.sequence.set(SlotItem.sequence + places),
        SlotItem.numbers[code].set(SlotItem.sequence + 1),
        SlotItem.holds[code].set(_text(hold)),
        SlotItem.capacity.set(SlotItem.capacity),
    ]
    for dead, seen in over.items():
        condition &= _is(dead, seen)
        actions += [SlotItem.holds[dead].remove(), SlotItem.numbers[dead].remove()]
    try:
        new = SlotItem.change(key.id, actions=actions, condition=condition, returning="UPDATED_NEW")
    except Unmet as unmet:
        item = unmet.items[0]
        if not item:
            raise Unavailable from unmet  # it was there when its places were drawn
        slot = _slot(key, SlotItem.from_raw_data(item))
        if code in slot.holds:
            return Mine(slot.holds[code], slot.capacity)
        drawn = slot.draw_at is not None and slot.draw_at <= now
        return slot if drawn and not slot.closed else Closed()
    finally:
        _seen.drop(key.id)
    first = int(new["sequence"]["N"]) - places + 1
    return Claimed(hold._replace(first=first), int(new["left"]["N"]), int(new["capacity"]["N"]))


def give_back(key: SlotKey, code: str, hold: Hold) -> GivenBack | Gone:
    """Give back the very hold that was seen; a later one under the same code stays."""
    try:
        new = SlotItem.change(
            key.id,
            actions=[
                SlotItem.left.set(SlotItem.left + hold.places),
                SlotItem.holds[code].remove(),
                SlotItem.numbers[code].remove(),
            ],
            condition=_is(code, hold),
            returning="UPDATED_NEW",
        )
    except Unmet:
        return Gone()
    finally:
        _seen.drop(key.id)
    return GivenBack(int(new["left"]["N"]) - hold.places)


def _is(code: str, hold: Hold) -> Any:
    # The number tells one claim from the next within a second: a key sent with other people claims
    # anew under the same code and version, but for other places.
    return (SlotItem.holds[code] == _text(hold)) & (SlotItem.numbers[code] == hold.first)


def give_back_later(key: SlotKey, code: str, hold: Hold, free_at: datetime) -> None:
    """Note when the very hold that was seen is to be given back; what is noted first stands."""
    try:
        SlotItem.change(
            key.id,
            actions=[SlotItem.holds[code].set(_text(hold._replace(free_at=free_at)))],
            condition=_is(code, hold._replace(free_at=None)),
        )
    except Unmet:
        return
    finally:
        _seen.drop(key.id)


def remake(
    key: SlotKey, window: Window, opens_at: datetime, now: datetime, *, by_lot: bool = False
) -> None:
    """Give a slot other places or another release, unless anybody may have had one by ``now``."""
    try:
        SlotItem.change(
            key.id,
            actions=[
                SlotItem.end.set(hhmm(window.end)),
                SlotItem.capacity.set(window.places),
                SlotItem.left.set(window.places),
                SlotItem.opens_at.set(seconds(opens_at)),
                SlotItem.draw_at.set(seconds(opens_at - DRAWN_BEFORE))
                if by_lot
                else SlotItem.draw_at.remove(),
            ],
            condition=(SlotItem.opens_at > seconds(now)) & (SlotItem.sequence == 0),
        )
    except Unmet:
        return
    finally:
        _seen.drop(key.id)


def discard(key: SlotKey, now: datetime) -> None:
    """Remove a slot, unless anybody may have had a place in it by ``now``."""
    try:
        SlotItem.remove(
            key.id, condition=(SlotItem.opens_at > seconds(now)) & (SlotItem.sequence == 0)
        )
    except Unmet:
        return
    finally:
        _seen.drop(key.id)


def set_capacity(slot: Slot, capacity: int) -> Resized | Changed:
    """Let a slot have ``capacity`` places, if it still has as many as were read.

    It never goes below what is held.
    """
    more = capacity - slot.capacity
    try:
        new = SlotItem.change(
            slot.key.id,
            actions=[
                SlotItem.capacity.set(capacity),
                SlotItem.left.set(SlotItem.left + more),
            ],
            condition=(SlotItem.capacity == slot.capacity) & (SlotItem.left >= -more),
            returning="UPDATED_NEW",
        )
    except Unmet:
        return Changed()
    finally:
        _seen.drop(slot.key.id)
    return Resized(int(new["left"]["N"]))


def close(key: SlotKey) -> None:
    """Let no claim succeed any more."""
    try:
        SlotItem.change(
            key.id, actions=[SlotItem.closed.set(True)], condition=SlotItem.slot_id.exists()
        )
    except Unmet:
        return  # no such slot: there is nothing to claim
    finally:
        _seen.drop(key.id)


def reopen(key: SlotKey) -> None:
    """Let claims succeed again."""
    SlotItem.change(key.id, actions=[SlotItem.closed.remove()], condition=SlotItem.slot_id.exists())
    _seen.drop(key.id)


def get(key: SlotKey) -> Slot | None:
    """A slot as it stands (a consistent read)."""
    item = SlotItem.fetch(key.id)
    return _slot(key, item) if item else None


def get_with_people(key: SlotKey, person_ids: Iterable[str]) -> tuple[Slot | None, list[Person]]:
    """The same, and those of these persons that are there: one consistent BatchGet."""
    people = ApplicantItem.reading(*person_ids, whole=True)
    found = together(SlotItem.reading(key.id, whole=True) | people)
    stands = [_slot(key, SlotItem.from_raw_data(item)) for item in found[SlotItem.Meta.table_name]]
    items = map(ApplicantItem.from_raw_data, found[ApplicantItem.Meta.table_name])
    return next(iter(stands), None), [persons.person(item) for item in items]


def seen(keys: Sequence[SlotKey], now: datetime) -> dict[SlotKey, Slot]:
    """Slots as they stood at most a second ago: one BatchGet for those not seen since."""
    found = _fresh(keys, now)
    if len(found) < len(keys):
        with _seen.reading:
            found = _fresh(keys, now)
            found |= _read([key for key in keys if key not in found], now)
    return {key: found[key] for key in keys if key in found}


def _fresh(keys: Sequence[SlotKey], now: datetime) -> dict[SlotKey, Slot]:
    peeked = ((key, _seen.peek(key.id, now)) for key in keys)
    return {key: slot for key, slot in peeked if slot is not None}


def _read(keys: Sequence[SlotKey], now: datetime) -> dict[SlotKey, Slot]:
    read: dict[SlotKey, Slot] = {}
    by_id = {key.id: key for key in keys}
    try:
        for item in SlotItem.batch_get(list(by_id)) if by_id else ():
            slot = _slot(by_id[item.slot_id], item)
            _seen.keep(item.slot_id, now, slot)
            read[slot.key] = slot
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return read


def rosters(keys: Sequence[SlotKey]) -> list[Slot]:
    """Slots as they stand (one consistent BatchGet)."""
    by_id = {key.id: key for key in keys}
    if not by_id:
        return []
    try:
        items = list(SlotItem.batch_get(list(by_id), consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return [_slot(by_id[item.slot_id], item) for item in items]


@legible
def _slot(key: SlotKey, item: SlotItem) -> Slot:
    numbers = item.numbers.as_dict()
    holds = {code: _hold(int(numbers[code]), text) for code, text in item.holds.as_dict().items()}
    return Slot(
        key=key,
        end=parse_hhmm(item.end),
        capacity=int(item.capacity),
        left=int(item.left),
        opens_at=instant(item.opens_at),
        draw_at=instant(item.draw_at) if item.draw_at else None,
        closed=bool(item.closed),
        holds=holds,
        given_up=tuple(hold for hold in holds.values() if hold.free_at is not None),
    )


def _text(hold: Hold) -> str:
    """A hold as it is kept, beside its number: an item is written and read as a whole each time."""
    parts = [hold.places, hold.version, seconds(hold.claimed_at)]
    if hold.free_at is not None:
        parts.append(seconds(hold.free_at))
    return " ".join(map(str, parts))


def _hold(first: int, text: str) -> Hold:
    places, version, *instants = map(int, text.split())
    return Hold(first, places, version, *map(instant, instants))
