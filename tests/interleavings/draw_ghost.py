"""What no item tells, and promises about draws speak of.

As in identity_ghost.py one more item stands beside the others, written by looking at what each call
has changed. It remembers

- ``claimed``: under which codes places of each slot have been taken;
- ``sms``: how many messages went out under each booking;
- ``over``: which entries were ended while they waited;
- ``bad``: what was done that may never be done.
"""

from typing import Any

from chalicelib.store.dynamo import Table
from chalicelib.store.tables.booking import ApplicantItem, SlotItem
from chalicelib.store.tables.waitlist import EntryItem
from tests.interleavings.dynamodb import Answer, Call, Database, Key, known, thaw
from tests.interleavings.promises import Rows, people_in, rows

GHOST: Key = ("ghost",)
NOTHING: dict[str, Any] = {"claimed": {}, "sms": {}, "over": [], "bad": None}


class Watched(Database):
    """A database that remembers."""

    __slots__ = ()

    def _call(self, call: Call) -> tuple[Database, Answer]:
        if call.operation == "Publish":
            ghost = thaw(remembered(self))
            phone = call.arguments["PhoneNumber"]
            ghost["sms"][phone] = ghost["sms"].get(phone, 0) + 1
            return self._remembering(ghost), Answer.of({})
        after, answer = super()._call(call)
        if not call.writes or "Error" in answer.response:
            return after, answer
        assert isinstance(after, Watched)
        return after._remembering(_watched(self, after)), answer

    def _remembering(self, ghost: dict[str, Any]) -> "Watched":
        if ghost == remembered(self):
            return self
        made = type(self).of({**self.items, GHOST: known(ghost)})
        assert isinstance(made, Watched)
        return made


def remembered(database: Database) -> dict[str, Any]:
    return database.items.get(GHOST, NOTHING)


def _watched(before: Database, after: Database) -> dict[str, Any]:
    ghost: dict[str, Any] = thaw(remembered(before))

    def bad(what: str) -> None:
        ghost["bad"] = ghost["bad"] or what

    for slot_id, was, is_ in _changed(before, after, SlotItem, "slot_id"):
        for code in is_["holds"].keys() - was["holds"].keys() if was and is_ else ():
            known_as = ghost["claimed"].setdefault(slot_id, [])
            ghost["claimed"][slot_id] = sorted({*known_as, code})
            if was and was.get("closed"):
                bad(f"places of {slot_id} were taken when it was closed")
    people = rows(before, ApplicantItem, "applicant_id")
    for entry_id, was, is_ in _changed(before, after, EntryItem, "entry_id"):
        if not was or not is_:
            continue
        if is_["status"] == "won":
            for who in people_in(is_):
                if people.get(who, {}).get("asking", {}).get("entry") != entry_id:
                    bad(f"{entry_id} won for {who}, who had ceased to ask by it")
        elif was["status"] == "waiting" and is_["status"] != "waiting":
            ghost["over"] = sorted({*ghost["over"], entry_id})
    for who, was, is_ in _changed(before, after, ApplicantItem, "applicant_id"):
        if was and not is_ and "active" in was:
            bad(f"{who} was erased with a booking")
    return ghost


def _changed(before: Database, after: Database, table: type[Table], key: str) -> list[Any]:
    was: Rows = rows(before, table, key)
    is_: Rows = rows(after, table, key)
    return [
        (name, was.get(name), is_.get(name))
        for name in was.keys() | is_.keys()
        if was.get(name) != is_.get(name)
    ]
