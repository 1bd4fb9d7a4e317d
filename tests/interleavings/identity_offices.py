"""What offices, jobs and the clock do to people; and the draw, which is still to come."""

from datetime import datetime, timedelta

from chalicelib.domain.offices import Closure
from chalicelib.domain.people import NationalId, Phone
from chalicelib.services.booking import reconcile
from chalicelib.services.booking import sweep as sweeping
from chalicelib.services.office import closure
from chalicelib.services.office import persons as desk
from chalicelib.services.office.persons import Case
from chalicelib.services.people import confirmation, retention
from chalicelib.store import applicants
from chalicelib.store.dynamo import Unmet, transact
from chalicelib.store.tables.booking import ApplicantItem
from chalicelib.store.tables.limits import TallyItem
from chalicelib.store.tables.people import AccountItem
from chalicelib.store.times import seconds
from tests.interleavings.explore import Outcome
from tests.interleavings.identity import DAY, Doing, person
from tests.interleavings.people import ktp, phone_of

CASE = Case("operator:somebody", "a reason")


def clerk(name: str, account: str) -> Doing:
    return Doing(_clerk, (name, account))


def _clerk(now: datetime, name: str, account: str) -> Outcome:
    item = AccountItem.fetch(account, consistent=False)
    phone = phone_of(item.phone) if item and item.phone else "none"
    desk.seen(_nik(name), Phone(phone), CASE, now)
    return ("seen", name, account)


def free_nik(name: str) -> Doing:
    return Doing(_free_nik, (name,))


def _free_nik(now: datetime, name: str) -> Outcome:
    desk.release_nik(_nik(name), CASE, now)
    return ("freed", name)


def _nik(name: str) -> NationalId:
    return ktp(name).nik


def confirmed(name: str, account: str) -> Doing:
    return Doing(_confirmed, (name, account))


def _confirmed(now: datetime, name: str, account: str) -> Outcome:
    return ("confirmed", confirmation.confirm(person(name), account, now) is not None)


def close() -> Doing:
    return Doing(_close, ())


def _close(now: datetime) -> Outcome:
    return ("closed", closure.declare("malang", DAY, Closure("Banjir", "Flood"), now))


def sweep() -> Doing:
    return Doing(_sweep, ())


def _sweep(now: datetime) -> Outcome:
    alarms = sweeping.sweep(now + timedelta(minutes=1)).get("breaches", 0)
    return ("fault", "an alarm of the sweep") if alarms else ("swept",)


def compare() -> Doing:
    """The nightly comparison of bookings and rosters."""
    return Doing(_compare, ())


def _compare(now: datetime) -> Outcome:
    alarms = reconcile.reconcile(now + timedelta(minutes=1))["breaches"]
    return ("fault", "an alarm of the comparison") if alarms else ("compared",)


def settle() -> Doing:
    """What is left to do for closed days."""
    return Doing(_settle, ())


def _settle(now: datetime) -> Outcome:
    closure.carry_out(now, lambda: True)
    return ("settled",)


def nightly() -> Doing:
    return Doing(_nightly, ())


def _nightly(now: datetime) -> Outcome:
    retention.forget(now)
    return ("forgotten",)


def clock(days_: int) -> Doing:
    return Doing(_clock, (days_,))


def _clock(_: datetime, days_: int) -> Outcome:
    TallyItem.change("clock", actions=[TallyItem.taken.add(days_ * 24 * 60 * 60)])
    return ("it is later",)


# ---- the draw, as far as a person is concerned ---------------------------------------------------


def mark(entry: str, account: str, names: str) -> Doing:
    """Somebody asks for places in a draw, for each of ``names``."""
    return Doing(_mark, (entry, account, names))


def _mark(now: datetime, entry: str, account: str, names: str) -> Outcome:
    link, at = ApplicantItem.links[account], seconds(now)
    may = (link["may"] == True) & (  # noqa: E712 (an expression)
        ((link["firm"] == True) & applicants._past(ApplicantItem.paused_own_until, at))  # noqa: E712
        | ((link["firm"] == False) & applicants._past(ApplicantItem.paused_until, at))  # noqa: E712
    )
    free = applicants._no_booking(at) & ApplicantItem.asking.does_not_exist()
    until = seconds(now + timedelta(days=400))
    asking = ApplicantItem.asking.set({"entry": entry, "account_id": account, "until": until})
    try:
        transact(
            *(
                ApplicantItem.changing(person(name), actions=[asking], condition=may & free)
                for name in names
            )
        )
    except Unmet:
        return ("not marked",)
    return ("marked",)
