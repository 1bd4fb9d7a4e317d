"""Whoever asks for too much is refused, by where they really are, and nobody else notices."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib import aws, clock
from chalicelib.config import settings
from chalicelib.domain.limits import (
    BOOKINGS_PER_ACCOUNT,
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    READS_PER_ACCOUNT,
    RELATIVES_PER_ADDRESS,
    Limit,
)
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.people import ADDITIONS, ADDITIONS_SPAN
from chalicelib.services.limits import tallied
from chalicelib.store import disclosures
from chalicelib.store.disclosures import PAGE
from chalicelib.store.tables.people import TallyItem
from chalicelib.telemetry import Metric
from tests.api.caller import call, call_from, token_of
from tests.builders import (
    FAMILY,
    Registered,
    a_phone,
    a_registration,
    an_office,
    every_day,
    measured,
    registered,
    released_days,
)
from tests.machine import Reply
from tests.races.storm import Target
from tests.wire import before

pytestmark = pytest.mark.usefixtures("aws")

BUDGET = 100
FORGED = (
    "X-Forwarded-For",
    "X-Real-IP",
    "Forwarded",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Client-IP",
    "X-Amzn-Source-Ip",
)


def a_relative(number: int) -> dict[str, Any]:
    body = a_registration(number)
    return {name: body[name] for name in ("nik", "name", "birth_date", "sex")} | {
        "relation": "child"
    }


def register(address: str, number: int = 1, headers: Mapping[str, str] | None = None) -> Reply:
    return call_from(address, "POST", "/v1/registrations", a_registration(number), headers)


def used(limit: Limit, subject: str) -> None:
    """Use a limit up."""
    tally_id = tallied._id(limit, subject, clock.now())
    TallyItem(tally_id, taken=limit.most, expires_at=0).put()


def somebody() -> Registered:
    return registered(9_999, clock.now())


def an_open_slot() -> Target:
    """A slot that can be booked now."""
    office = an_office(opening=every_day(FAMILY))
    released_days(office, now=clock.now())
    day = office.today(clock.now()) + timedelta(days=2)
    return Target("malang", day.isoformat(), hhmm(FAMILY.start), FAMILY.places)


def assert_too_many(reply: Reply, slug: str = "too-many-requests") -> None:
    assert (reply.status, reply.problem) == (429, slug)
    assert int(reply.headers["Retry-After"]) == reply.json["retry_after"] >= 1


# ---- where a request comes from -----------------------------------------------------------------


@pytest.mark.parametrize("header", FORGED)
def test_no_header_hides_where_a_request_comes_from(header: str) -> None:
    used(CODES_PER_ADDRESS, "36.68.1.2")
    assert_too_many(register("36.68.1.2", headers={header.lower(): "114.4.5.6"}))


@pytest.mark.parametrize("header", FORGED)
def test_no_header_puts_the_blame_on_another_address(header: str) -> None:
    used(CODES_PER_ADDRESS, "114.4.5.6")
    assert register("36.68.1.2", headers={header.lower(): "114.4.5.6"}).status == 202


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/registrations", a_registration()),
        ("/v1/sessions", {"phone": a_phone().number}),
    ],
)
def test_an_address_over_its_limit_gets_no_code_by_any_way(path: str, body: Any) -> None:
    used(CODES_PER_ADDRESS, "36.68.1.2")
    assert_too_many(call_from("36.68.1.2", "POST", path, body))


def test_a_new_code_counts_to_the_address_too() -> None:
    begun = register("127.0.0.1")
    used(CODES_PER_ADDRESS, "127.0.0.1")
    path = f"/v1/registrations/{begun.json['registration_id']}/code"
    assert_too_many(call("POST", path))


def test_a_phone_outside_indonesia_or_on_a_wire_uses_up_no_limit() -> None:
    for phone in ("+14155550123", "021-5551234", "+6221555123", "0800123456"):
        body = a_registration() | {"phone": phone}
        assert call_from("36.68.1.2", "POST", "/v1/registrations", body).status == 422
    assert list(TallyItem.scan()) == []


# ---- what somebody who is signed in may do ------------------------------------------------------


def add_relative(who: Registered, number: int) -> Reply:
    return call("POST", "/v1/me/family", a_relative(number), token=token_of(who))


def test_an_account_adds_so_many_relatives_in_a_month_whoever_leaves_it() -> None:
    who = somebody()
    for number in range(ADDITIONS):
        added = add_relative(who, number)
        assert added.status == 201
        path = f"/v1/me/family/{added.json['applicant_id']}"
        assert call("DELETE", path, token=token_of(who)).status == 204
    refused = add_relative(who, ADDITIONS)
    assert_too_many(refused)
    assert refused.json["retry_after"] == pytest.approx(ADDITIONS_SPAN.total_seconds(), abs=60)


def test_the_accounts_of_an_address_add_so_many_relatives_a_day() -> None:
    used(RELATIVES_PER_ADDRESS, "127.0.0.1")
    assert_too_many(add_relative(somebody(), 1))


def test_an_account_asks_for_so_many_bookings_a_minute(frozen_minute: None) -> None:
    token = token_of(somebody())
    body = Target("nowhere", "2026-12-01", "08:00", 1).body("somebody")
    replies = [
        call("POST", "/v1/bookings", body, token=token, key=f"key-{n}")
        for n in range(BOOKINGS_PER_ACCOUNT.most + 1)
    ]
    assert {reply.status for reply in replies[:-1]} == {404}
    assert_too_many(replies[-1])


@pytest.fixture
def frozen_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No new minute begins while the test runs."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


# ---- a flood ------------------------------------------------------------------------------------


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day's codes that a test can spend."""
    monkeypatch.setattr(tallied, "CODES", tallied.CODES._replace(most=BUDGET))


def texts() -> int:
    return len(sns_backends[DEFAULT_ACCOUNT_ID][settings.sms_region].sms_messages)


def botnet() -> Iterator[str]:
    """A thousand addresses, each of a network of its own, ten times in turn."""
    for _ in range(10):
        for number in range(1_000):
            yield f"{100 + number // 250}.{number % 250}.7.7"


@pytest.mark.usefixtures("budget", "frozen_minute")
def test_ten_thousand_requests_from_a_thousand_addresses_send_no_more_than_the_budget(
    capsys: pytest.CaptureFixture[str],
) -> None:
    who, target = somebody(), an_open_slot()
    token = token_of(who)
    answers: Counter[str] = Counter()
    for number, address in enumerate(botnet()):
        reply = register(address, number)
        answers[reply.problem or "sent"] += 1
        if number == 5_000:
            booked = call(
                "POST", "/v1/bookings", target.body(who.applicant_id), token=token, key="key"
            )
            assert booked.status == 201, "whoever is signed in notices nothing"
            assert call("GET", "/v1/me", token=token).status == 200
            assert add_relative(who, 20_000).status == 201
    assert texts() == BUDGET
    assert answers == {"sent": BUDGET - 1, "sms-budget-spent": 10_000 - (BUDGET - 1)}
    out = capsys.readouterr().out
    assert max(line["value"] for line in measured(out, Metric.CODES_BUDGET)) == 100
    refused = [line for line in measured(out, Metric.OVER_LIMIT) if line["limit"] == "codes"]
    assert sum(line["value"] for line in refused) == answers["sms-budget-spent"]


@pytest.mark.usefixtures("budget", "frozen_minute")
def test_a_flood_from_one_network_leaves_the_budget_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tallied, "CODES_PER_NETWORK", CODES_PER_NETWORK._replace(most=50))
    replies = [register(f"36.68.1.{number}", number + 1) for number in range(200)]
    assert sum(reply.status == 202 for reply in replies) == texts() == 50
    assert register("114.4.5.6", 1_000).status == 202


@pytest.mark.usefixtures("budget")
def test_a_spent_budget_is_told_as_what_it_is() -> None:
    used(tallied.CODES, tallied.ALL)
    for path, body in (
        ("/v1/registrations", a_registration()),
        ("/v1/sessions", {"phone": a_phone().number}),
    ):
        assert_too_many(call("POST", path, body), "sms-budget-spent")


@pytest.mark.usefixtures("budget")
def test_with_a_spent_budget_a_known_phone_is_answered_as_an_unknown_one(
    frozen_minute: None,
) -> None:
    who = registered(9_999, clock.now() - timedelta(minutes=1))
    used(tallied.CODES, tallied.ALL)
    known, unknown = (
        call("POST", "/v1/sessions", {"phone": phone.number}) for phone in (who.phone, a_phone(1))
    )
    assert json.loads(known.content) == json.loads(unknown.content)


# ---- looks at personal data ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/me", None),
        ("PATCH", "/v1/me", {"name": "Budi Santoso"}),
        ("GET", "/v1/me/family", None),
        ("GET", "/v1/me/export", None),
    ],
)
def test_an_account_that_has_looked_too_often_unseals_nothing(
    method: str, path: str, body: Any
) -> None:
    who, other = somebody(), registered(9_998, clock.now())
    used(READS_PER_ACCOUNT, who.account_id)
    kms = aws.client("kms")
    with before("Decrypt", client=kms) as unsealed:
        assert_too_many(call(method, path, body, token=token_of(who)))
    assert unsealed == []
    assert call(method, path, body, token=token_of(other)).status == 200


def test_a_loop_over_me_leaves_a_row_an_hour_and_ends() -> None:
    """It made 1,501 permanent rows, and an export of 220 KB."""
    who = somebody()
    token = token_of(who)
    statuses = [
        call("GET", "/v1/me", token=token).status for _ in range(READS_PER_ACCOUNT.most + 3)
    ]
    assert statuses.count(200) >= READS_PER_ACCOUNT.most
    assert 429 in statuses or len(hours(who)) == 2
    assert 1 <= len(hours(who)) <= 2  # the hour may turn meanwhile


def hours(who: Registered) -> list[datetime]:
    return [one.at for one in disclosures.of(who.account_id) if one.reason == "profile"]


def test_an_export_comes_in_pages_by_a_cursor() -> None:
    who = somebody()
    long_ago = clock.now() - timedelta(days=100)
    for hour in range(2 * PAGE):
        at = long_ago + timedelta(hours=hour)
        disclosures.record(who.account_id, ["one"], "function:send_reminders", "evening", at)
    pages: list[Any] = []
    after = ""
    while len(pages) < 9:
        answer = call("GET", f"/v1/me/export{after}", token=token_of(who))
        assert len(answer.content) < 32_000
        pages.append(answer.json)
        if "next" not in answer.json:
            break
        after = f"?after={answer.json['next']}"
    seen = [one["at"] for page in pages for one in page["disclosures"]]
    assert len(seen) == len(set(seen)) == len(disclosures.of(who.account_id))
    assert [len(page["disclosures"]) for page in pages][:2] == [PAGE, PAGE]


@pytest.mark.parametrize("cursor", ["", "A", "a b", "a" * 65])
def test_a_cursor_that_no_page_has_said_is_refused(cursor: str) -> None:
    refused = call("GET", f"/v1/me/export?after={quote(cursor)}", token=token_of(somebody()))
    assert (refused.status, refused.json["field"]) == (422, "after")
