"""Whatever unseals personal data leaves a record of it first: who, whose, why and when."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import aws as clients
from chalicelib import vault
from chalicelib.domain.offices import Closure
from chalicelib.services import unseal
from chalicelib.services.notices.reminders import remind
from chalicelib.services.office.closure import carry_out, declare
from chalicelib.services.people import family, privacy, profile, registration
from chalicelib.store import disclosures
from chalicelib.store.tables.people import DisclosureItem
from tests.builders import (
    FAMILY,
    SINGLE,
    THURSDAY,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    booked,
    code_sent_to,
    registered,
    released_days,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

MINUTE = timedelta(minutes=1)
LATER = NOW + 2 * MINUTE
ROOT = Path(__file__).parents[2]


class Unrecorded(AssertionError):
    """Something was unsealed without a record that says so."""


@contextmanager
def one_request() -> Iterator[list[str]]:
    """Within the block each value that is unsealed must have been recorded there before.

    Yields the ids of those whose data were unsealed.
    """
    recorded: list[str] = []
    found: list[str] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name == "Decrypt":
            whose = params["EncryptionContext"]["subject"]
            if whose not in recorded:
                raise Unrecorded(whose)
            recorded.remove(whose)
            found.append(whose)
        elif params.get("TableName") == DisclosureItem.Meta.table_name and model.name == "PutItem":
            recorded.extend(params["Item"]["whose"]["SS"])

    events = [clients.client(service).meta.events for service in ("kms", "dynamodb")]
    for each in events:
        each.register("before-parameter-build", note)
    try:
        yield found
    finally:
        for each in events:
            each.unregister("before-parameter-build", note)


def family_of_two() -> Registered:
    who = registered(email="budi@example.id")
    added(who)
    return who


def sees_the_profile() -> None:
    profile.me(family_of_two().account_id, LATER)


def sees_the_family() -> None:
    family.of(family_of_two().account_id, LATER)


def corrects() -> None:
    profile.correct(family_of_two().account_id, "Nama Baru", None, LATER)


def takes_everything_along() -> None:
    privacy.export(family_of_two().account_id, LATER)


def is_erased() -> None:
    privacy.erase(family_of_two().account_id, LATER)


def registers() -> None:
    registered(3)


def asks_for_another_code() -> None:
    sent = registration.register(a_ktp(3), a_phone(3), NOW)
    registration.resend(sent.challenge_id, LATER)
    registration.verify(sent.challenge_id, code_sent_to(a_phone(3)), LATER)


def is_told_of_a_closure() -> None:
    released_days()
    booked(a_slot(SINGLE), registered())
    declare("malang", THURSDAY, Closure("Banjir", "Flood"), NOW)
    assert carry_out(LATER, lambda: True)["told"] == 1


def is_reminded() -> None:
    released_days()
    booked(a_slot(FAMILY), registered())
    evening = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert remind(evening, lambda: True)["sent"] == 1


@pytest.mark.parametrize(
    ("request_", "values"),
    [
        (sees_the_profile, 3),
        (sees_the_family, 2),
        (corrects, 3),
        (takes_everything_along, 4),
        (is_erased, 2),
        (registers, 1),
        (asks_for_another_code, 2),
        (is_told_of_a_closure, 2),
        (is_reminded, 2),
    ],
)
def test_nothing_is_unsealed_before_it_is_recorded(
    request_: Callable[[], None], values: int
) -> None:
    with one_request() as found:
        request_()
    assert len(found) == values  # registering unseals one of them


def test_what_is_unsealed_without_a_record_would_be_noticed() -> None:
    who = registered()
    sealed = vault.seal(who.account_id, {})
    with one_request(), pytest.raises(Unrecorded):
        vault.unseal(who.account_id, sealed)


def test_a_record_is_good_for_one_unsealing() -> None:
    sealed = vault.seal("who", {})
    with one_request():
        unseal.unseal("who", {"who": sealed}, "account:who", "test", NOW)
        with pytest.raises(Unrecorded):
            vault.unseal("who", sealed)


def test_only_one_place_unseals() -> None:
    unsealing = [
        file.relative_to(ROOT).as_posix()
        for top in ("chalicelib", "infra", "app.py")
        for file in ([ROOT / top] if top.endswith(".py") else (ROOT / top).rglob("*.py"))
        if re.search(r"vault\.unseal\b|vault import .*\bunseal\b|\.decrypt\(", file.read_text())
    ]
    assert sorted(unsealing) == ["chalicelib/services/unseal.py", "chalicelib/vault.py"]


def test_the_record_says_who_unsealed_whose_data_why_and_when() -> None:
    who = registered()
    child = added(who)
    family.of(who.account_id, LATER)
    (record,) = disclosures.of(who.account_id)
    assert record == disclosures.Disclosure(
        who.account_id,
        LATER,
        f"account:{who.account_id}",
        "family",
        frozenset({child.applicant_id}),
    )


def test_the_data_for_a_reminder_are_unsealed_by_its_function() -> None:
    is_reminded()
    by = {item.by for item in DisclosureItem.scan()}
    assert {one for one in by if one.startswith("function:")} == {"function:send_reminders"}


def test_every_disclosure_is_in_the_log_too_by_ids_alone(caplog: pytest.LogCaptureFixture) -> None:
    who = registered()
    caplog.clear()
    profile.me(who.account_id, LATER)
    (line,) = caplog.records
    assert {name: vars(line)[name] for name in ("subject", "by", "reason", "whose")} == {
        "subject": who.account_id,
        "by": f"account:{who.account_id}",
        "reason": "profile",
        "whose": sorted([who.account_id, who.applicant_id]),
    }


def test_a_record_that_is_there_is_not_overwritten() -> None:
    """What is the same within an hour has the first time of it; a put over it would lose that."""
    disclosures.record("subject", ["subject"], "somebody", "why", NOW)
    disclosures.record("subject", ["subject"], "somebody", "why", LATER)
    assert [one.at for one in disclosures.of("subject")] == [NOW]


def test_whoever_looks_all_day_is_in_the_record_once_an_hour_and_in_the_log_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for minutes in range(0, 24 * 60, 20):
        disclosures.record("subject", ["subject"], "them", "why", NOW + minutes * MINUTE)
    assert len(disclosures.of("subject")) == 24
    assert [record.getMessage() for record in caplog.records] == ["disclosed"] * 72


@pytest.mark.parametrize(
    "other",
    [
        (["subject"], "somebody else", "why"),
        (["subject"], "somebody", "another reason"),
        (["subject", "a child"], "somebody", "why"),
        ([], "somebody", "why"),
    ],
)
def test_whatever_differs_is_recorded_within_the_hour(other: tuple[list[str], str, str]) -> None:
    disclosures.record("subject", ["subject"], "somebody", "why", NOW)
    disclosures.record("subject", *other, NOW)
    assert len(disclosures.of("subject")) == 2
