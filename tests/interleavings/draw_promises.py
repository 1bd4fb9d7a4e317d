"""What must hold of places by lot, whatever happens: at every instant, and in the end."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from chalicelib.domain import draws as rules
from chalicelib.store.tables.booking import ApplicantItem, BookingItem, SlotItem
from chalicelib.store.tables.waitlist import EntryItem
from tests.builders import MINUTE, person_id
from tests.interleavings import draws
from tests.interleavings.desk import Doing
from tests.interleavings.draw_ghost import remembered
from tests.interleavings.draws import ACCOUNT, FREED, OFFICE, OPENS, SLOTS
from tests.interleavings.dynamodb import Call, Database
from tests.interleavings.explore import SECRET, Outcome, again
from tests.interleavings.people import meant
from tests.interleavings.promises import (
    active,
    broken_now,
    made,
    people_in,
    rows,
    slot_of,
    unhealed,
)

OVER = FREED + 30 * MINUTE
"""When nobody is at work any more; all that was let go is everybody's `AFTER` that."""

AFTER = OVER + 30 * MINUTE

Row = dict[str, Any]


def always(database: Database) -> str | None:
    """The first promise that is broken at this instant."""
    return next(_broken(database), None)


def _broken(database: Database) -> Iterator[str]:
    ghost = remembered(database)
    if ghost["bad"]:
        yield ghost["bad"]
    for code, times in ghost["sms"].items():
        if times > 1:
            yield f"{code} was told {times} times"
    engaged: dict[str, str] = {}
    for code, booking in active(database).items():
        for who in people_in(booking):
            first = engaged.setdefault(who, code)
            if first != code:
                yield f"one person has two places: {first} and {code}"
    yield from broken_now(database)


Judge = Callable[[Database, Sequence[Outcome], Collection[Call]], str | None]


def finally_(instants: Sequence[datetime]) -> Judge:
    """The judge of an end: these draws are made again, jobs run, and then all must be well."""
    known: dict[Database, tuple[Database, str | None]] = {}

    def heal(database: Database) -> tuple[Database, str | None]:
        if database not in known:
            known[database] = _healed(database, instants)
        return known[database]

    def judge(
        database: Database, outcomes: Sequence[Outcome], late: Collection[Call]
    ) -> str | None:
        after, broken = heal(database)
        for call in late:  # so late that the jobs have run already
            after, more = heal(after.call(call)[0])
            broken = broken or more
        return broken or next(_unkept(after, outcomes), None)

    return judge


def _done(database: Database, act: Doing) -> tuple[Database, Outcome]:
    return again(database, act, f"in the end: {act}")


def _healed(database: Database, instants: Sequence[datetime]) -> tuple[Database, str | None]:
    broken = _blocked(database)
    for at in instants:
        for _ in range(2):
            database, said = _done(database, draws.draws_at(at))
            if said[0] != "drawn":
                broken = broken or f"a draw failed: {said}"
    broken = broken or next(_broken(database), None)
    database = _tidied(database, OVER)
    lists = {at: draws.record_in(database, at) for at in instants}
    broken = broken or next(
        (
            why
            for at, (record, list_) in lists.items()
            if record
            for why in _undrawn(database, at, record, list_)
        ),
        None,
    )
    before = database
    for at, (record, _) in lists.items():
        if record:
            database, _ = _done(database, draws.draws_at(at))
    if database is not before:
        broken = broken or "a draw that was settled has changed something"
    database = _tidied(database, AFTER)
    last = chain(_broken(database), unhealed(database), _locked(database), _uncounted(database))
    return database, broken or next(last, None)


def _tidied(database: Database, at: datetime) -> Database:
    for _ in range(2):
        for act in (draws.sweeps(at), draws.settles_closure(at)):
            database, _ = _done(database, act)
    for entry_id in sorted(rows(database, EntryItem, "entry_id")):
        database, _ = again(database, Doing(draws._tidies, (entry_id,)), "tidying")
    return database


def _blocked(database: Database) -> str | None:
    """If nobody ever drew again, everybody could have all that is left."""
    for name, slot in SLOTS.items():
        there = rows(database, SlotItem, "slot_id").get(slot.id)
        if not there or there["left"] < 1 or there.get("closed"):
            continue
        booking = draws.books(f"last {name}", draws.SPARE, name, AFTER)
        _, said = _done(database, booking)
        if said[0] != "granted":
            return f"{name} has {there['left']} left, and nobody gets one: {said}"
    return None


def _undrawn(
    database: Database, at: datetime, record: rules.Record, list_: Sequence[rules.Row]
) -> Iterator[str]:
    """The plan of a record was carried out, and nothing else was given."""
    if record.signature is None:
        yield f"the draw {at} was recorded, and is never carried out"
        return
    plan = rules.plan(OFFICE, record.signature, list_, record.rooms)
    slots, found = rows(database, SlotItem, "slot_id"), made(database)
    entries = rows(database, EntryItem, "entry_id")
    ghost, drawn = remembered(database), _codes_of_draws(database)
    for row in list_:
        if entries[row.entry_id]["made_at"] >= at.timestamp():
            yield f"{row.entry_id} was asked for after the draw {at}, and takes part"
    for line in plan:
        mine = rules.codes(SECRET, at, line.entry_id)
        if any(code in found for code in mine):
            continue
        slot_id, entry = line.slot.id, entries[line.entry_id]
        by_others = set(ghost["claimed"].get(slot_id, ())) - drawn
        elsewhere = entry.get("booking") not in (None, *mine)
        if slots[slot_id].get("closed") or by_others or elsewhere:
            continue
        if line.entry_id in ghost["over"]:
            continue
        yield f"{line.entry_id} was drawn for {slot_id} in {at}, and has not got it"
    planned = {line.entry_id: line.slot.id for line in plan}
    for row in list_:
        for code in rules.codes(SECRET, at, row.entry_id):
            if code in found and slot_of(found[code]) != planned.get(row.entry_id):
                yield f"{row.entry_id} got {slot_of(found[code])}, and not what was drawn"


def _codes_of_draws(database: Database) -> set[str]:
    return {
        code
        for entry_id in rows(database, EntryItem, "entry_id")
        for at in (draws.FIRST, draws.SECOND)
        for code in rules.codes(SECRET, at, entry_id)
    }


def _locked(database: Database) -> Iterator[str]:
    """Who cannot book or ask, for nothing; and what is written of entries and is not so."""
    found = active(database)
    entries = rows(database, EntryItem, "entry_id")
    people = rows(database, ApplicantItem, "applicant_id")
    for who, person in people.items():
        asking = person.get("asking", {}).get("entry")
        if asking and "active" in person:
            yield f"{who} has a booking and asks"
        if asking and entries[asking]["status"] != "waiting":
            yield f"{who} is locked out by {asking}, which is {entries[asking]['status']}"
    live: dict[str, str] = {}
    for entry_id, entry in entries.items():
        if entry["status"] == "waiting":
            for called in entry["applicants"]:
                who = meant(ACCOUNT, called)
                if people.get(who, {}).get("asking", {}).get("entry") != entry_id:
                    yield f"{entry_id} waits for {who}, who does not"
                if live.setdefault(who, entry_id) != entry_id:
                    yield f"{who} waits by two entries"
        if entry["status"] == "won" and entry["booking"] not in made(database):
            yield f"{entry_id} won nothing"
        if entry["status"] in ("withdrawn", "ended"):
            for at in (draws.FIRST, draws.SECOND):
                if any(code in found for code in rules.codes(SECRET, at, entry_id)):
                    yield f"{entry_id} is {entry['status']}, and holds a place"


def _uncounted(database: Database) -> Iterator[str]:
    """Nobody has lost more often than there were draws: of interest where it is counted."""
    for entry_id, entry in rows(database, EntryItem, "entry_id").items():
        if entry.get("lost", 0) > 1:
            yield f"{entry_id} has lost {entry['lost']} times in one draw"


def _unkept(database: Database, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was answered and is not so."""
    found = rows(database, BookingItem, "code")
    entries = rows(database, EntryItem, "entry_id")
    people = rows(database, ApplicantItem, "applicant_id")
    for said in outcomes:
        match said:
            case ("fault", why, *_):
                yield f"a fault: {why}"
            case ("granted", code, where, at):
                if found.get(code, {}).get("status") not in ("booked", "cancelled"):
                    yield f"{said} was promised"
                if at < OPENS:
                    yield f"everybody had {where} before it was open"
                if OPENS < at < FREED:
                    yield f"everybody had a freed place of {where} before its time"
            case ("withdrawn", entry_id):
                if entries[entry_id]["status"] not in ("withdrawn", "ended"):
                    yield f"{said} was promised, and it is {entries[entry_id]['status']}"
            case ("asked", entry_id) if entry_id not in entries:
                yield f"{said} was promised"
            case ("removed", name):
                if person_id(name) in people:
                    yield f"{said} was promised"
            case ("swept", breaches) if breaches != "0":
                yield "the sweep found a slot out of balance"
            case _:
                pass
