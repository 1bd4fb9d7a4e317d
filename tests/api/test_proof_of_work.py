"""Proof of work: asked for only when operations say so, and good for one thing once."""

import json
from base64 import b64decode, b64encode
from typing import Any

import altcha
import pytest

from chalicelib import clock
from chalicelib.api import bookings, proof_of_work, sessions
from chalicelib.config import Settings, settings
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.limits import Budget
from chalicelib.services.limits import tallied
from chalicelib.store.tables.limits import TallyItem
from tests.api.caller import call, token_of
from tests.builders import (
    Registered,
    a_phone,
    a_registration,
    a_wish,
    an_open_slot,
    registered,
    texts_to,
)
from tests.machine import Reply
from tests.wire import before

pytestmark = pytest.mark.usefixtures("aws")

REGISTRATION = "/v1/challenges/registration"
SESSION = "/v1/challenges/session"
NEEDED = "?needed=yes"
BOOKING = "/v1/challenges/booking"


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that a test has time for."""
    monkeypatch.setattr(proof_of_work, "COST", 1)


@pytest.fixture
def to_register(monkeypatch: pytest.MonkeyPatch) -> None:
    required = settings._replace(proof_to_register=True)
    for module in (proof_of_work, sessions):
        monkeypatch.setattr(module, "settings", required)


@pytest.fixture
def to_book(monkeypatch: pytest.MonkeyPatch) -> None:
    required = settings._replace(proof_to_book=True)
    for module in (proof_of_work, bookings):
        monkeypatch.setattr(module, "settings", required)


def solved(reply: Reply) -> str:
    """What an app sends after its work."""
    assert (reply.status, reply.json["required"]) == (200, True)
    challenge = altcha.Challenge.from_dict(reply.json)
    solution = altcha.solve_challenge(challenge)
    assert solution
    return altcha.Payload(challenge, solution).to_base64()


def work() -> str:
    return solved(call("GET", REGISTRATION))


def work_to_book(who: Registered, key: str = "key") -> str:
    return solved(call("GET", BOOKING, token=token_of(who), key=key))


def register(solution: str | None, number: int = 1) -> Reply:
    headers = {} if solution is None else {"Altcha": solution}
    return call("POST", "/v1/registrations", a_registration(number), headers=headers)


def book(
    who: Registered, slot: SlotKey, solution: str | None, key: str = "key", **more: str
) -> Reply:
    body = a_wish(slot, who.applicant_id) | more
    headers = {} if solution is None else {"Altcha": solution}
    return call("POST", "/v1/bookings", body, token=token_of(who), key=key, headers=headers)


def somebody(number: int = 1) -> Registered:
    return registered(number, clock.now())


def changed(solution: str, **parameters: Any) -> str:
    """A solution whose challenge was written anew."""
    payload = json.loads(b64decode(solution))
    payload["challenge"]["parameters"].update(parameters)
    return b64encode(json.dumps(payload).encode()).decode()


def assert_needed(reply: Reply, challenge: str) -> None:
    if challenge != BOOKING:
        challenge += NEEDED
    assert (reply.status, reply.problem, reply.json["challenge"]) == (
        428,
        "proof-needed",
        challenge,
    )


# ---- switched off -------------------------------------------------------------------------------


def test_nothing_is_asked_for_unless_operations_say_so() -> None:
    off = Settings.read({})
    assert not off.proof_to_register
    assert not off.proof_to_book


@pytest.mark.parametrize("word", ["no", "", "false", "YES"])
def test_only_yes_switches_it_on(word: str) -> None:
    read = Settings.read({"PROOF_TO_REGISTER": word, "PROOF_TO_BOOK": "yes"})
    assert (read.proof_to_register, read.proof_to_book) == (False, True)


def test_an_app_learns_that_nothing_is_required() -> None:
    replies = [call("GET", REGISTRATION), call("GET", BOOKING, token=token_of(somebody()), key="k")]
    assert [(reply.status, reply.json) for reply in replies] == [(200, {"required": False})] * 2


def test_no_proof_is_looked_at_while_none_is_required() -> None:
    who, slot = somebody(2), an_open_slot()
    assert (register("nonsense").status, book(who, slot, "nonsense").status) == (202, 201)


@pytest.mark.usefixtures("to_register")
def test_to_ask_for_proof_of_registrations_asks_nothing_of_bookings() -> None:
    who, slot = somebody(), an_open_slot()
    assert book(who, slot, None).status == 201


@pytest.mark.usefixtures("to_book")
def test_to_ask_for_proof_of_bookings_asks_nothing_of_registrations() -> None:
    assert register(None).status == 202


# ---- registration -------------------------------------------------------------------------------


@pytest.mark.usefixtures("to_register")
def test_a_registration_without_work_is_told_where_to_get_some() -> None:
    assert_needed(register(None), REGISTRATION)
    assert texts_to(a_phone()) == []


@pytest.mark.usefixtures("to_register")
def test_a_registration_with_its_work_done_goes_on() -> None:
    assert register(work()).status == 202


@pytest.mark.usefixtures("to_register")
def test_work_is_good_for_one_registration() -> None:
    solution = work()
    assert register(solution).status == 202
    assert_needed(register(solution, 2), REGISTRATION)


@pytest.mark.usefixtures("to_register")
def test_load_tests_use_no_work_twice_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallied, "settings", settings._replace(limited=False))
    solution = work()
    register(solution)
    assert_needed(register(solution, 2), REGISTRATION)


@pytest.mark.usefixtures("to_register")
def test_a_form_with_a_mistake_uses_up_no_work() -> None:
    solution = work()
    wrong = a_registration(phone="021-5551234")
    assert call("POST", "/v1/registrations", wrong, headers={"Altcha": solution}).status == 422
    assert register(solution).status == 202


@pytest.mark.usefixtures("to_register")
@pytest.mark.parametrize(
    "solution", ["", "nonsense", "e30=", "W10=", "bnVsbA==", "ä", "e" * 3_000, "eyJjaGFsbGVuZ2Ui"]
)
def test_what_is_no_solution_is_refused(solution: str) -> None:
    assert_needed(register(solution), REGISTRATION)


@pytest.mark.usefixtures("to_register")
@pytest.mark.parametrize(
    "parameters",
    [
        {"expiresAt": 4_000_000_000},
        {"keyPrefix": ""},
        {"keySignature": None},
        {"data": {"action": "registration", "bound_to": "somebody"}},
        {"nonce": "00" * 16},
        {"cost": 0},
    ],
)
def test_work_that_an_app_has_set_itself_is_refused(parameters: dict[str, Any]) -> None:
    assert_needed(register(changed(work(), **parameters)), REGISTRATION)


@pytest.mark.usefixtures("to_register")
def test_a_challenge_that_was_not_solved_is_refused() -> None:
    payload = json.loads(b64decode(work()))
    payload["solution"]["derivedKey"] = "00" * 32
    assert_needed(register(b64encode(json.dumps(payload).encode()).decode()), REGISTRATION)


@pytest.mark.usefixtures("to_register")
def test_work_is_good_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "LIFE", -proof_of_work.LIFE)
    assert_needed(register(work()), REGISTRATION)


# ---- booking ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("to_book")
def test_a_booking_without_work_is_told_where_to_get_some() -> None:
    assert_needed(book(somebody(), an_open_slot(), None), BOOKING)


@pytest.mark.usefixtures("to_book")
def test_a_booking_with_its_work_done_goes_on_and_a_retry_gets_the_same_answer() -> None:
    who, slot = somebody(), an_open_slot()
    solution = work_to_book(who)
    first, again = book(who, slot, solution), book(who, slot, solution)
    assert first.status == again.status == 201
    assert first.content == again.content


@pytest.mark.usefixtures("to_book")
def test_work_for_one_booking_makes_no_second() -> None:
    who, slot = somebody(), an_open_slot()
    solution = work_to_book(who)
    book(who, slot, solution)
    assert_needed(book(who, slot, solution, key="another"), BOOKING)


@pytest.mark.usefixtures("to_book")
def test_work_of_one_account_is_no_good_to_another() -> None:
    who, other, slot = somebody(), somebody(2), an_open_slot()
    assert_needed(book(other, slot, work_to_book(who)), BOOKING)


def test_work_for_a_registration_makes_no_booking(monkeypatch: pytest.MonkeyPatch) -> None:
    both = settings._replace(proof_to_register=True, proof_to_book=True)
    for module in (proof_of_work, sessions, bookings):
        monkeypatch.setattr(module, "settings", both)
    who, slot = somebody(), an_open_slot()
    assert_needed(book(who, slot, work()), BOOKING)
    assert_needed(register(work_to_book(who), 2), REGISTRATION)


@pytest.mark.usefixtures("to_book")
def test_whoever_found_a_slot_full_need_not_work_again() -> None:
    who, slot = somebody(), an_open_slot()
    solution = work_to_book(who)
    assert book(who, slot, solution, start="03:00").status == 404
    assert book(who, slot, solution).status == 201


@pytest.mark.usefixtures("to_book")
def test_the_proof_of_a_booking_costs_no_call() -> None:
    who, slot = somebody(), an_open_slot()
    solution = work_to_book(who)
    book(who, slot, solution)  # what is remembered, is remembered now
    other = somebody(2)
    solution = work_to_book(other)
    with before("UpdateItem") as updates, before("TransactWriteItems") as transactions:
        assert book(other, slot, solution).status == 201
    assert (len(updates), len(transactions)) == (1, 1)


def test_a_challenge_for_a_booking_needs_its_key_and_a_token() -> None:
    assert call("GET", BOOKING, token=token_of(somebody())).problem == "idempotency-key-missing"
    assert call("GET", BOOKING, key="key").problem == "not-signed-in"


@pytest.mark.usefixtures("to_book")
def test_what_is_asked_for_says_nothing_of_account_and_key() -> None:
    who = somebody()
    told = call("GET", BOOKING, token=token_of(who), key="key-of-an-app").content.decode()
    assert who.account_id not in told
    assert "key-of-an-app" not in told


# ---- where codes run short -----------------------------------------------------------------------


def half_spent(budget: Budget) -> None:
    limit = tallied.BUDGETS[budget]
    tally_id = tallied._id(limit, tallied.ALL, clock.now())
    TallyItem(tally_id, taken=limit.most // 2, expires_at=0).put()


def sign_in(solution: str | None = None, number: int = 1) -> Reply:
    headers = {} if solution is None else {"Altcha": solution}
    body = {"phone": a_phone(number).number}
    return call("POST", "/v1/sessions", body, headers=headers)


def required() -> list[bool]:
    return [call("GET", path).json["required"] for path in (REGISTRATION, SESSION)]


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (Budget.REGISTRATION, [True, False]),
        (Budget.SIGN_IN, [False, True]),
        (Budget.DEVICE, [False, False]),
    ],
)
def test_half_a_budget_spent_asks_for_work_of_its_kind_alone(
    budget: Budget, expected: list[bool]
) -> None:
    half_spent(budget)
    assert required() == expected


def test_signing_in_with_its_work_done_goes_on_and_work_is_good_for_once() -> None:
    half_spent(Budget.SIGN_IN)
    assert_needed(sign_in(), SESSION)
    solution = solved(call("GET", SESSION))
    assert sign_in(solution).status == 202
    assert_needed(sign_in(solution, 2), SESSION)


def test_work_for_a_registration_signs_nobody_in_and_the_other_way_round() -> None:
    half_spent(Budget.SIGN_IN)
    half_spent(Budget.REGISTRATION)
    assert_needed(sign_in(work()), SESSION)
    assert_needed(register(solved(call("GET", SESSION))), REGISTRATION)


def test_whoever_was_refused_gets_work_whatever_is_required_of_others() -> None:
    assert required() == [False, False]
    assert sign_in(solved(call("GET", SESSION + NEEDED))).status == 202


def test_without_limits_no_work_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    half_spent(Budget.SIGN_IN)
    monkeypatch.setattr(tallied, "settings", settings._replace(limited=False))
    assert sign_in().status == 202
    assert required() == [False, False]


@pytest.mark.parametrize("path", [REGISTRATION, SESSION])
def test_whether_it_is_needed_is_said_by_yes_or_not_at_all(path: str) -> None:
    refused = call("GET", f"{path}?needed=no")
    assert (refused.status, refused.json["field"]) == (422, "needed")
