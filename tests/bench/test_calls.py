"""What the bench says of a booking's cost is counted, and its count would show what is amiss."""

from collections.abc import Callable, Iterator

import pytest

from bench.calls import DAY, NOW, OFFICE, Meter, metered, rows, shared
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Link, settle
from chalicelib.services import aliases
from chalicelib.store import applicants, bookings
from chalicelib.store.dynamo import Item, transact
from chalicelib.store.tables.booking import SlotItem
from tests.builders import DOUBLE, a_booking, person_id

SLOT = SlotKey(OFFICE, DAY, DOUBLE.start)


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return {row.name: row.value for row in rows()}


@pytest.fixture
def meter() -> Iterator[Meter]:
    with metered() as counting:
        counting.since()
        yield counting


def test_a_sold_out_answer_of_a_warm_process_asks_aws_nothing(figures: dict[str, float]) -> None:
    assert figures["calls per refusal, warm"] == 0


def test_no_refusal_by_the_hint_writes(figures: dict[str, float]) -> None:
    kinds = ("cold", "warm")
    assert [figures[f"write units per refusal, {kind}"] for kind in kinds] == [0, 0]


def test_a_claim_that_is_lost_costs_as_much_as_the_slot_weighs(figures: dict[str, float]) -> None:
    assert figures["write units per refusal, lost at the claim, of fifty"] == 3


def test_nothing_in_a_bookings_transaction_is_written_by_others(figures: dict[str, float]) -> None:
    assert figures["items of a booking's transaction that anybody else writes"] == 0


def naming(name: str) -> Item:
    """A write of somebody's own: a person whom an account names."""
    read = applicants.get(person_id(name))
    return applicants.linking(read, settle(read, {"account": Link(Relation.CHILD, NOW)}, NOW))


def book_with_the_slot(number: int) -> None:
    """What the service does not do: the slot that all want is in the transaction."""
    transact(
        SlotItem.changing(SLOT.id, actions=[SlotItem.left.set(SlotItem.left - 1)]),
        naming(f"applicant-{number}"),
    )


def claim_alone(_: int) -> None:
    SlotItem.change(SLOT.id, actions=[SlotItem.left.set(SlotItem.left - 1)])


@pytest.mark.parametrize("theirs", [book_with_the_slot, claim_alone])
def test_a_slot_in_a_transaction_is_found_out(meter: Meter, theirs: Callable[[int], None]) -> None:
    by_person = {}
    for number, ask in enumerate([book_with_the_slot, theirs]):
        ask(number)
        by_person[str(number)] = meter.writes
        meter.since()
    assert [item.values for item in shared(by_person)] == [(SLOT.id,)]


def test_in_a_transaction_an_item_costs_twice_and_its_index_once(meter: Meter) -> None:
    applicants_units = 2
    transact(naming("holder"))
    who = person_id("holder")
    booking = a_booking(aliases.new("account", who))
    meter.since()
    bookings.confirm(booking, [who], NOW, NOW)
    assert meter.write_units == applicants_units + 2 + 1


def test_what_is_not_in_the_index_costs_nothing_there(meter: Meter) -> None:
    bookings.abandon("CODE", NOW)
    assert meter.write_units == 1
