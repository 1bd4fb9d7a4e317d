"""A drill: what goes wrong in the real code sets off the alarm for it, and a good day does not."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ReadTimeoutError

from app import app
from chalicelib import clock, identity, jobs
from chalicelib.config import GRACE, settings
from chalicelib.domain.boards import Press, State
from chalicelib.domain.bookings import Booking
from chalicelib.domain.errors import CodesSpent, NotSent, TooOften, WrongCode
from chalicelib.domain.limits import CODES_PER_NETWORK, Budget, Limit, little
from chalicelib.domain.notices import Notice
from chalicelib.domain.notices import State as NoticeState
from chalicelib.domain.offices import Window
from chalicelib.services.booking.sweep import sweep
from chalicelib.services.days import release
from chalicelib.services.desk import close, collect
from chalicelib.services.limits import tallied
from chalicelib.services.limits.asker import Asker
from chalicelib.services.notices import follow, receipts, reminders, send
from chalicelib.services.people import phones, registration
from chalicelib.services.sign_in import sessions
from chalicelib.services.waitlist import giving, rounds
from chalicelib.store import notices, tellings
from chalicelib.store.tables.booking import SlotItem
from chalicelib.store.tables.desk import BoardItem
from chalicelib.store.tables.limits import TallyItem
from chalicelib.telemetry import NAMESPACE
from infra.stack import alarms
from infra.stack.alarm import Alarm, Series
from infra.stack.functions import full_name
from infra.stack.stages import STAGES
from tests.api.caller import call, token_of
from tests.builders import (
    DOUBLE,
    THURSDAY,
    a_ktp,
    a_member,
    a_phone,
    a_slot,
    an_office,
    booked,
    code_sent_to,
    every_day,
    ready,
    registered,
    released_days,
    sms_client,
    spoil_more,
    weekdays,
)
from tests.register import BROKEN, MISMATCH, register_on
from tests.services.desk.day import EIGHT, KEY, MINUTE, a_booking_of, opened, pressed, scan
from tests.services.waitlist.asking import AT, asks, by_lot
from tests.wire import before, refuse
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

STAGE = replace(STAGES["prod"], name=settings.stage)
ALARMS = alarms.alarms(STAGE)
"""Those of a stage, as if it were the one that the tests run as."""

MIDNIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""The release after `NOW`, in Jakarta's time."""

EARLIER = NOW - timedelta(days=1)


# ---- CloudWatch, as far as our alarms go ---------------------------------------------------------


def printed(out: str) -> list[dict[str, Any]]:
    """The lines in embedded metric format."""
    return [json.loads(line) for line in out.splitlines() if line.startswith('{"_aws"')]


def statistic(series: Series, out: str) -> float | None:
    """The values of one metric within a period, as one; None if there are none."""
    values: list[float] = []
    for line in printed(out):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        (dimensions,) = directive["Dimensions"]
        if (
            directive["Namespace"] == series.namespace
            and series.name in line
            and {name: line[name] for name in dimensions} == series.dimensions
        ):
            values += line[series.name]
    if not values:
        return None
    if series.stat == "p99":
        return sorted(values)[len(values) * 99 // 100]
    if series.stat == "Sum":
        return sum(values)
    return max(values) if series.stat == "Maximum" else min(values)


def queried(query: str, out: str) -> float | None:
    """SELECT SUM(metric) FROM SCHEMA(namespace, dimension)."""
    name = query.removeprefix("SELECT SUM(").partition(")")[0]
    values = [value for line in printed(out) for value in line.get(name, ())]
    return sum(values) if values else None


def goes_off(name: str, out: str) -> bool:
    """Whether an alarm does, if every period is as the one in which this was printed."""
    alarm: Alarm = ALARMS[name]
    if not alarm.series:
        value = queried(alarm.expression, out)
    else:
        values = {key: statistic(series, out) for key, series in alarm.series.items()}
        there = any(one is not None for one in values.values())
        value = calculated(alarm.expression, values) if there else None
    return alarm.silence == "breaching" if value is None else value >= alarm.at_least


def calculated(expression: str, values: dict[str, float | None]) -> float:
    """Metric math; what our expressions use of it is written in Python's way too."""
    known: dict[str, Any] = {
        "FILL": lambda value, other: other if value is None else value,
        "MAX": max,
        "IF": lambda condition, then, other: then if condition else other,
    }
    found: float = eval(expression, {"__builtins__": {}}, known | values)
    return found


# ---- what goes wrong, and the same on a good day -------------------------------------------------


class Context:
    """What Lambda tells of a run."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def an_office_cannot_be_read() -> None:
    released_days(an_office("kediri"), an_office())
    spoil_more(time_zone={"S": "Mars/Olympus"})
    run_open_days()


def run_open_days() -> None:
    event = {
        "version": "0",
        "id": "drill",
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "account": "",
        "time": "",
        "region": "",
        "resources": [],
        "detail": {"at": NOW.isoformat()},
    }
    jobs.open_days(event, Context())


def no_run() -> None:
    """Nothing happens: that is what is wrong."""


def release_ten_minutes_late() -> None:
    """It is told by the very run that makes the day ready: nobody waits for the next."""
    released_days(an_office(opening=every_day(DOUBLE)))
    release.open_days(datetime(2026, 11, 25, 17, 10, tzinfo=UTC))


def release_in_time() -> None:
    released_days(an_office(opening=every_day(DOUBLE)))
    release.open_days(MIDNIGHT)


def open_days_in_november(day: int) -> None:
    """Of 2027, when nobody has entered a decree on the holidays of 2028."""
    released_days(an_office(horizon_days=30), now=datetime(2027, 11, day, tzinfo=UTC))


def codes_of_which_fail(failing: int) -> None:
    refused = [refuse("AuthorizationError")] * failing
    with before("Publish", *refused, client=sms_client()):
        for number in range(20):
            with suppress(NotSent):
                sessions.ask(a_phone(number + 1), NOW)


def put_tally(limit: Limit, subject: str, taken: int) -> None:
    TallyItem(tallied._id(limit, subject, NOW), taken=taken, expires_at=0).put()


def codes_after(percent: int, budget: Budget, ask: Callable[[int], Any]) -> None:
    """Two people ask for a code on a day that has so much of its budget spent."""
    limit = tallied.BUDGETS[budget]
    put_tally(limit, tallied.ALL, limit.most * percent // 100 - 1)
    for number in (1, 2):
        with suppress(CodesSpent):
            ask(number)


def registrations_after(percent: int) -> None:
    codes_after(
        percent,
        Budget.REGISTRATION,
        lambda number: registration.register(a_ktp(number), a_phone(number), NOW),
    )


def sign_ins_after(percent: int) -> None:
    codes_after(percent, Budget.SIGN_IN, lambda number: sessions.ask(a_phone(number), NOW))


def devices_after(percent: int) -> None:
    """One of them changes the phone, which is of the same budget."""
    who = [registered(number, EARLIER) for number in (1, 2)]

    def ask(number: int) -> None:
        one = who[number - 1]
        if number == 1:
            sessions.ask(one.phone, NOW, Asker(device_of=one.account_id))
        else:
            phones.ask(one.account_id, a_phone(3), NOW)

    codes_after(percent, Budget.DEVICE, ask)


def one_network_asks(budget: Budget, percent: int) -> None:
    """A network that has had its little of a budget asks for more when so much of it is spent."""
    limit = tallied.BUDGETS[budget]
    put_tally(limit, tallied.ALL, limit.most * percent // 100)
    put_tally(CODES_PER_NETWORK, f"{budget}\n36.68.1.0/24", little(limit.most))
    here = Asker("36.68.1.2")
    with suppress(TooOften):
        match budget:
            case Budget.REGISTRATION:
                registration.register(a_ktp(1), a_phone(1), NOW, here)
            case Budget.SIGN_IN:
                sessions.ask(a_phone(1), NOW, here)
            case Budget.DEVICE:
                phones.ask(registered(1, EARLIER).account_id, a_phone(2), NOW, here)


def codes_of_which_are_typed_in(typed: int) -> None:
    """An operator that delivers nothing looks like people who lose interest."""
    for number in range(1, 21):
        phone = a_phone(number)
        asked = registration.register(a_ktp(number), phone, NOW)
        if number <= typed:
            registration.verify(asked.challenge_id, code_sent_to(phone), NOW)


def no_answer() -> None:
    raise ReadTimeoutError(endpoint_url="https://sns.test")


def twenty_booked() -> list[Booking]:
    window = Window(time(8), time(9), 20)
    released_days(an_office(opening=weekdays(window)))
    slot = a_slot(window, date(2026, 11, 25))
    return [booked(slot, registered(n + 1), key=f"key-{n}") for n in range(20)]


def notices_of_which_stay_unknown(failing: int) -> None:
    twenty_booked()
    with before("Publish", *[no_answer] * failing, client=sms_client(attempts=1)):
        reminders.remind(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), lambda: True)


def turned_away_of_whom_some_may_not_know(failing: int) -> None:
    made = twenty_booked()
    with before("Publish", *[no_answer] * failing, client=sms_client(attempts=1)):
        for booking in made:
            send.tell(an_office(), booking, Notice.TURNED_AWAY, lambda: True, NOW)


def receipts_come_from(showing: int) -> None:
    """Twenty are reminded by push; so many of their phones say that they have shown it."""
    evening = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    made = twenty_booked()
    for booking in made:
        pushed = notices.of(booking, Notice.EVENING, booking.account_id, [1], evening)
        number = pushed._replace(numbers=tuple(booking.numbers.values()))
        tellings.mark(
            booking,
            Notice.EVENING,
            evening,
            NoticeState.PUSHED,
            [(booking.account_id, notices.putting(number))],
        )
        if showing > 0:
            receipts.receive(booking.account_id, pushed.notice_id, evening)
            showing -= 1
    follow.follow_up(evening + Notice.EVENING.patience, lambda: True)


def somebody_guesses() -> None:
    for number in range(10):
        sent = sessions.ask(a_phone(number + 1), NOW)
        for _ in range(5):
            with suppress(WrongCode):
                sessions.verify(sent.challenge_id, "000000", NOW)


def somebody_mistypes() -> None:
    sent = sessions.ask(a_phone(99), NOW)
    with suppress(WrongCode):
        sessions.verify(sent.challenge_id, "000000", NOW)


def a_place_appears_from_nowhere() -> None:
    ready()
    SlotItem.change(a_slot(DOUBLE).id, actions=[SlotItem.left.set(1)])
    sweep(NOW + GRACE)


def all_adds_up() -> None:
    ready()
    sweep(NOW + GRACE)


def a_bug() -> None:
    raise RuntimeError


def somebody_waits(minutes: int) -> None:
    """The first in the line has been due for so long; the clerks are all at lunch."""
    opened()
    scan(a_booking_of(1), EIGHT - 5 * MINUTE)
    collect.collect(EIGHT + (minutes - 5) * MINUTE)


def somebody_is_called(seconds: int) -> None:
    """For so long, and nobody has pressed that they are served."""
    opened()
    scan(a_booking_of(1))
    pressed(0, Press.OPEN)
    pressed(1, Press.NEXT)
    collect.collect(EIGHT + timedelta(seconds=seconds))


def a_board_of(kilobytes: int) -> None:
    opened()
    scan(a_booking_of(1))
    labels = {f"{number:04}" + 1020 * "x" for number in range(kilobytes)}
    BoardItem.change(KEY.id, actions=[BoardItem.gone.set(labels)])
    collect.collect(EIGHT)


def a_day_whose_last_ticket_stays(hours: float) -> None:
    """So long after midnight somebody is still called, at a counter that knows nothing of it."""
    opened()
    scan(a_booking_of(1))
    BoardItem.change(KEY.id, actions=[BoardItem.tickets["A1"]["state"].set(State.CALLED.value)])
    close.close_days(datetime.combine(THURSDAY, time(), EIGHT.tzinfo) + timedelta(hours=hours))


def a_draw_fails_for(minutes: int) -> None:
    """Its line cannot be carried out."""
    by_lot()
    asks(a_member())
    with patch.object(giving, "_give", side_effect=giving.Busy):
        rounds.draw_all(AT)
        rounds.draw_all(AT + timedelta(minutes=minutes))


def a_line_fails_in(runs: int) -> None:
    by_lot()
    asks(a_member())
    with patch.object(giving, "_give", side_effect=giving.Busy):
        for _ in range(runs):
            rounds.draw_all(AT)


def requests_that_meet_a_bug(times: int, of: int) -> None:
    token = token_of(registered(1, clock.now()))
    aws_counts("AWS/ApiGateway", GATEWAY, Count=[of])
    for _ in range(times):
        with before("BatchGetItem", a_bug):
            assert call("GET", "/v1/bookings/0123456789AB", token=token).status == 500


def questions_of_which_stay_unanswered(silent: int) -> None:
    with register_on():
        for number in [BROKEN] * silent + [MISMATCH] + [1] * (19 - silent):
            identity.ask(a_ktp(number))


def aws_counts(namespace: str, dimensions: dict[str, str], **values: list[float]) -> None:
    """What AWS measures by itself, in the form in which we print what we do."""
    directive = {"Namespace": namespace, "Dimensions": [list(dimensions)]}
    about = {"Timestamp": 0, "CloudWatchMetrics": [directive]}
    print(json.dumps({"_aws": about, **dimensions, **values}, separators=(",", ":")))


GATEWAY = {"ApiName": app.app_name, "Stage": settings.stage}


def function(name: str) -> dict[str, str]:
    return {"FunctionName": full_name(STAGE, name)}


def table(name: str) -> dict[str, str]:
    return {"TableName": full_name(STAGE, name)}


Drill = Callable[[], None]

DRILLS: dict[str, tuple[Drill, Drill]] = {
    "ReleaseSilent": (no_run, run_open_days),
    "ReleaseLate": (release_ten_minutes_late, release_in_time),
    "HolidaysUnknown": (lambda: open_days_in_november(2), lambda: open_days_in_november(1)),
    "CodesNotSent": (lambda: codes_of_which_fail(2), lambda: codes_of_which_fail(1)),
    "CodesOfRegistrationNear": (lambda: registrations_after(80), lambda: registrations_after(79)),
    "CodesOfRegistrationSpent": (
        lambda: registrations_after(100),
        lambda: registrations_after(99),
    ),
    "CodesOfSignInNear": (lambda: sign_ins_after(80), lambda: sign_ins_after(79)),
    "CodesOfSignInSpent": (lambda: sign_ins_after(100), lambda: sign_ins_after(99)),
    "CodesOfDevicesNear": (lambda: devices_after(80), lambda: devices_after(79)),
    "CodesOfDevicesSpent": (lambda: devices_after(100), lambda: devices_after(99)),
    "CodesKeptForOthers": (
        lambda: one_network_asks(Budget.SIGN_IN, 75),
        lambda: one_network_asks(Budget.SIGN_IN, 74),
    ),
    "NoticesNotSent": (
        lambda: notices_of_which_stay_unknown(2),
        lambda: notices_of_which_stay_unknown(1),
    ),
    "NoticesOfTheDayNotSent": (
        lambda: turned_away_of_whom_some_may_not_know(2),
        lambda: turned_away_of_whom_some_may_not_know(1),
    ),
    "PushesNotShown": (lambda: receipts_come_from(8), lambda: receipts_come_from(9)),
    "CodesNotTyped": (
        lambda: codes_of_which_are_typed_in(8),
        lambda: codes_of_which_are_typed_in(9),
    ),
    "CodesWrong": (somebody_guesses, somebody_mistypes),
    "RegisterSilent": (
        lambda: questions_of_which_stay_unanswered(4),
        lambda: questions_of_which_stay_unanswered(3),
    ),
    "InvariantBreached": (a_place_appears_from_nowhere, all_adds_up),
    "Skipped": (an_office_cannot_be_read, run_open_days),
    "LineLate": (lambda: somebody_waits(30), lambda: somebody_waits(29)),
    "CallUnserved": (lambda: somebody_is_called(300), lambda: somebody_is_called(299)),
    "BoardLarge": (lambda: a_board_of(201), lambda: a_board_of(199)),
    "DayNotClosed": (
        lambda: a_day_whose_last_ticket_stays(25),
        lambda: a_day_whose_last_ticket_stays(24.9),
    ),
    "DrawUnsettled": (lambda: a_draw_fails_for(15), lambda: a_draw_fails_for(14)),
    "DrawLinesSkipped": (
        lambda: a_line_fails_in(giving.RUNS),
        lambda: a_line_fails_in(giving.RUNS - 1),
    ),
    "Faults": (
        lambda: requests_that_meet_a_bug(5, of=10),
        lambda: requests_that_meet_a_bug(1, of=2),
    ),
}
"""{alarm: (what sets it off, what does not)}"""


def test_there_is_a_drill_for_every_alarm_of_ours() -> None:
    ours = {
        name
        for name, alarm in ALARMS.items()
        if f'"{NAMESPACE}"' in alarm.expression
        or NAMESPACE in {series.namespace for series in alarm.series.values()}
    }
    assert ours == DRILLS.keys()


@pytest.mark.parametrize("name", DRILLS)
def test_it_goes_off_when_it_should(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, _ = DRILLS[name]
    wrong()
    assert goes_off(name, capsys.readouterr().out)


@pytest.mark.parametrize("name", DRILLS)
def test_it_is_silent_on_a_good_day(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, well = DRILLS[name]
    well()
    assert not goes_off(name, capsys.readouterr().out)


@pytest.mark.parametrize("budget", Budget)
@pytest.mark.parametrize(("percent", "told"), [(75, True), (74, False)])
def test_whoever_is_refused_the_last_quarter_of_any_budget_is_told_of(
    budget: Budget, percent: int, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    one_network_asks(budget, percent)
    assert goes_off("CodesKeptForOthers", capsys.readouterr().out) is told


# ---- what only AWS measures: shares of requests --------------------------------------------------

API, JOB = "APIHandler", "OpenDays"
SLOTS = "SlotsTable"

SHARES: list[tuple[str, str, dict[str, str], dict[str, list[float]], bool]] = [
    ("ApiErrors", "AWS/ApiGateway", GATEWAY, {"Count": [2], "5XXError": [1]}, False),
    ("ApiErrors", "AWS/ApiGateway", GATEWAY, {"Count": [9], "5XXError": [9]}, False),
    ("ApiErrors", "AWS/ApiGateway", GATEWAY, {"Count": [10], "5XXError": [5]}, True),
    ("ApiErrors", "AWS/ApiGateway", GATEWAY, {"Count": [99], "5XXError": [9]}, False),
    ("ApiErrors", "AWS/ApiGateway", GATEWAY, {"Count": [10_000], "5XXError": [99]}, False),
    ("ApiErrors", "AWS/ApiGateway", GATEWAY, {"Count": [10_000], "5XXError": [100]}, True),
    ("ApiSlow", "AWS/ApiGateway", GATEWAY, {"Count": [99], "Latency": [9_000]}, False),
    ("ApiSlow", "AWS/ApiGateway", GATEWAY, {"Count": [100], "Latency": [9_000]}, True),
    ("Faults", "AWS/ApiGateway", GATEWAY, {"Count": [1_000]}, False),
    (
        f"{API}Errors",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [2], "Errors": [1]},
        False,
    ),
    (
        f"{API}Errors",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [9_000], "Errors": [40]},
        False,
    ),
    (
        f"{API}Errors",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [9_000], "Errors": [90]},
        True,
    ),
    (
        f"{API}Errors",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [10], "Errors": [5]},
        True,
    ),
    (
        f"{API}Throttles",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [2], "Throttles": [90]},
        False,
    ),
    (
        f"{API}Throttles",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [9_000], "Throttles": [400]},
        False,
    ),
    (
        f"{API}Throttles",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [9_000], "Throttles": [500]},
        True,
    ),
    (f"{API}Throttles", "AWS/Lambda", function("api_handler"), {"Throttles": [500]}, True),
    (
        f"{API}Duration",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [2], "Duration": [10.0, 9_900]},
        False,
    ),
    (
        f"{API}Duration",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [200], "Duration": [10.0] * 199 + [9_900]},
        False,
    ),
    (
        f"{API}Duration",
        "AWS/Lambda",
        function("api_handler"),
        {"Invocations": [200], "Duration": [10.0] * 190 + [9_900] * 10},
        True,
    ),
    (
        f"{JOB}Errors",
        "AWS/Lambda",
        function("open_days"),
        {"Invocations": [2], "Errors": [2]},
        False,
    ),
    (
        f"{JOB}Errors",
        "AWS/Lambda",
        function("open_days"),
        {"Invocations": [12], "Errors": [1]},
        False,
    ),
    (
        f"{JOB}Errors",
        "AWS/Lambda",
        function("open_days"),
        {"Invocations": [3], "Errors": [3]},
        True,
    ),
    (
        f"{JOB}Throttles",
        "AWS/Lambda",
        function("open_days"),
        {"Invocations": [12], "Throttles": [2]},
        False,
    ),
    (f"{JOB}Throttles", "AWS/Lambda", function("open_days"), {"Throttles": [9]}, True),
    (f"{JOB}Duration", "AWS/Lambda", function("open_days"), {"Duration": [899_000, 2_000]}, False),
    (f"{JOB}Duration", "AWS/Lambda", function("open_days"), {"Duration": [899_000, 870_000]}, True),
    (f"{SLOTS}Throttled", "AWS/DynamoDB", table("slots"), {"WriteThrottleEvents": [9]}, False),
    (
        f"{SLOTS}Throttled",
        "AWS/DynamoDB",
        table("slots"),
        {"WriteThrottleEvents": [90], "ConsumedWriteCapacityUnits": [45_000]},
        False,
    ),
    (
        f"{SLOTS}Throttled",
        "AWS/DynamoDB",
        table("slots"),
        {
            "WriteThrottleEvents": [2_000],
            "ReadThrottleEvents": [1_000],
            "ConsumedWriteCapacityUnits": [45_000],
        },
        True,
    ),
]


@pytest.mark.parametrize(("name", "namespace", "dimensions", "values", "wakes"), SHARES)
def test_a_share_of_requests_wakes_somebody_and_one_of_two_at_night_does_not(
    name: str,
    namespace: str,
    dimensions: dict[str, str],
    values: dict[str, list[float]],
    wakes: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    aws_counts(namespace, dimensions, **values)
    assert goes_off(name, capsys.readouterr().out) is wakes


def test_what_a_release_may_do_for_a_moment_has_to_last_longer() -> None:
    """A crowd is gone within a minute or two."""
    of_requests = ("function-errors", "function-throttled", "function-near-its-limit")
    for alarm in ALARMS.values():
        if alarm.line in (*of_requests, "table-throttled"):
            assert alarm.periods * alarm.period >= 600


def test_every_share_of_requests_has_a_floor() -> None:
    """Or one error of two would be a half. A state, as a spent budget, needs none."""
    counted = ("Errors", "Throttles", "5XXError", "ReadThrottleEvents")
    shares = [a for a in ALARMS.values() if {s.name for s in a.series.values()} & {*counted}]
    assert len(shares) > 20
    assert all(alarm.expression.startswith("IF(") for alarm in shares)
