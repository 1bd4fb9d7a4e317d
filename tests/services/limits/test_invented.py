"""How many people whom nobody knows the accounts behind one network may name in a day."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import FamilyFull, TooOften
from chalicelib.domain.limits import INVENTED_PER_NETWORK
from chalicelib.domain.people import Relation
from chalicelib.services.limits import tallied
from chalicelib.services.people import family
from chalicelib.store.tables.limits import TallyItem
from infra.offices import every
from tests.builders import Registered, a_ktp, registered
from tests.register import SILENT, register_on
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)
HERE, NEIGHBOUR, THERE = "36.68.1.2", "36.68.1.99", "114.4.5.6"
NETWORK = "36.68.1.0/24"


def add(who: Registered, number: int, address: str | None = HERE, now: datetime = NOW) -> None:
    family.add(who.account_id, a_ktp(number), Relation.SIBLING, now, address)


def somebody(number: int = 1) -> Registered:
    return registered(number, NOW - 2 * DAY)


def used(times: int = INVENTED_PER_NETWORK.most) -> None:
    tally_id = tallied._id(INVENTED_PER_NETWORK, NETWORK, NOW)
    TallyItem(tally_id, taken=times, expires_at=0).put()


def taken() -> int:
    item = TallyItem.fetch(tallied._id(INVENTED_PER_NETWORK, NETWORK, NOW))
    return int(item.taken) if item else 0


def test_they_are_less_than_a_tenth_of_any_offices_day() -> None:
    days = [windows for office in every() for windows in office["opening"].values() if windows]
    smallest = min(sum(window["places"] for window in day) for day in days)
    assert INVENTED_PER_NETWORK.most < smallest / 10


def test_a_network_that_has_named_them_waits_for_tomorrow_and_others_do_not() -> None:
    who = somebody()
    used()
    with pytest.raises(TooOften) as refused:
        add(who, 101, NEIGHBOUR)
    assert refused.value.more == {"retry_after": 22 * 3600}
    add(who, 101, THERE)
    add(who, 102, NEIGHBOUR, NOW + DAY)


def test_the_last_of_them_may_be_named() -> None:
    who = somebody()
    used(INVENTED_PER_NETWORK.most - 1)
    add(who, 101)
    with pytest.raises(TooOften):
        add(who, 102)


def test_whom_the_register_confirms_does_not_count() -> None:
    who = somebody()
    used()
    with register_on():
        add(who, 101)
    assert taken() == INVENTED_PER_NETWORK.most


def test_whom_it_says_nothing_about_counts() -> None:
    who = somebody()
    used()
    with register_on(), pytest.raises(TooOften):
        add(who, SILENT)


def test_whoever_holds_their_nik_and_is_asked_does_not_count() -> None:
    who, other = somebody(1), somebody(2)
    used()
    family.add(who.account_id, other.ktp, Relation.SPOUSE, NOW, HERE)
    assert taken() == INVENTED_PER_NETWORK.most


def test_an_addition_that_is_refused_does_not_count() -> None:
    who = somebody()
    for number in range(4):
        add(who, 101 + number)
    with pytest.raises(FamilyFull):
        add(who, 105)
    assert taken() == 4


def test_somebody_counts_once_however_often_their_addition_begins_anew() -> None:
    with tallied.invented(HERE, NOW) as count:
        count()
        count()
    assert taken() == 1


def test_whoever_registers_lets_their_network_name_one_more_tomorrow_and_not_today() -> None:
    who = somebody()
    tallied.registered(NEIGHBOUR, NOW - DAY)
    tallied.registered(NEIGHBOUR, NOW)
    assert taken() == -1
    for _ in range(INVENTED_PER_NETWORK.most + 1):
        with tallied.invented(HERE, NOW) as count:
            count()
    with pytest.raises(TooOften):
        add(who, 101)


def test_what_is_added_from_no_address_counts_to_nobody() -> None:
    add(somebody(), 101, None)
    counted = [item for item in TallyItem.scan() if INVENTED_PER_NETWORK.name in item.tally_id]
    assert counted == []
