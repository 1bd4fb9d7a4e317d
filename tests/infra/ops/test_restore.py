"""Restoring a table: what was lost comes back from a copy, and the erased stay erased."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.domain.calendar import expires_at
from chalicelib.domain.people import Relation
from chalicelib.services.booking import change
from chalicelib.services.office import persons
from chalicelib.services.office.persons import Case
from chalicelib.services.people import family as family_
from chalicelib.services.people import privacy, profile, reindex, retention
from chalicelib.services.people.reindex import fill, tidy
from chalicelib.store import identities
from chalicelib.store.dynamo import Table
from chalicelib.store.tables.booking import ApplicantItem, BookingItem
from chalicelib.store.tables.people import AccountItem, ErasedItem, IdentityItem
from infra.ops.recovery import BY_NAME, put_back
from tests.builders import (
    DOUBLE,
    KEY_A,
    KEY_B,
    THURSDAY,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    booked,
    consented,
    index_keys,
    person_of,
    registered,
    registered_with,
    released_days,
)
from tests.machine import ROOT
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

LATER = NOW + timedelta(minutes=5)

PERSONAL: tuple[type[Table], ...] = (AccountItem, ApplicantItem, IdentityItem, BookingItem)


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto has no lock."""
    monkeypatch.setattr(reindex, "AT_ONCE", 1)


@pytest.fixture
def dynamodb(aws: None) -> Iterator[Any]:
    """A client; the copies that a test has made are gone afterwards."""
    client = boto3.client("dynamodb")
    yield client
    for table in PERSONAL:
        if table_copy(table) in client.list_tables()["TableNames"]:
            client.delete_table(TableName=table_copy(table))


def table_copy(table: type[Table]) -> str:
    return f"{table.Meta.table_name}-copy"


def items(dynamodb: Any, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dynamodb.scan(TableName=name)["Items"]
    return found


def recovered(dynamodb: Any) -> None:
    """Make what point-in-time recovery makes: a table beside each, as it is now."""
    for table in PERSONAL:
        schema = dynamodb.describe_table(TableName=table.Meta.table_name)["Table"]["KeySchema"]
        dynamodb.create_table(
            TableName=table_copy(table),
            KeySchema=schema,
            AttributeDefinitions=[
                {"AttributeName": key["AttributeName"], "AttributeType": "S"} for key in schema
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for item in items(dynamodb, table.Meta.table_name):
            dynamodb.put_item(TableName=table_copy(table), Item=item)


def lose(*tables: type[Table]) -> None:
    """Whatever it was: the tables are empty."""
    for table in tables:
        for item in table.scan():
            item.delete()


def put_all_back() -> list[dict[str, int]]:
    return [dict(put_back(table, table_copy(table), LATER, lambda _: None)) for table in PERSONAL]


def family() -> Registered:
    """Somebody with a child, and a visit that they have cancelled."""
    released_days()
    who = registered()
    child = added(who)
    made = booked(a_slot(DOUBLE), who, applicants=[who.applicant_id, child.applicant_id])
    change.cancel(made.code, who.account_id, NOW)
    return who


def whole(dynamodb: Any) -> dict[str, list[str]]:
    """All items of the personal tables."""
    return {
        table.Meta.table_name: sorted(map(str, items(dynamodb, table.Meta.table_name)))
        for table in PERSONAL
    }


def test_what_was_lost_is_put_back_as_it_was(dynamodb: Any) -> None:
    family()
    recovered(dynamodb)
    there = whole(dynamodb)
    lose(*PERSONAL)
    assert [done["put back"] for done in put_all_back()] == [1, 2, 3, 1]
    assert whole(dynamodb) == there


def test_put_back_twice_does_no_harm(dynamodb: Any) -> None:
    family()
    recovered(dynamodb)
    lose(*PERSONAL)
    put_all_back()
    there = whole(dynamodb)
    assert put_all_back() == [{"there already": number} for number in (1, 2, 3, 1)]
    assert whole(dynamodb) == there


def test_what_has_changed_since_the_copy_stays_as_it_is(dynamodb: Any) -> None:
    who = family()
    recovered(dynamodb)
    profile.correct(who.account_id, "Nama Baru", None, NOW)
    put_all_back()
    assert profile.me(who.account_id, NOW).holder.ktp.name == "Nama Baru"


def test_the_erased_stay_erased(dynamodb: Any) -> None:
    who = registered()
    child = added(who)
    recovered(dynamodb)
    privacy.erase(who.account_id, NOW)
    lose(*PERSONAL)
    assert put_all_back() == [{"erased": 1}, {"erased": 2}, {"erased": 3}, {}]
    assert whole(dynamodb) == {table.Meta.table_name: [] for table in PERSONAL}
    anew = registered(now=LATER)  # phone and NIK are free
    assert anew.person_id not in {who.person_id, child.person_id}


def test_of_the_erased_come_back_counts_without_a_name(dynamodb: Any) -> None:
    who = family()
    recovered(dynamodb)
    privacy.erase(who.account_id, NOW)
    there = whole(dynamodb)
    lose(*PERSONAL)
    put_all_back()
    assert person_of(who).links == {}
    assert whole(dynamodb) == there


def test_without_the_list_of_the_erased_they_would_come_back(dynamodb: Any) -> None:
    who = family()
    recovered(dynamodb)
    privacy.erase(who.account_id, NOW)
    lose(*PERSONAL, ErasedItem)
    put_all_back()
    assert profile.me(who.account_id, NOW).holder.ktp == who.ktp


def test_whoever_is_erased_while_it_is_put_back_stays_erased(dynamodb: Any) -> None:
    who = family()
    recovered(dynamodb)
    account = AccountItem.get(who.account_id)
    AccountItem(who.account_id).delete()

    def erase() -> None:
        account.save()  # another run was a moment quicker, and then they were erased
        privacy.erase(who.account_id, NOW)

    with before("TransactWriteItems", erase):
        done = put_back(AccountItem, table_copy(AccountItem), LATER, lambda _: None)
    assert done == {"erased": 1}
    assert list(AccountItem.scan()) == []


def test_others_in_whose_family_the_erased_are_keep_them_and_no_trace_of_the_account(
    dynamodb: Any,
) -> None:
    released_days()
    who, relative = registered(1), registered(3)
    named = added(relative, 1, Relation.SIBLING)
    (nik_index,) = person_of(who).nik_indexes
    recovered(dynamodb)
    privacy.erase(who.account_id, NOW)
    lose(*PERSONAL)
    put_all_back()
    assert set(person_of(named).links) == {relative.account_id}
    assert identities.get(nik_index) == (who.person_id, None)
    assert who.account_id not in str(whole(dynamodb))


def test_whoever_is_left_without_a_holder_is_booked_by_those_who_name_them(dynamodb: Any) -> None:
    released_days()
    who, relative = registered(1), registered(3)
    named = added(relative, 1, Relation.SIBLING)
    recovered(dynamodb)
    privacy.erase(who.account_id, NOW)
    there = person_of(named).links
    lose(*PERSONAL)
    put_all_back()
    assert person_of(named).links == there
    assert booked(a_slot(DOUBLE), relative, applicants=[named.applicant_id])


def test_whoever_claimed_to_be_the_person_holds_them_once_the_holder_is_erased(
    dynamodb: Any,
) -> None:
    holder, other = registered(1), registered_with(a_ktp(1), a_phone(3))
    recovered(dynamodb)
    privacy.erase(holder.account_id, NOW)
    lose(*PERSONAL)
    put_all_back()
    assert person_of(other).holder == other.account_id


def test_a_booking_that_an_erased_account_had_made_is_held_no_more(dynamodb: Any) -> None:
    released_days()
    who, relative = registered(1), registered(3)
    named = added(relative, 1, Relation.SIBLING)
    consented(who)
    made = booked(a_slot(DOUBLE), relative, applicants=[named.applicant_id])
    recovered(dynamodb)
    change.cancel(made.code, relative.account_id, NOW)
    privacy.erase(relative.account_id, NOW)
    lose(ApplicantItem)
    put_all_back()
    assert person_of(who).active is None
    assert booked(a_slot(DOUBLE), who)


def test_a_person_taken_out_and_erased_does_not_come_back_with_the_family(dynamodb: Any) -> None:
    who = registered()
    child = added(who)
    recovered(dynamodb)
    family_.remove(who.account_id, child.applicant_id, NOW)
    lose(*PERSONAL)
    put_all_back()
    assert family_.of(who.account_id, NOW) == []
    assert child.person_id not in str(whole(dynamodb))


def test_an_account_whose_holder_is_erased_keeps_what_it_says_of_itself(dynamodb: Any) -> None:
    who = registered()
    persons.release_nik(who.ktp.nik, Case("operator:x", "test"), NOW)
    retention.forget(NOW)
    recovered(dynamodb)
    there = profile.me(who.account_id, NOW)
    lose(*PERSONAL)
    put_all_back()
    assert profile.me(who.account_id, NOW) == there


def test_what_has_expired_is_not_put_back(dynamodb: Any) -> None:
    released_days()
    booked(a_slot(DOUBLE), registered())
    recovered(dynamodb)
    lose(BookingItem)
    over = expires_at(THURSDAY)
    done = put_back(BookingItem, table_copy(BookingItem), over, lambda _: None)
    assert done == {"expired": 1}
    assert list(BookingItem.scan()) == []


def test_it_reports_its_progress(dynamodb: Any) -> None:
    family()
    recovered(dynamodb)
    told: list[str] = []
    put_back(IdentityItem, table_copy(IdentityItem), LATER, told.append)
    assert told == ["3 there already"]


def test_sessions_and_codes_cannot_be_put_back() -> None:
    assert BY_NAME.keys() == {
        "offices",
        "days",
        "slots",
        "bookings",
        "applicants",
        "accounts",
        "identities",
        "disclosures",
        "erased",
        "boards",
        "visits",
        "staff",
        "entries",
        "draws",
    }


@pytest.mark.parametrize(
    ("prefix", "table", "copy", "told"),
    [
        (None, "accounts", "copy", "make run"),
        ("test-", "sessions", "copy", "TABLE is one of offices, "),
        ("test-", "accounts", "test-accounts", "COPY is the table itself"),
    ],
)
def test_a_command_that_cannot_be_done_ends_with_a_sentence(
    tmp_path: Path, prefix: str | None, table: str, copy: str, told: str
) -> None:
    environment = {**os.environ, "STATE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "infra.ops.restore", table, copy],
        cwd=ROOT,
        env=environment | ({"TABLE_PREFIX": prefix} if prefix else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, told in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr


# ---- a copy from before or during a rotation of the key of the index ----------------------------


def filled(keys: tuple[str, ...] = (KEY_A, KEY_B)) -> None:
    with index_keys(*keys):
        list(fill("operator:somebody", NOW))


def turned() -> None:
    """The rotation is at its end: all is under the new key alone."""
    filled()
    with index_keys(KEY_B):
        tidy()


def restored(dynamodb: Any, table: type[Table]) -> None:
    lose(table)
    put_back(table, table_copy(table), LATER, lambda _: None)


@pytest.mark.parametrize("keys", [(KEY_A, KEY_B), (KEY_B, KEY_A)])
def test_the_applicants_of_before_a_second_key_are_erased_under_both_once_it_is_filled_again(
    dynamodb: Any, keys: tuple[str, ...]
) -> None:
    who = registered()
    recovered(dynamodb)
    filled()
    restored(dynamodb, ApplicantItem)
    filled(keys)
    with index_keys(*keys):
        privacy.erase(who.account_id, LATER)
    assert items(dynamodb, IdentityItem.Meta.table_name) == []


@pytest.mark.parametrize("instant", ["before it", "with two keys"])
def test_the_applicants_of_before_the_end_of_a_rotation_are_erased_once_it_is_tidied_again(
    dynamodb: Any, instant: str
) -> None:
    who, relative = registered(1), registered(3)
    added(relative, 1, Relation.SIBLING)
    if instant == "with two keys":
        filled()
    recovered(dynamodb)
    turned()
    restored(dynamodb, ApplicantItem)
    with index_keys(KEY_B):
        tidy()
        privacy.erase(who.account_id, LATER)
        privacy.erase(relative.account_id, LATER)
    assert items(dynamodb, IdentityItem.Meta.table_name) == []


def test_the_index_of_before_the_end_of_a_rotation_is_gone_once_it_is_tidied_again(
    dynamodb: Any,
) -> None:
    family()
    recovered(dynamodb)
    turned()
    there = whole(dynamodb)
    put_back(IdentityItem, table_copy(IdentityItem), LATER, lambda _: None)
    assert whole(dynamodb) != there
    with index_keys(KEY_B):
        tidy()
    assert whole(dynamodb) == there


def test_the_index_of_before_a_second_key_finds_everybody_once_it_is_filled_again(
    dynamodb: Any,
) -> None:
    family()
    recovered(dynamodb)
    filled()
    there = whole(dynamodb)
    restored(dynamodb, IdentityItem)
    filled()
    assert whole(dynamodb) == there


@pytest.mark.parametrize("keys", [(KEY_A, KEY_B), (KEY_B, KEY_A)])
def test_whoever_is_erased_before_it_is_filled_again_is_then_found_under_neither_key(
    dynamodb: Any, keys: tuple[str, ...]
) -> None:
    """One of them is still named by another family."""
    who, named, relative = registered(1), registered(2), registered(3)
    added(relative, 2, Relation.SIBLING)
    recovered(dynamodb)
    filled()
    restored(dynamodb, ApplicantItem)
    with index_keys(*keys):
        privacy.erase(who.account_id, LATER)
        privacy.erase(named.account_id, LATER)
    filled(keys)
    left = [
        identities.get(item.index)
        for item in IdentityItem.scan()
        if relative.account_id != item.account_id and item.applicant_id != relative.person_id
    ]
    assert left == [identities.Identity(named.person_id, None)] * 2


def test_whoever_is_erased_before_it_is_tidied_again_is_then_not_found(dynamodb: Any) -> None:
    who = registered()
    recovered(dynamodb)
    turned()
    restored(dynamodb, ApplicantItem)
    with index_keys(KEY_B):
        privacy.erase(who.account_id, LATER)
        tidy()
    assert items(dynamodb, IdentityItem.Meta.table_name) == []
