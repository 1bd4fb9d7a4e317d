"""Carrying out a plan, line by line, in any order: claim, confirm.

A place that comes back is never left to chance on its way to a winner: where too few are left, dead
holds are taken over in the very update that claims, those that are due first. The codes of a line
come from entry and draw, so whoever does a line again meets their own hold and their own booking.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from chalicelib import keyring
from chalicelib.domain import bookings as rules
from chalicelib.domain import calendar, draws
from chalicelib.domain.bookings import Booking, Hold, Slot, SlotKey, Status
from chalicelib.domain.days import Day
from chalicelib.domain.draws import Done, Entry, EntryStatus, Line, Record, Result
from chalicelib.domain.errors import OfficeUnavailable, Unreadable
from chalicelib.keyring import Purpose
from chalicelib.services import aliases, bars
from chalicelib.services.booking import holds
from chalicelib.services.booking.book import place_in
from chalicelib.services.waitlist.ask import tidy
from chalicelib.store import days, entries, offices, slots
from chalicelib.store import draws as store
from chalicelib.store.dynamo import Unavailable
from chalicelib.store.outcomes import Abandoned, Claimed, Closed, Confirmed, Mine, Over
from chalicelib.telemetry import log

LANES = 8
"""Slots that are seen to at a time."""

RUNS = 3
"""A line that has failed in so many is skipped."""

CLAIMS = 4


class Busy(Exception):
    """Others are at the same slot all the time; the next run sees to the line."""


class Further:
    """The places are held under a later code of the same line, by a run that has come further."""


def give(record: Record, plan: Sequence[Line], now: datetime, lanes: int) -> list[Result] | None:
    """What came of each line; None if one has failed, and another run is to try it.

    The lines of a slot are done one after the other: they would only be in each other's way.
    """
    of_slot: dict[SlotKey, list[Line]] = defaultdict(list)
    for line in plan:
        of_slot[line.slot].append(line)
    asked = entries.many([line.entry_id for line in plan])
    office = offices.get(record.office_id, now)
    when = [line.slot.day for line in plan] or [record.at.date()]
    known = days.between(record.office_id, min(when), max(when))

    def lane(slot: SlotKey) -> list[Result | None]:
        day = known.get(slot.day)
        return [_tried(record, line, day, asked, now) for line in of_slot[slot]]

    if lanes > 1:
        with ThreadPoolExecutor(lanes) as pool:
            found = list(pool.map(lane, of_slot))
    else:
        found = list(map(lane, of_slot))
    results = dict(zip(of_slot, found, strict=True))
    failed = [
        line
        for slot, lines in of_slot.items()
        for line, result in zip(lines, results[slot], strict=True)
        if result is None
    ]
    if failed and store.fail(record) < RUNS:
        return None
    for line in failed:
        log.error("line of a draw skipped", office=office.office_id, entry=line.entry_id)
    there = {result.line: result for lines in found for result in lines if result}
    return [there.get(line, Result(line, Done.SKIPPED)) for line in plan]


def _tried(
    record: Record, line: Line, day: Day | None, asked: Mapping[str, Entry], now: datetime
) -> Result | None:
    """A line, done; None if it has failed."""
    entry = asked.get(line.entry_id)
    if entry is None:
        return Result(line, Done.NOT_ASKING)
    if day is None:
        return Result(line, Done.NO_PLACE)
    try:
        return Result(line, _give(record, line, day, entry, now))
    except (Busy, Unavailable, Unreadable, OfficeUnavailable) as fault:
        log.warning("line of a draw failed", entry=line.entry_id, why=type(fault).__name__)
        return None


def _give(record: Record, line: Line, day: Day, entry: Entry, now: datetime) -> Done:
    codes = draws.codes(keyring.derived(Purpose.BOOKING), record.at, line.entry_id)
    people = [aliases.person_of(entry.account_id, alias) or "" for alias in entry.applicants]
    if bars.of_account(entry.account_id, now) and _ended(entry, now):
        return Done.NOT_ASKING
    for attempt, code in enumerate(codes):
        claim = _claim(line, code, codes[attempt + 1 :], record.at, now)
        if isinstance(claim, Further):
            continue
        if isinstance(claim, Closed):
            return Done.NO_PLACE
        if claim.hold.free_at is not None:
            continue  # an earlier try under this code was refused or swept: see the next
        booking = _booking(line, code, day, entry, claim, record.at, now)
        until = calendar.ends_at(offices.get(record.office_id, now), line.slot.day)
        match entries.win(booking, entry, people, until, now):
            case Confirmed():
                if isinstance(claim, Claimed) and claim.left == 0:
                    with holds.left_to_the_sweep():
                        days.mark_full(line.slot)
                return Done.PLACED
            case Over():
                # For good: a mark that is gone never comes back, so no twin can confirm it.
                _give_back_later(line.slot, code, claim.hold, now)
                tidy(line.entry_id, now)
                return Done.NOT_ASKING
            case Booking() as there:
                if there.stands_in(line.slot):
                    return Done.PLACED
                if not there.awaits_notice_in(line.slot):
                    _give_back_later(line.slot, code, claim.hold, now)
                return Done.PLACED  # and cancelled or moved since
            case Abandoned():
                # Not left to the sweep: the next code could need the very places.
                holds.give_back_later(line.slot, code, claim.hold, now)
    if tidy(line.entry_id, now):
        return Done.NOT_ASKING  # known to a run that has given up the last code and then died
    raise Busy


def _claim(
    line: Line, code: str, later: Sequence[str], at: datetime, now: datetime
) -> Claimed | Mine | Closed | Further:
    """Claim the places of a line: of what is left, else by taking dead holds over."""
    over: dict[str, Hold] = {}
    for _ in range(CLAIMS):
        found = slots.claim_drawn(line.slot, code, line.people, over, now)
        if not isinstance(found, Slot):
            return found
        if any(other in found.holds for other in later):
            return Further()
        over = _dead(found, line.people)
        if found.left + sum(hold.places for hold in over.values()) < line.people:
            log.warning(
                "no place for a line",
                entry=line.entry_id,
                slot=line.slot.id,
                left=found.left,
                held=len(found.holds),
            )
            return Closed()  # the public had it, or a call that is late by a whole quarter
    raise Busy


def _dead(slot: Slot, places: int) -> dict[str, Hold]:
    """As many dead holds as it takes, those that come back first before others.

    Some may not be due yet: of a twin that has undone its claim, or swept.
    """
    dead = ((code, hold) for code, hold in slot.holds.items() if hold.free_at)
    over: dict[str, Hold] = {}
    short = places - slot.left
    for code, hold in sorted(dead, key=lambda one: (one[1].free_at, one[0])):
        if short > 0:
            over[code] = hold
            short -= hold.places
    return over


def _give_back_later(slot: SlotKey, code: str, hold: Hold, now: datetime) -> None:
    with holds.left_to_the_sweep():
        holds.give_back_later(slot, code, hold, now)


def _ended(entry: Entry, now: datetime) -> bool:
    """End the entry of an account that is barred. Says whether it is over without a win."""
    if not tidy(entry.entry_id, now):
        return False
    there = entries.get(entry.entry_id)
    return there is None or there.status is not EntryStatus.WON


def _booking(
    line: Line,
    code: str,
    day: Day,
    entry: Entry,
    claim: Claimed | Mine,
    at: datetime,
    now: datetime,
) -> Booking:
    office = offices.get(line.slot.office_id, now)
    window = day.window(line.slot.start)
    if window is None:
        raise Unreadable("days", line.slot.id)
    service, people = entry.service, entry.applicants
    return Booking(
        code=code,
        account_id=entry.account_id,
        applicants=people,
        service=service,
        status=Status.BOOKED,
        version=1,
        place=place_in(office, day, window, claim, range(len(people))),
        fingerprint=rules.fingerprint(line.slot.id, service, *people),
        created_at=now,
        drawn_at=at,
    )
