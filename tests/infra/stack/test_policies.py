"""The policies: a function may do all that its code does, and nothing that it does not.

AWS is not asked; what the code calls is noted, and compared with what the policy files allow.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.kms.models import kms_backends

from chalicelib import aws as clients
from chalicelib import push
from chalicelib.api import shown, tokens, viewer
from chalicelib.api.at_work import at_work
from chalicelib.config import settings
from chalicelib.domain.boards import BoardKey, Press
from chalicelib.domain.bookings import Booking, CancelledBy, Hold, Outcome
from chalicelib.domain.calendar import RETENTION
from chalicelib.domain.errors import NoCapacity
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Closure
from chalicelib.domain.people import IDLE, Relation
from chalicelib.domain.presses import Asked
from chalicelib.domain.staff import Role
from chalicelib.services.booking import change, disown, mine
from chalicelib.services.booking.reconcile import reconcile
from chalicelib.services.booking.sweep import sweep
from chalicelib.services.days import availability
from chalicelib.services.days.release import open_days
from chalicelib.services.desk import (
    arrivals,
    check_in,
    close,
    collect,
    early_close,
    ending,
    people,
    presence,
    press,
    report,
    roster,
    shifts,
    today,
    untold,
    walk_in,
)
from chalicelib.services.desk.arrivals import Entry
from chalicelib.services.desk.telling import tell_of_today
from chalicelib.services.limits.asker import Asker
from chalicelib.services.notices import receipts, subscriptions
from chalicelib.services.notices.follow import follow_up
from chalicelib.services.notices.questions import tell_holders
from chalicelib.services.notices.reminders import remind
from chalicelib.services.office import closure, persons, planning
from chalicelib.services.office.closure import carry_out
from chalicelib.services.people import (
    consent,
    family,
    phones,
    privacy,
    profile,
    registration,
    retention,
)
from chalicelib.services.people.confirmation import ask_again
from chalicelib.services.sign_in import by_passkey, sessions
from chalicelib.services.staff import enrolment, members, sign_in
from chalicelib.services.waitlist import ask as waitlist
from chalicelib.services.waitlist import (
    demand,
    draw,
    giving,
    lately,
    leaving,
    published,
    rounds,
    seen,
    telling,
)
from chalicelib.store import (
    accounts,
    boards,
    days,
    entries,
    notices,
    offices,
    slots,
    staff,
    tellings,
)
from chalicelib.store import passkeys as own_passkeys
from chalicelib.store import sessions as stored_sessions
from chalicelib.store.dynamo import transact
from chalicelib.store.tables.booking import BookingItem
from chalicelib.store.times import seconds
from infra.stack import functions, keys, overrides, tables
from infra.stack.stages import STAGES
from tests.api.authenticator import Authenticator
from tests.builders import (
    DOUBLE,
    FAMILY,
    KEY_A,
    KEY_B,
    SINGLE,
    THURSDAY,
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    an_office,
    booked,
    code_sent_to,
    day_at,
    every_day,
    index_keys,
    office_fields,
    registered,
    registered_with,
    released_days,
)
from tests.edge import EDGE, SECRET_A, SECRET_B, VALUES, behind_the_edge, passed_on
from tests.pushes import push_services, subscribed
from tests.register import MATCH_LATER, register_on
from tests.services.waitlist.asking import AT, FRIDAY, asks
from tests.world import NOW, forget

POLICIES = Path(__file__).parents[3] / ".chalice" / "policies"

Permission = tuple[str, str]
"""An action, and the logical id of what it is done to."""

WITHOUT_RESOURCE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""AWS knows no resource of these (service authorization reference, AWS X-Ray)."""

BY_LAMBDA = WITHOUT_RESOURCE | {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}
"""What Lambda does in the name of a function; no code of ours calls it."""

REPLICA_OF = "replica of "
"""A secret in the other region, which is asked for while Secrets Manager is silent in this one."""

WEDNESDAY = date(2026, 11, 25)

LOT = "lotre"
"""An office that gives its places by lot."""

LATER = NOW + timedelta(minutes=5)
"""What a process has seen by `NOW` it has forgotten by then."""

every_function = pytest.mark.parametrize("function", functions.FUNCTIONS)


def statements(function: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((POLICIES / f"{function}.json").read_text())[
        "Statement"
    ]
    return found


def each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def named(resource: Any) -> str:
    """What a resource in a policy is: a logical id, ``${LogicalId.Arn}/more`` or ``*``."""
    if isinstance(resource, str):
        return resource
    ((intrinsic, of),) = resource.items()
    if intrinsic == "Fn::If":
        _, there, otherwise = of
        assert otherwise == {"Ref": "AWS::NoValue"}
        return named(there)
    if intrinsic == "Fn::GetAtt":
        logical_id, attribute = of
        # AWS gives a secret's ARN as its Id, and has no Arn of it.
        assert attribute == ("Id" if logical_id.endswith("Secret") else "Arn")
        return str(logical_id)
    if isinstance(of, list):
        return f"{REPLICA_OF}{of[1]['Name']['Fn::Select'][1]['Fn::Split'][1]['Fn::GetAtt'][0]}"
    return str(of)


def allowed(function: str) -> set[Permission]:
    """All that a function may do. What it may do to all but topics, it may do to phones."""
    return {
        (action, named(resource))
        for statement in statements(function)
        for action in each(statement["Action"])
        for resource in each(statement.get("Resource", "phones"))
    }


def allowed_to_code(function: str) -> set[Permission]:
    """All that the code of a function may do."""
    return {
        (action, resource)
        for action, resource in allowed(function)
        if action not in BY_LAMBDA and not resource.startswith(REPLICA_OF)
    }


# ---- what they say -------------------------------------------------------------------------------


@every_function
def test_names_no_action_and_no_resource_by_a_wildcard(function: str) -> None:
    for statement in statements(function):
        assert statement["Effect"] == "Allow"
        assert not [action for action in each(statement["Action"]) if "*" in action]
        if "NotResource" in statement:
            assert statement["Action"] == "sns:Publish"
            assert statement["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
        elif "*" in json.dumps(statement["Resource"]):
            assert set(statement["Action"]) == WITHOUT_RESOURCE


@every_function
@pytest.mark.parametrize("stage", STAGES)
def test_speaks_of_what_the_template_has(function: str, stage: str) -> None:
    there = overrides.template(STAGES[stage])["Resources"]
    for action, resource in allowed(function):
        logical_id = resource.removeprefix(REPLICA_OF).removeprefix("${").partition(".")[0]
        assert logical_id in there or action in WITHOUT_RESOURCE | {"sns:Publish"}


@every_function
def test_whoever_may_read_a_secret_may_read_its_replica(function: str) -> None:
    read = {of for action, of in allowed(function) if action == "secretsmanager:GetSecretValue"}
    replicas = {of for of in read if of.startswith(REPLICA_OF)}
    assert replicas == {REPLICA_OF + of for of in read - replicas}
    if replicas:
        assert f":secretsmanager:{keys.REPLICA_REGION}:" in json.dumps(statements(function))


@every_function
def test_lets_lambda_log_and_keep_what_failed(function: str) -> None:
    logs = f"{functions.FUNCTIONS[function]}LogGroup"
    assert {("logs:CreateLogStream", logs), ("logs:PutLogEvents", logs)} <= allowed(function)
    assert (("sqs:SendMessage", "DeadLetters") in allowed(function)) is (function in functions.JOBS)


@every_function
@pytest.mark.parametrize("table", ["DisclosuresTable", "ErasedTable"])
def test_what_is_written_once_can_be_changed_or_deleted_by_no_function(
    function: str, table: str
) -> None:
    """IAM cannot tell a put over an item that is there from any other: see docs/privacy.md."""
    may = {action for action, resource in allowed(function) if table in resource}
    assert may <= {"dynamodb:PutItem", "dynamodb:Query"}


def test_two_functions_alone_may_ask_the_civil_register() -> None:
    asking = {
        function
        for function in functions.FUNCTIONS
        if ("secretsmanager:GetSecretValue", "IdentitySecret") in allowed(function)
    }
    assert asking == {"people_handler", "send_reminders"}


def test_the_function_that_books_unseals_nothing_sends_nothing_and_asks_no_key() -> None:
    """So that neither KMS nor SNS can hold up a booking, nor a mistake in it show a person."""
    may = {action.partition(":")[0] for action, _ in allowed_to_code("api_handler")}
    assert may == {"dynamodb", "secretsmanager"}
    assert ("kms:Decrypt", "DataKey") in allowed("people_handler")


@every_function
def test_no_log_can_be_deleted_by_a_function(function: str) -> None:
    may = {action for action, _ in allowed(function) if action.startswith("logs:")}
    assert may == {"logs:CreateLogStream", "logs:PutLogEvents"}


# ---- what the code does --------------------------------------------------------------------------


@pytest.fixture
def calls(aws: None) -> Iterator[set[Permission]]:
    """What the code calls, as the permissions that AWS asks of it."""
    made: set[Permission] = set()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.update(asked_of(model.service_model.endpoint_prefix, model.name, params))

    clients.session().register("before-parameter-build", note)
    yield made
    clients.session().unregister("before-parameter-build", note)
    clients._client.cache_clear()  # a client takes over what its session has


@pytest.fixture
def edge(aws: None) -> Iterator[None]:
    """A distribution in front of the API, which goes from one secret to the other."""
    with behind_the_edge(SECRET_A, SECRET_B):
        yield


def asked_of(service: str, operation: str, params: dict[str, Any]) -> Iterator[Permission]:
    """A transaction needs the permission of each of its writes, a query of an index that of it."""
    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            ((write, kwargs),) = item.items()
            yield f"dynamodb:{write}Item", TABLES[kwargs["TableName"]]
    elif operation == "BatchGetItem":
        for name in params["RequestItems"]:
            yield "dynamodb:BatchGetItem", TABLES[name]
    elif "IndexName" in params:
        index = f"${{{TABLES[params['TableName']]}.Arn}}/index/{params['IndexName']}"
        yield f"{service}:{operation}", index
    elif "TableName" in params:
        yield f"{service}:{operation}", TABLES[params["TableName"]]
    else:
        name = params.get("KeyId") or params.get("SecretId") or "phones"
        yield f"{service}:{operation}", OTHERS.get(name) or key_of(name)


TABLES = {
    resource["Properties"]["TableName"]: logical_id
    for logical_id, resource in tables.resources(settings.stage).items()
}


def key_of(key_id: str) -> str:
    """The logical id of a key that is named as KMS names it."""
    kms = kms_backends[DEFAULT_ACCOUNT_ID][settings.region]
    by_id = {
        kms.any_id_to_key_id(alias): OTHERS[alias] for alias in (KEY_A, KEY_B, settings.draw_key)
    }
    return by_id[key_id.rpartition("/")[2]]


def left_behind(number: int) -> None:
    """Somebody who erases their account while a cancellation of theirs counts."""
    who = registered(number)
    made = booked(a_slot(FAMILY), who)
    change.cancel(made.code, who.account_id, NOW)
    privacy.erase(who.account_id, NOW)


def asked_by(friend: Registered, who: Registered) -> tuple[str, str]:
    """What a friend calls ``who``, and the question that they are asked."""
    added = family.add(friend.account_id, who.ktp, Relation.SIBLING, LATER)
    (question,) = consent.requests(who.account_id, LATER)
    return added.alias, question.request_id


def held(booking: Booking) -> Hold:
    roster = slots.get(booking.slot)
    assert roster
    return roster.holds[booking.code]


OTHERS = {
    settings.data_key: "DataKey",
    settings.draw_key: "DrawsKey",
    KEY_A: "IndexKey",
    KEY_B: "IndexBKey",
    settings.push_key: "PushKey",
    settings.tokens_secret: "TokensSecret",
    settings.root_secret: "RootSecret",
    settings.identity_secret: "IdentitySecret",
    SECRET_A: "EdgeASecret",
    SECRET_B: "EdgeBSecret",
    "phones": "phones",
}


def test_open_days_may_do_what_it_does(calls: set[Permission]) -> None:
    """A template that changes before a day's release, a day that becomes due, one that is closed
    by now, and one that is not any more.
    """
    released_days(an_office(opening=every_day(SINGLE, DOUBLE)))
    offices.put(office_fields(an_office(opening=every_day(SINGLE._replace(places=2)))))
    flood = Closure("Banjir", "Flood")
    offices.add_closure("malang", THURSDAY, flood)
    days.add_closure("malang", WEDNESDAY, flood, NOW, NOW)
    forget()
    calls.clear()
    open_days(NOW + timedelta(hours=1))
    open_days(NOW + timedelta(days=2))
    assert (day_at(THURSDAY).closed, day_at(WEDNESDAY).closed) == (flood, None)
    assert calls == allowed_to_code("open_days")


def test_draw_may_do_what_it_does(calls: set[Permission]) -> None:
    """One is placed, one has booked since the list was frozen, and one run was killed."""
    office = an_office(LOT, by_lot=True)
    released_days(office)
    who, booked_since = registered(), registered(2)
    asks(who, office_id=LOT, windows=(SINGLE.start,))
    asks(booked_since, office_id=LOT, windows=(DOUBLE.start,))
    forget()
    calls.clear()
    with patch.object(draw, "_carry_out", return_value=False):
        rounds.draw_all(AT)
    done = set(calls)
    booked(a_slot(FAMILY, FRIDAY, LOT), booked_since, now=AT)
    forget()
    calls.clear()
    with patch.object(giving, "_give", side_effect=giving.Busy):
        assert rounds.draw_all(AT)["settled"] == 0
    assert rounds.draw_all(AT)["settled"] == 1
    assert done | calls == allowed_to_code("draw")


def test_sweep_may_do_what_it_does(calls: set[Permission]) -> None:
    """A hold that nobody confirmed and one that a booking has left, in a slot that they fill."""
    released_days()
    made = booked(a_slot(SINGLE), registered())
    slots.claim(a_slot(DOUBLE), "NOBODYS00000", 1, 0, NOW)
    slots.claim(a_slot(DOUBLE), made.code, 1, made.version, NOW)
    forget()
    calls.clear()
    assert sweep(LATER)["holds_swept"] == 2
    assert calls == allowed_to_code("sweep")


def test_reconcile_may_do_what_it_does(calls: set[Permission]) -> None:
    """The same, a booking whose hold is gone, and people of whom nothing counts any more."""
    released_days()
    for number in (3, 4):
        left_behind(number)
    made = booked(a_slot(SINGLE), registered())
    slots.claim(a_slot(DOUBLE), "NOBODYS00000", 1, 0, NOW)
    slots.claim(a_slot(DOUBLE), made.code, 1, made.version, NOW)
    lost = booked(a_slot(FAMILY), registered(2))
    slots.give_back(lost.slot, lost.code, held(lost))
    forget()
    calls.clear()
    done = reconcile(LATER)
    assert (done["holds_swept"], done["breaches"]) == (2, 1)
    done = retention.forget(LATER + RETENTION)
    assert (done["visits_forgotten"], done["persons_forgotten"]) == (2, 2)
    assert calls == allowed_to_code("reconcile")


NINE = datetime.combine(WEDNESDAY, DOUBLE.start, an_office().zone)
EVENING = NINE + timedelta(hours=9)


def an_open_office() -> Booking:
    """A booking of Wednesday, at an office of two counters."""
    office = an_office(opening=every_day(SINGLE, DOUBLE), horizon_days=1)
    released_days(office)
    offices.put(office_fields(office) | {"counters": 2})
    return booked(a_slot(DOUBLE, WEDNESDAY), registered(20))


def checks_in(made: Booking) -> None:
    """Somebody looks at the day, and checks in by themselves."""
    today.today("malang", NINE)
    digits = presence.digits("malang", NINE)
    check_in.by_account(made.code, made.account_id, digits, NINE)


def at_the_desk(token: str, qr: str) -> None:
    """All that staff and devices do, and what they see."""
    staff = at_work(f"Bearer {token}", frozenset(Role), NINE)
    check_in.by_qr(qr, "malang", NINE)
    walk_in.take(1, "malang", "key", NINE, priority=True)
    with suppress(NoCapacity):
        walk_in.take(5, "malang", "other", EVENING, priority=False)
    press.press("malang", "1", Asked(Press.OPEN, 0, "a"), NINE)
    press.press("malang", "1", Asked(Press.NEXT, 1, "b"), NINE)
    press.press("malang", "1", Asked(Press.FINISH, 2, "c", and_next=True), NINE)
    at = press.look("malang", "1", NINE)
    named = (people.there(at, staff, NINE) or [])[0]
    assert at.ticket
    who = people.themselves(at, at.ticket.label, named.queue_number, staff, NINE)
    case = persons.Case(staff.credential, "counter")
    assert persons.seen_at_counter(who.account_id, who.person_id, case, NINE)
    press.release("malang", "1", NINE)
    assert early_close.look("malang", NINE).waiting
    close.close("malang", NINE)
    assert report.of_day("malang", WEDNESDAY, NINE).serves is False
    assert roster.page(WEDNESDAY, None, staff, NINE).entries
    assert report.of_days("malang", WEDNESDAY, WEDNESDAY, NINE)


def plans_days() -> None:
    """A supervisor closes a day, opens it again, and gives one of its slots another place."""
    planning.close("malang", THURSDAY, Closure("Banjir", "Flood"), NINE)
    assert planning.closures("malang", NINE)
    closure.take_back("malang", THURSDAY, NINE)
    assert planning.look("malang", THURSDAY, NINE).bookings == 1
    assert planning.set_places(a_slot(SINGLE, THURSDAY), 2, NINE).left == 1


def drawn(booking: Booking) -> Booking:
    """The booking, as of a place that was drawn."""
    BookingItem.change(booking.code, actions=[BookingItem.drawn_at.set(seconds(NOW))])
    return booking._replace(drawn_at=NOW)


def a_token() -> str:
    return tokens.issue_to_desk(shifts.start("malang", Role.SUPERVISOR, NINE), NINE)


def a_day_that_was_closed() -> None:
    at_the_desk(a_token(), shown.qr(an_open_office()))
    forget()


def test_the_desk_may_do_what_it_does(calls: set[Permission]) -> None:
    """On a day whose board nobody has made yet; afterwards whoever seemed absent is entered, and
    somebody is called whom no SMS has told."""
    token, qr = a_token(), shown.qr(an_open_office())
    won = drawn(booked(a_slot(SINGLE, WEDNESDAY), registered(22)))
    assert ending.end(won, Outcome.ABSENT, NINE)
    lot = an_office(LOT, by_lot=True)
    released_days(lot)
    asks(registered(24), office_id=LOT)
    assert draw.draw(lot, AT, AT)["settled"] == 1
    to_call = booked(a_slot(DOUBLE, WEDNESDAY), registered(23))
    tellings.mark(to_call, Notice.EVENING, NOW)
    booked(a_slot(SINGLE, THURSDAY), registered(21), now=NINE)
    forget()
    calls.clear()
    at_the_desk(token, qr)
    plans_days()
    staff = at_work(f"Bearer {token}", frozenset(Role), NINE)
    arrivals.enter(Entry(WEDNESDAY, "A1", SINGLE.start, served=True), staff, NINE)
    assert demand.of_office(LOT, NINE).at == AT
    early = NINE - timedelta(minutes=30)
    (row,) = untold.of_office("malang", early)
    assert untold.contacts(WEDNESDAY, row.label, staff, early)
    untold.called(WEDNESDAY, row.label, row.notices, staff, early)
    assert calls == allowed_to_code("desk_handler")


@pytest.mark.usefixtures("edge")
def test_the_function_of_staff_may_do_what_it_does(calls: set[Permission]) -> None:
    """A supervisor adds and disables a clerk, who has enrolled, signed in, come back and left; and
    a board, which is opened and asks again a day later."""
    an_open_office()
    token = a_token()
    forget()
    calls.clear()
    at_work(f"Bearer {token}", frozenset(Role), NINE)
    offices.get("malang", NINE)
    board = members.invite("malang", Role.BOARD, None, NINE)
    opened = enrolment.ask(board.link_token, "36.68.1.2", NINE)
    assert isinstance(opened, shifts.Started)
    shifts.resume(opened.refresh_token, NINE + timedelta(days=1))
    made = members.invite("malang", Role.CLERK, "Dewi Lestari", NINE)
    key = Authenticator()
    options = enrolment.ask(made.link_token, "36.68.1.2", NINE)
    assert isinstance(options, dict)
    enrolment.enrol(made.link_token, key.create(options), NINE)
    address = viewer.address(passed_on("36.68.1.2", secret=VALUES[SECRET_B]), EDGE)
    asked = sign_in.ask(address, NINE)
    started = sign_in.verify(asked.sign_in_id, key.get(asked.options), NINE)
    tokens.issue_to_desk(shifts.resume(started.refresh_token, NINE), NINE)
    staff.end(started.shift.session_id)
    assert members.of_office(started.staff, NINE)
    members.disable(made.staff.staff_id, NINE)
    assert calls == allowed_to_code("staff_handler")


@pytest.mark.usefixtures("edge")
def test_the_function_of_passkeys_may_do_what_it_does(calls: set[Permission]) -> None:
    """Somebody keeps a passkey, signs in by it, looks, and lets it go."""
    who = registered()
    forget()
    calls.clear()
    account = accounts.signed_in(who.signed_in.session_id, who.account_id)
    assert account
    key = Authenticator()
    made = by_passkey.keep(account, key.create(by_passkey.ask_to_keep(account, NOW)), NOW)
    address = viewer.address(passed_on("36.68.1.2", secret=VALUES[SECRET_B]), EDGE)
    begun = by_passkey.ask(address, NOW)
    signed_in = by_passkey.verify(begun.sign_in_id, key.get(begun.options), NOW)
    tokens.issue(signed_in, NOW)
    assert stored_sessions.stands(signed_in.session_id, who.account_id)
    own_passkeys.remove(who.account_id, made)
    assert calls == allowed_to_code("passkeys_handler")


def test_collect_may_do_what_it_does(calls: set[Permission]) -> None:
    """Somebody who was served, and somebody who was turned away."""
    a_day_that_was_closed()
    calls.clear()
    assert collect.collect(EVENING)["visits"] == 2
    assert calls == allowed_to_code("collect")


def test_close_days_may_do_what_it_does(calls: set[Permission]) -> None:
    """The same day, to which a winner did not come; and the one before it, without a board yet."""
    a_day_that_was_closed()
    drawn(booked(a_slot(SINGLE, WEDNESDAY), registered(21)))
    forget()
    calls.clear()
    done = close.close_days(EVENING)
    assert (done["turned_away"], done["absent"]) == (1, 1)
    assert calls == allowed_to_code("close_days")


@pytest.fixture
def register() -> Iterator[None]:
    """The civil register answers."""
    with register_on():
        yield


def test_send_reminders_may_do_what_it_does(calls: set[Permission], register: None) -> None:
    """A closure of a day with a booking and a claim in its full slots, a visit tomorrow,
    two questions, to a holder and to one who has accepted it since, somebody of whom the civil
    register is to be asked again, a day on which somebody was turned away, and notices by push: to
    one whose phone is gone, and to one who cancels; and an office that gives no places by lot any
    more.
    """
    lot = an_office(LOT, by_lot=True)
    released_days(an_office(), lot)
    asks(registered(8), office_id=LOT)
    assert draw.draw(lot, AT, AT)["settled"] == 1
    asks(registered(9), office_id=LOT, now=AT)
    offices.put(office_fields(lot._replace(by_lot=False)), AT)
    registered(MATCH_LATER)
    friend, asked, accepting = (registered(number) for number in (3, 4, 5))
    asked_by(friend, asked)
    consent.answer(accepting.account_id, asked_by(friend, accepting)[1], LATER, accept=True)
    booked(a_slot(SINGLE), registered())
    slots.claim(a_slot(DOUBLE), "NOBODYS00000", 2, 0, NOW)
    days.mark_full(a_slot(DOUBLE))
    booked(a_slot(FAMILY, WEDNESDAY), registered(2))
    evening = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    slots.close(a_slot(SINGLE))
    slots.close(a_slot(DOUBLE))
    days.add_closure("malang", THURSDAY, Closure("Banjir", "Flood"), NOW, NOW)
    forget()
    calls.clear()
    assert telling.tell_winners(evening, lambda: True)["told"] == 1
    assert leaving.leave(evening, lambda: True)["told"] == 1
    leaving.leave(evening + timedelta(days=1), lambda: True)
    closed, reminded = carry_out(evening, lambda: True), remind(evening, lambda: True)
    asked_for = tell_holders(evening, lambda: True)
    assert (closed["cancelled"], closed["told"], closed["given_back"]) == (1, 1, 2)
    assert (reminded["sent"], asked_for["sent"]) == (1, 1)
    assert ask_again(evening, lambda: True)["match"] == 1
    done = set(calls)
    people = [registered(number) for number in (18, 19)]
    for number, who in enumerate(people):
        subscribed(who, NOW)
        booked(a_slot(FAMILY, WEDNESDAY), who, key=f"push {number}")
    forget()
    calls.clear()
    with push_services() as service:
        service.refuse = {"410": 1}
        assert remind(evening, lambda: True)["pushed"] == 2
        done |= calls
        (kept,) = notices.of_account(people[1].account_id)
        change.cancel(kept.code, people[1].account_id, evening)
        calls.clear()
        assert follow_up(evening, lambda: True)["sent"] == 1
    done |= calls
    a_day_that_was_closed()
    close.close_days(EVENING)
    boards.make(BoardKey("malang", THURSDAY))
    forget()
    calls.clear()
    assert tell_of_today(EVENING, lambda: True)["sent"] == 3
    tell_of_today(EVENING + timedelta(days=1), lambda: True)
    assert done | calls == allowed_to_code("send_reminders")


def test_the_api_may_do_what_it_does(calls: set[Permission]) -> None:
    """Everything once that can be asked of it, from a look at places to checking in."""
    here = an_open_office()
    released_days()
    who, friend, asked = registered(), registered(5), registered(6)
    alias, request_id = asked_by(friend, asked)
    consent.answer(asked.account_id, request_id, LATER, accept=True)
    token = tokens.issue(who.signed_in, LATER).access_token
    forget()
    calls.clear()

    caller = tokens.caller(f"Bearer {token}", LATER)
    assert stored_sessions.stands(caller.session_id, caller.account_id)
    availability.month("malang", THURSDAY, 3, LATER)
    availability.day("malang", THURSDAY, LATER)
    made = booked(a_slot(SINGLE), who, now=LATER)
    change.reschedule(made.code, a_slot(DOUBLE), who.account_id, "move", LATER)
    change.cancel(made.code, who.account_id, LATER)
    mine.page(who.account_id, None, LATER)
    theirs = booked(a_slot(FAMILY), friend, now=LATER, applicants=[alias])
    disown.disown(theirs.code, asked.account_id, LATER)
    checks_in(here)
    assert calls == allowed_to_code("api_handler")


@pytest.mark.usefixtures("edge")
def test_the_function_of_people_may_do_what_it_does(calls: set[Permission]) -> None:
    """Each use case once, in the order in which an applicant meets them, and with two keys."""
    released_days()
    who, phone, friend, named_by_them = registered(), a_phone(), registered(5), registered(8)
    alias, request_id = asked_by(friend, named_by_them)
    consent.answer(named_by_them.account_id, request_id, LATER, accept=True)
    made = booked(a_slot(FAMILY), friend, now=LATER, applicants=[alias])
    shut = booked(a_slot(SINGLE), registered(10), now=LATER)
    change.cancel_for(shut.code, CancelledBy.OFFICE, LATER)
    for one in (who, friend):
        transact(notices.putting(notices.of(made, Notice.SOON, one.account_id, [1], LATER)))
    transact(notices.putting(notices.of(shut, Notice.CLOSURE, friend.account_id, [1], LATER)))
    forget()
    calls.clear()

    newcomer, their_phone = a_ktp(2), a_phone(2)
    registration_id = registration.register(newcomer, their_phone, NOW).challenge_id
    soon = NOW + timedelta(minutes=2)
    registration.resend(registration_id, soon)
    with register_on():
        registration.verify(registration_id, code_sent_to(their_phone), soon)

    asker = Asker("36.68.1.2", work=lambda: None)
    assert viewer.address(passed_on("36.68.1.2", secret=VALUES[SECRET_B]), EDGE) == asker.address
    session_id = sessions.ask(phone, LATER, asker).challenge_id
    signed_in = sessions.verify(session_id, code_sent_to(phone), LATER)
    tokens.issue(signed_in, LATER)
    assert stored_sessions.stands(signed_in.session_id, signed_in.account_id)
    sessions.end(sessions.refresh(signed_in.refresh_token, LATER).session_id)

    profile.correct(who.account_id, "Nama Baru", None, LATER)
    change_id = phones.ask(who.account_id, a_phone(9), LATER).challenge_id
    phones.verify(who.account_id, change_id, code_sent_to(a_phone(9)), LATER)
    child = family.add(who.account_id, a_ktp(3), Relation.CHILD, LATER, "36.68.1.2")
    family.of(who.account_id, LATER)
    family.remove(who.account_id, child.alias, LATER)

    asked = registered(6)
    _, request_id = asked_by(friend, asked)
    consent.answer(asked.account_id, request_id, LATER, accept=True)
    registered_with(a_ktp(7), friend.phone, LATER + IDLE)

    push.key()
    subscriptions.unsubscribe(who.account_id, subscribed(who, LATER))
    told, _ = receipts.of_account(friend.account_id, LATER, unshown=True)
    receipts.receive(friend.account_id, told.pushed.notice_id, LATER)

    privacy.export(named_by_them.account_id, LATER)
    privacy.erase(who.account_id, LATER)
    with index_keys(KEY_B, KEY_A):
        privacy.erase(registered(4).account_id, LATER)
    before = set(calls)
    lot = an_office(LOT, by_lot=True)
    released_days(lot)
    one, other = registered(31), registered(32)
    asks(one, office_id=LOT)
    draw.draw(lot, AT, AT)
    withdrawn = asks(other, office_id=LOT).entry_id
    forget()
    calls.clear()
    assert seen.all_of(one.account_id, AT)
    won = entries.of_account(one.account_id)[0].entry_id
    assert seen.one(won, one.account_id, AT).last_draw
    assert published.page(LOT, FRIDAY, None, AT).rows
    assert lately.lately(LOT, AT).draws
    waitlist.withdraw(withdrawn, other.account_id, AT)
    asks(other, key="again", office_id=LOT)
    assert before | calls == allowed_to_code("people_handler")
