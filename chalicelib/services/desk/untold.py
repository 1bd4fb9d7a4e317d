"""Whom neither push nor SMS has surely told, and who is called by telephone, by a supervisor.

The list is read from the bookings themselves, as all notices are. A phone number is shown on
demand, one booking at a time: each look is counted and recorded. Whom somebody has called leaves
the list, and the hold of a closed day that was kept for them is given back as after an SMS. While
a phone of theirs may still say that it has shown a push, nobody is called.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain import calendar, lines
from chalicelib.domain.boards import BoardKey
from chalicelib.domain.bookings import Booking, CancelledBy, Outcome
from chalicelib.domain.days import Day
from chalicelib.domain.errors import NoSuchBooking
from chalicelib.domain.notices import Notice, State, Telling
from chalicelib.domain.offices import Office
from chalicelib.domain.staff import Staff
from chalicelib.services.desk import labelled
from chalicelib.services.limits import tallied
from chalicelib.services.notices.send import concerned
from chalicelib.services.unseal import unseal
from chalicelib.store import accounts, bookings, calls, days, offices, slots
from chalicelib.store.dynamo import Unavailable
from chalicelib.telemetry import log

UNDER_WAY = timedelta(minutes=10)
"""So long a notice may still be on its way: twice the time of a run that sends them."""


class Row(NamedTuple):
    """A booking whose people must be called."""

    label: str
    told: datetime
    """When they were told to come."""
    later: datetime | None
    """When they should come instead."""
    booking: Booking
    notices: dict[Notice, Telling]


class Contact(NamedTuple):
    name: str
    phone: str | None
    """None where there is none any more: somebody else has proven to have the number."""


def of_office(office_id: str, now: datetime) -> list[Row]:
    """Whom to call, in the order in which they are to come."""
    office = offices.get(office_id, now)
    today, last = calendar.upcoming(office, now)
    near = today + timedelta(days=1)
    ready = days.between(office_id, today - timedelta(days=1), last)
    found = [
        row
        for day in ready.values()
        if day.date <= near or day.closed or day.reopened
        for row in _of_day(office, day, now)
    ]
    return sorted(found, key=lambda row: (row.told, row.label))


def contacts(day: date, label: str, staff: Staff, now: datetime) -> list[Contact]:
    """Names and phones of those whom a booking concerns who have an account, whoever made it first.

    Raises `NoSuchBooking` if nobody is to be called there, `TooOften`, `Unavailable`.
    """
    row = _row(day, label, staff, now)
    reason = f"to call: {day} {label}"
    try:
        found = [
            _contact(account_id, staff, reason, now) for account_id, _ in concerned(row.booking)
        ]
    except (ClientError, BotoCoreError) as fault:
        raise Unavailable from fault
    return [one for one in found if one]


def called(day: date, label: str, notices: Collection[Notice], staff: Staff, now: datetime) -> None:
    """Note that somebody has called them and told them these: what has come up since is not told.

    Raises `NoSuchBooking`, also if nobody was to be told any of it.
    """
    row = _row(day, label, staff, now)
    told = [notice for notice in row.notices if notice in notices]
    if not told or not calls.note(row.booking, told, staff.credential, now):
        raise NoSuchBooking
    log.info(
        "called by telephone",
        office=staff.office_id,
        date=day.isoformat(),
        ticket=label,
        notices=[notice.value for notice in told],
        by=staff.staff_id,
    )


def _row(day: date, label: str, staff: Staff, now: datetime) -> Row:
    office = offices.get(staff.office_id, now)
    ready = days.between(office.office_id, day, day).get(day)
    if ready is None:
        raise NoSuchBooking
    found = labelled.booking(BoardKey(office.office_id, day), ready.windows, label)
    row = _to_call(office, ready, found, now) if found else None
    if row is None:
        raise NoSuchBooking
    return row


def _of_day(office: Office, day: Day, now: datetime) -> Iterator[Row]:
    for roster in slots.rosters(day.slots) if day.windows else ():
        for booking in bookings.many([*roster.holds]).values() if roster.holds else ():
            row = _to_call(office, day, booking, now) if booking.slot == roster.key else None
            if row:
                yield row


def _to_call(office: Office, day: Day, booking: Booking, now: datetime) -> Row | None:
    """What the people of a booking do not surely know, as long as it is of use to them."""
    told = calendar.instant(office, day.date, booking.place.arrive_from)
    later = calendar.instant(office, day.date, booking.come_at) if booking.come_at else None
    notices = {
        notice: telling
        for notice, telling in booking.told.items()
        if telling.unsure(now)
        and not (telling.state is State.SENDING and now < telling.at + UNDER_WAY)
        and _of_use(notice, booking, day, later or told, office, now)
    }
    label = lines.label_booked(day.windows, booking.slot.start, booking.place.first)
    return Row(label, told, later, booking, notices) if notices else None


def _of_use(
    notice: Notice, booking: Booking, day: Day, comes: datetime, office: Office, now: datetime
) -> bool:
    if notice is Notice.CLOSURE:
        return booking.cancelled_by is CancelledBy.OFFICE and day.date >= office.today(now)
    if not booking.stands_in(booking.slot):
        return False
    if notice is Notice.TURNED_AWAY:
        return booking.outcome is Outcome.TURNED_AWAY
    return booking.outcome is None and now < comes


def _contact(account_id: str, staff: Staff, reason: str, now: datetime) -> Contact | None:
    account = accounts.get(account_id)
    if account is None:
        return None  # it was erased, and so was its number
    holder = account.people[account.holder]
    sealed = {account.holder: holder.sealed}
    if account.phone:
        sealed[account_id] = account.phone
    shown = unseal(
        account_id, sealed, staff.credential, reason, now, tallied.look_of(staff.staff_id)
    )
    phone = shown[account_id]["phone"] if account.phone else None
    return Contact(str(shown[account.holder]["name"]), phone)
