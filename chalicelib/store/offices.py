"""The offices: few, seldom changed, and read by every request, so kept a while in the process."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.errors import NoSuchOffice
from chalicelib.domain.local_time import parse_hhmm
from chalicelib.domain.offices import Closure, Office, Period
from chalicelib.store.cache import Cache
from chalicelib.store.dynamo import Unavailable, Unmet
from chalicelib.store.tables.booking import OfficeItem
from chalicelib.store.windows import windows_of

_kept: Cache[str, dict[str, Office]] = Cache(timedelta(minutes=1))

QUARTER_SECONDS, DAY_SECONDS = 900, 86400
DAILY = 901
"""How many offices further a day begins. With its 96 quarters they are 997, which is a prime."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def every(now: datetime) -> dict[str, Office]:
    """All offices by their id, as they stood at most a minute ago."""
    return _kept.get("all", now, _read)


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
    """One office. Raises `NoSuchOffice`."""
    office = every(now).get(office_id)
    if office is None:
        raise NoSuchOffice(office_id=office_id)
    return office


def put(fields: Mapping[str, Any]) -> None:
    """Store an office given in the form of ``infra/offices.json``; closures it has by now stay."""
    given = dict(fields)
    office_id, closures = given.pop("office_id"), given.pop("closures", {})
    OfficeItem.change(
        office_id,
        actions=[
            *(getattr(OfficeItem, name).set(value) for name, value in given.items()),
            OfficeItem.closures.set(OfficeItem.closures | closures),
        ],
    )
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


def _read() -> dict[str, Office]:
    try:
        return {item.office_id: _office(item) for item in OfficeItem.scan()}
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def _office(item: OfficeItem) -> Office:
    return Office(
        office_id=item.office_id,
        name=item.name,
        city=item.city,
        province=item.province,
        time_zone=item.time_zone,
        latitude=float(item.latitude),
        longitude=float(item.longitude),
        horizon_days=int(item.horizon_days),
        release_at=parse_hhmm(item.release_at),
        release_by=Period(item.release_by or Period.DAY),
        free_after=(
            timedelta(minutes=int(item.free_after_minutes)),
            timedelta(minutes=int(item.free_within_minutes)),
        ),
        opening={
            WEEKDAYS.index(day): windows_of(items) for day, items in item.opening.as_dict().items()
        },
        counters=int(item.counters),
        step_minutes=tuple(float(minutes) for minutes in item.step_minutes),
        closures={
            date.fromisoformat(day): Closure(**words)
            for day, words in item.closures.as_dict().items()
        },
    )
