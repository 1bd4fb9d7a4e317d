"""Whoever asks for too much is refused, by where they really are, and nobody else notices."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import altcha
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib import aws, clock
from chalicelib.api import proof_of_work
from chalicelib.config import settings
from chalicelib.domain.limits import (
    BOOKINGS_PER_ACCOUNT,
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    INVENTED_PER_NETWORK,
    READS_PER_ACCOUNT,
    RELATIVES_PER_ADDRESS,
    Budget,
    Limit,
    shares,
)
from chalicelib.domain.local_time import hhmm
from chalicelib.domain.people import ADDITIONS, ADDITIONS_SPAN, Relation
from chalicelib.services.limits import tallied
from chalicelib.services.people import family
from chalicelib.services.sign_in import devices
from chalicelib.store import disclosures
from chalicelib.store.disclosures import PAGE
from chalicelib.store.tables.limits import TallyItem
from chalicelib.telemetry import Metric
from tests.api.caller import call, call_from, token_of
from tests.builders import (
    FAMILY,
    Registered,
    a_ktp,
    a_phone,
    a_registration,
    an_office,
    code_sent_to,
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


def used(limit: Limit, subject: str, times: int | None = None) -> None:
    """Use a limit up, all or so many times of it."""
    tally_id = tallied._id(limit, subject, clock.now())
    TallyItem(tally_id, taken=limit.most if times is None else times, expires_at=0).put()


def address_spent(address: str) -> None:
    """An address has had its codes, for whatever it asks."""
    for budget in Budget:
        used(CODES_PER_ADDRESS, f"{budget}\n{address}")


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
    address_spent("36.68.1.2")
    assert_too_many(register("36.68.1.2", headers={header.lower(): "114.4.5.6"}))


@pytest.mark.parametrize("header", FORGED)
def test_no_header_puts_the_blame_on_another_address(header: str) -> None:
    address_spent("114.4.5.6")
    assert register("36.68.1.2", headers={header.lower(): "114.4.5.6"}).status == 202


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/registrations", a_registration()),
        ("/v1/sessions", {"phone": a_phone().number}),
    ],
)
def test_an_address_over_its_limit_gets_no_code_by_any_way(path: str, body: Any) -> None:
    address_spent("36.68.1.2")
    assert_too_many(call_from("36.68.1.2", "POST", path, body))


def test_a_new_code_counts_to_the_address_too() -> None:
    begun = register("127.0.0.1")
    address_spent("127.0.0.1")
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
    few = {one: tallied.BUDGETS[one]._replace(most=most) for one, most in shares(BUDGET).items()}
    monkeypatch.setattr(tallied, "BUDGETS", few)


def texts() -> int:
    return len(sns_backends[DEFAULT_ACCOUNT_ID][settings.sms_region].sms_messages)


def botnet() -> Iterator[str]:
    """A thousand addresses, each of a network of its own, ten times in turn."""
    for _ in range(10):
        for number in range(1_000):
            yield f"{100 + number // 250}.{number % 250}.7.7"


@pytest.mark.usefixtures("budget", "frozen_minute")
def test_ten_thousand_requests_from_a_thousand_addresses_send_no_more_than_half_a_budget(
    capsys: pytest.CaptureFixture[str],
) -> None:
    who, target = somebody(), an_open_slot()
    token = token_of(who)
    half = BUDGET // 4
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
    assert texts() == half
    assert answers == {"sent": half - 1, "proof-needed": 10_000 - (half - 1)}
    out = capsys.readouterr().out
    spent = measured(out, Metric.CODES_BUDGET)
    assert {line["budget"] for line in spent} == {"registration"}
    assert max(line["value"] for line in spent) == 50


@pytest.mark.usefixtures("budget", "frozen_minute")
def test_a_flood_from_one_network_leaves_the_budget_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tallied, "CODES_PER_NETWORK", CODES_PER_NETWORK._replace(most=20))
    replies = [register(f"36.68.1.{number}", number + 1) for number in range(200)]
    assert sum(reply.status == 202 for reply in replies) == texts() == 20
    assert register("114.4.5.6", 1_000).status == 202


def sign_in(
    address: str, phone: str, headers: Mapping[str, str] | None = None, **more: str
) -> Reply:
    return call_from(address, "POST", "/v1/sessions", {"phone": phone, **more}, headers)


def work() -> dict[str, str]:
    """What a phone sends along once it has done what it was asked."""
    asked = altcha.Challenge.from_dict(call("GET", "/v1/challenges/session?needed=yes").json)
    solution = altcha.solve_challenge(asked)
    assert solution
    return {"altcha": altcha.Payload(asked, solution).to_base64()}


def earlier(number: int) -> Registered:
    """Somebody who registered yesterday."""
    return registered(number, clock.now() - timedelta(days=1))


@pytest.mark.usefixtures("budget", "frozen_minute")
def test_requests_from_forty_addresses_keep_nobody_from_signing_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proof_of_work, "COST", 1)
    known, here, elsewhere = (earlier(number) for number in (5_001, 5_002, 5_003))
    answers: Counter[str] = Counter()
    for number in range(1_000):
        address = f"36.68.{number % 40}.7"
        answers[sign_in(address, a_phone(number).number).problem or "sent"] += 1
    assert answers == {"sent": 13, "proof-needed": 987}
    device = devices.token(known.account_id, clock.now())
    assert sign_in("36.68.1.7", known.phone.number, device_token=device).status == 202
    for address, who in (("36.68.2.7", here), ("114.4.5.6", elsewhere)):
        assert sign_in(address, who.phone.number).status == 428
        assert sign_in(address, who.phone.number, work()).status == 202


def test_five_requests_of_a_stranger_keep_no_phone_from_signing_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = clock.now()
    who = earlier(5_001)
    for minute in range(5):
        monkeypatch.setattr(clock, "now", lambda at=now + minute * timedelta(minutes=1): at)
        assert sign_in("36.68.1.7", who.phone.number).status == 202
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=5))
    assert_too_many(sign_in("36.68.1.7", who.phone.number))
    assert sign_in("114.4.5.6", who.phone.number).status == 202


@pytest.mark.usefixtures("frozen_minute")
def test_the_answer_tells_nothing_of_phone_and_device_token() -> None:
    who = earlier(5_001)
    right, wrong = (devices.token(one, clock.now()) for one in (who.account_id, "another"))
    asked = [
        (who.phone.number, right),
        (a_phone(1).number, right),
        (a_phone(2).number, wrong),
        (a_phone(3).number, "nonsense"),
        (a_phone(4).number, ""),
        (a_phone(5).number, "\xe4.\xf6.\xfc"),
    ]
    replies = [sign_in("36.68.1.7", phone, device_token=one) for phone, one in asked]
    assert {reply.status for reply in replies} == {202}
    assert len({(*sorted(reply.json), reply.json["resend_after"]) for reply in replies}) == 1


@pytest.mark.usefixtures("frozen_minute")
def test_tokens_come_with_a_device_token_that_outlives_the_session() -> None:
    begun = register("36.68.1.7", 5_001)
    path = f"/v1/registrations/{begun.json['registration_id']}/verification"
    code = {"code": code_sent_to(a_phone(5_001))}
    told = call("POST", path, code).json
    assert call("DELETE", "/v1/sessions/current", token=told["access_token"]).status == 204
    for budget in (Budget.REGISTRATION, Budget.SIGN_IN):
        used(tallied.BUDGETS[budget], tallied.ALL)
    phone = a_phone(5_001).number
    assert_too_many(sign_in("114.4.5.6", phone), "sms-budget-spent")
    assert sign_in("114.4.5.6", phone, device_token=told["device_token"]).status == 202


def test_the_thousandth_person_behind_one_address_registers_without_work() -> None:
    """On a day on which all before them did so behind it as well, and some asked twice."""
    for had, subject, limit in (
        (1_400, "registration\n36.68.1.2", CODES_PER_ADDRESS),
        (1_400, "registration\n36.68.1.0/24", CODES_PER_NETWORK),
        (1_400, tallied.ALL, tallied.BUDGETS[Budget.REGISTRATION]),
    ):
        used(limit, subject, had)
    assert register("36.68.1.2").status == 202


# ---- invented people -----------------------------------------------------------------------------


def test_ten_accounts_behind_one_network_add_no_forty_people_whom_nobody_knows() -> None:
    who = [registered(5_000 + number, clock.now()) for number in range(10)]
    replies = [add_relative(who[number % 10], 6_000 + number) for number in range(40)]
    added = [reply for reply in replies if reply.status == 201]
    assert len(added) == INVENTED_PER_NETWORK.most
    assert_too_many(replies[-1])
    asked = add_relative(who[0], 5_001)
    assert (asked.status, asked.json["consent"]) == (201, "asked"), "somebody holds that NIK"


@pytest.mark.usefixtures("frozen_minute")
def test_whoever_registers_behind_a_network_lets_it_add_one_more_the_next_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who, now = registered(5_001, clock.now()), clock.now()
    begun = register("127.0.0.1", 5_002)
    path = f"/v1/registrations/{begun.json['registration_id']}/verification"
    assert call("POST", path, {"code": code_sent_to(a_phone(5_002))}).status == 201
    used(INVENTED_PER_NETWORK, "127.0.0.0/24")
    assert_too_many(add_relative(who, 6_001))
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1))
    network = tallied._id(INVENTED_PER_NETWORK, "127.0.0.0/24", clock.now())
    assert [item.taken for item in TallyItem.scan() if item.tally_id == network] == [-1]
    assert add_relative(who, 6_001).status == 201


# ---- a budget that is spent ----------------------------------------------------------------------


@pytest.mark.usefixtures("budget")
def test_a_spent_budget_is_told_as_what_it_is() -> None:
    for limit in tallied.BUDGETS.values():
        used(limit, tallied.ALL)
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
    for limit in tallied.BUDGETS.values():
        used(limit, tallied.ALL)
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
    family.add(who.account_id, a_ktp(9_997), Relation.CHILD, clock.now())
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
