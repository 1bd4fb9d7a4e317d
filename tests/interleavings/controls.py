"""The guards of the protocol, each taken away: the exploration must then find a broken promise."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

from chalicelib.domain.bookings import Booking, Hold, SlotKey
from chalicelib.domain.people import Digests
from chalicelib.domain.persons import Person
from chalicelib.services.booking import book as booking_
from chalicelib.services.booking import change, holds, sweep
from chalicelib.store import applicants, bookings, identities
from chalicelib.store.dynamo import Item
from chalicelib.store.outcomes import Abandoned, Claimed, Full, Mine, Unused
from chalicelib.store.tables.booking import ApplicantItem, BookingItem
from tests.interleavings import dynamodb
from tests.interleavings.dynamodb import Call
from tests.interleavings.explore import Found
from tests.interleavings.scenarios import SCENARIOS

Removal = Callable[[], AbstractContextManager[Any]]


def _no_version_fence() -> AbstractContextManager[Any]:
    """The version is looked at and not raised, so there is no fence."""

    def look(stands: Booking) -> bool:
        found = bookings.get(stands.code)
        return isinstance(found, Booking) and found.version == stands.version

    return mock.patch.object(bookings, "raise_version", look)


def _moves_whatever_the_version() -> AbstractContextManager[Any]:
    def any_version(_: Booking) -> Any:
        return BookingItem.status == "booked"

    return mock.patch.object(bookings, "_as_read", any_version)


@contextmanager
def _no_abandoned_record() -> Iterator[None]:
    """The hold of a missing booking is given back without a record being put there first."""
    sweeping = sweep._sweep_hold

    def unfenced(slot: SlotKey, code: str, hold: Hold, now: datetime) -> bool:
        if isinstance(bookings.get(code), Unused):
            return holds.give_back(slot, code, hold)
        return sweeping(slot, code, hold, now)

    with (
        mock.patch.object(sweep, "_sweep_hold", unfenced),
        mock.patch.object(bookings, "abandon", lambda code, _: bookings.get(code)),
    ):
        yield


def _no_fence_before_undoing() -> AbstractContextManager[Any]:
    unfenced = SimpleNamespace(
        get=bookings.get, confirm=bookings.confirm, abandon=lambda *_: Abandoned()
    )
    return mock.patch.object(booking_, "bookings", unfenced)


def without(clause: str, instead: str) -> Removal:
    """Every condition loses what matches ``clause``, in which names are spelled out."""

    @contextmanager
    def removed() -> Iterator[None]:
        of = Call.of

        def stripped(operation: str, asked: Mapping[str, Any]) -> Call:
            if "TransactItems" not in asked:
                return of(operation, _stripped(asked, clause, instead))
            parts = [
                {kind: _stripped(arguments, clause, instead) for kind, arguments in part.items()}
                for part in asked["TransactItems"]
            ]
            return of(operation, {**asked, "TransactItems": parts})

        with mock.patch.object(dynamodb.Call, "of", stripped):
            yield

    return removed


def _stripped(asked: Mapping[str, Any], clause: str, instead: str) -> Mapping[str, Any]:
    expression, names = asked.get("ConditionExpression", ""), asked.get("ExpressionAttributeNames")
    if not names:
        return asked
    spelled = {place: "#" + re.sub(r"\W", "_", name) for place, name in names.items()}
    expression = re.sub(r"#\d+", lambda found: spelled[found[0]], expression)
    if not re.search(clause, expression):
        return asked
    return {
        **asked,
        "ConditionExpression": re.sub(clause, instead, expression),
        "ExpressionAttributeNames": names | {spelled[place]: names[place] for place in names},
    }


def _adopts_any_version() -> AbstractContextManager[Any]:
    return mock.patch.object(change, "_stale", return_value=False)


def _gives_back_newer_holds() -> AbstractContextManager[Any]:
    claim = holds.claim

    def eager(
        key: SlotKey, code: str, places: int, version: int, now: datetime, **more: Any
    ) -> Claimed | Mine | Full:
        claimed = claim(key, code, places, version, now, **more)
        if isinstance(claimed, Mine) and 0 < version < claimed.hold.version:
            holds.give_back(key, code, claimed.hold)
        return claimed

    return mock.patch.object(holds, "claim", eager)


def _undoes_any_claim() -> AbstractContextManager[Any]:
    stays = booking_._stays

    def eager(hold: Hold, slot: SlotKey, found: Booking | Abandoned) -> bool:
        elsewhere = isinstance(found, Booking) and found.slot != slot
        return not elsewhere and stays(hold, slot, found)

    return mock.patch.object(booking_, "_stays", eager)


def _keeps_no_hold_for_a_notice() -> AbstractContextManager[Any]:
    return mock.patch.object(Booking, "awaits_notice_in", return_value=False)


def _anybody_comes_back() -> AbstractContextManager[Any]:
    naming = identities.naming

    def any_name(nik: Digests, person_id: str, *, known: bool) -> list[Item]:
        first, *second = naming(nik, person_id, known=known)
        if known:
            del first["Update"]["ConditionExpression"]
        return [first, *second]

    return mock.patch.object(identities, "naming", any_name)


def _changes_people_whatever_the_version() -> AbstractContextManager[Any]:
    as_read = applicants._as_read

    def any_version(read: Person) -> Any:
        return as_read(read) if read.version == 0 else ApplicantItem.applicant_id.exists()

    return mock.patch.object(applicants, "_as_read", any_version)


HOLD = r"#holds\.#\w{12}"


@dataclass(frozen=True, slots=True)
class Control:
    removed: Removal
    found_in: str
    """The title of a scenario in which it is missed; none if another guard covers for it."""


CONTROLS: Mapping[str, Control] = {
    "a fence raises the version": Control(_no_version_fence, "a move and the sweep"),
    "a move needs the version that was read": Control(
        _moves_whatever_the_version, "a move and the sweep"
    ),
    "an abandoned record is a fence": Control(
        _no_abandoned_record, "two want the last place while the sweep runs"
    ),
    "an undoing is fenced": Control(
        _no_fence_before_undoing,
        "a booking that may not be, its retry, and what stood in its way is cancelled",
    ),
    "a claim needs that no hold of its code is there": Control(
        without(rf"attribute_not_exists \({HOLD}\)", "attribute_exists (#left)"),
        "a booking that may not be, its retry, and what stood in its way is cancelled",
    ),
    "a booking needs free applicants": Control(
        without(
            r"\(attribute_not_exists \(#active\) OR #active.#until <= :\d+\)",
            "attribute_exists (#links)",
        ),
        "one person wants two slots",
    ),
    "a claim needs places that are left": Control(
        without(r"#left >= :\d+", "attribute_exists (#left)"), "two want the last place"
    ),
    "a hold of another version is not adopted": Control(
        _adopts_any_version, "a move and the sweep"
    ),
    "giving back names what is held": Control(
        without(rf"{HOLD} = :\d+", "attribute_exists (#left)"), ""
    ),
    "giving back names the number of the hold": Control(
        without(r"#numbers\.#\w{12} = :\d+", "attribute_exists (#left)"), ""
    ),
    "giving back names the hold at all": Control(
        without(
            rf"\({HOLD} = :\d+ AND #numbers\.#\w{{12}} = :\d+\)",
            "attribute_exists (#left)",
        ),
        "two want the last place while the sweep runs",
    ),
    "only older holds are given back": Control(
        _gives_back_newer_holds, "a move and its retry while the sweep runs"
    ),
    "only a NIK that names them still brings a known person in": Control(
        _anybody_comes_back, "a person is taken out while another family adds them"
    ),
    "whoever is erased is named by nobody else": Control(
        _changes_people_whatever_the_version,
        "an account is erased while another family adds one of its people",
    ),
    "whoever stays is named by somebody else": Control(
        _changes_people_whatever_the_version,
        "both families of a person take them out",
    ),
    "a hold is kept until its people were told of the closure": Control(
        _keeps_no_hold_for_a_notice,
        "a closure, a settling of it and a sweep that had begun before",
    ),
    "a booking undoes only claims of version 0": Control(
        _undoes_any_claim, "the key of a booking that moves, used anew for where it goes"
    ),
}


def walked_without(guard: str) -> Found:
    """What is found without a guard; where another covers for it, in every small scenario."""
    control = CONTROLS[guard]
    chosen = [
        s for s in SCENARIOS if (s.title == control.found_in if control.found_in else s.small)
    ]
    states = ends = schedules = 0
    for scenario in chosen:
        with control.removed():
            found = scenario.explore(crashes=1)
        states, ends = states + found.states, ends + found.ends
        schedules += found.schedules
        if found.broken:
            return found
    return Found(states, ends, schedules)
