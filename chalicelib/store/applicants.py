"""Applicants: one person of one NIK each, wherever they are named, with at most one booking."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import Condition, size

from chalicelib.domain.bookings import CANCELLATIONS
from chalicelib.domain.people import Digests
from chalicelib.store.dynamo import Item, Unavailable, Unmet
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.times import instant, seconds


def _free_at(now: Any) -> Any:
    return ApplicantItem.active.does_not_exist() | (ApplicantItem.active["until"] <= now)


def _unpaused_at(now: Any) -> Any:
    return (
        ApplicantItem.paused_until.does_not_exist()
        | (ApplicantItem.paused_until <= now)
        | (ApplicantItem.cancelled_before <= ApplicantItem.counted_since)
    )


ENGAGE = ApplicantItem.prepared(
    actions=[ApplicantItem.active.set({"M": "$active"})],
    condition=ApplicantItem.accounts.contains("$account_id")
    & _free_at({"N": "$now"})
    & _unpaused_at({"N": "$now"}),
)


class Named(NamedTuple):
    """Who may book for an applicant, and by which digests their NIK is found."""

    applicant_id: str
    accounts: frozenset[str]
    nik_indexes: frozenset[str]


def named(people: Iterable[str]) -> list[Named]:
    """Those of these applicants that are there (one consistent BatchGet)."""
    return [
        Named(item.applicant_id, frozenset(item.accounts or ()), frozenset(item.nik_indexes or ()))
        for item in _all(people)
    ]


def pauses(people: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Who of these has cancelled too often, and until when they book nothing (one BatchGet)."""
    return {
        item.applicant_id: instant(item.paused_until)
        for item in _all(people)
        if item.paused_until
        and item.paused_until > seconds(now)
        and item.cancelled_before > item.counted_since
    }


def _all(people: Iterable[str]) -> list[ApplicantItem]:
    try:
        return list(ApplicantItem.batch_get(list(people), consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def engaging(who: str, account_id: str, code: str, until: datetime, now: datetime) -> Item:
    """Let ``who`` hold the booking ``code``, if ``account_id`` may book for them and they are free.

    A booking whose day is past counts as none. Whoever cancels too often is not free.
    """
    active = {"code": code, "account_id": account_id, "until": seconds(until)}
    return ENGAGE.changing(who, account_id=account_id, active=active, now=seconds(now))


def staying(who: str, code: str, until: datetime) -> Item:
    """Let ``who`` hold the booking ``code`` until another instant."""
    return ApplicantItem.changing(
        who,
        actions=[ApplicantItem.active["until"].set(seconds(until))],
        condition=ApplicantItem.active["code"] == code,
    )


def freeing(who: str, code: str) -> Item:
    """Let go of the booking ``code``."""
    return ApplicantItem.changing(
        who,
        actions=[ApplicantItem.active.remove()],
        condition=ApplicantItem.active["code"] == code,
    )


def cancelling(who: str, code: str, now: datetime) -> Item:
    """Let go of the booking ``code``, by the applicant's own will, which is counted."""
    zero = 0
    return ApplicantItem.changing(
        who,
        actions=[
            ApplicantItem.active.remove(),
            ApplicantItem.cancelled_before.set(ApplicantItem.cancelled_at | zero),
            ApplicantItem.cancelled_at.set(seconds(now)),
            ApplicantItem.counted_since.set(seconds(now - CANCELLATIONS)),
            ApplicantItem.paused_until.set(seconds(now + CANCELLATIONS)),
        ],
        condition=ApplicantItem.active["code"] == code,
    )


def unpause(who: str) -> None:
    """Forget how often ``who`` has cancelled, if they are there."""
    _forget_cancellations(who, ApplicantItem.applicant_id.exists())


def past_pausing(now: datetime) -> Iterator[str]:
    """Applicants of whose cancellations none counts any more: a Scan, page by page.

    It may be a moment behind.
    """
    try:
        for item in ApplicantItem.scan(ApplicantItem.paused_until <= seconds(now)):
            yield item.applicant_id
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def forget_cancellations(who: str, now: datetime) -> bool:
    """Forget how often ``who`` has cancelled. False if that counts, by ``now``, or is forgotten."""
    return _forget_cancellations(who, ApplicantItem.paused_until <= seconds(now))


def _forget_cancellations(who: str, condition: Condition) -> bool:
    kept = (
        ApplicantItem.cancelled_at,
        ApplicantItem.cancelled_before,
        ApplicantItem.counted_since,
        ApplicantItem.paused_until,
    )
    try:
        ApplicantItem.change(who, actions=[one.remove() for one in kept], condition=condition)
    except Unmet:
        return False
    return True


def engaged_until(before: datetime) -> Iterator[tuple[str, str]]:
    """Applicants with a booking whose day ended by ``before``, and its code: a Scan, page by page.

    It may be a moment behind.
    """
    over = ApplicantItem.active["until"] <= seconds(before)
    try:
        for item in ApplicantItem.scan(over):
            yield item.applicant_id, item.active.as_dict()["code"]
    except PynamoDBConnectionError as error:
        raise Unavailable from error


def free(who: str, code: str) -> bool:
    """Let go of the booking ``code``. False if they hold another by now, or none."""
    try:
        ApplicantItem.change(
            who,
            actions=[ApplicantItem.active.remove()],
            condition=ApplicantItem.active["code"] == code,
        )
    except Unmet:
        return False
    return True


def joining(who: str, account_id: str, nik: Digests) -> Item:
    """Let ``account_id`` book for ``who``, whose NIK is found under these."""
    return ApplicantItem.changing(
        who,
        actions=[
            ApplicantItem.accounts.add({account_id}),
            ApplicantItem.nik_indexes.add({digest.text for digest in nik}),
        ],
    )


def found_under(who: str, nik: Digests) -> Item:
    """The NIK of ``who``, who is there, is found under these."""
    return ApplicantItem.changing(
        who,
        actions=[ApplicantItem.nik_indexes.add({digest.text for digest in nik})],
        condition=ApplicantItem.applicant_id.exists(),
    )


def found_only_under(who: str, nik_index: str) -> None:
    """The NIK of ``who`` is found under this and under no other digest."""
    try:
        ApplicantItem.change(
            who,
            actions=[ApplicantItem.nik_indexes.set({nik_index})],
            condition=ApplicantItem.applicant_id.exists(),
        )
    except Unmet:
        return  # they were erased since


def leaving(person: Named, account_id: str, now: datetime) -> Item:
    """No longer let ``account_id`` book for a person, unless it holds a booking for them.

    A person whom no other account names is gone.
    """
    who = person.applicant_id
    unbooked = _free(now) | (ApplicantItem.active["account_id"] != account_id)
    theirs = ApplicantItem.accounts.contains(account_id)
    if person.nik_indexes:  # a digest that came since they were read would be left behind
        theirs &= size(ApplicantItem.nik_indexes) == len(person.nik_indexes)
    if person.accounts == {account_id}:
        last = size(ApplicantItem.accounts) == 1
        return ApplicantItem.removing(who, condition=theirs & last & unbooked)
    return ApplicantItem.changing(
        who,
        actions=[ApplicantItem.accounts.delete({account_id})],
        condition=theirs & (size(ApplicantItem.accounts) > 1) & unbooked,
    )


def booked_by(item: Item, account_id: str, now: datetime) -> bool:
    """Whether a raw item, as a failed condition shows it, holds a booking of the account."""
    active = item.get("active", {}).get("M")
    return (
        active is not None
        and active["account_id"]["S"] == account_id
        and int(active["until"]["N"]) > seconds(now)
    )


def belongs(item: Item, account_id: str) -> bool:
    """Whether a raw item, as a failed condition shows it, is one the account may book for."""
    accounts: list[str] = item.get("accounts", {}).get("SS", [])
    return account_id in accounts


def _free(now: datetime) -> Any:
    return _free_at(seconds(now))


def engaged(item: Item, now: datetime) -> bool:
    """Whether a raw item holds a booking whose day is not past."""
    active = item.get("active", {}).get("M")
    return active is not None and int(active["until"]["N"]) > seconds(now)


def paused_until(item: Item) -> datetime:
    """Until when somebody who has cancelled too often books nothing, by their raw item."""
    return instant(int(item["paused_until"]["N"]))
