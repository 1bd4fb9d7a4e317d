"""The slots: claims and releases of places, each one plain conditional update of one item."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import Hold, Slot, SlotKey
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.errors import NoSuchSlot, NotReleased, OfficeClosed
from chalicelib.domain.local_time import hhmm, parse_hhmm
from chalicelib.domain.offices import Window
from chalicelib.store.cache import Cache
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.legible import legible
from chalicelib.store.outcomes import Changed, Claimed, Full, GivenBack, Gone, Mine, Resized
from chalicelib.store.tables.booking import SlotItem
from chalicelib.store.times import instant, seconds

_seen: Cache[str, Slot] = Cache(timedelta(seconds=1))

CLAIM = SlotItem.prepared(
    actions=[
        SlotItem.left.set(SlotItem.left - {"N": "$places"}),
        SlotItem.sequence.set(SlotItem.sequence + {"N": "$places"}),
        SlotItem.numbers["$code"].set(SlotItem.sequence + 1),
        SlotItem.holds["$code"].set({"M": "$hold"}),
    ],
    condition=(SlotItem.opens_at <= {"N": "$now"})
    & SlotItem.closed.does_not_exist()
    & (SlotItem.left >= {"N": "$places"})
    & SlotItem.holds["$code"].does_not_exist(),
)


def create(key: SlotKey, window: Window, opens_at: datetime) -> bool:
    """Put a slot that is not there yet. Says whether it was new."""
    item = SlotItem(
        key.id,
        end=hhmm(window.end),
        capacity=window.places,
        left=window.places,
        opens_at=seconds(opens_at),
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
    hold = {"places": places, "version": version, "claimed_at": seconds(now)}
    try:
        new = CLAIM.change(
            key.id, "UPDATED_NEW", code=code, places=places, hold=hold, now=seconds(now)
        )
    except Unmet as unmet:
        return _refused(unmet.items[0], key, code, now)
    finally:
        _seen.drop(key.id)
    first = int(new["sequence"]["N"]) - places + 1
    return Claimed(Hold(first, places, version, instant(seconds(now))), int(new["left"]["N"]))


def _refused(item: dict[str, Any] | None, key: SlotKey, code: str, now: datetime) -> Mine | Full:
    if not item:
        raise NoSuchSlot
    slot = _slot(key, SlotItem.from_raw_data(item))
    if code in slot.holds:
        return Mine(slot.holds[code])
    if slot.closed:
        raise OfficeClosed
    if slot.opens_at > now:
        raise NotReleased(opens_at=slot.opens_at)
    return Full(slot.holds)


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
    # The number tells one claim from the next: a key sent with other people claims anew under the
    # same code and version, but for other places.
    return (SlotItem.holds[code]["version"] == hold.version) & (
        SlotItem.numbers[code] == hold.first
    )


def give_back_later(key: SlotKey, code: str, hold: Hold, free_at: datetime) -> None:
    """Note when the very hold that was seen is to be given back; what is noted first stands."""
    try:
        SlotItem.change(
            key.id,
            actions=[SlotItem.holds[code]["free_at"].set(seconds(free_at))],
            condition=_is(code, hold) & SlotItem.holds[code]["free_at"].does_not_exist(),
        )
    except Unmet:
        return
    finally:
        _seen.drop(key.id)


def remake(key: SlotKey, window: Window, opens_at: datetime, now: datetime) -> None:
    """Give a slot other places or another release, unless anybody may have had one by ``now``."""
    try:
        SlotItem.change(
            key.id,
            actions=[
                SlotItem.end.set(hhmm(window.end)),
                SlotItem.capacity.set(window.places),
                SlotItem.left.set(window.places),
                SlotItem.opens_at.set(seconds(opens_at)),
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


def get(key: SlotKey) -> Slot | None:
    """A slot as it stands (a consistent read)."""
    item = SlotItem.fetch(key.id)
    return _slot(key, item) if item else None


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
    return Slot(
        key=key,
        end=parse_hhmm(item.end),
        capacity=int(item.capacity),
        left=int(item.left),
        opens_at=instant(item.opens_at),
        closed=bool(item.closed),
        holds={
            code: Hold(
                first=int(numbers[code]),
                places=int(hold["places"]),
                version=int(hold["version"]),
                claimed_at=instant(hold["claimed_at"]),
                free_at=instant(hold["free_at"]) if "free_at" in hold else None,
            )
            for code, hold in item.holds.as_dict().items()
        },
    )
