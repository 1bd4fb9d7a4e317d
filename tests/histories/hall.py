"""Halls full of people, put beside a running system: offices of twenty counters, with bookings.

`STATE=… python -m tests.histories.hall HALLS BOOKINGS` prints as JSON the QR codes of each hall's
bookings, and tokens for its desk. All of it is of today, and everybody may check in now.
"""

import json
import sys
from datetime import UTC, datetime, time, timedelta
from typing import Any

from infra.local import beside

COUNTERS = 20
WINDOW = {"start": "00:00", "end": "23:59", "places": 100}
ZONES = ("Asia/Jakarta", "Asia/Jayapura")
"""Their midnights are two hours apart, so in one of them today goes on."""


def name(number: int) -> str:
    return f"uji-aula-{number}"  # after those of which other tests take the first


def label_of(qr: str) -> str:
    """What the ticket of a booking here is called: there is one window."""
    return f"A{int(qr.split(':')[1][3:])}"


def zone(hour: int) -> str:
    """A time zone in which it is not midnight soon, by the hour in UTC."""
    return ZONES[16 <= hour <= 17]


def office(number: int, now: datetime) -> dict[str, Any]:
    """In the form of ``infra/offices.json``."""
    return {
        "office_id": name(number),
        "name": "Uji Aula",
        "city": "Aula",
        "province": "Jawa Barat",
        "time_zone": zone(now.hour),
        "latitude": -6.9,
        "longitude": 107.62,
        "horizon_days": 1,
        "release_at": "00:00",
        "counters": COUNTERS,
        "step_minutes": [1],
        "opening": {day: [WINDOW] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        "closures": {},
    }


def main(halls: int, booked: int) -> None:
    beside.entered()
    # Imported only now: chalicelib has read the environment once it is imported.
    from chalicelib import keyring
    from chalicelib.api import tokens
    from chalicelib.domain import bookings as rules
    from chalicelib.domain.bookings import Booking, Hold, Place, Service, SlotKey, Status
    from chalicelib.domain.staff import Role
    from chalicelib.services.days import release
    from chalicelib.services.desk import shifts
    from chalicelib.store import offices, records, slots
    from chalicelib.store.tables.booking import BookingItem, SlotItem

    now, made = datetime.now(UTC), {}
    for hall in range(1, halls + 1):
        offices.put(office(hall, now))
    release.open_days(now)
    secret = keyring.derived(keyring.Purpose.TICKET)
    for hall in range(1, halls + 1):
        known = offices.get(name(hall), now)
        slot = SlotKey(known.office_id, known.today(now), time(0))
        codes = []
        for number in range(1, booked + 1):
            told = now + timedelta(minutes=(number * 7) % 40 - 10)
            at = told.astimezone(known.zone).time().replace(second=0, microsecond=0)
            place = Place(slot, time(23, 59), number, at)
            code = f"{hall:03}{number:09}"
            booking = Booking(
                code, "hall", ("nobody",), Service.NEW, Status.BOOKED, 1, place, "", now
            )
            BookingItem(**records.fields(booking)).put()
            codes.append(code)
        hold = slots._text(Hold(0, 1, 0, now))
        numbers = {code: number for number, code in enumerate(codes, 1)}
        SlotItem.change(
            slot.id,
            actions=[SlotItem.holds.set(dict.fromkeys(codes, hold)), SlotItem.numbers.set(numbers)],
        )
        made[name(hall)] = {
            "qr": [rules.ticket_payload(secret, code) for code in codes],
            **{
                role.value: tokens.issue_to_desk(shifts.start(name(hall), role, now), now)
                for role in (Role.CLERK, Role.KIOSK, Role.SUPERVISOR)
            },
        }
    print(json.dumps(made))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
