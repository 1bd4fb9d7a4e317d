"""What no item tells, and promises speak of: who wanted what, and who did it.

Beside the items stands one more, which no call can reach: it is written by looking at what each
call has changed. So databases that differ only in what is remembered are two. It remembers

- ``cancelled``: of each NIK, when its bookings were cancelled by whom they had been made; and
  whether that was the will of the person: yes, no, or nobody's who counts any more ("displaced");
- ``will``: of each booking and NIK, whether it was made by the holder or with their consent;
- ``yes``: the accounts to which the holder of a NIK consents at present;
- ``left``: who has disowned which booking;
- ``bad``: what was done that may never be done.

NIKs, not persons: somebody who is forgotten and comes back is the same to themselves.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.store.tables.booking import ApplicantItem, BookingItem
from chalicelib.store.tables.limits import TallyItem
from chalicelib.store.tables.people import AccountItem, IdentityItem, SessionItem
from tests.interleavings.dynamodb import Answer, Call, Database, Key, known, thaw
from tests.interleavings.promises import people_in, plain

WINDOW = int(timedelta(days=30).total_seconds())
IDLE = int(timedelta(days=60).total_seconds())
SEEN = 3

GHOST: Key = ("ghost",)
NOTHING: dict[str, Any] = {"cancelled": {}, "will": {}, "yes": [], "left": [], "bad": None}

Row = dict[str, Any]
Changed = Mapping[str, tuple[Row | None, Row | None]]
"""The items of a table that a call has changed: before and after, by their key."""


class Watched(Database):
    """A database that remembers."""

    __slots__ = ()

    def _call(self, call: Call) -> tuple[Database, Answer]:
        after, answer = super()._call(call)
        if not call.writes:
            return after, answer
        ghost = Watcher(self, call, after).remembered(answer)
        if ghost == remembered(self):
            return after, answer
        return type(self).of({**after.items, GHOST: known(ghost)}), answer


def remembered(database: Database) -> dict[str, Any]:
    return database.items.get(GHOST, NOTHING)


def clock_of(database: Database) -> int:
    item = database.items[TallyItem.Meta.table_name, "clock"]
    return int(item["taken"]["N"])


def nik_of(person: Row) -> str:
    return str(person["nik_indexes"][0])


def holder_of(person: Row | None) -> str | None:
    links = person["links"] if person else {}
    return next((a for a, one in links.items() if one["relation"] == "self" and one["may"]), None)


def own_pause(times: list[list[Any]], now: int) -> bool:
    """Whether the person has cancelled of their own will, with another one before in the window."""
    return any(
        own is True and at > now - WINDOW and any(before > at - WINDOW for before, _ in times[:n])
        for n, (at, own) in enumerate(times)
    )


class Watcher:
    """Looks at what a call has done."""

    def __init__(self, before: Database, call: Call, after: Database) -> None:
        self.before, self.call, self.after = before, call, after
        self.now = clock_of(before) if (TallyItem.Meta.table_name, "clock") in before.items else 0
        self.ghost: dict[str, Any] = thaw(remembered(before))

    def remembered(self, answer: Answer) -> dict[str, Any]:
        if "Error" in answer.response:
            self._refused(answer)
            return self.ghost
        self.people = self._changed(ApplicantItem)
        self.accounts = self._changed(AccountItem)
        for code, (old, new) in self._changed(BookingItem).items():
            self._booking(code, old, new)
        for old, new in self.people.values():
            self._person(old, new)
        for account, (old, new) in self.accounts.items():
            self._account(account, old, new)
        for old, new in self._changed(SessionItem).values():
            if new and not old:
                self._session(new)
        return self.ghost

    def _bad(self, what: str) -> None:
        self.ghost["bad"] = self.ghost["bad"] or what

    def _changed(self, table: Any) -> Changed:
        old, new = self.before.items, self.after.items
        name = table.Meta.table_name
        keys = {k for k in (*old, *new) if k[0] == name and old.get(k) is not new.get(k)}
        return {key[1]: (_plain(old.get(key)), _plain(new.get(key))) for key in keys}

    def _person_before(self, person_id: str) -> Row | None:
        return _plain(self.before.items.get((ApplicantItem.Meta.table_name, person_id)))

    # ---- bookings --------------------------------------------------------------------------------

    def _booking(self, code: str, old: Row | None, new: Row | None) -> None:
        if new is None:
            return
        if old is None and new["status"] == "booked":
            for person_id in people_in(new):
                self._booked(code, new["account_id"], self._person_before(person_id))
        elif old and old["status"] == "booked":
            if new["applicants"] != old["applicants"]:
                self._bad(f"{code} was made for others than it is for")
            for position in set(new.get("out", ())) - set(old.get("out", ())):
                alone = {
                    **old,
                    "out": [n for n, _ in enumerate(old["applicants"]) if n != position],
                }
                (person_id,) = people_in(alone)
                if person_id in self.people:
                    self.ghost["left"].append(f"{code} {person_id}")
                    self._no_longer_wanted(self._person_before(person_id), old["account_id"])
            if new["status"] == "cancelled" and new.get("cancelled_by") == "applicant":
                for person_id in people_in(old):
                    self._cancelled(code, self._person_before(person_id))

    def _no_longer_wanted(self, person: Row | None, account: str) -> None:
        """Whoever leaves a booking takes back what they consented to."""
        if person:
            gone = f"{nik_of(person)} {account}"
            self.ghost["yes"] = [one for one in self.ghost["yes"] if one != gone]

    def _booked(self, code: str, account: str, person: Row | None) -> None:
        if person is None:
            return self._bad(f"{account} has booked for somebody who is not there")
        nik, holder = nik_of(person), holder_of(person)
        will = holder == account or f"{nik} {account}" in self.ghost["yes"]
        recent = [own for at, own in self.ghost["cancelled"].get(nik, ()) if at > self.now - WINDOW]
        if holder is not None and not will:
            self._bad(f"{nik} was booked by {account} without consent")
        if not will and recent:
            self._bad(
                f"{nik}, whom nobody holds, was booked although {len(recent)} times cancelled"
            )
        if len([own for own in recent if own != "displaced"]) > 1:
            self._bad(f"{nik} was cancelled {len(recent)} times, and is booked a third time")
        self.ghost["will"][f"{code} {nik}"] = will
        return None

    def _cancelled(self, code: str, person: Row | None) -> None:
        if person is None:
            return self._bad(f"a cancellation of {code} meets nobody")
        nik = nik_of(person)
        was = self.ghost["will"].pop(f"{code} {nik}", False)
        self.ghost["cancelled"].setdefault(nik, []).append([self.now, was])
        return None

    def _refused(self, answer: Answer) -> None:
        """A booking that was refused: nobody is paused by what others did."""
        parts = self.call.arguments.get("TransactItems", [])
        reasons = answer.response.get("CancellationReasons", [])
        item = parts[0].get("Put", {}).get("Item", {}) if parts else {}
        if item.get("status", {}).get("S") != "booked":
            return
        account = item["account_id"]["S"]
        for part, reason in zip(parts[1:], reasons[1:], strict=True):
            person = self._person_before(part["Update"]["Key"]["applicant_id"]["S"])
            if reason["Code"] == "None" or person is None:
                continue
            link, active = person["links"].get(account), person.get("active")
            if not link or not link["firm"] or (active and active["until"] > self.now):
                continue
            if "#asks" in part["Update"].get("ExpressionAttributeNames", {}):
                continue  # it may be that they do not ask any more
            if not own_pause(self.ghost["cancelled"].get(nik_of(person), []), self.now):
                self._bad(f"{nik_of(person)} is paused by what others did")

    # ---- people ----------------------------------------------------------------------------------

    def _person(self, old: Row | None, new: Row | None) -> None:
        if new is None:
            if old and not self.accounts and not self._empty(old):
                self._bad(f"{nik_of(old)} was removed while something led there")
            return
        nik = nik_of(new)
        was, is_ = holder_of(old), holder_of(new)
        before, links = (old or {"links": {}})["links"], new["links"]
        if was != is_:
            if was is not None and was in links and is_ is not None:
                self._displaced(nik, old or {}, new, was, is_)
            elif was is not None and new.get("guarded") and not (old or {}).get("guarded"):
                self._counts_no_more(nik, old or {})  # the office has taken the NIK from them
            elif was is None and is_ and new.get("guarded") and links[is_]["proof"] < SEEN:
                self._bad(f"{nik} was released by the office and is held by {is_}")
            self._consents(f"{nik} ", keep=())
        elif self.call.operation == "UpdateItem":
            for account, link in links.items():
                given = link["given"] and not before.get(account, {}).get("given")
                if given and link["relation"] != "self":
                    self.ghost["yes"].append(f"{nik} {account}")
        self._consents(f"{nik} ", keep=links)

    def _displaced(self, nik: str, old: Row, new: Row, was: str, is_: str) -> None:
        before, links = old["links"], new["links"]
        handed = (
            not self.accounts
            and before[was]["proof"] > 0
            and links[was]["proof"] == 0
            and links[is_]["proof"] == before[was]["proof"]
        )
        if handed:
            return
        if links[is_]["proof"] <= links[was]["proof"]:
            self._bad(f"{was} was displaced by no higher proof")
        if new.get("guarded") and links[is_]["proof"] < SEEN:
            self._bad(f"{nik}, whom the office released, is held by {is_}")
        self._counts_no_more(nik, old)

    def _counts_no_more(self, nik: str, old: Row) -> None:
        """What somebody did who is the holder no more is nobody's will."""
        for one in self.ghost["cancelled"].get(nik, []):
            one[1] = "displaced"
        if "active" in old:
            self.ghost["will"][f"{old['active']['code']} {nik}"] = "displaced"

    def _consents(self, nik: str, keep: Mapping[str, Any] | tuple[()]) -> None:
        self.ghost["yes"] = [
            one
            for one in self.ghost["yes"]
            if not one.startswith(nik) or one.removeprefix(nik) in keep
        ]

    def _empty(self, person: Row) -> bool:
        booked = person.get("active", {}).get("until", 0) > self.now
        paused = any(person.get(one, 0) > self.now for one in ("paused_until", "paused_own_until"))
        return not (person["links"] or booked or "asking" in person or paused)

    # ---- accounts --------------------------------------------------------------------------------

    def _account(self, account: str, old: Row | None, new: Row | None) -> None:
        if not old or not new or "phone" not in old or "phone" in new:
            return
        table = SessionItem.Meta.table_name
        used = [
            int(item["rotated_at"]["N"])
            for item in self.before.table(table)
            if item["account_id"]["S"] == account
        ]
        if any(self.now - at < IDLE for at in (int(old["used_at"]), *used)):
            self._bad(f"{account} has lost its phone while in use")

    def _session(self, session: Row) -> None:
        account = session["account_id"]
        if "phone" not in self.after.items.get((AccountItem.Meta.table_name, account), {}):
            self._bad(f"a session of {account}, whose phone is another's")
        for index in self._looked_at():
            item = self.before.items.get((IdentityItem.Meta.table_name, index), {})
            if item.get("account_id", {}).get("S") != account:
                self._bad(f"a session of {account} by a phone that does not open it")

    def _looked_at(self) -> Iterator[str]:
        for part in self.call.arguments.get("TransactItems", ()):
            if "ConditionCheck" in part:
                yield part["ConditionCheck"]["Key"]["index"]["S"]


def _plain(item: Any) -> Row | None:
    return plain({"M": item}) if item else None
