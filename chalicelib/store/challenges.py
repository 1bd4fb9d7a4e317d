"""Codes sent by SMS, each bound to what it was asked for, with so many tries and so long to live.

DynamoDB may keep an expired item for days, so every condition looks at the time itself.
"""

from datetime import datetime
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError

from chalicelib.store.dynamo import Item, Unavailable, Unmet
from chalicelib.store.outcomes import Spent
from chalicelib.store.tables.people import ChallengeItem
from chalicelib.store.times import instant, seconds


class Challenge(NamedTuple):
    challenge_id: str
    purpose: str
    phone_index: str
    index_key: str
    """Which key made the phone's index; empty if nobody noted it."""
    sealed: bytes | None
    """What was asked for and the phone; opens under the challenge's id. None for a sign-in."""
    code_mac: str
    tries_left: int
    expires_at: datetime


def put(challenge: Challenge) -> None:
    """Store a challenge."""
    ChallengeItem(
        challenge.challenge_id,
        purpose=challenge.purpose,
        phone_index=challenge.phone_index,
        index_key=challenge.index_key,
        sealed=challenge.sealed,
        code_mac=challenge.code_mac,
        tries_left=challenge.tries_left,
        expires_at=seconds(challenge.expires_at),
    ).put()


def get(challenge_id: str, purpose: str, now: datetime) -> Challenge | None:
    """A challenge that still lives, or None."""
    item = ChallengeItem.fetch(challenge_id)
    if item is None or item.purpose != purpose or item.expires_at <= seconds(now):
        return None
    if item.answered_by:
        return None
    return _challenge(item)


def renew(challenge: Challenge) -> bool:
    """Give a challenge a new code, unless it has been answered meanwhile."""
    try:
        ChallengeItem.change(
            challenge.challenge_id,
            actions=[
                ChallengeItem.phone_index.set(challenge.phone_index),
                ChallengeItem.index_key.set(challenge.index_key),
                ChallengeItem.code_mac.set(challenge.code_mac),
                ChallengeItem.tries_left.set(challenge.tries_left),
                ChallengeItem.expires_at.set(seconds(challenge.expires_at)),
            ],
            condition=ChallengeItem.challenge_id.exists()
            & ChallengeItem.answered_by.does_not_exist(),
        )
    except Unmet:
        return False
    return True


def spend_try(challenge_id: str, purpose: str, now: datetime) -> Challenge | Spent:
    """Pay for a look at the code: one try less.

    The try is spent before the code is compared, so no number of parallel guesses gets more looks.
    """
    try:
        new = ChallengeItem.change(
            challenge_id,
            actions=[ChallengeItem.tries_left.set(ChallengeItem.tries_left - 1)],
            condition=(ChallengeItem.purpose == purpose)
            & (ChallengeItem.tries_left > 0)
            & (ChallengeItem.expires_at > seconds(now)),
            returning="ALL_NEW",
        )
    except Unmet:
        return Spent()
    return _challenge(ChallengeItem.from_raw_data(new))


class Answered(NamedTuple):
    """A challenge that was answered rightly, and which request says so.

    ``by`` tells a write from the same one, which the SDK sends again when an answer is lost.
    """

    challenge_id: str
    by: str


def consuming(answered: Answered) -> Item:
    """End a challenge, as the part of a transaction of which only one can succeed."""
    return ChallengeItem.changing(
        answered.challenge_id,
        actions=[
            ChallengeItem.answered_by.set(answered.by),
            ChallengeItem.tries_left.set(0),
            ChallengeItem.sealed.remove(),
        ],
        condition=ChallengeItem.challenge_id.exists() & ChallengeItem.answered_by.does_not_exist(),
    )


def ended_by(item: Item, answered: Answered) -> bool:
    """Whether this very request has ended a challenge, by its raw item."""
    by: str | None = item.get("answered_by", {}).get("S")
    return by == answered.by


def forget(phone_index: str) -> None:
    """Remove all challenges of a phone (by an index: one of this very moment may be missed)."""
    try:
        keys = [key.challenge_id for key in ChallengeItem.by_phone.query(phone_index)]
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    for key in keys:
        ChallengeItem.remove(key)


def _challenge(item: ChallengeItem) -> Challenge:
    return Challenge(
        challenge_id=item.challenge_id,
        purpose=item.purpose,
        phone_index=item.phone_index,
        index_key=item.index_key or "",
        sealed=item.sealed,
        code_mac=item.code_mac,
        tries_left=int(item.tries_left),
        expires_at=instant(item.expires_at),
    )
