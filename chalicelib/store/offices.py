"""The offices: few, seldom changed, and read by every request, so kept a while in the process.

An item that is no office (see ``domain.office_fields``) is left out, and the others are there.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import NoSuchOffice, OfficeUnavailable
from chalicelib.domain.office_fields import NotAnOffice, check_known, office_of
from chalicelib.domain.offices import Closure, Office
from chalicelib.store.cache import Cache
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.notation import plain
from chalicelib.store.tables.booking import OfficeItem
from chalicelib.store.times import seconds
from chalicelib.telemetry import log


class _Known(NamedTuple):
    offices: dict[str, Office]
    skipped: tuple[str, ...]
    """The ids of those that cannot be read."""


_kept: Cache[str, _Known] = Cache(timedelta(minutes=1))

QUARTER_SECONDS, DAY_SECONDS = 900, 86400
DAILY = 901
"""How many offices further a day begins. With its 96 quarters they are 997, which is a prime."""


def every(now: datetime) -> dict[str, Office]:
    """All offices by their id, as they stood at most a minute ago."""
    return _kept.get("all", now, _read).offices


def skipped(now: datetime) -> tuple[str, ...]:
    """The ids of the offices that are left out everywhere, because they cannot be read."""
    return _kept.get("all", now, _read).skipped


def in_rotation(now: datetime) -> list[Office]:
    """All offices, beginning with another one every quarter of an hour, and every day.

    So a job that runs out of time, and begins anew the next time, leaves no office out for long.
    """
    known = sorted(every(now).values(), key=lambda office: office.office_id)
    first = first_in_rotation(len(known), now)
    return known[first:] + known[:first]


def first_in_rotation(known: int, now: datetime) -> int:
    """Which of so many offices comes first ``now``, from 0 on."""
    at = int(now.timestamp())
    return (at // QUARTER_SECONDS + DAILY * (at // DAY_SECONDS)) % max(known, 1)


def get(office_id: str, now: datetime) -> Office:
    """One office. Raises `NoSuchOffice`, `OfficeUnavailable`."""
    office = every(now).get(office_id)
    if office is None:
        kind = OfficeUnavailable if office_id in skipped(now) else NoSuchOffice
        raise kind(office_id=office_id)
    return office


def put(fields: Mapping[str, Any], now: datetime | None = None) -> None:
    """Store an office given in the form of ``infra/offices.json``; closures it has by now stay.

    What is not given stays too, and all of it together is checked first. ``now`` is noted where it
    goes from draw mode to first come: those who wait there have to be told. Raises `NotAnOffice`.
    """
    given = dict(fields)
    check_known(given)
    key = given.get("office_id")
    there = plain(OfficeItem.raw_item(key)) if key and isinstance(key, str) else {}
    office_of({**there, **given, "closures": there.get("closures", given.get("closures", {}))})
    office_id, closures = given.pop("office_id"), given.pop("closures", {})
    OfficeItem.change(
        office_id,
        actions=[
            *(getattr(OfficeItem, name).set(value) for name, value in given.items()),
            *_mode(there.get("by_lot", False), given.get("by_lot"), now),
            OfficeItem.closures.set(OfficeItem.closures | closures),
        ],
    )
    _kept.clear()


def _mode(before: bool, by_lot: bool | None, now: datetime | None) -> list[Action]:
    """What a change of mode writes, if there is one."""
    if by_lot:
        return [OfficeItem.left_lots_at.remove()]
    left = before and by_lot is False
    return [OfficeItem.left_lots_at.set(seconds(now) if now else 0)] if left else []


def has_left_lots(office_id: str) -> None:
    """Note that nobody waits at an office any more that went back to first come."""
    try:
        OfficeItem.change(
            office_id,
            actions=[OfficeItem.left_lots_at.remove()],
            condition=OfficeItem.by_lot == False,  # noqa: E712 (an expression)
        )
    except Unmet:
        return  # it draws again
    _kept.clear()


def add_closure(office_id: str, day: date, why: Closure) -> None:
    """Note a closure of an office. Raises `NoSuchOffice`."""
    try:
        OfficeItem.change(
            office_id,
            actions=[OfficeItem.closures[day.isoformat()].set({"id": why.id, "en": why.en})],
            condition=OfficeItem.office_id.exists(),
        )
    except Unmet:
        raise NoSuchOffice(office_id=office_id) from None
    _kept.clear()


def serve(office_id: str, day: date, *, holiday: bool) -> None:
    """Take back a closure of an office; it serves then, be it a ``holiday``."""
    served = [OfficeItem.served.add({day.isoformat()})] if holiday else []
    OfficeItem.change(
        office_id,
        actions=[OfficeItem.closures[day.isoformat()].remove(), *served],
        condition=OfficeItem.office_id.exists(),
    )
    _kept.clear()


def read(office_id: str) -> Office:
    """One office as it stands (a consistent read). Raises `NoSuchOffice`, `OfficeUnavailable`."""
    item = OfficeItem.raw_item(office_id)
    if not item:
        raise NoSuchOffice(office_id=office_id)
    try:
        return office_of(plain(item))
    except NotAnOffice:
        raise OfficeUnavailable(office_id=office_id) from None


def _read() -> _Known:
    known, skipped = {}, []
    try:
        for item in OfficeItem.raw_items():
            office_id = item["office_id"]["S"]
            try:
                known[office_id] = office_of(plain(item))
            except NotAnOffice as fault:
                skipped.append(office_id)
                log.error("office skipped", office=office_id, field=fault.field, rule=fault.rule)
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return _Known(known, tuple(sorted(skipped)))
