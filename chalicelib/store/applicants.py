"""Applicants: one person of one NIK each, wherever they are named, with at most one booking."""

from datetime import datetime
from typing import Any

from chalicelib.store.dynamo import Item
from chalicelib.store.tables import ApplicantItem
from chalicelib.store.times import seconds


def _free_at(now: Any) -> Any:
    return ApplicantItem.active.does_not_exist() | (ApplicantItem.active["until"] <= now)


ENGAGE = ApplicantItem.prepared(
    actions=[ApplicantItem.active.set({"M": "$active"})],
    condition=ApplicantItem.accounts.contains("$account_id") & _free_at({"N": "$now"}),
)


def engaging(who: str, account_id: str, code: str, until: datetime, now: datetime) -> Item:
    """Let ``who`` hold the booking ``code``, if ``account_id`` may book for them and they are free.

    A booking whose day is past counts as none.
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


def joining(who: str, account_id: str) -> Item:
    """Let ``account_id`` book for ``who``."""
    return ApplicantItem.changing(who, actions=[ApplicantItem.accounts.add({account_id})])


def leaving(who: str, account_id: str, now: datetime) -> Item:
    """No longer let ``account_id`` book for ``who``, unless it holds a booking for them."""
    return ApplicantItem.changing(
        who,
        actions=[ApplicantItem.accounts.delete({account_id})],
        condition=_free(now) | (ApplicantItem.active["account_id"] != account_id),
    )


def belongs(item: Item, account_id: str) -> bool:
    """Whether a raw item, as a failed condition shows it, is one the account may book for."""
    accounts: list[str] = item.get("accounts", {}).get("SS", [])
    return account_id in accounts


def _free(now: datetime) -> Any:
    return _free_at(seconds(now))
