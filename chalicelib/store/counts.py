"""What is counted of a person: cancellations, absences, and the pauses and bars they lead to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.domain import absences
from chalicelib.domain.absences import Absence, standing
from chalicelib.domain.persons import DECLINES, Person
from chalicelib.store.dynamo import Item, Unmet
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.times import seconds


def all_of(person: Person) -> list[Action]:
    """Let what is counted be as it is in ``person``."""
    cancelled = [{"at": seconds(one.at), "own": one.own} for one in person.cancellations]
    pause, own_pause = person.paused_until, person.paused_own_until
    declined = person.declined_at
    return [
        changed(ApplicantItem.cancellations, cancelled or None),
        changed(ApplicantItem.absences, _absences(person.absences)),
        changed(ApplicantItem.paused_until, pause and seconds(pause)),
        changed(ApplicantItem.paused_own_until, own_pause and seconds(own_pause)),
        *_bars(person.barred_until, person.barred_own_until),
        changed(ApplicantItem.declined_at, declined and seconds(declined)),
    ]


def _bars(others: datetime | None, own: datetime | None) -> list[Action]:
    return [
        changed(ApplicantItem.barred_until, others and seconds(others)),
        changed(ApplicantItem.barred_own_until, own and seconds(own)),
    ]


def changed(attribute: Any, value: Any) -> Action:
    """Let an attribute have a value, or not be there."""
    action: Action = attribute.remove() if value is None else attribute.set(value)
    return action


def pause_is(until: datetime | None) -> Any:
    """That nothing was counted since: whatever counts begins a pause, or raises the version."""
    pause = ApplicantItem.paused_until
    return pause.does_not_exist() if until is None else pause == seconds(until)


def counting(read: Person, counted: Person) -> Item:
    """Count that a person did not come, or take that back, if they are as they were read."""
    version = ApplicantItem.version
    return ApplicantItem.changing(
        read.person_id,
        actions=[version.set(counted.version), *all_of(counted)],
        condition=(version == read.version) & pause_is(read.paused_until),
    )


# ---- what is forgotten --------------------------------------------------------------------------

_CANCELLATIONS = (
    ApplicantItem.cancellations,
    ApplicantItem.paused_until,
    ApplicantItem.paused_own_until,
)

_ABSENCES = (ApplicantItem.absences, ApplicantItem.barred_until, ApplicantItem.barred_own_until)


def unpause(person_id: str) -> bool:
    """Forget how often a person has cancelled or not come. False if there is no such person."""
    raised = ApplicantItem.version.set(ApplicantItem.version + 1)
    gone = [one.remove() for one in (*_CANCELLATIONS, *_ABSENCES)]
    return _change(person_id, [raised, *gone], ApplicantItem.applicant_id.exists())


def forget_cancellations(person_id: str, now: datetime) -> bool:
    """Forget them where no pause is left by ``now``; False if one is."""
    gone = [one.remove() for one in _CANCELLATIONS]
    return _change(person_id, gone, ApplicantItem.paused_until <= seconds(now))


def forget_absences(read: Person, now: datetime) -> bool:
    """Forget the absences that no pause can rest on any more by ``now``, if none came since.

    False if there are none of these.
    """
    kept = standing(read.absences, now)
    if len(kept) == len(read.absences):
        return False
    forgotten = changed(ApplicantItem.absences, _absences(kept))
    bars = _bars(*absences.bars(kept, now))
    return _change(read.person_id, [forgotten, *bars], ApplicantItem.version == read.version)


def forget_decline(person_id: str, now: datetime) -> bool:
    """Forget when somebody has declined, once they may do so again. False before that."""
    over = ApplicantItem.declined_at <= seconds(now - DECLINES)
    return _change(person_id, [ApplicantItem.declined_at.remove()], over)


def _absences(kept: Iterable[Absence]) -> list[dict[str, Any]] | None:
    return [
        {
            "code": one.code,
            "at": seconds(one.at),
            "own": one.own,
            **({"drawn": True} if one.drawn else {}),
        }
        for one in kept
    ] or None


def _change(person_id: str, actions: Iterable[Action], condition: Any) -> bool:
    try:
        ApplicantItem.change(person_id, actions=[*actions], condition=condition)
    except Unmet:
        return False
    return True
