"""Who has asked too often, and that nobody else pays for it."""

from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.errors import (
    AlreadyInFamily,
    CodesSpent,
    NoAnswer,
    NotSent,
    TooOften,
    TooSoon,
)
from chalicelib.domain.limits import (
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    RELATIVES_PER_ADDRESS,
    RELATIVES_PER_NETWORK,
    Budget,
    Limit,
)
from chalicelib.services.limits import tallied
from chalicelib.services.limits.asker import Asker
from chalicelib.services.limits.tallied import Allowed
from chalicelib.services.people import registration
from chalicelib.services.sign_in import sessions
from chalicelib.store.tables.limits import TallyItem
from tests.builders import a_ktp, a_phone, registered, sms_client, texts_to
from tests.wire import Answer, before, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MIDNIGHT = NOW.replace(hour=0) + timedelta(days=1)
ADDRESS = "36.68.1.2"
NEIGHBOUR = "36.68.1.3"
STRANGER = "114.4.5.6"


def used(limit: Limit, subject: str, times: int | None = None) -> None:
    """Use a limit up, all or so many times of it."""
    taken = limit.most if times is None else times
    TallyItem(tallied._id(limit, subject, NOW), taken=taken, expires_at=0).put()


def taken(limit: Limit, subject: str) -> int:
    item = TallyItem.fetch(tallied._id(limit, subject, NOW))
    return int(item.taken) if item else 0


def ask(address: str = ADDRESS, budget: Budget = Budget.SIGN_IN) -> None:
    with codes(address, budget):
        pass


def codes(
    address: str = ADDRESS, budget: Budget = Budget.SIGN_IN, now: datetime = NOW
) -> AbstractContextManager[Allowed]:
    return tallied.codes(budget, Asker(address), now)


def at(subject: str, budget: Budget = Budget.SIGN_IN) -> str:
    """Whom codes of a budget are counted to."""
    return f"{budget}\n{subject}"


def add(address: str = ADDRESS) -> None:
    with tallied.relatives(address, NOW):
        pass


# ---- codes: by address and network --------------------------------------------------------------


def test_an_address_that_has_had_its_codes_waits_for_midnight() -> None:
    used(CODES_PER_ADDRESS, at(ADDRESS))
    with pytest.raises(TooOften) as refused:
        ask()
    assert refused.value.more == {"retry_after": 22 * 3600}


def test_the_last_code_of_an_address_may_be_had() -> None:
    used(CODES_PER_ADDRESS, at(ADDRESS), CODES_PER_ADDRESS.most - 1)
    ask()
    with pytest.raises(TooOften):
        ask()


def test_an_address_that_asks_too_often_leaves_its_neighbours_alone() -> None:
    used(CODES_PER_ADDRESS, at(ADDRESS))
    for _ in range(3):
        with pytest.raises(TooOften):
            ask()
    ask(NEIGHBOUR)
    assert taken(CODES_PER_NETWORK, at("36.68.1.0/24")) == 1


def test_a_network_that_has_had_its_codes_waits_and_others_do_not() -> None:
    used(CODES_PER_NETWORK, at("36.68.1.0/24"))
    with pytest.raises(TooOften):
        ask(NEIGHBOUR)
    ask(STRANGER)


def test_what_the_network_refuses_is_not_counted_to_the_address() -> None:
    used(CODES_PER_NETWORK, at("36.68.1.0/24"))
    with pytest.raises(TooOften):
        ask()
    assert taken(CODES_PER_ADDRESS, at(ADDRESS)) == 0


def test_the_next_day_begins_anew() -> None:
    used(CODES_PER_ADDRESS, at(ADDRESS))
    with codes(now=MIDNIGHT):
        pass


def test_a_refusal_is_not_counted_to_address_and_network() -> None:
    with suppress(TooSoon), codes():
        raise TooSoon(retry_after=60)
    assert (
        taken(CODES_PER_ADDRESS, at(ADDRESS)),
        taken(CODES_PER_NETWORK, at("36.68.1.0/24")),
    ) == (0, 0)


def test_an_sms_that_was_not_sent_is_not_counted() -> None:
    with suppress(NotSent), codes():
        raise NotSent("a test")
    assert taken(CODES_PER_ADDRESS, at(ADDRESS)) == 0


def test_an_sms_that_may_have_been_sent_is_counted() -> None:
    with suppress(NoAnswer), codes():
        raise NoAnswer("a test")
    assert taken(CODES_PER_ADDRESS, at(ADDRESS)) == 1


# ---- codes: the budget --------------------------------------------------------------------------


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day of two codes of each budget."""
    few = {one: limit._replace(most=2) for one, limit in tallied.BUDGETS.items()}
    monkeypatch.setattr(tallied, "BUDGETS", few)


def spend(codes: int = 2) -> None:
    for number in range(codes):
        registration.register(a_ktp(number + 1), a_phone(number + 1), NOW)


@pytest.mark.usefixtures("budget")
def test_no_code_is_sent_beyond_the_budget() -> None:
    spend()
    with pytest.raises(CodesSpent) as refused:
        registration.register(a_ktp(3), a_phone(3), NOW)
    assert refused.value.more == {"retry_after": 22 * 3600}
    assert texts_to(a_phone(3)) == []


@pytest.mark.usefixtures("budget")
def test_a_phone_that_the_budget_refused_has_not_begun_its_minute() -> None:
    spend()
    with pytest.raises(CodesSpent):
        registration.register(a_ktp(3), a_phone(3), MIDNIGHT - SECOND)
    assert registration.register(a_ktp(3), a_phone(3), MIDNIGHT)


@pytest.mark.usefixtures("budget")
def test_a_phone_that_asks_too_soon_spends_nothing() -> None:
    for _ in range(3):
        with suppress(TooSoon):
            registration.register(a_ktp(), a_phone(), NOW)
    assert taken(tallied.BUDGETS[Budget.REGISTRATION], tallied.ALL) == 1


@pytest.mark.usefixtures("budget")
def test_a_code_that_could_not_be_sent_spends_nothing() -> None:
    with before("Publish", refuse("AuthorizationError"), client=sms_client()):  # noqa: SIM117
        with pytest.raises(NotSent):
            spend(1)
    assert taken(tallied.BUDGETS[Budget.REGISTRATION], tallied.ALL) == 0


def no_answer() -> Answer | None:
    raise ReadTimeoutError(endpoint_url="https://sns.test")


@pytest.mark.usefixtures("budget")
def test_a_code_that_may_have_been_sent_is_spent() -> None:
    with before("Publish", no_answer, no_answer, client=sms_client()):  # noqa: SIM117
        with pytest.raises(NoAnswer):
            spend(1)
    assert taken(tallied.BUDGETS[Budget.REGISTRATION], tallied.ALL) == 1


@pytest.mark.usefixtures("budget")
def test_a_new_code_for_a_registration_is_of_the_budget_too() -> None:
    sent = registration.register(a_ktp(), a_phone(), NOW)
    registration.resend(sent.challenge_id, NOW + MINUTE)
    with pytest.raises(CodesSpent):
        registration.resend(sent.challenge_id, NOW + 2 * MINUTE)


@pytest.mark.usefixtures("budget")
def test_the_text_to_an_unknown_phone_is_of_the_budget_and_refused_in_the_same_words() -> None:
    used(tallied.BUDGETS[Budget.SIGN_IN], tallied.ALL)
    known, unknown = registered(1, NOW - DAY).phone, a_phone(9)
    refusals = []
    for phone in (known, unknown):
        with pytest.raises(CodesSpent) as refused:
            sessions.ask(phone, NOW)
        refusals.append(refused.value.more)
    assert refusals[0] == refusals[1]


@pytest.mark.usefixtures("budget")
def test_a_spent_budget_is_known_before_anything_is_asked_of_aws() -> None:
    spend()
    with suppress(CodesSpent):
        registration.register(a_ktp(3), a_phone(3), NOW)
    with before("UpdateItem") as calls, pytest.raises(CodesSpent):
        ask(budget=Budget.REGISTRATION)
    assert calls == []


# ---- relatives ----------------------------------------------------------------------------------


def test_an_address_adds_so_many_relatives_a_day_and_leaves_others_alone() -> None:
    used(RELATIVES_PER_ADDRESS, ADDRESS, RELATIVES_PER_ADDRESS.most - 1)
    add()
    with pytest.raises(TooOften):
        add()
    add(NEIGHBOUR)


def test_a_network_that_adds_too_many_leaves_its_addresses_uncounted() -> None:
    used(RELATIVES_PER_NETWORK, "36.68.1.0/24")
    with pytest.raises(TooOften):
        add()
    assert taken(RELATIVES_PER_ADDRESS, ADDRESS) == 0


def test_a_relative_that_is_refused_is_not_counted() -> None:
    with suppress(AlreadyInFamily), tallied.relatives(ADDRESS, NOW):
        raise AlreadyInFamily
    assert taken(RELATIVES_PER_ADDRESS, ADDRESS) == 0


# ---- what is kept -------------------------------------------------------------------------------


def kept() -> str:
    return "".join(str(item.to_simple_dict(force=True)) for item in TallyItem.scan())


def test_no_address_is_kept_and_no_part_of_one() -> None:
    ask()
    ask("2001:db8:1:2::1")
    assert "codes-of-address" in kept()
    assert not [text for text in (ADDRESS, "36.68", "2001", "20010db8") if text in kept()]


def test_an_address_cannot_be_followed_from_day_to_day() -> None:
    today, tomorrow = (tallied._id(CODES_PER_ADDRESS, ADDRESS, at) for at in (NOW, MIDNIGHT))
    assert today != tomorrow


def test_what_an_address_does_here_is_not_found_by_what_it_does_there() -> None:
    codes, relatives = (
        tallied._id(limit, ADDRESS, NOW).partition(":")[2]
        for limit in (CODES_PER_ADDRESS, RELATIVES_PER_ADDRESS)
    )
    assert codes != relatives
