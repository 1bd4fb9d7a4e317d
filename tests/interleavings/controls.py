"""The guards of the protocol, each taken away: the exploration must then find a broken promise."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest import mock

from pynamodb.expressions.condition import size

from chalicelib.domain.bookings import Booking, Hold, SlotKey
from chalicelib.services.booking import book as booking_
from chalicelib.services.booking import change, holds, sweep
from chalicelib.store import applicants, bookings, identities
from chalicelib.store.outcomes import Abandoned, Claimed, Full, Mine, Unused
from chalicelib.store.tables.booking import ApplicantItem, BookingItem
from chalicelib.store.tables.people import IdentityItem
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


def _without(clause: str, instead: str) -> Removal:
    """Every condition loses what matches ``clause``, in which names are spelled out."""

    @contextmanager
    def removed() -> Iterator[None]:
        of = Call.of

        def stripped(operation: str, asked: Mapping[str, Any]) -> Call:
            expression = asked.get("ConditionExpression", "")
            names = asked.get("ExpressionAttributeNames", {})
            spelled = re.sub(r"#\d+", lambda found: f"#{names[found[0]]}", expression)
            if re.search(clause, spelled):
                names = {**names, **{f"#{name}": name for name in names.values()}}
                spelled = re.sub(clause, instead, spelled)
                asked = {
                    **asked,
                    "ConditionExpression": spelled,
                    "ExpressionAttributeNames": names,
                }
            return of(operation, asked)

        with mock.patch.object(dynamodb.Call, "of", stripped):
            yield

    return removed


def _applicants_are_always_free() -> AbstractContextManager[Any]:
    always = ApplicantItem.prepared(
        actions=[ApplicantItem.active.set({"M": "$active"})],
        condition=ApplicantItem.accounts.contains("$account_id"),
    )
    return mock.patch.object(applicants, "ENGAGE", always)


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
    def any_name(applicant_id: str, *, known: bool) -> Any:
        free = IdentityItem.applicant_id.does_not_exist()
        return free | (IdentityItem.applicant_id == applicant_id)

    return mock.patch.object(identities, "_names", any_name)


def _named_by_any_number(compared: str) -> AbstractContextManager[Any]:
    """One of the two conditions on how many accounts name a person is always met."""
    anyhow = ApplicantItem.applicant_id.exists()

    class Count:
        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> Any:
            return anyhow if compared == "=" else size(ApplicantItem.accounts) == other

        def __gt__(self, other: object) -> Any:
            return anyhow if compared == ">" else size(ApplicantItem.accounts) > other

    def counted(path: Any) -> Any:
        return Count() if path is ApplicantItem.accounts else size(path)

    return mock.patch.object(applicants, "size", counted)


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
        _without(rf"attribute_not_exists \({HOLD}\)", "attribute_exists (#left)"),
        "a booking that may not be, its retry, and what stood in its way is cancelled",
    ),
    "a booking needs free applicants": Control(
        _applicants_are_always_free, "one person wants two slots"
    ),
    "a claim needs places that are left": Control(
        _without(r"#left >= :\d+", "attribute_exists (#left)"), "two want the last place"
    ),
    "a hold of another version is not adopted": Control(
        _adopts_any_version, "a move and the sweep"
    ),
    "giving back names the version of the hold": Control(
        _without(rf"{HOLD}\.#version = :\d+", "attribute_exists (#left)"), ""
    ),
    "giving back names the number of the hold": Control(
        _without(r"#numbers\.#\w{12} = :\d+", "attribute_exists (#left)"),
        "one key for a family and for one of it, who has a booking",
    ),
    "giving back names the hold at all": Control(
        _without(
            rf"\({HOLD}\.#version = :\d+ AND #numbers\.#\w{{12}} = :\d+\)",
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
        partial(_named_by_any_number, "="),
        "an account is erased while another family adds one of its people",
    ),
    "whoever stays is named by somebody else": Control(
        partial(_named_by_any_number, ">"),
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
