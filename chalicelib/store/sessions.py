"""Sessions: families of refresh tokens, of which only the last is alive."""

from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.store.dynamo import Unmet
from chalicelib.store.people import SessionItem
from chalicelib.store.times import instant, seconds

LIFE = timedelta(days=30)
"""Of a session, from its last use."""

LOST_ANSWER = timedelta(seconds=10)
"""So long the token before may be used once more: the answer with the new one may be lost."""


class Session(NamedTuple):
    session_id: str
    account_id: str
    current: str
    """Digests of the living refresh token …"""
    previous: str | None
    """… and of the one before it."""
    rotated_at: datetime


def start(session_id: str, account_id: str, digest: str, now: datetime) -> None:
    """Put a new session."""
    SessionItem(
        session_id,
        account_id=account_id,
        current=digest,
        rotated_at=seconds(now),
        expires_at=seconds(now + LIFE),
    ).put()


def rotate(session_id: str, used: str, new: str, now: datetime) -> Session | None:
    """Let ``new`` follow the token that was used. None when that one is not alive."""
    try:
        item = SessionItem.change(
            session_id,
            actions=[
                SessionItem.previous.set(used),
                SessionItem.current.set(new),
                SessionItem.rotated_at.set(seconds(now)),
                SessionItem.expires_at.set(seconds(now + LIFE)),
            ],
            condition=(SessionItem.expires_at > seconds(now))
            & (
                (SessionItem.current == used)
                | (
                    (SessionItem.previous == used)
                    & (SessionItem.rotated_at >= seconds(now - LOST_ANSWER))
                )
            ),
            returning="ALL_NEW",
        )
    except Unmet:
        return None
    new_item = SessionItem.from_raw_data(item)
    return Session(
        new_item.session_id,
        new_item.account_id,
        new_item.current,
        new_item.previous,
        instant(new_item.rotated_at),
    )


def end(session_id: str) -> None:
    """End a session, with all its tokens."""
    SessionItem.remove(session_id)
