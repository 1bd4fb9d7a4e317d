"""The few ways to write: what was there when a condition failed, and what a conflict costs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from chalicelib.store import bookings, days, disclosures, dynamo, offices, sessions, slots
from chalicelib.store.dynamo import Item, Unavailable, Unmet, transact
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.tables.people import IdentityItem
from tests.builders import THURSDAY, a_slot
from tests.wire import Act, before, cancel, fault, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

CONFLICT = cancel("TransactionConflict")


def put(index: str = "index", account_id: str = "account") -> None:
    IdentityItem(index, account_id=account_id).put()


def change_if_absent() -> None:
    IdentityItem.change(
        "index",
        actions=[IdentityItem.account_id.set("other")],
        condition=IdentityItem.account_id.does_not_exist(),
    )


def put_if_absent() -> None:
    IdentityItem("index", account_id="other").put(IdentityItem.index.does_not_exist())


def remove_if_other() -> None:
    IdentityItem.remove("index", condition=IdentityItem.account_id == "other")


def part(index: str = "index", account_id: str = "account") -> Item:
    """A part of a transaction: put an identity that is not there yet."""
    return IdentityItem(index, account_id=account_id).putting(IdentityItem.index.does_not_exist())


def account_of(index: str = "index") -> str | None:
    item = IdentityItem.fetch(index)
    return item.account_id if item else None


def timeout() -> None:
    raise ConnectTimeoutError(endpoint_url="https://aws.test")


def silence() -> None:
    raise ReadTimeoutError(endpoint_url="https://aws.test")


PREPARED = IdentityItem.prepared(
    actions=[IdentityItem.account_id.set("$account"), IdentityItem.applicant_id.set("constant")],
    condition=IdentityItem.account_id.does_not_exist() | (IdentityItem.account_id == "$account"),
)


def change_prepared() -> None:
    PREPARED.change("index", account="other")


# ---- one write ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write", [change_if_absent, put_if_absent, remove_if_other, change_prepared]
)
def test_a_failed_condition_shows_what_was_there(write: Callable[[], None]) -> None:
    put()
    with pytest.raises(Unmet) as unmet:
        write()
    assert unmet.value.items == [{"index": {"S": "index"}, "account_id": {"S": "account"}}]


def test_a_failed_condition_shows_that_nothing_was_there() -> None:
    with pytest.raises(Unmet) as unmet:
        remove_if_other()
    assert unmet.value.items == [{}]


@pytest.mark.parametrize(
    "write", [change_if_absent, put_if_absent, remove_if_other, change_prepared]
)
def test_a_failed_condition_changes_nothing(write: Callable[[], None]) -> None:
    put()
    with pytest.raises(Unmet):
        write()
    assert account_of() == "account"


def test_a_change_returns_what_was_asked_for() -> None:
    put(account_id="other")
    new = IdentityItem.change(
        "index", actions=[IdentityItem.account_id.set("account")], returning="UPDATED_NEW"
    )
    assert new == {"account_id": {"S": "account"}}


def test_a_prepared_change_is_sent_as_one_that_is_built_anew() -> None:
    account = IdentityItem.account_id
    with before("UpdateItem") as sent:
        PREPARED.change("index", "ALL_NEW", account="other")
        IdentityItem.change(
            "index",
            actions=[account.set("other"), IdentityItem.applicant_id.set("constant")],
            condition=account.does_not_exist() | (account == "other"),
            returning="ALL_NEW",
        )
    assert json.loads(sent[0]) == json.loads(sent[1])


def test_one_call_of_a_prepared_change_leaves_nothing_to_the_next() -> None:
    with before("UpdateItem") as sent:
        PREPARED.change("index", account="first")
        PREPARED.change("other", account="second")
    assert b"first" not in sent[1]


def test_nothing_is_under_a_key_that_was_never_put() -> None:
    assert IdentityItem.fetch("index") is None


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("UpdateItem", change_if_absent),
        ("UpdateItem", change_prepared),
        ("PutItem", put_if_absent),
        ("DeleteItem", remove_if_other),
        ("GetItem", account_of),
        ("TransactWriteItems", lambda: transact(part())),
        ("Scan", lambda: offices.every(NOW)),
        ("Query", lambda: days.between("malang", THURSDAY, THURSDAY)),
        ("Query", lambda: bookings.of_account("account")),
        ("Query", lambda: disclosures.of("account")),
        ("BatchGetItem", lambda: slots.seen([a_slot()], NOW)),
        ("BatchGetItem", lambda: slots.rosters([a_slot()])),
        ("BatchGetItem", lambda: sessions.stands("session", "account")),
    ],
)
@pytest.mark.parametrize("act", [*fault(), timeout, silence], ids=["fault", "timeout", "silence"])
def test_without_a_definite_answer_dynamodb_is_unavailable(
    operation: str, call: Callable[[], Any], act: Act
) -> None:
    with before(operation, act), pytest.raises(Unavailable):
        call()


# ---- transactions -------------------------------------------------------------------------------


def test_a_transaction_writes_all_its_parts() -> None:
    transact(part("one"), part("two"))
    assert (account_of("one"), account_of("two")) == ("account", "account")


def test_a_transaction_with_a_failed_condition_writes_none_of_its_parts() -> None:
    put("two")
    with pytest.raises(Unmet):
        transact(part("one", "other"), part("two", "other"))
    assert (account_of("one"), account_of("two")) == (None, "account")


def test_a_failed_transaction_shows_what_was_there_in_the_order_of_its_parts() -> None:
    put("third")
    with pytest.raises(Unmet) as unmet:
        transact(
            part("first"),
            IdentityItem.removing("second", condition=IdentityItem.index.exists()),
            part("third"),
            ApplicantItem.changing("fourth", actions=[ApplicantItem.codes.add({"CODE"})]),
        )
    stood = {"index": {"S": "third"}, "account_id": {"S": "account"}}
    assert unmet.value.items == [None, {}, stood, None]


@pytest.mark.parametrize("conflicts", [1, 2])
def test_a_conflict_is_tried_again(conflicts: int) -> None:
    with before("TransactWriteItems", *[CONFLICT] * conflicts) as calls:
        transact(part())
    assert (len(calls), account_of()) == (conflicts + 1, "account")


def test_a_transaction_that_is_in_progress_is_tried_again() -> None:
    with before("TransactWriteItems", refuse("TransactionInProgressException")) as calls:
        transact(part())
    assert (len(calls), account_of()) == (2, "account")


def test_a_conflict_is_tried_three_times_at_most() -> None:
    with (
        before("TransactWriteItems", *[CONFLICT] * 9) as calls,
        pytest.raises(Unavailable),
    ):
        transact(part())
    assert len(calls) == dynamo.CONFLICT_TRIES == 3


def test_a_condition_that_fails_after_a_conflict_is_not_tried_again() -> None:
    put()
    with before("TransactWriteItems", CONFLICT) as calls, pytest.raises(Unmet):
        transact(part())
    assert len(calls) == 2


def test_a_fault_after_a_conflict_is_not_tried_again() -> None:
    with (
        before("TransactWriteItems", CONFLICT, *fault(9)) as calls,
        pytest.raises(Unavailable),
    ):
        transact(part())
    assert len(calls) == 2


def test_a_condition_beside_a_conflict_is_looked_at_again() -> None:
    mixed = cancel("ConditionalCheckFailed", "TransactionConflict")
    with before("TransactWriteItems", mixed) as calls:
        transact(part("one"), part("two"))
    assert len(calls) == 2


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_transaction_is_not_tried_again_here(reason: str) -> None:
    with (
        before("TransactWriteItems", *[cancel("None", reason)] * 9) as calls,
        pytest.raises(Unavailable),
    ):
        transact(part("one"), part("two"))
    assert len(calls) == 1


def test_a_conflict_beside_a_throttled_part_is_not_tried_again() -> None:
    with (
        before(
            "TransactWriteItems", *[cancel("TransactionConflict", "ThrottlingError")] * 9
        ) as calls,
        pytest.raises(Unavailable),
    ):
        transact(part("one"), part("two"))
    assert len(calls) == 1


def test_every_try_asks_for_the_same() -> None:
    with before("TransactWriteItems", CONFLICT, CONFLICT) as calls:
        transact(part())
    items = [call.partition(b'"ClientRequestToken"')[0] for call in calls]
    assert len(set(items)) == 1
