"""Sessions: families of refresh tokens, of which only the last is alive."""

from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.domain.bookings import Booking
from chalicelib.store import records
from chalicelib.store.dynamo import Item, Unavailable, Unmet, together
from chalicelib.store.outcomes import Abandoned, Dead, Unused
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.tables.people import AccountItem, SessionItem
from chalicelib.store.times import instant, seconds

LIFE = timedelta(days=90)
"""Of a session, from its last use; while its account is not idle (see ``domain.people.IDLE``)."""

LOST_ANSWER = timedelta(seconds=10)
"""So long the token before is answered as it was before: the first answer may be lost."""


class Session(NamedTuple):
    session_id: str
    account_id: str
    current: str
    """Digests of the living refresh token …"""
    previous: str | None
    """… and of the one before it."""
    started_at: datetime
    rotated_at: datetime
    noted_at: datetime
    """When it was last noted that the account is used."""
    expires_at: datetime


class NewSession(NamedTuple):
    session_id: str
    account_id: str
    digest: str
    """Of its first refresh token."""
    starts_at: datetime


def starting(session: NewSession) -> Item:
    """Put a new session."""
    return SessionItem(
        session.session_id,
        account_id=session.account_id,
        current=session.digest,
        started_at=seconds(session.starts_at),
        rotated_at=seconds(session.starts_at),
        noted_at=seconds(session.starts_at),
        expires_at=seconds(session.starts_at + LIFE),
    ).putting()


def get(session_id: str) -> Session | None:
    """A session (a consistent read)."""
    item = SessionItem.fetch(session_id)
    return _session(item) if item else None


def rotate(
    session_id: str, used: str, new: str, noted_at: datetime, now: datetime
) -> Session | Dead:
    """Let ``new`` follow the token that was used, or find that it just did."""
    try:
        item = SessionItem.change(
            session_id,
            actions=[
                SessionItem.previous.set(used),
                SessionItem.current.set(new),
                SessionItem.rotated_at.set(seconds(now)),
                SessionItem.noted_at.set(seconds(noted_at)),
                SessionItem.expires_at.set(seconds(now + LIFE)),
            ],
            condition=(SessionItem.expires_at > seconds(now)) & (SessionItem.current == used),
            returning="ALL_NEW",
        )
    except Unmet as unmet:
        stands = SessionItem.from_raw_data(unmet.items[0] or {})
        just_so = (stands.previous, stands.current) == (used, new)
        if not just_so or stands.rotated_at < seconds(now - LOST_ANSWER):
            return Dead()
        return _session(stands)
    return _session(SessionItem.from_raw_data(item))


def stands(session_id: str, account_id: str) -> bool:
    """Whether a session has not ended and its account still has its phone (a consistent read)."""
    return stand_in(together(_what_stands(session_id, account_id)))


def standing_with_booking(
    session_id: str, account_id: str, code: str
) -> Booking | Abandoned | Unused | None:
    """What there is under the ``code`` of a booking; None if the session does not stand.

    It is read beside the session and its account, with one call.
    """
    needed = _what_stands(session_id, account_id)
    found = together(needed | BookingItem.reading(code, whole=True))
    if not stand_in(found):
        return None
    items = found[BookingItem.Meta.table_name]
    return records.found(BookingItem.from_raw_data(items[0])) if items else Unused()


def reading(session_id: str) -> Item:
    """The part of a BatchGetItem that finds whether a session has not ended."""
    return SessionItem.reading(session_id)


def _what_stands(session_id: str, account_id: str) -> Item:
    return reading(session_id) | AccountItem.reading(account_id, also=("phone",))


def stand_in(found: dict[str, list[Item]]) -> bool:
    """Whether there are a session and its account with a phone among what was read together.

    Who has taken over an account's phone has ended its sessions by that very write.
    """
    accounts = found[AccountItem.Meta.table_name]
    return bool(found[SessionItem.Meta.table_name] and accounts and "phone" in accounts[0])


def end(session_id: str) -> None:
    """End a session, with all its tokens."""
    SessionItem.remove(session_id)


def of_account(account_id: str, now: datetime) -> list[Session]:
    """An account's living sessions, the oldest first (an index: a moment behind)."""
    try:
        keys = [key.session_id for key in SessionItem.by_account.query(account_id)]
        items = list(SessionItem.batch_get(keys)) if keys else []
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    living = (_session(item) for item in items if item.expires_at > seconds(now))
    return sorted(living, key=lambda session: session.started_at)


def _session(item: SessionItem) -> Session:
    return Session(
        item.session_id,
        item.account_id,
        item.current,
        item.previous,
        instant(item.started_at),
        instant(item.rotated_at),
        instant(item.noted_at),
        instant(item.expires_at),
    )
