"""Persons, an item each: who may book for them, with at most one booking."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from pynamodb.exceptions import PynamoDBConnectionError
from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action

from chalicelib.domain.absences import KEPT
from chalicelib.domain.calendar import expires_at
from chalicelib.domain.errors import Unreadable
from chalicelib.domain.people import Digests
from chalicelib.domain.persons import DECLINES, Person, Settled
from chalicelib.store import counts, persons, questions, unanswered
from chalicelib.store.dynamo import Item, Unavailable, Unmet
from chalicelib.store.legible import one_by_one
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.times import seconds


def _no_booking(now: Any) -> Any:
    return ApplicantItem.active.does_not_exist() | (ApplicantItem.active["until"] <= now)


def asks_by_none(now: Any) -> Any:
    """That a person asks by no entry whose time is not over."""
    return ApplicantItem.asking.does_not_exist() | (ApplicantItem.asking["until"] <= now)


def _past(pause: Any, now: Any) -> Any:
    return pause.does_not_exist() | (pause <= now)


_LINK = ApplicantItem.links["$account_id"]

FREE = (
    (_LINK["may"] == True)  # noqa: E712 (an expression)
    & _no_booking({"N": "$now"})
    & (
        ((_LINK["firm"] == True) & _past(ApplicantItem.paused_own_until, {"N": "$now"}))  # noqa: E712
        | ((_LINK["firm"] == False) & _past(ApplicantItem.paused_until, {"N": "$now"}))  # noqa: E712
    )
)

MAY_ASK = ((_LINK["firm"] == True) & _past(ApplicantItem.barred_own_until, {"N": "$now"})) | (  # noqa: E712
    (_LINK["firm"] == False) & _past(ApplicantItem.barred_until, {"N": "$now"})  # noqa: E712
)
"""That no absence from a place that was drawn bars them from draws."""

HOLDING = [
    ApplicantItem.active.set({"M": "$active"}),
    ApplicantItem.active_own.set(_LINK["firm"]),
    ApplicantItem.codes.add({"SS": "$codes"}),
    ApplicantItem.codes_from.set(ApplicantItem.codes_from | {"N": "$codes_from"}),
    ApplicantItem.asking.remove(),
]

ENGAGE = ApplicantItem.prepared(actions=HOLDING, condition=FREE)


# ---- reading -----------------------------------------------------------------------------------


def get(person_id: str) -> Person:
    """A person (a consistent read); one of version 0 where there is none."""
    item = ApplicantItem.fetch(person_id)
    return persons.person(item) if item else persons.nobody(person_id)


def many(person_ids: Iterable[str]) -> dict[str, Person]:
    """Those of these persons that are there (consistent BatchGets)."""
    try:
        items = list(ApplicantItem.batch_get(list(set(person_ids)), consistent_read=True))
    except PynamoDBConnectionError as error:
        raise Unavailable from error
    return {item.applicant_id: persons.person(item) for item in items}


def with_something_over(now: datetime, visited_before: datetime) -> Iterator[Person | Unreadable]:
    """Persons of whom something has had its time: a Scan, which may be a moment behind.

    A visit whose day ended by ``visited_before``, a pause, an absence, a win that was declined, a
    booking's code, or all that led there.
    """
    condition = (
        (ApplicantItem.active["until"] <= seconds(visited_before))
        | (ApplicantItem.paused_until <= seconds(now))
        | (ApplicantItem.codes_from <= seconds(now))
        | (ApplicantItem.absences[0]["at"] <= seconds(now - KEPT))
        | (ApplicantItem.declined_at <= seconds(now - DECLINES))
        | (size(ApplicantItem.links) == 0)
    )
    try:
        yield from one_by_one(ApplicantItem.scan(condition), persons.person)
    except PynamoDBConnectionError as error:
        raise Unavailable from error


# ---- bookings ----------------------------------------------------------------------------------


def engaging(
    person_id: str, account_id: str, code: str, day: date, until: datetime, now: datetime
) -> Item:
    """Let a person hold the booking ``code`` of ``day``, if the account may book for them, and they
    are free.

    A booking whose day is past counts as none. Whoever has cancelled too often, or not come, is not
    free.
    """
    holding = held(account_id, code, day, until)
    return ENGAGE.changing(person_id, **holding, account_id=account_id, now=seconds(now))


def held(account_id: str, code: str, day: date, until: datetime) -> dict[str, Any]:
    """What is written of a booking that a person holds from now on (see `HOLDING`)."""
    return {
        "active": {"code": code, "account_id": account_id, "until": seconds(until)},
        "codes": frozenset({persons.dated(code, day)}),
        "codes_from": seconds(expires_at(day)),
    }


def staying(person_id: str, code: str, day: date, until: datetime) -> Item:
    """Let a person hold the booking ``code``, which was moved to ``day``, until another instant."""
    return ApplicantItem.changing(
        person_id,
        actions=[
            ApplicantItem.active["until"].set(seconds(until)),
            ApplicantItem.codes.add({persons.dated(code, day)}),
        ],
        condition=ApplicantItem.active["code"] == code,
    )


def freeing(person_id: str, code: str) -> Item:
    """Let a person hold the booking ``code`` no more, which is not counted."""
    return ApplicantItem.changing(
        person_id, actions=_held_no_more(), condition=ApplicantItem.active["code"] == code
    )


def cancelling(read: Person, counted: Person, code: str) -> Item:
    """The same, counted, if the person's links still are as they were read."""
    actions = [*_held_no_more(), *counts.all_of(counted)]
    return ApplicantItem.changing(
        read.person_id,
        actions=actions,
        condition=(ApplicantItem.active["code"] == code) & (ApplicantItem.version == read.version),
    )


def free(person_id: str, code: str) -> bool:
    """Let a person hold the booking ``code`` no more. False if they hold another, or none."""
    try:
        ApplicantItem.change(
            person_id, actions=_held_no_more(), condition=ApplicantItem.active["code"] == code
        )
    except Unmet:
        return False
    return True


def _held_no_more() -> list[Action]:
    return [ApplicantItem.active.remove(), ApplicantItem.active_own.remove()]


# ---- links -------------------------------------------------------------------------------------


def linking(
    read: Person,
    settled: Settled,
    nik: Digests = (),
    *,
    asks: bool = False,
    unconfirmed: bool = False,
) -> Item:
    """Give a person the links that were settled, if they are as they were read.

    Booking goes on meanwhile: what it writes stays as it is. ``nik`` are digests by which the
    person is found from now on; ``asks`` says that their holder is to be told of a question,
    ``unconfirmed`` that the civil register is to be asked again.
    """
    actions = _links(read, settled, nik, asks=asks)
    if unconfirmed:
        actions.append(ApplicantItem.to_confirm.set(unanswered.TO_CONFIRM))
    return ApplicantItem.changing(
        read.person_id, actions=actions, condition=_unchanged(read, settled)
    )


def link(read: Person, settled: Settled) -> bool:
    """The same, alone. False if the person is not as they were read."""
    try:
        ApplicantItem.change(
            read.person_id, actions=_links(read, settled, ()), condition=_unchanged(read, settled)
        )
    except Unmet:
        return False
    return True


def leaving_booking(read: Person, settled: Settled) -> Item:
    """The same as part of a transaction, and the person holds their booking no more."""
    actions = [*_links(read, settled, ()), ApplicantItem.active.remove()]
    if settled.displaced is None:
        actions.append(ApplicantItem.active_own.remove())
    return ApplicantItem.changing(
        read.person_id, actions=actions, condition=_unchanged(read, settled)
    )


def removing(read: Person) -> Item:
    """Remove a person who is as they were read, and is found under no other digests by now."""
    return ApplicantItem.removing(
        read.person_id, condition=_as_read(read) & _found_under_no_more(read)
    )


def removing_forgotten(read: Person, now: datetime) -> Item:
    """Remove a person whom nobody names and of whom nothing counts any more."""
    return ApplicantItem.removing(
        read.person_id,
        condition=(size(ApplicantItem.links) == 0)
        & _no_booking(seconds(now))
        & asks_by_none(seconds(now))
        & _past(ApplicantItem.paused_until, seconds(now))
        & _past(ApplicantItem.paused_own_until, seconds(now))
        & (ApplicantItem.version == read.version)
        & _found_under_no_more(read),
    )


def _as_read(read: Person) -> Any:
    version = ApplicantItem.version
    # As much of a condition for whom nobody knows, so that its time tells nothing.
    condition = version == read.version if read.version else version.does_not_exist()
    if read.active is None:
        condition &= ApplicantItem.active.does_not_exist()
    else:
        condition &= ApplicantItem.active["code"] == read.active.code
    if read.asking is None:
        condition &= ApplicantItem.asking.does_not_exist()
    else:
        condition &= ApplicantItem.asking["entry"] == read.asking.entry
    return condition


def _unchanged(read: Person, settled: Settled) -> Any:
    """As read; if the holder is displaced, for which counts are written, these as well.

    A booking that was made and cancelled since then has left nothing else behind.
    """
    condition = _as_read(read)
    if settled.displaced is None:
        return condition
    counted = ApplicantItem.cancellations
    if read.cancellations:
        condition &= size(counted) == len(read.cancellations)
    else:
        condition &= counted.does_not_exist()
    return condition & counts.pause_is(read.paused_until)


def _found_under_no_more(read: Person) -> Any:
    """A digest that came since the person was read would be left behind."""
    if not read.nik_indexes:
        return ApplicantItem.nik_indexes.does_not_exist()
    return size(ApplicantItem.nik_indexes) == len(read.nik_indexes)


def _links(read: Person, settled: Settled, nik: Digests, *, asks: bool = False) -> list[Action]:
    person = settled.person
    actions: list[Action] = [
        ApplicantItem.version.set(person.version),
        ApplicantItem.links.set({a: persons.link_item(link) for a, link in person.links.items()}),
        counts.changed(ApplicantItem.guarded, person.guarded or None),
    ]
    if nik:
        actions.append(ApplicantItem.nik_indexes.add({digest.text for digest in nik}))
    if asks:
        actions.append(ApplicantItem.to_tell.set(questions.TO_TELL))
    if person.asking is None:
        actions.append(ApplicantItem.asking.remove())
    if settled.displaced is not None:
        actions += counts.all_of(person)
        if person.active:
            actions.append(ApplicantItem.active_own.set(person.active.own))
    return actions


# ---- the rest ----------------------------------------------------------------------------------


def forget_codes(read: Person, now: datetime) -> bool:
    """Forget which bookings named a person whose time is over, if there are no more than were read.

    False if none is over, by ``now``.
    """
    dated = [(code, day) for code, days in read.codes.items() for day in days]
    gone = {persons.dated(code, day) for code, day in dated if expires_at(day) <= now}
    kept = [expires_at(day) for _, day in dated if expires_at(day) > now]
    actions = [counts.changed(ApplicantItem.codes_from, seconds(min(kept)) if kept else None)]
    if gone:
        actions.append(ApplicantItem.codes.delete(gone))
    # One that has come since must not be left without the instant from which it is looked for.
    as_read = size(ApplicantItem.codes) == len(dated)
    try:
        ApplicantItem.change(
            read.person_id,
            actions=actions,
            condition=(ApplicantItem.codes_from <= seconds(now)) & as_read,
        )
    except Unmet:
        return False
    return True
