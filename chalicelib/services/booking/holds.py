"""Claiming places, giving holds back, and the hint of what is full.

A release names the very hold that was seen. Before it, nothing in flight may still be able to
turn that hold into a promise; the callers see to this, each in its way (`fenced` is one of them).
What an applicant lets go comes back only after a while: the hold says when, and from that instant
on whoever needs its places, or the sweep, gives them back.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from chalicelib import keyring
from chalicelib.domain import bookings as rules
from chalicelib.domain.bookings import Booking, Hold, SlotKey, Status
from chalicelib.domain.errors import OfficeUnavailable, RequestInProgress
from chalicelib.keyring import Purpose
from chalicelib.store import bookings, days, offices, slots
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Claimed, Full, GivenBack, Gone, Mine
from chalicelib.telemetry import Metric, log, measure

CLAIMS = 3


@contextmanager
def left_to_the_sweep() -> Iterator[None]:
    """What is decided stays decided: tidying up after it may fail, and the sweep then does it."""
    try:
        yield
    except (Unavailable, OfficeUnavailable):
        log.warning("left to the sweep")


def claim(
    slot: SlotKey,
    code: str,
    places: int,
    version: int,
    now: datetime,
    doomed: Collection[str] = (),
) -> Claimed | Mine | Full:
    """Claim places under ``code``; before it is "full", what is due or ``doomed`` is given back.

    Nothing can promise what is held under a doomed code. Raises `NoSuchSlot`, `OfficeClosed`,
    `NotReleased`, `RequestInProgress`.
    """
    for _ in range(CLAIMS):
        claimed = slots.claim(slot, code, places, version, now)
        if not isinstance(claimed, Full):
            return claimed
        free = {old: h for old, h in claimed.holds.items() if old in doomed or h.due(now)}
        if not free:
            return claimed
        for old, hold in free.items():
            give_back(slot, old, hold)
    raise RequestInProgress


def give_back_later(slot: SlotKey, code: str, hold: Hold, now: datetime) -> None:
    """Let the places of a fenced hold come back when its office wants them to."""
    office = offices.get(slot.office_id, now)
    if office.by_lot:
        free_at = rules.free_by_lot(now)
    else:
        secret = keyring.derived(Purpose.GIVING_BACK)
        free_at = rules.free_at(secret, code, office.free_after, now)
    if free_at <= now:
        give_back(slot, code, hold)
    else:
        slots.give_back_later(slot, code, hold, free_at)


def give_back(slot: SlotKey, code: str, hold: Hold) -> bool:
    """Release a hold that nothing can promise any more. False if it was gone already."""
    match slots.give_back(slot, code, hold):
        case GivenBack(left_before):
            if left_before == 0:
                days.unmark_full(slot)
            return True
        case Gone():
            return False


def sold_out(slot: SlotKey, opens_at: datetime, now: datetime) -> None:
    """Leave the hint that a slot's last place has been taken."""
    with left_to_the_sweep():
        days.mark_full(slot)
    measure(Metric.TIME_TO_SOLD_OUT, now - opens_at, office=slot.office_id)


def fenced(booking: Booking, slot: SlotKey, hold: Hold) -> bool:
    """Fence a hold in ``slot`` that ``booking`` does not point at: a late move of it will fail.

    A move needs a hold of the very version that the booking has. An older hold is fenced already;
    for one that is not, the version is raised. False if the booking has changed since it was read,
    or points here: look again.
    """
    if booking.status is Status.CANCELLED:
        return True  # final: nothing can move it
    if booking.slot == slot:
        return False
    return hold.version < booking.version or bookings.raise_version(booking)
