"""A draw: the record, the plan that is carried out, and what comes back."""

import json
from datetime import datetime, timedelta

import pytest

from chalicelib import aws, keyring
from chalicelib.domain import draws as rules
from chalicelib.domain.bookings import Booking
from chalicelib.domain.draws import Done, EntryStatus, Record
from chalicelib.domain.errors import NotReleased, SlotFull
from chalicelib.domain.offices import Closure
from chalicelib.keyring import Purpose
from chalicelib.services.booking import change, sweep
from chalicelib.services.office import closure
from chalicelib.services.waitlist import ask, giving
from chalicelib.store import bookings, draws, entries, slots
from chalicelib.store.outcomes import Claimed
from tests.builders import (
    DOUBLE,
    FAMILY,
    MINUTE,
    SINGLE,
    a_member,
    a_slot,
    added,
    booked,
    family_of,
    person_of,
    registered,
    slot_at,
)
from tests.services.waitlist.asking import (
    AT,
    DRAWN,
    FRIDAY,
    MONDAY,
    OPENS,
    QUARTER,
    asks,
    at_eight,
    by_lot,
    drawn,
)
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

EIGHT = a_slot(SINGLE, FRIDAY)
TWO_DAYS = timedelta(hours=48)


def the_record(at: datetime = AT) -> Record:
    record = draws.get("malang", at)
    assert record
    return record


def plan_of(record: Record) -> list[rules.Line]:
    rows = [row for number in range(record.pages) for row in draws.page(record, number)]
    assert record.signature
    return rules.plan("malang", record.signature, rows, record.rooms)


def won(entry_id: str) -> Booking:
    entry = entries.get(entry_id)
    assert entry
    assert entry.status is EntryStatus.WON
    assert entry.booking
    booking = bookings.get(entry.booking)
    assert isinstance(booking, Booking)
    return booking


def status(entry_id: str) -> EntryStatus:
    entry = entries.get(entry_id)
    assert entry
    return entry.status


def test_what_is_drawn_is_what_the_plan_of_the_record_says_and_it_is_stored() -> None:
    by_lot()
    asked = [asks(a_member(n)) for n in range(12)]
    assert drawn() == {"entries": 12, "lines": 9, "settled": 1}
    record = the_record()
    assert [room.places for room in record.rooms] == [6, 1, 2, 6], "Thursday afternoon, Friday"
    plan = plan_of(record)
    assert record.results
    assert [result.line for result in record.results] == plan
    assert {result.done for result in record.results} == {Done.PLACED}
    for line in plan:
        booking = won(line.entry_id)
        assert (booking.slot, len(booking.applicants)) == (line.slot, 1)
    assert sum(status(one.entry_id) is EntryStatus.WAITING for one in asked) == 3
    assert slot_at(EIGHT).left == 0


def test_a_draw_that_is_made_again_changes_nothing() -> None:
    by_lot()
    for n in range(12):
        asks(a_member(n))
    drawn()
    before = everything()
    assert drawn(now=AT + MINUTE)["lines"] == 0
    assert everything() == before


def test_whoever_has_won_asks_no_more_and_holds_the_booking() -> None:
    by_lot()
    who = a_member()
    entry = asks(who)
    drawn()
    person = person_of(who)
    assert person.asking is None
    assert person.active
    assert person.active.code == won(entry.entry_id).code


def test_a_family_wins_together() -> None:
    by_lot()
    who = a_member()
    entry = asks(who, *family_of(who, 5))
    drawn()
    assert won(entry.entry_id).slot == a_slot(FAMILY, FRIDAY)
    assert slot_at(a_slot(FAMILY, FRIDAY)).left == 1


def test_places_are_drawn_ten_minutes_before_everybody_can_have_them() -> None:
    by_lot(now=DRAWN - timedelta(hours=5))
    entry = asks(a_member(1), first=MONDAY)
    early = a_member(2)
    assert drawn(DRAWN - QUARTER)["lines"] == 0
    drawn(DRAWN)
    assert won(entry.entry_id).slot.day == MONDAY
    with pytest.raises(NotReleased):
        booked(a_slot(FAMILY, MONDAY), early, now=OPENS - timedelta(seconds=1))
    assert booked(a_slot(FAMILY, MONDAY), early, now=OPENS)


@pytest.mark.parametrize(("later", "lines"), [(timedelta(0), 1), (QUARTER, 0)])
def test_windows_within_48_hours_stay_first_come(later: timedelta, lines: int) -> None:
    by_lot()
    asks(a_member(), **at_eight())
    begins = datetime.fromisoformat("2026-11-27T01:00:00Z")
    assert drawn(begins - TWO_DAYS + later)["lines"] == lines


def test_a_place_that_comes_back_is_drawn_before_everybody_can_have_it() -> None:
    by_lot()
    holder, waits, other = a_member(1), a_member(2), a_member(3)
    code = booked(EIGHT, holder).code
    entry = asks(waits, **at_eight())
    change.cancel(code, holder.account_id, NOW + MINUTE)
    for at in (NOW + 2 * MINUTE, AT, AT + 4 * MINUTE):
        with pytest.raises(SlotFull):
            booked(EIGHT, other, now=at)
    drawn()
    assert won(entry.entry_id).slot == EIGHT
    with pytest.raises(SlotFull):
        booked(EIGHT, other, now=AT + 5 * MINUTE)


def test_a_place_that_comes_back_and_that_nobody_asks_for_is_everybody_s() -> None:
    by_lot()
    code = booked(EIGHT, a_member(1)).code
    change.cancel(code, a_member(1).account_id, NOW + MINUTE)
    assert drawn()["lines"] == 0
    assert booked(EIGHT, a_member(2), now=AT + 5 * MINUTE)


def test_what_the_sweep_finds_is_drawn_first_too() -> None:
    by_lot()
    assert isinstance(slots.claim(EIGHT, "GHOST", 1, 0, NOW), Claimed)
    sweep.sweep(NOW + MINUTE)
    assert slot_at(EIGHT).left == 0
    assert slot_at(EIGHT).holds["GHOST"].free_at == AT + 5 * MINUTE
    entry = asks(a_member(), **at_eight())
    drawn()
    assert won(entry.entry_id).slot == EIGHT


def test_whoever_has_booked_since_the_list_was_frozen_does_not_win() -> None:
    by_lot()
    who = a_member()
    me, relative = family_of(who, 2)
    entry = asks(who, me, relative, windows=(FAMILY.start,))
    killed_before_carrying_out()
    booked(a_slot(DOUBLE, FRIDAY), who, now=AT)
    drawn(now=AT + MINUTE)
    record = the_record()
    assert record.results
    assert [result.done for result in record.results] == [Done.NOT_ASKING]
    assert status(entry.entry_id) is EntryStatus.ENDED
    held = slot_at(a_slot(FAMILY, FRIDAY)).given_up
    assert [hold.free_at for hold in held] == [AT + QUARTER + 5 * MINUTE]


def test_a_draw_that_was_killed_is_finished_before_the_next() -> None:
    by_lot()
    first = asks(a_member(1), **at_eight())
    killed_before_carrying_out()
    second = asks(a_member(2), now=AT)
    drawn(AT + QUARTER)
    assert won(first.entry_id).slot == EIGHT
    assert won(second.entry_id).slot != EIGHT
    assert the_record(AT).results
    assert the_record(AT + QUARTER).results


def test_the_signature_that_was_noted_first_counts() -> None:
    by_lot()
    asks(a_member())
    killed_before_carrying_out()
    record = the_record()
    noted = draws.sign(record, b"first", b"key")
    assert draws.sign(record, b"second", b"key") == noted
    assert noted.signature == b"first"


def test_a_day_that_was_closed_meanwhile_is_given_to_nobody() -> None:
    by_lot()
    entry = asks(a_member())
    killed_before_carrying_out()
    closure.declare("malang", FRIDAY, Closure("Banjir", "Flood"), AT)
    drawn(now=AT + MINUTE)
    record = the_record()
    assert record.results
    assert [result.done for result in record.results] == [Done.NO_PLACE]
    assert status(entry.entry_id) is EntryStatus.WAITING


def test_whoever_withdraws_before_their_line_is_done_wins_nothing() -> None:
    by_lot()
    who = a_member()
    entry = asks(who)
    killed_before_carrying_out()
    ask.withdraw(entry.entry_id, who.account_id, AT)
    drawn(now=AT + MINUTE)
    assert status(entry.entry_id) is EntryStatus.WITHDRAWN
    assert person_of(who).active is None


def test_a_code_that_the_sweep_has_abandoned_is_followed_by_the_next() -> None:
    by_lot()
    entry = asks(a_member(), **at_eight())
    killed_before_carrying_out()
    codes = rules.codes(keyring.derived(Purpose.BOOKING), AT, entry.entry_id)
    bookings.abandon(codes[0], AT)
    drawn(now=AT + MINUTE)
    assert won(entry.entry_id).code == codes[1]


def test_a_line_that_was_given_up_under_its_last_code_is_not_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_lot()
    who = a_member()
    entry = asks(who, **at_eight())
    killed_before_carrying_out()
    first, second, _ = rules.codes(keyring.derived(Purpose.BOOKING), AT, entry.entry_id)
    bookings.abandon(first, AT)
    bookings.abandon(second, AT)
    ask.withdraw(entry.entry_id, who.account_id, AT)
    with monkeypatch.context() as patch:
        patch.setattr(draws, "settle", lambda *_: None)  # the run dies before it
        drawn(now=AT + MINUTE)
    assert drawn(now=AT + MINUTE)["settled"] == 1
    record = the_record()
    assert record.results
    assert [result.done for result in record.results] == [Done.NOT_ASKING]


def test_a_line_that_fails_in_three_runs_is_skipped_and_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_lot()
    good, bad = asks(a_member(1), windows=(DOUBLE.start,)), asks(a_member(2), **at_eight())
    give = giving._give

    def failing(record: Record, line: rules.Line, *more: object) -> Done:
        if line.entry_id == bad.entry_id:
            raise giving.Busy
        return give(record, line, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(giving, "_give", failing)
    for _ in range(2):
        assert drawn()["settled"] == 0
    assert drawn()["settled"] == 1
    assert won(good.entry_id)
    record = the_record()
    assert record.results
    assert {r.line.entry_id: r.done for r in record.results}[bad.entry_id] is Done.SKIPPED


def test_what_is_kept_of_a_draw_names_nobody() -> None:
    by_lot()
    who = registered()
    relative = added(who)
    asks(who, who.applicant_id, relative.applicant_id)
    drawn()
    kept = json.dumps(everything("entries", "draws"), default=str)
    for secret in (who.ktp.name, who.ktp.nik.digits, who.phone.number, who.person_id):
        assert secret not in kept
    (row,) = draws.page(the_record(), 0)
    told = json.dumps(rules.told_row(row))
    assert who.account_id not in told
    assert who.applicant_id not in told


def killed_before_carrying_out() -> None:
    """A run that died as soon as the record of its draw stood."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.services.waitlist.draw._carry_out", lambda *_: False)
        drawn()
    assert the_record().results is None


def everything(*tables: str) -> list[object]:
    """All that is stored, or what these tables have."""
    client = aws.client("dynamodb")
    wanted = tables or ("entries", "draws", "bookings", "slots", "applicants")
    return [client.scan(TableName=f"antrian-paspor-local-{name}")["Items"] for name in wanted]
