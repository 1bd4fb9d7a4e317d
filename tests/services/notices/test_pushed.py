"""A notice goes by push to whoever takes it, and by SMS where no receipt came in its time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib import aws as clients
from chalicelib.domain.notices import NoSuchNotice, Notice, State
from chalicelib.domain.offices import Closure
from chalicelib.services.booking import change
from chalicelib.services.booking.disown import disown
from chalicelib.services.notices import follow, receipts, reminders, subscriptions
from chalicelib.services.office import closure
from chalicelib.services.people import privacy
from chalicelib.store import accounts, notices
from chalicelib.telemetry import Metric
from infra.local.pushes import Service
from tests.builders import (
    DOUBLE,
    FAMILY,
    SINGLE,
    Registered,
    a_slot,
    added,
    booked,
    booking_under,
    consented,
    measured,
    registered,
    released_days,
    slot_at,
    sms_client,
    texts_to,
)
from tests.pushes import endpoint, push_services, shown, subscribed
from tests.wire import Killed, before, kill
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

WEDNESDAY = date(2026, 11, 25)
EVENING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""Five in the afternoon in Jakarta."""
MINUTE = timedelta(minutes=1)
OVER = EVENING + Notice.EVENING.patience


@pytest.fixture(autouse=True)
def service() -> Iterator[Service]:
    with push_services() as found:
        yield found


@pytest.fixture
def who() -> Registered:
    """Somebody with a phone that gets messages by push, and a booking for tomorrow."""
    released_days()
    one = registered()
    subscribed(one, NOW)
    booked(a_slot(SINGLE, WEDNESDAY), one, key="tomorrow")
    return one


def remind(now: datetime = EVENING) -> dict[str, int]:
    return reminders.remind(now, lambda: True)


def follow_up(now: datetime = OVER) -> dict[str, int]:
    """What was done, without what was not."""
    done = follow.follow_up(now, lambda: True)
    return {what: count for what, count in done.items() if count}


def reminded(who: Registered) -> list[str]:
    return [text for text in texts_to(who.phone) if "Kode" not in text]


def telling(who: Registered, notice: Notice = Notice.EVENING) -> State:
    (one,) = notices.of_account(who.account_id)
    return booking_under(one.code).told[notice].state


def test_whoever_has_shown_it_gets_no_sms(who: Registered) -> None:
    assert remind()["pushed"] == 1
    assert shown(who, EVENING + MINUTE) == ["evening"]
    assert follow_up(EVENING + 5 * MINUTE) == {"shown": 1}
    assert follow_up() == {}
    assert (reminded(who), telling(who)) == ([], State.SHOWN)


def test_without_a_receipt_the_sms_goes_out_when_the_time_is_over_and_once(
    who: Registered,
) -> None:
    remind()
    assert (follow_up(OVER - MINUTE), reminded(who)) == ({}, [])
    assert [follow_up(OVER + n * MINUTE) for n in range(2)] == [{"sent": 1}, {}]
    (text,) = reminded(who)
    assert "besok 25-11 pukul 08.00" in text
    assert telling(who) is State.SENT


def test_a_receipt_after_the_sms_has_begun_is_late_and_changes_nothing(
    who: Registered, capsys: pytest.CaptureFixture[str]
) -> None:
    remind()
    (kept,) = notices.of_account(who.account_id)
    follow_up()
    receipts.receive(who.account_id, kept.notice_id, OVER + MINUTE)
    assert follow_up(OVER + 20 * MINUTE) == {}
    assert (len(reminded(who)), telling(who)) == (1, State.SENT)
    results = [one["result"] for one in measured(capsys.readouterr().out, Metric.RECEIPTS)]
    assert results == ["none", "late"]


def test_a_receipt_between_the_look_and_the_mark_keeps_the_sms_back(who: Registered) -> None:
    remind()

    def receipt() -> None:
        assert shown(who, OVER) == ["evening"]

    with before("UpdateItem", receipt):
        assert follow_up() == {}
    assert follow_up(OVER + 5 * MINUTE) == {"shown": 1}
    assert reminded(who) == []


def test_a_receipt_that_comes_twice_is_one(
    who: Registered, capsys: pytest.CaptureFixture[str]
) -> None:
    remind()
    (kept,) = notices.of_account(who.account_id)
    for _ in range(2):
        receipts.receive(who.account_id, kept.notice_id, EVENING + MINUTE)
    follow_up()
    (receipt,) = measured(capsys.readouterr().out, Metric.RECEIPTS)
    assert receipt == {"value": 1, "kind": "evening", "result": "in_time"}


def test_a_receipt_for_what_never_was_or_is_somebody_elses_is_refused(who: Registered) -> None:
    remind()
    (kept,) = notices.of_account(who.account_id)
    for account_id, notice_id in ((who.account_id, "none"), ("another", kept.notice_id)):
        with pytest.raises(NoSuchNotice):
            receipts.receive(account_id, notice_id, EVENING)


def test_the_accounts_other_phone_is_told_what_to_show_for_a_while(who: Registered) -> None:
    remind()
    for minutes, kinds in ((1, ["evening"]), (2, ["evening"]), (9, [])):
        found = receipts.of_account(who.account_id, EVENING + minutes * MINUTE, unshown=True)
        assert [one.pushed.kind.value for one in found] == kinds
        if minutes == 1:
            shown(who, EVENING + MINUTE)


def test_what_went_by_sms_is_not_shown_too(who: Registered) -> None:
    remind()
    follow_up()
    assert receipts.of_account(who.account_id, OVER, unshown=True) == []
    assert len(receipts.of_account(who.account_id, OVER, unshown=False)) == 1


@pytest.mark.parametrize("status", ["404", "410"])
def test_a_subscription_that_has_ended_is_gone_and_the_sms_goes_at_the_next_look(
    who: Registered, service: Service, status: str
) -> None:
    service.refuse = {status: 1}
    remind()
    account = accounts.get(who.account_id)
    assert account
    assert account.pushes == {}
    assert follow_up(EVENING + 5 * MINUTE) == {"sent": 1}
    assert remind(datetime(2026, 11, 25, 0, 0, tzinfo=UTC))["sent"] == 1  # the next one by SMS
    assert len(reminded(who)) == 2


def test_a_busy_push_service_is_asked_again_and_then_told_no_more(
    who: Registered, service: Service
) -> None:
    service.refuse = {"429": 1}
    remind()
    assert follow_up(EVENING + MINUTE) == {}
    service.refuse = {}
    assert follow_up(EVENING + 5 * MINUTE) == {}
    assert [one["answered"] for one in service.sent()] == [429, 429, 201]
    assert follow_up(EVENING + 10 * MINUTE) == {}
    assert len(service.sent()) == 3
    assert follow_up() == {"sent": 1}


def test_a_push_service_that_stays_busy_is_given_up_in_time(
    who: Registered, service: Service
) -> None:
    service.refuse = {"429": 1}
    remind()
    for minutes in range(5, 30, 5):
        follow_up(EVENING + minutes * MINUTE)
    assert follow_up() == {"sent": 1}
    assert len(reminded(who)) == 1


def test_a_message_that_is_refused_goes_by_sms_at_the_next_look(
    who: Registered, service: Service
) -> None:
    service.refuse = {"400": 1}
    remind()
    assert follow_up(EVENING) == {"sent": 1}


def test_one_phone_that_can_be_reached_is_enough(who: Registered, service: Service) -> None:
    subscribed(who, NOW, "old-phone")
    service.dice.random = iter([0.0, 0.9]).__next__  # type: ignore[method-assign]
    service.refuse = {"410": 0.5}
    remind()
    assert sorted(one["answered"] for one in service.sent()) == [201, 410]
    assert follow_up(EVENING + 5 * MINUTE) == {}
    assert shown(who, EVENING + 6 * MINUTE) == ["evening"]


def test_a_lost_answer_of_the_push_service_waits_for_the_receipt(
    who: Registered, service: Service
) -> None:
    service.lose_answers = 1
    remind()
    assert follow_up(EVENING + 5 * MINUTE) == {}
    assert shown(who, EVENING + 6 * MINUTE) == ["evening"]
    assert follow_up() == {"shown": 1}


def test_a_run_that_is_killed_before_the_push_leaves_the_sms_to_the_next(
    who: Registered, service: Service
) -> None:
    kms = clients.client("kms")
    with before("Decrypt", kill, client=kms), pytest.raises(Killed):
        remind()
    assert service.sent() == []
    assert remind() == {"sent": 0, "failed": 0, "unknown": 0, "handed_over": 0}
    assert follow_up() == {"sent": 1}


def test_a_run_that_is_killed_before_the_sms_leaves_it_unsent_and_listed(who: Registered) -> None:
    remind()
    with before("Publish", kill, client=sms_client(attempts=1)), pytest.raises(Killed):
        follow_up()
    assert follow_up(OVER + 5 * MINUTE) == {}
    assert follow_up(OVER + 15 * MINUTE) == {"unknown": 1}
    assert (reminded(who), telling(who)) == ([], State.UNKNOWN)
    (listed,) = reminders.unsent("malang", OVER + 15 * MINUTE)
    assert listed.telling.reason == "killed"


def test_what_is_under_way_is_not_listed_and_what_hangs_is(who: Registered) -> None:
    remind()
    assert reminders.unsent("malang", OVER) == []
    (listed,) = reminders.unsent("malang", EVENING + timedelta(hours=1))
    assert listed.telling.state is State.PUSHED


def test_a_run_whose_time_is_up_leaves_the_sms_to_the_next(who: Registered) -> None:
    remind()
    assert follow.follow_up(OVER, lambda: False)["handed_over"] == 1
    assert follow_up() == {"sent": 1}


def test_receipts_need_no_allowance(who: Registered) -> None:
    remind()
    shown(who, EVENING)
    assert follow.follow_up(EVENING, lambda: False)["shown"] == 1


def code_of(who: Registered) -> str:
    (one,) = notices.of_account(who.account_id)
    return one.code


def test_whoever_has_cancelled_meanwhile_gets_no_sms_and_nothing_to_show(who: Registered) -> None:
    remind()
    code = code_of(who)
    with pytest.raises(Exception, match="too-late"):
        change.cancel(code, who.account_id, EVENING + timedelta(days=1))
    change.cancel(code, who.account_id, EVENING + MINUTE)
    assert receipts.of_account(who.account_id, EVENING + MINUTE, unshown=True) == []
    assert (follow_up(), reminded(who)) == ({}, [])
    assert notices.of_account(who.account_id) == []


def test_whoever_has_moved_meanwhile_is_told_of_the_new_time_alone(who: Registered) -> None:
    remind()
    change.reschedule(code_of(who), a_slot(DOUBLE, WEDNESDAY), who.account_id, "move", EVENING)
    assert remind(EVENING + MINUTE)["pushed"] == 1
    found = receipts.of_account(who.account_id, EVENING + MINUTE, unshown=True)
    assert [one.booking.slot.start.hour for one in found] == [9]
    assert follow_up(OVER + MINUTE) == {"sent": 1}
    (text,) = reminded(who)
    assert "09.00" in text


def test_the_evenings_sms_wakes_nobody_at_night_and_is_listed(who: Registered) -> None:
    remind()
    night = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert follow_up(night) == {"failed": 1}
    assert reminded(who) == []
    (listed,) = reminders.unsent("malang", night)
    assert listed.telling.reason == "too late"


def test_of_a_visit_that_has_begun_no_sms_goes_out(who: Registered) -> None:
    morning = datetime(2026, 11, 25, 0, 55, tzinfo=UTC)
    remind(morning)
    assert follow_up(morning + 10 * MINUTE) == {"failed": 1}


class Trip:
    """A mother's booking for herself and two children with accounts; she and her son get pushes."""

    def __init__(self) -> None:
        released_days()
        self.mother, self.daughter, self.son = (registered(n) for n in (1, 2, 3))
        named = [added(self.mother, n) for n in (2, 3)]
        for child in (self.daughter, self.son):
            consented(child)
        for one in (self.mother, self.son):
            subscribed(one, NOW)
        people = [self.mother.applicant_id, *(one.applicant_id for one in named)]
        self.code = booked(a_slot(FAMILY, WEDNESDAY), self.mother, applicants=people).code

    @property
    def state(self) -> State:
        return booking_under(self.code).told[Notice.EVENING].state


def test_in_one_booking_some_are_told_by_push_and_others_by_sms() -> None:
    trip = Trip()
    assert remind()["pushed"] == 1
    assert [len(reminded(one)) for one in (trip.mother, trip.daughter, trip.son)] == [0, 1, 0]
    assert shown(trip.mother, EVENING) == ["evening"]
    follow_up(EVENING)
    assert trip.state is State.PUSHED
    assert follow_up() == {"sent": 1}
    assert trip.state.sure
    (text,) = reminded(trip.son)
    assert "no. antrean 3." in text


def test_one_of_them_who_was_not_told_makes_the_notice_unsure() -> None:
    trip = Trip()
    remind()
    with before("Publish", kill, client=sms_client(attempts=1)), pytest.raises(Killed):
        follow_up()
    for late in (5, 15):
        follow_up(OVER + late * MINUTE)
    assert trip.state is State.UNKNOWN


def test_while_others_get_their_sms_nothing_is_settled() -> None:
    trip = Trip()

    def overtaken() -> None:
        assert shown(trip.mother, EVENING) == ["evening"]
        assert follow_up(EVENING) == {}

    with before("Publish", overtaken, client=sms_client(attempts=1)):
        remind()
    assert follow_up(EVENING) == {"shown": 1}
    assert shown(trip.son, EVENING) == ["evening"]
    assert follow_up(EVENING) == {"shown": 1}
    assert trip.state.sure


def test_whoever_has_left_the_booking_is_told_nothing_more() -> None:
    trip = Trip()
    remind()
    disown(trip.code, trip.son.account_id, EVENING)
    assert receipts.of_account(trip.son.account_id, EVENING, unshown=True) == []
    (mothers,) = receipts.of_account(trip.mother.account_id, EVENING, unshown=True)
    assert mothers.pushed.numbers_in(mothers.booking) == [1, 2]
    assert follow_up() == {"sent": 1}
    assert reminded(trip.son) == []


def test_the_place_of_a_closed_day_is_kept_until_its_people_were_told(who: Registered) -> None:
    closure.declare("malang", WEDNESDAY, Closure("Banjir", "Flood"), EVENING)
    slot = a_slot(SINGLE, WEDNESDAY)
    for _ in range(2):
        closure.carry_out(EVENING, lambda: True)
    assert len(slot_at(slot).holds) == 1
    assert shown(who, EVENING) == ["closure"]
    follow_up(EVENING)
    closure.carry_out(EVENING, lambda: True)
    assert len(slot_at(slot).holds) == 0


def test_erasure_forgets_what_was_told_and_the_devices(who: Registered) -> None:
    remind()
    change.cancel(code_of(who), who.account_id, EVENING)
    privacy.erase(who.account_id, EVENING)
    assert notices.of_account(who.account_id) == []
    assert (follow_up(), reminded(who)) == ({}, [])


def test_the_export_has_devices_and_notices(who: Registered) -> None:
    remind()
    held = privacy.export(who.account_id, EVENING)
    assert [one.at for one in held.account.pushes.values()] == [NOW]
    assert [(one.kind, one.state) for one in held.notices] == [(Notice.EVENING, State.PUSHED)]


def test_what_a_push_service_is_told_names_nobody(who: Registered, service: Service) -> None:
    remind()
    (came,) = service.sent()
    assert (came["endpoint"], came["kind"], came["ttl"]) == (endpoint(who), "evening", 1800)


def test_an_account_that_takes_push_back_gets_the_next_by_sms(who: Registered) -> None:
    account = accounts.get(who.account_id)
    assert account
    for push_id in account.pushes:
        subscriptions.unsubscribe(who.account_id, push_id)
    assert remind()["sent"] == 1
