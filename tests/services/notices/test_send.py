"""A notice goes to everybody whom a booking concerns, and to each of them once."""

from collections.abc import Sequence

import pytest

from chalicelib.domain.bookings import Booking, CancelledBy
from chalicelib.domain.notices import Notice, State
from chalicelib.domain.offices import Closure
from chalicelib.domain.people import IDLE
from chalicelib.services.booking import change
from chalicelib.services.booking.disown import disown
from chalicelib.services.notices.send import tell
from tests.builders import (
    FAMILY,
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
    sms_client,
    texts_to,
)
from tests.wire import Act, Killed, before, go_on, kill, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


class Trip:
    """A booking of a mother for herself, two children with accounts and one without."""

    def __init__(self) -> None:
        released_days()
        self.mother, self.daughter, self.son = (registered(n) for n in (1, 2, 3))
        named = [added(self.mother, n) for n in (2, 3, 4)]
        for child in (self.daughter, self.son):
            consented(child)
        people = [self.mother.applicant_id, *(one.applicant_id for one in named)]
        self.made = booked(a_slot(FAMILY), self.mother, applicants=people)

    @property
    def stands(self) -> Booking:
        return booking_under(self.made.code)

    def remind(self, *sms: Act) -> State | None:
        """Send the reminder of the evening; ``sms`` comes before its messages."""
        with before("Publish", *sms, client=sms_client(attempts=1)):
            return tell(an_office(), self.stands, Notice.EVENING, lambda: True, NOW)

    def numbers_told(self) -> list[list[str]]:
        """The numbers that each of those with an account was told, by message."""
        return [numbers_told(who) for who in (self.mother, self.daughter, self.son)]


def numbers_told(who: Registered) -> list[str]:
    found = (text.partition("no. antrean ")[2] for text in texts_to(who.phone))
    return [after.partition(". ")[0] for after in found if after]


def test_the_maker_is_told_all_numbers_and_a_holder_in_it_their_own_alone() -> None:
    trip = Trip()
    assert trip.remind() is State.SENT
    assert trip.numbers_told() == [["1-4"], ["2"], ["3"]]


def test_nobody_is_told_twice() -> None:
    trip = Trip()
    trip.remind()
    assert trip.remind() is None
    assert trip.numbers_told() == [["1-4"], ["2"], ["3"]]


def test_a_maker_who_is_in_it_is_told_once() -> None:
    released_days()
    who = registered()
    made = booked(a_slot(FAMILY), who)
    tell(an_office(), made, Notice.EVENING, lambda: True, NOW)
    assert numbers_told(who) == ["1"]


def test_whoever_has_left_is_not_told_and_the_maker_is_told_the_rest() -> None:
    trip = Trip()
    disown(trip.made.code, trip.daughter.account_id, NOW)
    trip.remind()
    assert trip.numbers_told() == [["1, 3-4"], [], ["3"]]


@pytest.mark.parametrize(
    ("sms", "state"),
    [
        ([go_on, *[refuse("Throttling")] * 3], State.FAILED),
        ([*[refuse("Throttling")] * 3, go_on], State.FAILED),
    ],
    ids=["the second message", "the first message"],
)
def test_one_message_that_fails_makes_the_notice_unsure_and_the_others_go_out(
    sms: Sequence[Act], state: State
) -> None:
    trip = Trip()
    assert trip.remind(*sms) is state
    assert trip.stands.told[Notice.EVENING].state is state
    assert sorted(map(len, trip.numbers_told())) == [0, 1, 1]


def test_an_account_without_a_phone_makes_the_notice_unsure() -> None:
    trip = Trip()
    registered_with(a_ktp(5), trip.son.phone, NOW + IDLE)
    assert trip.remind() is State.FAILED
    assert trip.stands.told[Notice.EVENING].reason == "no phone"
    assert trip.numbers_told()[:2] == [["1-4"], ["2"]]


def test_a_run_that_is_killed_between_two_messages_sends_neither_again() -> None:
    trip = Trip()
    with pytest.raises(Killed):
        trip.remind(go_on, kill)
    assert trip.remind() is None
    assert trip.stands.told[Notice.EVENING].state is State.SENDING
    assert trip.numbers_told() == [["1-4"], [], []]


def test_a_closure_is_told_to_everybody_in_it() -> None:
    trip = Trip()
    change.cancel_for(trip.made.code, CancelledBy.OFFICE, NOW)
    why = {trip.stands.slot.day: Closure("Banjir", "Flood")}
    tell(an_office()._replace(closures=why), trip.stands, Notice.CLOSURE, lambda: True, NOW)
    everybody = (trip.mother, trip.daughter, trip.son)
    assert ["tutup" in texts_to(who.phone)[-1] for who in everybody] == [True] * 3


def test_the_pace_of_sms_is_kept_between_the_messages_of_one_notice() -> None:
    trip = Trip()
    turns: list[None] = []

    def more() -> bool:
        turns.append(None)
        return True

    tell(an_office(), trip.stands, Notice.EVENING, more, NOW)
    assert len(turns) == 2  # whoever sends the notice has waited for the first one's
