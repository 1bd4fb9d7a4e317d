"""Whom neither push nor SMS has told: who is on the list, who sees a phone, and who leaves it."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import NoSuchBooking, TooOften
from chalicelib.domain.limits import CALLS_PER_STAFF
from chalicelib.domain.notices import OVERDUE, Notice, State
from chalicelib.domain.offices import Closure
from chalicelib.domain.people import IDLE, Relation
from chalicelib.domain.staff import Role, Staff
from chalicelib.services.allowance import always
from chalicelib.services.desk import close, untold
from chalicelib.services.notices import receipts
from chalicelib.services.notices.follow import follow_up
from chalicelib.services.notices.reminders import remind
from chalicelib.services.office import closure
from chalicelib.services.people import consent, family
from chalicelib.store import disclosures, notices, tellings
from tests.builders import (
    THURSDAY,
    Registered,
    a_ktp,
    a_slot,
    added,
    an_office,
    booked,
    booking_under,
    consented,
    registered,
    registered_with,
    released_days,
    texts_to,
)
from tests.pushes import push_services, shown, subscribed
from tests.services.desk.day import EIGHT, MINUTE, MORNING, opened, scan
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

DAY = timedelta(days=1)
EVE = EIGHT - timedelta(hours=14)
SUPERVISOR = Staff("somebody", "malang", Role.SUPERVISOR)
FLOOD = Closure("Banjir", "Flood")


def told(made: Booking, notice: Notice, state: State, at: Any = EVE) -> Booking:
    """A notice of a booking that has come to this."""
    assert tellings.mark(made, notice, at)
    if state is not State.SENDING:
        tellings.record(made.code, notice, state, "because")
    return booking_under(made.code)


def a_visitor(number: int = 1) -> tuple[Registered, Booking]:
    who = registered(number)
    return who, booked(a_slot(MORNING), who, key=f"key {number}")


def listed(now: Any = EVE + 20 * MINUTE) -> list[tuple[str, list[Notice]]]:
    return [(row.label, [*row.notices]) for row in untold.of_office("malang", now)]


def closed(made: Booking, state: State) -> None:
    """The day of a booking is closed ahead, and its notice has come to this."""
    closure.declare("malang", THURSDAY, FLOOD, NOW)
    told(booking_under(made.code), Notice.CLOSURE, state, NOW)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (State.SENT, []),
        (State.FAILED, [("A1", [Notice.EVENING])]),
        (State.UNKNOWN, [("A1", [Notice.EVENING])]),
        (State.SENDING, [("A1", [Notice.EVENING])]),
    ],
)
def test_whoever_was_not_surely_told_is_listed(state: State, found: Any) -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.EVENING, state)
    assert listed() == found


def test_what_is_being_sent_is_not_listed_yet() -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.EVENING, State.SENDING)
    assert listed(EVE + 9 * MINUTE) == []
    assert listed(EVE + 10 * MINUTE) != []


def test_nobody_is_called_whose_phone_may_still_say_that_it_was_shown() -> None:
    opened()
    with push_services():
        who, made = a_visitor()
        subscribed(who, NOW)
        assert remind(EVE, always)["pushed"] == 1
        assert listed(EVE + OVERDUE - MINUTE) == []
        assert listed(EVE + OVERDUE) == [("A1", [Notice.EVENING])]
        assert shown(who, EVE + OVERDUE) == ["evening"]
    follow_up(EVE + OVERDUE, always)
    assert booking_under(made.code).told[Notice.EVENING].state is State.SHOWN
    assert listed(EVE + OVERDUE) == []


def test_while_one_of_them_may_still_say_so_the_others_are_not_called() -> None:
    opened()
    mother, daughter = registered(1), registered(2)
    alias = added(mother, 2).applicant_id
    consented(daughter)
    with push_services():
        subscribed(mother, NOW)
        made = booked(a_slot(MORNING), mother, applicants=[mother.applicant_id, alias])
        registered_with(a_ktp(5), daughter.phone, NOW + IDLE)  # the daughter has none any more
        remind(EVE, always)
        assert booking_under(made.code).told[Notice.EVENING].state is State.FAILED
        assert listed() == []
        assert shown(mother, EVE + MINUTE) == ["evening"]
        follow_up(EVE + 20 * MINUTE, always)
    assert listed() == [("A1", [Notice.EVENING])]


def test_a_reminder_is_of_no_use_any_more_once_they_should_be_there() -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.SOON, State.FAILED)
    assert listed(EIGHT - 6 * MINUTE) == [("A1", [Notice.SOON])]
    assert listed(EIGHT - 5 * MINUTE) == []


def test_whoever_lost_a_booking_by_a_closure_is_listed_until_the_day_is_over() -> None:
    opened()
    _, made = a_visitor()
    closed(made, State.FAILED)
    assert listed(NOW) == [("A1", [Notice.CLOSURE])]
    assert listed(EIGHT) == [("A1", [Notice.CLOSURE])]
    assert listed(EIGHT + DAY) == []


def test_whoever_was_turned_away_is_listed_the_next_day_too() -> None:
    opened()
    _, made = a_visitor()
    scan(made)
    close.close("malang", EIGHT)
    close.close_days(EIGHT)
    told(booking_under(made.code), Notice.TURNED_AWAY, State.UNKNOWN, EIGHT)
    assert listed(EIGHT + DAY) == [("A1", [Notice.TURNED_AWAY])]
    assert listed(EIGHT + 2 * DAY) == []


def test_the_list_is_in_the_order_in_which_people_are_to_come() -> None:
    opened()
    for number in (1, 2, 3):
        told(a_visitor(number)[1], Notice.EVENING, State.FAILED)
    assert [label for label, _ in listed()] == ["A1", "A2", "A3"]


def test_another_office_has_a_list_of_its_own() -> None:
    opened()
    told(a_visitor()[1], Notice.EVENING, State.FAILED)
    released_days(an_office("bandung"))
    assert untold.of_office("bandung", EVE + 20 * MINUTE) == []


# ---- whom to call --------------------------------------------------------------------------------

LATER = EVE + 20 * MINUTE


def contacts(label: str = "A1", day: date = THURSDAY, now: Any = LATER) -> list[untold.Contact]:
    return untold.contacts(day, label, SUPERVISOR, now)


def test_a_name_and_a_phone_are_shown_and_each_look_is_recorded() -> None:
    opened()
    who, made = a_visitor()
    told(made, Notice.EVENING, State.FAILED)
    assert contacts() == [untold.Contact(who.ktp.name, who.phone.number)]
    (seen,) = [one for one in disclosures.of(who.account_id) if one.by == "staff:somebody"]
    assert seen.reason == f"to call: {THURSDAY} A1"
    assert seen.whose == {who.account_id, who.applicant_id}


def test_everybody_with_an_account_of_their_own_is_called() -> None:
    opened()
    mother, daughter = registered(1), registered(2)
    alias = family.add(mother.account_id, daughter.ktp, Relation.CHILD, NOW).alias
    (asked,) = consent.requests(daughter.account_id, NOW)
    consent.answer(daughter.account_id, asked.request_id, NOW, accept=True)
    made = booked(a_slot(MORNING), mother, applicants=[mother.applicant_id, alias])
    told(made, Notice.EVENING, State.UNKNOWN)
    assert [one.phone for one in contacts()] == [mother.phone.number, daughter.phone.number]


@pytest.mark.parametrize("label", ["A2", "B1", "W1"])
def test_nobody_is_shown_who_need_not_be_called(label: str) -> None:
    opened()
    told(a_visitor(1)[1], Notice.EVENING, State.FAILED)
    told(a_visitor(2)[1], Notice.EVENING, State.SENT)
    with pytest.raises(NoSuchBooking):
        contacts(label)
    with pytest.raises(NoSuchBooking):
        contacts(day=THURSDAY + 90 * DAY)


def test_looks_are_limited_and_one_too_many_is_not_recorded() -> None:
    opened()
    who, made = a_visitor()
    told(made, Notice.EVENING, State.FAILED)
    for _ in range(CALLS_PER_STAFF.most):
        contacts()
    seen = len(disclosures.of(who.account_id))
    with pytest.raises(TooOften):
        contacts()
    assert len(disclosures.of(who.account_id)) == seen
    other = SUPERVISOR._replace(staff_id="another")
    assert untold.contacts(THURSDAY, "A1", other, LATER)


# ---- called --------------------------------------------------------------------------------------


def call(*notices: Notice, label: str = "A1", now: Any = LATER) -> None:
    untold.called(THURSDAY, label, notices or [Notice.EVENING], SUPERVISOR, now)


def test_whoever_was_called_leaves_the_list_and_it_says_who_did() -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.EVENING, State.FAILED)
    call()
    assert listed() == []
    telling = booking_under(made.code).told[Notice.EVENING]
    assert (telling.state, telling.by, telling.at) == (State.CALLED, "staff:somebody", LATER)
    with pytest.raises(NoSuchBooking):
        call()


def test_one_call_tells_several_things() -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.EVENING, State.FAILED)
    told(made, Notice.SOON, State.FAILED)
    assert listed() == [("A1", [Notice.EVENING, Notice.SOON])]
    call(Notice.EVENING, Notice.SOON)
    assert listed() == []


def test_what_has_come_up_during_a_call_is_not_noted_as_told() -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.EVENING, State.FAILED)
    assert listed() == [("A1", [Notice.EVENING])]
    closure.declare("malang", THURSDAY, FLOOD, LATER)
    told(booking_under(made.code), Notice.CLOSURE, State.FAILED, LATER)
    with pytest.raises(NoSuchBooking):
        call(Notice.EVENING)
    assert listed(LATER + MINUTE) == [("A1", [Notice.CLOSURE])]


def test_the_places_of_a_closed_day_are_given_back_once_somebody_was_called() -> None:
    opened()
    _, made = a_visitor()
    closed(made, State.FAILED)
    assert closure.carry_out(NOW + MINUTE, lambda: True)["given_back"] == 0
    call(Notice.CLOSURE, now=NOW + MINUTE)
    assert closure.carry_out(NOW + 2 * MINUTE, lambda: True)["given_back"] == 1


def test_an_answer_that_comes_late_does_not_put_them_on_the_list_again() -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.EVENING, State.SENDING)
    call()
    tellings.record(made.code, Notice.EVENING, State.FAILED, "late")
    assert listed() == []


def test_what_has_changed_since_it_was_read_is_not_noted_as_called(monkeypatch: Any) -> None:
    opened()
    _, made = a_visitor()
    told(made, Notice.EVENING, State.SENDING)
    read = untold._row(THURSDAY, "A1", SUPERVISOR, LATER)
    tellings.record(made.code, Notice.EVENING, State.SENT, None)
    monkeypatch.setattr(untold, "_row", lambda *_: read)
    with pytest.raises(NoSuchBooking):
        call()
    assert booking_under(made.code).told[Notice.EVENING].state is State.SENT


@pytest.mark.parametrize("shows", [False, True])
def test_who_was_called_gets_neither_push_nor_sms_and_what_a_phone_says_changes_nothing(
    *, shows: bool
) -> None:
    opened()
    late = EVE + OVERDUE
    with push_services() as service:
        who, made = a_visitor()
        subscribed(who, NOW)
        remind(EVE, always)
        call(now=late)
        texts, pushes = len(texts_to(who.phone)), len(service.sent())
        assert shown(who, late) == ["evening"] if shows else True
        done = follow_up(late, always)
        assert (done["shown"], done["called"]) == ((1, 0) if shows else (0, 1))
        assert (len(texts_to(who.phone)), len(service.sent())) == (texts, pushes)
        assert not any(follow_up(late + DAY, always).values())
    telling = booking_under(made.code).told[Notice.EVENING]
    assert (telling.state, telling.by, telling.waiting) == (
        State.CALLED,
        "staff:somebody",
        frozenset(),
    )


def test_a_phone_that_shows_it_after_the_call_was_noted_everywhere_is_only_too_late() -> None:
    opened()
    late = EVE + OVERDUE
    with push_services():
        who, made = a_visitor()
        subscribed(who, NOW)
        remind(EVE, always)
        call(now=late)
        follow_up(late, always)
        (one,) = notices.of_account(who.account_id)
        receipts.receive(who.account_id, one.notice_id, late)
    assert [one.state for one in notices.of_account(who.account_id)] == [State.CALLED]
    assert booking_under(made.code).told[Notice.EVENING].state is State.CALLED
