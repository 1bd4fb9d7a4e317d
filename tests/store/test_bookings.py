"""The commit records: a promise touches a booking and all its people, or nothing."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.bookings import Booking, CancelledBy, Move, Place, Status
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.notices import Notice, State, Telling
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Person, settle
from chalicelib.store import applicants, bookings, counts, tellings
from chalicelib.store.outcomes import (
    Abandoned,
    Cancelled,
    Changed,
    Confirmed,
    Ended,
    Engaged,
    Left,
    Moved,
    Paused,
    Refused,
    Stranger,
    Unasked,
    Unused,
)
from chalicelib.store.tables.booking import BookingItem
from tests.builders import (
    DOUBLE,
    THURSDAY,
    a_booking,
    a_place,
    a_slot,
    booking_under,
    person_id,
)
from tests.builders import named as name_for
from tests.outcomes import named
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

UNTIL = NOW + timedelta(days=3)
SECOND = timedelta(seconds=1)
ELSEWHERE = a_place(a_slot(DOUBLE), first=5)
MOVE = Move(before=a_place(), key="key", fingerprint="of the move")


def join(*people: str, account_id: str = "account") -> None:
    """Let the account name these people; whoever is called holder, as the person themselves."""
    for who in people:
        name_for(account_id, who, Relation.SELF if who == "holder" else Relation.CHILD)


def ids(*people: str) -> list[str]:
    return [person_id(who) for who in people]


def person(who: str = "holder") -> Person:
    return applicants.get(person_id(who))


def confirm(
    booking: Booking, until: datetime = UNTIL, now: datetime = NOW
) -> Confirmed | Booking | Abandoned | Refused:
    return bookings.confirm(booking, ids(*booking.applicants), until, now)


def confirmed(*people: str, **changed: object) -> Booking:
    """A booking that is promised, for people who belong to the account."""
    booking = a_booking(*people, **changed)
    join(*booking.applicants)
    assert isinstance(confirm(booking), Confirmed)
    return booking


def cancel(booking: Booking, now: datetime = NOW) -> Cancelled | Changed | Ended:
    return bookings.cancel(booking, [person(who) for who in booking.applicants], now)


def move(
    booking: Booking, place: Place = ELSEWHERE, until: datetime = UNTIL
) -> Moved | Changed | Ended:
    return bookings.move(booking, ids(*booking.applicants), place, MOVE, until, NOW)


def as_cancelled(booking: Booking) -> Booking:
    """What stands under the code when the applicant has cancelled."""
    return booking._replace(
        status=Status.CANCELLED,
        version=booking.version + 1,
        cancelled_by=CancelledBy.APPLICANT,
        changed_at=NOW,
    )


def held_by(who: str = "holder") -> str | None:
    """The code of the booking that somebody holds."""
    active = person(who).active
    return active.code if active else None


# ---- confirm ------------------------------------------------------------------------------------


def test_a_confirmed_booking_is_kept_as_it_was_made() -> None:
    booking = confirmed("holder", "child")
    assert bookings.get(booking.code) == booking


def test_a_confirmed_booking_engages_all_its_people() -> None:
    booking = confirmed("holder", "child")
    assert held_by("holder") == held_by("child") == booking.code


def test_nothing_stands_under_a_code_that_was_never_confirmed() -> None:
    assert isinstance(bookings.get("CODE"), Unused)


def test_a_code_is_confirmed_once_and_then_shows_what_stands_there() -> None:
    booking = confirmed()
    later = booking._replace(created_at=NOW + SECOND)
    assert confirm(later, UNTIL, NOW + SECOND) == booking


def test_somebody_who_holds_a_booking_cannot_be_booked_again() -> None:
    confirmed("holder")
    join("child")
    other = a_booking("child", "holder", code="OTHER")
    assert named(confirm(other)) == named(Engaged("holder"))


def test_a_refused_booking_engages_nobody() -> None:
    confirmed("holder")
    join("child")
    confirm(a_booking("child", "holder", code="OTHER"))
    assert held_by("child") is None
    assert isinstance(bookings.get("OTHER"), Unused)


def test_an_account_cannot_book_for_a_stranger() -> None:
    join("holder")
    join("stranger", account_id="other")
    refused = confirm(a_booking("holder", "stranger"))
    assert named(refused) == named(Stranger("stranger"))


def test_an_account_cannot_book_for_nobody_at_all() -> None:
    refused = confirm(a_booking("nobody"))
    assert named(refused) == named(Stranger("nobody"))


def test_a_stranger_is_named_before_somebody_engaged() -> None:
    confirmed("holder")
    refused = confirm(a_booking("holder", "nobody", code="OTHER"))
    assert named(refused) == named(Stranger("nobody"))


def test_whether_a_stranger_is_engaged_is_not_told() -> None:
    confirmed("holder")
    refused = confirm(a_booking("holder", code="OTHER", account_id="other"))
    assert named(refused) == named(Stranger("holder"))


def test_a_booking_whose_day_is_past_counts_as_none() -> None:
    confirmed()
    other = a_booking(code="OTHER")
    assert isinstance(confirm(other, UNTIL + UNTIL.resolution, UNTIL), Confirmed)
    assert held_by() == "OTHER"


def test_a_booking_counts_until_the_second_before_its_day_is_past() -> None:
    confirmed()
    other = a_booking(code="OTHER")
    assert named(confirm(other, UNTIL, UNTIL - SECOND)) == named(Engaged("holder"))


# ---- counted ------------------------------------------------------------------------------------


def cancelled_at(*instants: datetime, office: bool = False) -> None:
    """The account books for the holder and cancels at each of these instants."""
    for number, now in enumerate(instants):
        made = a_booking(code=f"CANCELLED{number}{now}{office}")
        assert isinstance(confirm(made, now + SECOND, now), Confirmed)
        if office:
            done = bookings.cancel_uncounted(made, ids("holder"), CancelledBy.OFFICE, NOW)
        else:
            done = cancel(made, now)
        assert isinstance(done, Cancelled)


def booked_at(now: datetime) -> Confirmed | Booking | Abandoned | Refused:
    return confirm(a_booking(code="AGAIN"), now + SECOND, now)


def test_a_holder_who_cancels_twice_in_thirty_days_books_nothing_for_thirty_more() -> None:
    join("holder")
    second = NOW + timedelta(days=29)
    cancelled_at(NOW, second)
    until = second + timedelta(days=30)
    for now in (second, until - SECOND):
        assert named(booked_at(now)) == named(Paused("holder", until, absent=False))
    assert isinstance(booked_at(until), Confirmed)


def test_one_cancellation_keeps_a_holder_from_nothing() -> None:
    join("holder")
    cancelled_at(NOW)
    assert isinstance(booked_at(NOW), Confirmed)


def test_one_cancellation_keeps_an_account_from_booking_for_whom_nobody_holds() -> None:
    cancel(confirmed("child", code="FIRST"))
    until = NOW + timedelta(days=30)
    again = a_booking("child", code="AGAIN")
    assert named(confirm(again, UNTIL, until - SECOND)) == named(
        Paused("child", until, absent=False)
    )
    assert isinstance(confirm(again, UNTIL, until), Confirmed)


def test_cancellations_thirty_days_apart_keep_a_holder_from_nothing() -> None:
    join("holder")
    later = NOW + timedelta(days=30)
    cancelled_at(NOW, later)
    assert isinstance(booked_at(later), Confirmed)


def test_what_the_office_cancels_counts_against_nobody() -> None:
    join("holder")
    cancelled_at(NOW, NOW, NOW, office=True)
    assert person().cancellations == ()
    assert isinstance(booked_at(NOW), Confirmed)


def test_whoever_is_linked_anew_since_they_were_read_is_read_again_before_they_are_counted() -> (
    None
):
    booking = confirmed("holder")
    read = person()
    join("holder", account_id="other")
    assert isinstance(bookings.cancel(booking, [read], NOW), Changed)
    assert held_by() == booking.code


def test_who_is_let_off_begins_to_count_anew() -> None:
    join("holder")
    cancelled_at(NOW, NOW)
    assert counts.unpause(person_id("holder"))
    cancelled_at(NOW + SECOND)
    assert isinstance(booked_at(NOW + SECOND), Confirmed)


def test_nobody_comes_into_being_by_being_let_off() -> None:
    assert not counts.unpause(person_id("nobody"))
    assert person("nobody").version == 0


# ---- whose doing --------------------------------------------------------------------------------


def test_what_an_account_books_without_a_holder_is_not_the_persons_own_doing() -> None:
    confirmed("child")
    active = person("child").active
    assert active
    assert (active.code, active.account_id, active.own) == ("0123456789AB", "account", False)


def test_what_the_holder_books_is_their_own_doing() -> None:
    confirmed("holder")
    active = person().active
    assert active
    assert active.own


def test_an_account_that_has_to_ask_the_holder_books_nothing_for_them() -> None:
    join("holder", account_id="theirs")
    name_for("account", "holder")
    assert named(confirm(a_booking("holder"))) == named(Unasked("holder"))
    assert held_by() is None


def test_a_stranger_is_named_before_somebody_who_has_to_be_asked() -> None:
    join("holder", account_id="theirs")
    name_for("account", "holder")
    assert named(confirm(a_booking("holder", "nobody"))) == named(Stranger("nobody"))


def test_whether_somebody_who_has_to_be_asked_is_engaged_is_not_told() -> None:
    join("holder", account_id="theirs")
    confirm(a_booking("holder", account_id="theirs"))
    name_for("account", "holder")
    assert named(confirm(a_booking("holder", code="OTHER"))) == named(Unasked("holder"))


def test_a_person_knows_which_bookings_name_them_until_their_time_is_over() -> None:
    booking = confirmed("holder")
    assert person().codes == {booking.code: (THURSDAY,)}
    assert not applicants.forget_codes(person(), expires_at(THURSDAY) - SECOND)
    assert applicants.forget_codes(person(), expires_at(THURSDAY))
    assert person().codes == {}


def test_a_person_knows_a_booking_that_was_moved_by_both_its_days() -> None:
    booking = confirmed("holder")
    tomorrow = THURSDAY + timedelta(days=1)
    move(booking, a_place(a_slot(day=tomorrow)))
    assert person().codes == {booking.code: (THURSDAY, tomorrow)}


# ---- abandon ------------------------------------------------------------------------------------


def test_an_abandoned_code_is_nobodys() -> None:
    assert isinstance(bookings.abandon("CODE", NOW), Abandoned)
    assert isinstance(bookings.get("CODE"), Abandoned)


def test_a_late_confirm_of_an_abandoned_code_is_refused() -> None:
    join("holder")
    bookings.abandon("CODE", NOW)
    assert isinstance(confirm(a_booking(code="CODE")), Abandoned)
    assert held_by() is None


def test_a_confirmed_code_cannot_be_abandoned() -> None:
    booking = confirmed()
    assert bookings.abandon(booking.code, NOW) == booking
    assert bookings.get(booking.code) == booking


def test_a_code_is_abandoned_once_and_for_a_week() -> None:
    bookings.abandon("CODE", NOW)
    assert isinstance(bookings.abandon("CODE", NOW + SECOND), Abandoned)
    item = BookingItem.fetch("CODE")
    assert item
    assert item.expires_at == (NOW + timedelta(days=7)).timestamp()


def test_a_booking_expires_some_time_after_its_day() -> None:
    booking = confirmed()
    item = BookingItem.fetch(booking.code)
    assert item
    assert item.expires_at == expires_at(booking.slot.day).timestamp()


# ---- move, cancel --------------------------------------------------------------------------------


def test_a_moved_booking_points_to_its_new_place_and_remembers_the_old() -> None:
    booking = confirmed()
    assert isinstance(move(booking), Moved)
    moved = booking._replace(place=ELSEWHERE, move=MOVE, version=2, changed_at=NOW)
    assert bookings.get(booking.code) == moved


def test_a_moved_booking_engages_its_people_until_its_new_day_is_past() -> None:
    booking = confirmed()
    move(booking, until=UNTIL + timedelta(days=2))
    refused = confirm(a_booking(code="OTHER"), UNTIL, UNTIL + timedelta(days=1))
    assert named(refused) == named(Engaged("holder"))


def test_a_booking_that_has_changed_since_it_was_read_is_not_moved() -> None:
    booking = confirmed()
    bookings.raise_version(booking)
    assert isinstance(move(booking), Changed)


def test_a_cancelled_booking_is_not_moved() -> None:
    booking = confirmed()
    cancel(booking)
    cancelled = as_cancelled(booking)
    assert move(cancelled) == Ended(cancelled)


def test_a_cancelled_booking_is_kept() -> None:
    booking = confirmed()
    assert isinstance(cancel(booking), Cancelled)
    cancelled = as_cancelled(booking)
    assert bookings.get(booking.code) == cancelled


def test_a_cancelled_booking_frees_all_its_people() -> None:
    cancel(confirmed("holder", "child"))
    assert (held_by("holder"), held_by("child")) == (None, None)


def test_a_booking_that_has_changed_since_it_was_read_is_not_cancelled() -> None:
    booking = confirmed()
    bookings.raise_version(booking)
    assert isinstance(cancel(booking), Changed)
    assert held_by() == booking.code


def test_a_booking_that_its_people_do_not_hold_is_not_cancelled() -> None:
    booking = confirmed()
    read = person()
    assert applicants.free(person_id("holder"), booking.code)
    assert isinstance(bookings.cancel(booking, [read], NOW), Changed)
    assert booking_under(booking.code) == booking


# ---- left ---------------------------------------------------------------------------------------


def leave(
    booking: Booking, position: int, read: Person | None = None
) -> Left | Cancelled | Changed | Ended:
    """Let somebody leave a booking, whose account names them no more."""
    who = read or person(booking.applicants[position])
    links = {a: link for a, link in who.links.items() if a != booking.account_id}
    return bookings.leave(booking, position, who, settle(who, links, NOW), NOW)


def test_who_leaves_a_booking_holds_it_no_more_and_the_others_do() -> None:
    booking = confirmed("holder", "child")
    assert isinstance(leave(booking, 0), Left)
    assert (held_by("holder"), held_by("child")) == (None, booking.code)
    left = booking._replace(version=2, changed_at=NOW, out=(0,))
    assert bookings.get(booking.code) == left


def test_an_account_whose_booking_somebody_leaves_names_them_no_more() -> None:
    leave(confirmed("holder", "child"), 1)
    assert person("child").links == {}


def test_a_booking_that_the_last_one_leaves_is_cancelled_by_nobody() -> None:
    booking = confirmed("holder", "child")
    leave(booking, 0)
    assert isinstance(leave(booking_under(booking.code), 1), Cancelled)
    stands = booking_under(booking.code)
    assert (stands.status, stands.cancelled_by) == (Status.CANCELLED, CancelledBy.NOBODY)
    assert stands.out == (0, 1)


def test_leaving_counts_against_nobody() -> None:
    leave(confirmed("holder"), 0)
    assert (person().cancellations, person().paused_until) == ((), None)


def test_nobody_leaves_a_booking_that_has_changed_since_it_was_read() -> None:
    booking = confirmed("holder", "child")
    move(booking)
    assert isinstance(leave(booking, 0), Changed)
    assert held_by() == booking.code


def test_nobody_leaves_a_booking_who_has_changed_since_they_were_read() -> None:
    booking = confirmed("holder", "child")
    read = person()
    join("holder", account_id="other")
    assert isinstance(leave(booking, 0, read), Changed)
    assert booking_under(booking.code) == booking


def test_nobody_leaves_a_cancelled_booking() -> None:
    booking = confirmed()
    read = person()
    cancel(booking)
    assert leave(booking, 0, read) == Ended(as_cancelled(booking))


# ---- the fence ----------------------------------------------------------------------------------


def test_a_fence_is_raised_once_for_what_was_read() -> None:
    booking = confirmed()
    assert (bookings.raise_version(booking), bookings.raise_version(booking)) == (True, False)


def test_a_cancelled_booking_needs_no_fence() -> None:
    booking = confirmed()
    cancel(booking)
    assert not bookings.raise_version(booking._replace(version=2))


# ---- an account's own ---------------------------------------------------------------------------


def test_an_account_sees_its_own_bookings_the_latest_first() -> None:
    first = confirmed("a", code="FIRST")
    second = confirmed("b", code="SECOND", created_at=NOW + SECOND)
    join("c", account_id="other")
    confirm(a_booking("c", code="OTHER", account_id="other"))
    assert bookings.of_account("account") == [second, first]


def test_a_list_goes_on_after_any_of_its_bookings() -> None:
    made = [confirmed(f"a-{n}", code=f"CODE{n}") for n in range(4)]  # all in the same second
    listed = bookings.of_account("account")
    assert sorted(listed) == sorted(made)
    for n, last in enumerate(listed):
        assert bookings.of_account("account", after=last) == listed[n + 1 :]
        assert bookings.of_account("account", after=last, limit=1) == listed[n + 1 : n + 2]


def test_an_abandoned_code_is_in_nobodys_list() -> None:
    bookings.abandon("CODE", NOW)
    assert bookings.of_account("account") == []


# ---- many at once -------------------------------------------------------------------------------


def test_many_bookings_are_found_by_their_codes() -> None:
    first, second = confirmed("a", code="FIRST"), confirmed("b", code="SECOND")
    assert bookings.many(["FIRST", "SECOND", "UNKNOWN"]) == {"FIRST": first, "SECOND": second}


def test_an_abandoned_code_is_not_among_many() -> None:
    bookings.abandon("CODE", NOW)
    assert bookings.many(["CODE"]) == {}


def test_active_are_the_bookings_that_stand() -> None:
    first = confirmed("a", code="FIRST")
    cancel(confirmed("b", code="SECOND"))
    bookings.abandon("THIRD", NOW)
    assert list(bookings.active(THURSDAY)) == [first]


def test_active_are_no_bookings_of_a_day_before() -> None:
    confirmed("a")
    assert list(bookings.active(THURSDAY + timedelta(days=1))) == []


# ---- what people were told ----------------------------------------------------------------------

notices = pytest.mark.parametrize("notice", [Notice.EVENING, Notice.SOON])


def told_of(booking: Booking) -> dict[Notice, Telling]:
    return dict(booking_under(booking.code).told)


@notices
def test_a_reminder_is_marked_by_one_caller_only(notice: Notice) -> None:
    booking = confirmed()
    marks = [tellings.mark(booking, notice, NOW + n * SECOND) for n in range(2)]
    assert marks == [True, False]
    assert told_of(booking) == {notice: Telling(State.SENDING, NOW)}


def test_every_notice_has_a_mark_of_its_own() -> None:
    booking = confirmed()
    marks = [tellings.mark(booking, notice, NOW) for notice in (Notice.EVENING, Notice.SOON)]
    assert marks == [True, True]


@notices
def test_no_reminder_of_a_cancelled_booking_is_marked(notice: Notice) -> None:
    booking = confirmed()
    cancel(booking)
    assert not tellings.mark(booking, notice, NOW)


@notices
def test_no_reminder_is_marked_for_a_place_that_the_booking_has_left(notice: Notice) -> None:
    booking = confirmed()
    move(booking)
    assert not tellings.mark(booking, notice, NOW)


def test_only_a_cancelled_booking_is_marked_as_told_of_a_closure() -> None:
    booking = confirmed()
    before_it = tellings.mark(booking, Notice.CLOSURE, NOW)
    cancel(booking)
    assert (before_it, tellings.mark(booking, Notice.CLOSURE, NOW)) == (False, True)


def test_what_came_of_a_notice_is_recorded_with_its_reason() -> None:
    booking = confirmed()
    tellings.mark(booking, Notice.SOON, NOW)
    tellings.record(booking.code, Notice.SOON, State.FAILED, "OptedOut")
    assert told_of(booking) == {Notice.SOON: Telling(State.FAILED, NOW, "OptedOut")}


def test_what_came_of_a_notice_is_recorded_once() -> None:
    booking = confirmed()
    tellings.mark(booking, Notice.SOON, NOW)
    for state in (State.SENT, State.UNKNOWN):
        tellings.record(booking.code, Notice.SOON, state, None)
    assert told_of(booking) == {Notice.SOON: Telling(State.SENT, NOW)}


def test_nothing_is_recorded_of_a_notice_that_was_not_begun() -> None:
    booking = confirmed()
    tellings.record(booking.code, Notice.SOON, State.SENT, None)
    assert told_of(booking) == {}


def test_the_notices_of_a_booking_begin_anew_when_it_moves() -> None:
    booking = confirmed()
    tellings.mark(booking, Notice.EVENING, NOW)
    move(booking)
    assert told_of(booking) == {}
