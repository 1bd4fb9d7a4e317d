"""What no board tells, and promises speak of: what each press did, and who was passed over.

As in identity_ghost.py one more item stands beside the others, written by looking at what each call
has changed. It remembers

- ``effects``: under which keys of presses something was done, and how often;
- ``log``: what was done at counters, to compare it with what was answered;
- ``finishes``: how often each ticket was finished in each step, what was undone taken off;
- ``final``: what has truly become of a ticket;
- ``dropped``: the outcome and version that a ticket had when it left the board;
- ``numbers``: under which keys walk-ins have taken numbers, and how many;
- ``sms``: how many messages went to whom;
- ``saw``: of each actor, who was waiting when they last looked, whatever they were shown;
- ``old``: while stale reads are explored, the board as it was one write ago;
- ``bad``: what was done that may never be done.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from chalicelib.store.tables.desk import BoardItem
from tests.interleavings.dynamodb import Answer, Call, Database, Item, Key, known, thaw
from tests.interleavings.promises import plain

GHOST: Key = ("ghost",)
NOTHING: dict[str, Any] = {
    "effects": {},
    "log": [],
    "finishes": {},
    "final": {},
    "dropped": {},
    "numbers": {},
    "sms": {},
    "saw": {},
    "old": None,
    "bad": None,
}
AT_A_COUNTER = ("called", "serving")
BOARDS = BoardItem.Meta.table_name

Row = dict[str, Any]


class Watched(Database):
    """A database that remembers."""

    __slots__ = ()

    stale: ClassVar[bool] = False
    """Whether reads that are not consistent may be answered as of one write ago."""

    def answers(self, call: Call, whose: str) -> Iterator[tuple[Database, Answer]]:
        after, answer = self.call(call)
        assert isinstance(after, Watched)
        if call.operation == "UpdateItem" and _of_boards(call) and "Error" not in answer.response:
            yield after.judged(self, call, whose), answer
            return
        if not _of_boards(call):
            yield after, answer
            return
        yield after.looked(whose), answer
        old = remembered(self)["old"]
        if self.stale and old and call.may_lag:
            yield after.looked(whose), Answer.of({"Item": old})

    def _call(self, call: Call) -> tuple[Database, Answer]:
        if call.operation == "Publish":
            ghost = thaw(remembered(self))
            phone = call.arguments["PhoneNumber"]
            ghost["sms"][phone] = ghost["sms"].get(phone, 0) + 1
            return self._remembering(ghost), Answer.of({})
        after, answer = super()._call(call)
        if not _of_boards(call) or "Error" in answer.response or not call.writes:
            return after, answer
        ghost = Watcher(self, after).remembered()
        if self.stale:
            ghost["old"] = _board(self)
        assert isinstance(after, Watched)
        return after._remembering(ghost), answer

    def looked(self, whose: str) -> "Watched":
        """The same, once an actor has seen who is waiting."""
        ghost = thaw(remembered(self))
        ghost["saw"][whose] = _waiting(plain_board(self))
        return self._remembering(ghost)

    def judged(self, before: "Watched", call: Call, whose: str) -> "Watched":
        """The same, once an actor has written: nobody may have been passed over."""
        ghost = thaw(remembered(self))
        saw = ghost["saw"].pop(whose, {})
        was, is_ = plain_board(before), plain_board(self)
        for label, ticket in is_["tickets"].items():
            known_as = was["tickets"].get(label)
            if ticket["state"] == "called" and known_as and known_as["state"] == "waiting":
                for other, seen in saw.items():
                    first = was["tickets"].get(other)
                    if first != seen or first.get("step", 0) != known_as.get("step", 0):
                        continue
                    if (first["due"], other) < (known_as["due"], label):
                        ghost["bad"] = f"{label} was called before {other}, who waited all along"
        return self._remembering(ghost)

    def _remembering(self, ghost: dict[str, Any]) -> "Watched":
        if ghost == remembered(self):
            return self
        made = type(self).of({**self.items, GHOST: known(ghost)})
        assert isinstance(made, Watched)
        return made


def remembered(database: Database) -> dict[str, Any]:
    return database.items.get(GHOST, NOTHING)


def plain_board(database: Database) -> Row:
    item = _board(database)
    found: Row = plain({"M": item}) if item else {"tickets": {}, "counters": {}}
    return found


def _board(database: Database) -> Item | None:
    return next(database.table(BOARDS), None)


def _waiting(board: Row) -> Row:
    return {label: one for label, one in board["tickets"].items() if one["state"] == "waiting"}


def _of_boards(call: Call) -> bool:
    asked = call.arguments
    return BOARDS in (asked.get("TableName"), *asked.get("RequestItems", ()))


class Watcher:
    """Looks at what a write of the board has done."""

    def __init__(self, before: Database, after: Database) -> None:
        self.ghost: dict[str, Any] = thaw(remembered(before))
        self.was, self.is_ = plain_board(before), plain_board(after)

    def remembered(self) -> dict[str, Any]:
        counters = [
            (name, self.was["counters"].get(name), one)
            for name, one in self.is_["counters"].items()
            if one != self.was["counters"].get(name)
        ]
        for name, before, after in counters:
            self._pressed(name, before or {}, after)
        for label in self.was["tickets"].keys() | self.is_["tickets"].keys():
            before, after = self.was["tickets"].get(label), self.is_["tickets"].get(label)
            if before != after:
                self._changed(label, before, after)
        return self.ghost

    def _bad(self, what: str) -> None:
        self.ghost["bad"] = self.ghost["bad"] or what

    def _add(self, what: str, key: str, number: int = 1) -> int:
        total: int = self.ghost[what].get(key, 0) + number
        self.ghost[what][key] = total
        return total

    def _pressed(self, name: str, before: Row, after: Row) -> None:
        key, did = after["key"], after["did"]
        if self._add("effects", key) > 1:
            self._bad(f"the press {key} took effect twice")
        had, has = before.get("ticket"), after.get("ticket")
        sees = key.partition(":")[2] if ":" in key else had
        if had and had != (sees or None) and (had != has or did["press"] in ("serve", "recall")):
            self._bad(f"a press meant for {sees or 'nobody'} was about {had}")
        self.ghost["log"].append([did["press"], had, has, name, after["turn"], key])

    def _changed(self, label: str, before: Row | None, after: Row | None) -> None:
        if after is None:
            assert before
            self.ghost["dropped"][label] = [before.get("outcome"), before["v"]]
            return
        if before is None:
            if after["state"] == "done":
                self.ghost["final"][label] = after["outcome"]
            if "key" in after and self._add("numbers", after["key"]) > 1:
                self._bad("one walk-in has two numbers")
            return
        if before["v"] >= after["v"]:
            self._bad(f"{label} has lost a version, or its number was given twice")
        step, final = f"{label} {before.get('step', 0)}", self.ghost["final"]
        match before["state"], after["state"]:
            case (("called" | "serving"), "done"):
                if self._add("finishes", step) > 1:
                    self._bad(f"{label} was served twice")
                final[label] = after["outcome"]
            case (("called" | "serving"), "missed"):
                final[label] = "no_show"
            case (("called" | "serving"), "waiting") if after.get("step", 0) > before.get(
                "step", 0
            ):
                if self._add("finishes", step) > 1:
                    self._bad(f"{label} was served twice")
            case "done", "serving":
                self._add("finishes", step, -1)
                final.pop(label, None)
            case "missed", ("waiting" | "serving"):
                final.pop(label, None)
            case (("waiting" | "missed"), "done"):
                final[label] = after["outcome"]
            case _:
                pass
