"""Puts back what a restored copy of a table has and the table has not, but for the erased.

What is there stays as it is. What has expired stays away, and so does all that belongs to the
erased, even if they are erased while this runs.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

import boto3

from chalicelib.config import settings
from chalicelib.domain.persons import Link, settle
from chalicelib.services import aliases
from chalicelib.store import dynamo
from chalicelib.store.dynamo import Item, Table, Unmet
from chalicelib.store.erased import every as every_erased
from chalicelib.store.persons import from_raw
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.tables.desk import CeremonyItem, ShiftItem
from chalicelib.store.tables.limits import SentItem, TallyItem
from chalicelib.store.tables.people import (
    AccountItem,
    ChallengeItem,
    ErasedItem,
    IdentityItem,
    NoticeItem,
    SessionItem,
)
from chalicelib.store.times import seconds
from infra.stack.tables import TABLES

AT_ONCE = 16

NEVER = (SessionItem, ShiftItem, CeremonyItem, ChallengeItem, SentItem, TallyItem, NoticeItem)
"""What is not worth a restore: people sign in again, and whoever signed out stays so. A notice that
came back might be sent again."""

BY_NAME = {
    table.Meta.table_name.removeprefix(settings.table_prefix): table
    for table in TABLES
    if table not in NEVER
}

Tell = Callable[[str], None]


def put_back(table: type[Table], copy: str, now: datetime, tell: Tell) -> Counter[str]:
    """Put the items of ``copy`` into ``table``. Returns how many became what.

    ``tell`` gets a line after every page. Raises `Unavailable`: run it again.
    """
    erased = every_erased()
    done: Counter[str] = Counter()
    put = partial(_put_back, table, erased, now)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for page in _pages(copy):
            done.update(pool.map(put, page))
            tell(", ".join(f"{number:,} {what}" for what, number in sorted(done.items())))
    return done


def _put_back(table: type[Table], erased: Set[str], now: datetime, item: Item) -> str:
    if "expires_at" in item and int(item["expires_at"]["N"]) <= seconds(now):
        return "expired"
    kept = without_erased(table, item, erased, now)
    if kept is None:
        return "erased"
    put = {
        "TableName": table.Meta.table_name,
        "Item": kept,
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": _hash_key(table)},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    try:
        dynamo.transact({"Put": put}, *(_not_erased(one) for one in _ids(table, kept)))
    except Unmet as unmet:
        return "erased" if any(unmet.items[1:]) else "there already"
    return "put back"


def without_erased(table: type[Table], item: Item, erased: Set[str], now: datetime) -> Item | None:
    """An item without all that belongs to the erased; None if nothing of it is left.

    Bookings are counts, and disclosures evidence: they stay as they are, as in an erasure.
    """
    if table is AccountItem:
        return _account_without(item, erased)
    if table is ApplicantItem:
        return _person_without(item, erased, now)
    if table is IdentityItem:
        if item.get("applicant_id", {}).get("S") in erased:
            return None
        kept = dict(item)
        if item.get("account_id", {}).get("S") in erased:
            del kept["account_id"]
        return kept if kept.keys() & {"applicant_id", "account_id"} else None
    return item


def _account_without(item: Item, erased: Set[str]) -> Item | None:
    """An account without the relatives that are erased; its holder stays as long as it does."""
    if item["account_id"]["S"] in erased:
        return None
    meant = dict(_relatives(item))
    people = {
        alias: one for alias, one in item["people"]["M"].items() if meant.get(alias) not in erased
    }
    return {**item, "people": {"M": people}}


def _person_without(item: Item, erased: Set[str], now: datetime) -> Item | None:
    """A person whom the erased accounts name no more, with what follows for the other links.

    Whom nobody names is put back too, for something may count; if nothing does, they are gone the
    next night.
    """
    if item["applicant_id"]["S"] in erased:
        return None
    kept = dict(item)
    if "active" in item and item["active"]["M"]["account_id"]["S"] in erased:
        del kept["active"]
        kept.pop("active_own", None)
    person = from_raw(item)
    links = {account: link for account, link in person.links.items() if account not in erased}
    if len(links) == len(person.links):
        return kept
    settled = settle(person, links, now).person
    if settled.asking is None:
        kept.pop("asking", None)
    fields = item["links"]["M"]
    kept["links"] = {"M": {a: _settled(fields[a], link) for a, link in settled.links.items()}}
    kept["version"] = {"N": str(settled.version)}
    return kept


def _settled(fields: Item, link: Link) -> Item:
    follows = {"given": link.given, "may": link.may, "firm": link.firm}
    at = {"at": {"N": str(seconds(link.at))}}
    return {"M": fields["M"] | at | {name: {"BOOL": value} for name, value in follows.items()}}


def _relatives(account: Item) -> Iterator[tuple[str, str]]:
    """What an account calls its relatives, and who they are."""
    account_id = account["account_id"]["S"]
    for alias in account["people"]["M"]:
        person_id = aliases.person_of(account_id, alias)
        if alias != account["holder"]["S"] and person_id is not None:
            yield alias, person_id


def _ids(table: type[Table], item: Item) -> Iterator[str]:
    """The accounts and persons that an item is about."""
    if table is AccountItem:
        yield item["account_id"]["S"]
        yield from (person_id for _, person_id in _relatives(item))
    elif table is ApplicantItem:
        yield item["applicant_id"]["S"]
        yield from item["links"]["M"]
    elif table is IdentityItem:
        yield from (item[name]["S"] for name in ("applicant_id", "account_id") if name in item)


def _not_erased(one: str) -> Item:
    return {
        "ConditionCheck": {
            "TableName": ErasedItem.Meta.table_name,
            "Key": {"erased_id": {"S": one}},
            "ConditionExpression": "attribute_not_exists(erased_id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _hash_key(table: type[Table]) -> str:
    return str(table._hash_keyname)  # noqa: SLF001 (the model's own description of its keys)


def _pages(copy: str) -> Iterator[list[Item]]:
    patient: Any = boto3.client("dynamodb", region_name=settings.region)
    for page in patient.get_paginator("scan").paginate(TableName=copy, ConsistentRead=True):
        yield page["Items"]
