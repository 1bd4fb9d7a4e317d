"""Nobody is kept out of sign-in: whoever asks too often is, and others have codes left."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import CodesSpent, ProofNeeded, Refusal, TooOften
from chalicelib.domain.limits import (
    CODES_PER_ADDRESS,
    CODES_PER_NETWORK,
    PHONES_PER_ACCOUNT,
    Budget,
    Limit,
    little,
    shares,
)
from chalicelib.domain.people import Phone
from chalicelib.services.limits import tallied
from chalicelib.services.limits.asker import Asker
from chalicelib.services.people import phones, privacy, registration
from chalicelib.services.sign_in import sessions
from chalicelib.store import tallies
from chalicelib.store.tables.limits import SentItem, TallyItem
from tests.builders import Registered, a_ktp, a_phone, registered, texts_to
from tests.wire import before
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HERE, THERE = "36.68.1.2", "114.4.5.6"
LITTLE = little(tallied.BUDGETS[Budget.SIGN_IN].most)
MANY = [f"36.69.{number}.7" for number in range(40)]


def idle() -> None:
    raise ProofNeeded(challenge="somewhere")


def works() -> None:
    """The work is done."""


def ask(
    phone: Phone,
    address: str = HERE,
    now: datetime = NOW,
    work: Callable[[], None] = idle,
    device_of: str | None = None,
) -> str:
    """What somebody is answered who wants to sign in."""
    try:
        sessions.ask(phone, now, Asker(address, work=work, device_of=device_of))
    except Refusal as refusal:
        return refusal.slug
    return "sent"


def somebody(number: int = 1) -> Registered:
    return registered(number, NOW - 2 * DAY)


def used(limit: Limit, subject: str, times: int) -> None:
    TallyItem(tallied._id(limit, subject, NOW), taken=times, expires_at=0).put()


def spent(budget: Budget, share: float) -> None:
    """So much of a budget is spent, and this process knows of none."""
    limit = tallied.BUDGETS[budget]
    used(limit, tallied.ALL, int(limit.most * share))
    tallies._totals.clear()


def taken(limit: Limit, subject: str) -> int:
    item = TallyItem.fetch(tallied._id(limit, subject, NOW))
    return int(item.taken) if item else 0


# ---- one phone -----------------------------------------------------------------------------------


def flooded(phone: Phone, addresses: list[str]) -> datetime:
    """Strangers ask for as many codes to a phone as they get, without work; returns until when."""
    now = NOW
    for address in addresses:
        for _ in range(6):
            ask(phone, address, now)
            now += MINUTE
    return now


def test_a_stranger_keeps_no_phone_from_its_codes() -> None:
    who = somebody()
    now = flooded(who.phone, [THERE])
    assert ask(who.phone, THERE, now) == "too-many-requests"
    assert ask(who.phone, HERE, now) == "sent"


def test_behind_the_strangers_own_network_the_phone_is_kept_out() -> None:
    """The control: who asks is told by the network."""
    who = somebody()
    assert ask(who.phone, "114.4.5.7", flooded(who.phone, [THERE])) == "too-many-requests"


def test_strangers_send_no_more_than_ten_texts_to_a_phone() -> None:
    who = somebody()
    already = len(texts_to(who.phone))
    flooded(who.phone, MANY[:6])
    assert len(texts_to(who.phone)) - already == 10


def test_behind_many_networks_the_owner_works_for_a_code_of_the_reserve() -> None:
    who = somebody()
    now = flooded(who.phone, MANY[:3])
    assert ask(who.phone, HERE, now) == "proof-needed"
    assert ask(who.phone, HERE, now, works) == "sent"


def test_without_the_reserve_the_owner_is_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.sign_in.codes.CODES_IN_RESERVE", 0)
    who = somebody()
    now = flooded(who.phone, MANY[:3])
    assert ask(who.phone, HERE, now, works) == "too-many-requests"


def test_the_reserve_has_five_codes() -> None:
    who = somebody()
    now = flooded(who.phone, MANY[:3])
    answers = [ask(who.phone, MANY[10 + number], now, works) for number in range(6)]
    assert answers == ["sent"] * 5 + ["too-many-requests"]


def test_whoever_was_signed_in_with_the_phone_needs_no_work_whatever_strangers_do() -> None:
    who = somebody()
    now = flooded(who.phone, MANY[:3])
    for number in range(5):
        ask(who.phone, MANY[10 + number], now, works)
    assert ask(who.phone, HERE, now, works) == "too-many-requests"
    assert ask(who.phone, HERE, now, device_of=who.account_id) == "sent"
    assert ask(who.phone, THERE, now, device_of=who.account_id) == "too-soon"


def test_a_device_has_five_codes_a_day_wherever_it_is() -> None:
    who = somebody()
    answers = [
        ask(who.phone, MANY[number], NOW + number * MINUTE, device_of=who.account_id)
        for number in range(6)
    ]
    assert answers == ["sent"] * 5 + ["too-many-requests"]


def test_the_device_of_another_account_opens_nothing() -> None:
    who, other = somebody(1), somebody(2)
    now = flooded(who.phone, MANY[:3])
    assert ask(who.phone, HERE, now, device_of=other.account_id) == "proof-needed"
    assert ask(a_phone(9), HERE, now, device_of=other.account_id) == "sent"
    assert taken(tallied.BUDGETS[Budget.DEVICE], tallied.ALL) == 0


def test_right_and_wrong_devices_known_and_unknown_phones_make_the_same_work() -> None:
    who, other = somebody(1), somebody(2)
    works_done = []
    ask(a_phone(8), HERE)  # what is remembered, is remembered now
    for phone in (other.phone, a_phone(9)):
        with before("GetItem") as reads, before("UpdateItem") as updates:  # noqa: SIM117
            with before("PutItem") as puts, before("TransactWriteItems") as transactions:
                assert ask(phone, HERE, device_of=who.account_id) == "sent"
        works_done.append((len(reads), len(updates), len(puts), len(transactions)))
    assert works_done == [(1, 5, 1, 0)] * 2


def test_the_export_has_the_last_five_codes_whoever_asked_for_them() -> None:
    who = registered(1, NOW - DAY)
    for number in range(3):
        ask(who.phone, MANY[number], NOW + number * MINUTE)
    ask(who.phone, HERE, NOW + 3 * MINUTE, device_of=who.account_id)
    told = privacy.export(who.account_id, NOW + 4 * MINUTE).codes_sent
    assert told == [NOW - DAY, *(NOW + number * MINUTE for number in range(4))]


def test_who_asks_for_codes_to_a_phone_cannot_be_read() -> None:
    ask(a_phone(1), HERE)
    kept = "".join(str(item.to_simple_dict(force=True)) for item in SentItem.scan())
    assert "asker:" in kept
    assert not [text for text in (HERE, "36.68", a_phone(1).number) if text in kept]


# ---- the day's codes -----------------------------------------------------------------------------


def test_the_budgets_are_a_half_and_two_quarters_and_together_the_day() -> None:
    assert list(shares(20_000).values()) == [10_000, 5_000, 5_000]
    assert all(sum(shares(day).values()) == day for day in range(4, 200))


def test_one_budget_spent_leaves_the_others() -> None:
    who = somebody()
    spent(Budget.REGISTRATION, 1)
    with pytest.raises(CodesSpent):
        registration.register(a_ktp(5), a_phone(5), NOW, Asker(HERE, work=works))
    assert ask(a_phone(6)) == "sent"
    spent(Budget.SIGN_IN, 1)
    assert ask(a_phone(7), work=works) == "sms-budget-spent"
    assert ask(who.phone, device_of=who.account_id) == "sent"
    phones.ask(who.account_id, a_phone(8), NOW, Asker(HERE))
    assert taken(tallied.BUDGETS[Budget.DEVICE], tallied.ALL) == 2


def test_from_half_a_budget_on_a_code_needs_work() -> None:
    spent(Budget.SIGN_IN, 0.5)
    assert ask(a_phone(1)) == "proof-needed"
    assert ask(a_phone(1), work=works) == "sent"
    assert registration.register(a_ktp(2), a_phone(2), NOW, Asker(HERE, work=idle))


def test_up_to_half_of_it_none_does() -> None:
    half = tallied.BUDGETS[Budget.SIGN_IN].most // 2
    used(tallied.BUDGETS[Budget.SIGN_IN], tallied.ALL, half - 1)
    assert ask(a_phone(1)) == "sent"
    assert ask(a_phone(2)) == "proof-needed"


def test_a_new_code_for_a_registration_needs_work_too() -> None:
    sent = registration.register(a_ktp(1), a_phone(1), NOW, Asker(HERE, work=idle))
    spent(Budget.REGISTRATION, 0.5)
    with pytest.raises(ProofNeeded):
        registration.resend(sent.challenge_id, NOW + MINUTE, Asker(HERE, work=idle))
    assert registration.resend(sent.challenge_id, NOW + MINUTE, Asker(HERE, work=works))


def test_a_device_never_needs_work() -> None:
    who = somebody()
    spent(Budget.DEVICE, 0.9)
    assert ask(who.phone, device_of=who.account_id) == "sent"


def test_a_process_reads_how_much_is_spent_at_most_every_ten_seconds() -> None:
    spent(Budget.SIGN_IN, 0.5)
    with before("GetItem") as reads:
        for number in range(10):
            assert ask(a_phone(number), HERE, NOW + number * SECOND) == "proof-needed"
    assert len(reads) == 1
    with before("GetItem") as reads:
        ask(a_phone(1), HERE, NOW + 10 * SECOND)
    assert len(reads) == 1


def test_what_a_process_has_just_counted_it_does_not_read() -> None:
    ask(a_phone(1))
    with before("GetItem") as reads:
        ask(a_phone(2), now=NOW + SECOND)
    assert not [one for one in reads if b"tallies" in one]


def test_the_last_quarter_is_for_networks_that_have_had_little() -> None:
    spent(Budget.SIGN_IN, 0.75)
    used(CODES_PER_NETWORK, f"{Budget.SIGN_IN}\n36.68.1.0/24", LITTLE)
    with pytest.raises(TooOften) as refused:
        sessions.ask(a_phone(1), NOW, Asker(HERE, work=works))
    assert refused.value.more == {"retry_after": 22 * 3600}
    assert ask(a_phone(1), THERE, work=works) == "sent"


def test_before_the_last_quarter_a_network_has_more_than_a_little() -> None:
    spent(Budget.SIGN_IN, 0.7)
    used(CODES_PER_NETWORK, f"{Budget.SIGN_IN}\n36.68.1.0/24", LITTLE)
    assert ask(a_phone(1), work=works) == "sent"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fiftieth of a day's codes, of which a hundred are for signing in."""
    few = {one: tallied.BUDGETS[one]._replace(most=most) for one, most in shares(400).items()}
    monkeypatch.setattr(tallied, "BUDGETS", few)


def flood(addresses: list[str]) -> Counter[str]:
    """What so many requests are answered that do all the work."""
    return Counter(
        ask(a_phone(1_000 + number), address, work=works)
        for number, address in enumerate(addresses)
    )


IN_TURN = MANY[:20] * 20
ONE_AFTER_ANOTHER = MANY[:3] * 40 + MANY[3:20] * 3
"""Three of twenty spend what they get, and then the others ask for the rest."""


@pytest.mark.usefixtures("small")
def test_a_flood_leaves_codes_to_other_networks_and_to_devices() -> None:
    who, other = somebody(1), somebody(2)
    assert flood(IN_TURN) == {"sent": 75, "too-many-requests": 325}
    assert ask(other.phone, THERE, work=works) == "sent"
    assert ask(who.phone, MANY[0], device_of=who.account_id) == "sent"


@pytest.mark.usefixtures("small")
def test_a_flood_takes_all_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallied, "kept_for_others", lambda _spent, _most: False)
    who, other = somebody(1), somebody(2)
    assert flood(IN_TURN) == {"sent": 100, "sms-budget-spent": 300}
    assert ask(other.phone, THERE, work=works) == "sms-budget-spent"
    assert ask(who.phone, MANY[0], device_of=who.account_id) == "sent"


@pytest.mark.usefixtures("small")
def test_networks_that_spend_one_after_another_leave_codes_to_others() -> None:
    who = somebody()
    assert flood(ONE_AFTER_ANOTHER)["sent"] == 75 + 17
    assert ask(who.phone, THERE, work=works) == "sent"


@pytest.mark.usefixtures("small")
def test_they_spend_all_where_a_little_is_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallied, "little", lambda _most: 3)
    who = somebody()
    assert flood(ONE_AFTER_ANOTHER)["sent"] == 100
    assert ask(who.phone, THERE, work=works) == "sms-budget-spent"


def test_forty_times_a_little_is_less_than_a_quarter() -> None:
    assert all(40 * little(limit.most) < limit.most / 4 for limit in tallied.BUDGETS.values())


def test_an_account_asks_for_so_many_changes_of_phone_a_day() -> None:
    who = somebody()
    for number in range(PHONES_PER_ACCOUNT.most):
        phones.ask(who.account_id, a_phone(100 + number), NOW, Asker(HERE))
    with pytest.raises(TooOften):
        phones.ask(who.account_id, a_phone(200), NOW, Asker(HERE))


# ---- a crowd behind one address ------------------------------------------------------------------


def registers(number: int, work: Callable[[], None]) -> str:
    try:
        registration.register(a_ktp(number), a_phone(number), NOW, Asker(HERE, work=work))
    except Refusal as refusal:
        return refusal.slug
    return "sent"


def test_a_thousand_people_behind_one_address_get_their_codes() -> None:
    subject = f"{Budget.REGISTRATION}\n{HERE}"
    for had in (0, 99, 999, CODES_PER_ADDRESS.most - 1):
        used(CODES_PER_ADDRESS, subject, had)
        assert registers(had, idle) == "sent", "without work"
    assert registers(5_000, works) == "too-many-requests"
    assert CODES_PER_ADDRESS.most >= 1_000
