"""What a passkey is asked to sign: challenges, each good for a while and for one answer.

DynamoDB may keep an expired item for days, so every condition looks at the time itself.
"""

from datetime import datetime
from typing import NamedTuple

from chalicelib.store.dynamo import Unmet
from chalicelib.store.tables.desk import CeremonyItem
from chalicelib.store.times import seconds


class Taken(NamedTuple):
    """A challenge that nobody else can answer any more."""

    challenge: bytes
    staff_id: str | None
    """Who of the staff is to enrol; of a sign-in nobody knows yet."""


def offer(link: str, staff_id: str, until: datetime) -> None:
    """Let somebody enrol by a link, which is kept as a digest, until then."""
    CeremonyItem(_of_link(link), staff_id=staff_id, expires_at=seconds(until)).put(
        CeremonyItem.ceremony_id.does_not_exist()
    )


def challenge(link: str, challenge: bytes, until: datetime, now: datetime) -> str | None:
    """Give a link a challenge, in place of the one before; returns who is to enrol, if anybody."""
    try:
        new = CeremonyItem.change(
            _of_link(link),
            actions=[
                CeremonyItem.challenge.set(challenge),
                CeremonyItem.challenge_until.set(seconds(until)),
            ],
            condition=CeremonyItem.expires_at > seconds(now),
            returning="ALL_NEW",
        )
    except Unmet:
        return None
    return CeremonyItem.from_raw_data(new).staff_id


def begin(sign_in_id: str, challenge: bytes, until: datetime) -> None:
    """Keep the challenge of a new sign-in."""
    CeremonyItem(
        _of_sign_in(sign_in_id),
        challenge=challenge,
        challenge_until=seconds(until),
        expires_at=seconds(until),
    ).put(CeremonyItem.ceremony_id.does_not_exist())


def ask_account(account_id: str, challenge: bytes, until: datetime) -> None:
    """Keep the challenge of an account that is to have a passkey, in place of the one before."""
    CeremonyItem(
        _of_account(account_id),
        challenge=challenge,
        challenge_until=seconds(until),
        expires_at=seconds(until),
    ).put()


def take_of_account(account_id: str, now: datetime) -> Taken | None:
    """Take the challenge that an account was given, if there is one that is good."""
    return _take(_of_account(account_id), now)


def take_of_link(link: str, now: datetime) -> Taken | None:
    """Take the challenge that a link was given, if there is one that is good."""
    return _take(_of_link(link), now)


def take_of_sign_in(sign_in_id: str, now: datetime) -> Taken | None:
    """The same of a sign-in."""
    return _take(_of_sign_in(sign_in_id), now)


def forget(link: str) -> None:
    """Let a link be good for nothing."""
    CeremonyItem.remove(_of_link(link))


def _take(ceremony_id: str, now: datetime) -> Taken | None:
    """Taken before anybody looks at the answer: no challenge is answered twice, however wrongly."""
    try:
        old = CeremonyItem.change(
            ceremony_id,
            actions=[CeremonyItem.challenge.remove(), CeremonyItem.challenge_until.remove()],
            condition=(CeremonyItem.challenge_until > seconds(now))
            & (CeremonyItem.expires_at > seconds(now)),
            returning="ALL_OLD",
        )
    except Unmet:
        return None
    item = CeremonyItem.from_raw_data(old)
    return Taken(item.challenge, item.staff_id)


def _of_link(digest: str) -> str:
    return f"link:{digest}"


def _of_account(account_id: str) -> str:
    return f"account:{account_id}"


def _of_sign_in(sign_in_id: str) -> str:
    return f"sign-in:{sign_in_id}"
