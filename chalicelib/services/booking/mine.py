"""The bookings that an account may see: its own, and those of others that name its holder.

Of a booking that somebody else made, the holder sees their own place and nobody else's. All of it
while the time of a booking is not over.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain import calendar
from chalicelib.domain.bookings import Booking, Status
from chalicelib.domain.errors import AlreadyCancelled, NoSuchBooking
from chalicelib.domain.persons import Person
from chalicelib.services import aliases
from chalicelib.store import applicants, bookings
from chalicelib.store.outcomes import Abandoned, Unused

PAGE = 50
"""An account's own bookings in one answer: it costs the same however long the account has been."""


class Seen(NamedTuple):
    """A booking as an account may see it."""

    booking: Booking
    numbers: Mapping[str, int]
    """The queue numbers that it may know, by what it calls their people."""
    made_by_me: bool = True
    left: bool = False
    """The holder of the account has left it."""


class Held(NamedTuple):
    """The person whom an account holds, and what it calls them."""

    alias: str
    person: Person
    account_id: str


class Page(NamedTuple):
    seen: list[Seen]
    next: str | None
    """The code after which to go on; None at the end."""


Found = Booking | Abandoned | Unused
"""What a caller has just read under a code, if it has; it is not read again then."""


def own(code: str, account_id: str, now: datetime, read: Found | None = None) -> Booking:
    """A booking that the account made. Raises `NoSuchBooking`, also for what belongs to others."""
    found = bookings.get(code) if read is None else read
    if not isinstance(found, Booking) or found.account_id != account_id or expired(found, now):
        raise NoSuchBooking
    return found


def seen(code: str, account_id: str, now: datetime, read: Found | None = None) -> Seen:
    """A booking that the account made, or that names its holder. Raises `NoSuchBooking`."""
    found = bookings.get(code) if read is None else read
    if not isinstance(found, Booking) or expired(found, now):
        raise NoSuchBooking
    if found.account_id == account_id:
        return as_maker(found)
    me = held(account_id)
    mine = as_named(found, me) if me else None
    if mine is None or mine.left:
        raise NoSuchBooking
    return mine


def valid(code: str, account_id: str, now: datetime, read: Found | None = None) -> Seen:
    """The same, if it is not cancelled. Raises `NoSuchBooking`, `AlreadyCancelled`."""
    found = seen(code, account_id, now, read)
    if found.booking.status is Status.CANCELLED:
        raise AlreadyCancelled
    return found


def page(account_id: str, after: str | None, now: datetime) -> Page:
    """So many bookings of an account, the latest first, and among them those that name its holder.

    Raises `NoSuchBooking` if ``after`` is none of its own.
    """
    last = own(after, account_id, now) if after is not None else None
    found = bookings.of_account(account_id, after=last, limit=PAGE + 1)
    ours, rest = found[:PAGE], found[PAGE:]
    me = held(account_id)
    others = [
        one
        for one in (_naming(me, now) if me else ())
        if not one.left
        and (last is None or one.booking.created_at < last.created_at)
        and (not rest or one.booking.created_at >= ours[-1].created_at)
    ]
    shown = [as_maker(booking) for booking in ours if not expired(booking, now)]
    return Page(_latest_first([*shown, *others]), ours[-1].code if rest else None)


def all_of(account_id: str, now: datetime) -> list[Seen]:
    """All that an account may see, and what its holder has left; the latest first."""
    ours = [as_maker(one) for one in bookings.of_account(account_id) if not expired(one, now)]
    me = held(account_id)
    return _latest_first([*ours, *(_naming(me, now) if me else ())])


def held(account_id: str) -> Held | None:
    """The person whom the account holds; None if it only claims to be them."""
    from chalicelib.store import accounts  # a process that starts in order to book needs none

    account = accounts.get(account_id)
    person_id = aliases.person_of(account_id, account.holder) if account else None
    person = applicants.get(person_id) if person_id else None
    if account is None or person is None or person.holder != account_id:
        return None
    return Held(account.holder, person, account_id)


def as_maker(booking: Booking) -> Seen:
    """A booking as the account that made it sees it."""
    return Seen(booking, booking.numbers)


def as_named(booking: Booking, me: Held) -> Seen | None:
    """A booking of another account as ``me`` sees it; None if it does not name them."""
    position = position_of(booking, me.person.person_id)
    if position is None:
        return None
    left = position in booking.out
    number = booking.numbers.get(booking.applicants[position])
    numbers = {} if number is None else {me.alias: number}
    return Seen(booking, numbers, made_by_me=False, left=left)


def position_of(booking: Booking, person_id: str) -> int | None:
    """Where a booking names a person, from 0 on."""
    meant = (aliases.person_of(booking.account_id, alias) for alias in booking.applicants)
    return next((n for n, one in enumerate(meant) if one == person_id), None)


def expired(booking: Booking, now: datetime) -> bool:
    """Whether its time is over: it is shown no more, and DynamoDB deletes it within days."""
    return calendar.expires_at(booking.slot.day) <= now


def _naming(me: Held, now: datetime) -> Iterator[Seen]:
    """The bookings of other accounts that name ``me``."""
    codes = sorted(me.person.codes)
    for booking in bookings.many(codes).values() if codes else ():
        if booking.account_id != me.account_id and not expired(booking, now):
            named = as_named(booking, me)
            if named:
                yield named


def _latest_first(seen: Iterable[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda one: one.booking.created_at, reverse=True)
