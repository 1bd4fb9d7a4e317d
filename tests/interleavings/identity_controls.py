"""The guards of who people are, each taken away: a promise must then be found broken.

Most are taken out of the source of the function that has them: what is replaced must be there.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any
from unittest import mock

from chalicelib.domain import persons
from chalicelib.domain.bookings import Hold
from chalicelib.services.booking import disown, sweep
from chalicelib.services.people import confirmation, consent
from chalicelib.store import (
    accounts,
    applicants,
    bookings,
    challenges,
    families,
    identities,
    passkeys,
)
from chalicelib.store.tables.people import AccountItem
from tests.interleavings.controls import Removal, without
from tests.interleavings.explore import Found
from tests.interleavings.identity_scenarios import SITUATIONS


def rewritten(function: Callable[..., Any], *changes: tuple[str, str]) -> Removal:
    """A function does something else, wherever it was imported to."""

    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in changes:
        assert source.count(old) == 1, f"«{old}» is not there once"
        source = source.replace(old, new)
    made: dict[str, Any] = {}
    exec(source, function.__globals__, made)
    before = function.__code__

    @contextmanager
    def removed() -> Iterator[None]:
        function.__code__ = made[function.__name__].__code__
        try:
            yield
        finally:
            function.__code__ = before

    return removed


def both(*removals: Removal) -> Removal:
    @contextmanager
    def removed() -> Iterator[None]:
        with ExitStack() as stack:
            for removal in removals:
                stack.enter_context(removal())
            yield

    return removed


@dataclass(frozen=True, slots=True)
class Guard:
    removed: Callable[[], AbstractContextManager[Any]]
    found_in: str
    """The title of a situation in which it is missed."""
    late: bool = False
    """Whether that takes a call that lands late."""
    covered: bool = False
    """Whether something else stands in for it, so that it is missed nowhere."""


FREE = r"\(attribute_not_exists \(#active\) OR #active\.#until <= :\d+\)"
MAY = r"#links\.#\w+\.#may = :\d+ AND \(attribute_not_exists \(#active\)"

GUARDS: Mapping[str, Guard] = {
    "a booking needs that the account MAY book, not that it names the person": Guard(
        without(MAY, "attribute_exists (#links) AND (attribute_not_exists (#active)"),
        "asked, answered, booked",
    ),
    "a booking needs people without a booking": Guard(
        without(FREE, "attribute_exists (#links)"),
        "will is counted: allowed, cancelled, taken back, cancelled, booked",
    ),
    "links change on the version of the person that was read": Guard(
        rewritten(
            applicants._as_read,
            (
                "version == read.version if read.version",
                "ApplicantItem.applicant_id.exists() if read.version",
            ),
        ),
        "nor by another account, nor at night",
    ),
    "where there is a holder, other accounts ask": Guard(
        rewritten(persons._settled, ("may = given or (", "may = True or (")),
        "asked, answered, booked",
    ),
    "only strictly higher proof displaces a holder": Guard(
        rewritten(
            persons.settle,
            ("(candidates[a], a == old, a)", "(candidates[a], a != old, a)"),
            ("if new is None or candidates[best] > links[new].proof:", "if True:"),
        ),
        "the owner is seen, the squatter books",
    ),
    "a displaced holder's consents are void": Guard(
        rewritten(persons.settle, ("void = displaced is not None or left", "void = left")),
        "the owner is seen, the squatter had consented",
    ),
    "what a displaced holder did is others' doing": Guard(
        rewritten(persons.settle, ("if displaced is not None and not handed_over:", "if False:")),
        "the squatter has cancelled twice, the owner is seen",
    ),
    "who hands their NIK over hands over the count": Guard(
        rewritten(
            persons.settle,
            ("if displaced is not None and not handed_over:", "if displaced is not None:"),
        ),
        "handed over to another account of one's own",
    ),
    "links change on the booking that was read": Guard(
        rewritten(
            applicants._as_read,
            ("condition &= ApplicantItem.active.does_not_exist()", "pass"),
            ('condition &= ApplicantItem.active["code"] == read.active.code', "pass"),
        ),
        "removal against booking",
    ),
    "a NIK released by the office opens to a KTP that is seen alone": Guard(
        rewritten(persons.settle, ("Proof.SEEN if person.guarded else Proof.HELD", "Proof.HELD")),
        "released by the office, the squatter comes again",
    ),
    "a mark of a draw goes with the right to book": Guard(
        rewritten(
            persons.settle,
            ("if asking and not (", "if asking and False and not ("),
        ),
        "asking for a family, the son registers, the draw gives",
    ),
    # A mark that came since then would be taken away, though it need not be; none is left that may
    # not be there.
    "links change on the mark that was read": Guard(
        rewritten(
            applicants._as_read,
            ("condition &= ApplicantItem.asking.does_not_exist()", "pass"),
            ('condition &= ApplicantItem.asking["entry"] == read.asking.entry', "pass"),
        ),
        "the son registers while his mother asks for him",
        covered=True,
    ),
    "whose doing a cancellation is was noted when the booking was made": Guard(
        rewritten(
            persons.counted,
            (
                "own = person.active.own",
                "own = any(a == person.active.account_id and one.firm"
                " for a, one in person.links.items())",
            ),
        ),
        "will is counted: allowed, cancelled, taken back, cancelled, booked",
    ),
    "holders look at their own pause only": Guard(
        without("#paused_own_until", "#paused_until"), "consent taken back, who was allowed cancels"
    ),
    "an own pause begins with an own cancellation only": Guard(
        rewritten(persons.counted, ("pause if own and recent", "pause if recent")),
        "the squatter cancels for the second time while the owner is seen and books",
    ),
    "an own cancellation pauses if any other is in the window": Guard(
        rewritten(
            persons.counted,
            ("pause if own and recent", "pause if own and any(one.own for one in recent)"),
        ),
        "one own, then others' from before: no pause",
    ),
    "whom nobody holds is paused by the first cancellation": Guard(
        rewritten(
            persons.counted,
            ("paused_until=pause,", "paused_until=pause if recent else person.paused_until,"),
        ),
        "a stranger cancels and books again",
    ),
    "a cancellation counts on the version of the person that was read": Guard(
        rewritten(applicants.cancelling, (" & (ApplicantItem.version == read.version)", "")),
        "the squatter cancels for the second time while the owner is seen and books",
    ),
    "a person whom no account names stays while something counts": Guard(
        rewritten(
            families.parting,
            ("if settled.person.forgettable(now):", "if not settled.person.links:"),
        ),
        "a pause is not wiped by removing and adding",
    ),
    "the night looks again whether something counts": Guard(
        rewritten(
            applicants.removing_forgotten,
            (
                "condition=(size(ApplicantItem.links) == 0)",
                "condition=ApplicantItem.applicant_id.exists()",
            ),
            ("& _no_booking(seconds(now))", ""),
            ("& asks_by_none(seconds(now))", ""),
            ("& _past(ApplicantItem.paused_until, seconds(now))", ""),
            ("& _past(ApplicantItem.paused_own_until, seconds(now))", ""),
            ("& (ApplicantItem.version == read.version)", ""),
        ),
        "the night against naming",
    ),
    "disowning goes by the booking's version": Guard(
        rewritten(
            bookings.leave,
            (
                "_changing(booking, actions, now)",
                "BookingItem.changing(booking.code,"
                " actions=[BookingItem.version.set(booking.version + 1), *actions],"
                " condition=BookingItem.status == Status.BOOKED.value)",
            ),
        ),
        "son and father disown",
    ),
    "disowning raises the booking's version": Guard(
        rewritten(
            bookings.leave,
            (
                "_changing(booking, actions, now)",
                "BookingItem.changing(booking.code, actions=actions, condition=_as_read(booking))",
            ),
        ),
        "son and father disown",
    ),
    "disowning takes the link of the account away": Guard(
        rewritten(disown.disown, ("if other != maker}", "}")),
        "consent taken back, who was allowed cancels",
    ),
    "a booking of nobody is cancelled": Guard(
        rewritten(bookings.leave, ("actions += _cancelled(CancelledBy.NOBODY)", "pass")),
        "consent taken back, who was allowed cancels",
    ),
    "a hold is legitimate by places, not by people": Guard(
        both(
            rewritten(Hold.legitimate, ("booking.place.places", "len(booking.remaining)")),
            # The sweep asks the booking once more, and takes nothing from one that stands there.
            rewritten(
                sweep._sweep_hold,
                (
                    "if booking.stands_in(slot) or booking.awaits_notice_in(slot):",
                    "if booking.stands_in(slot):\n"
                    "                    return holds.give_back(slot, code, hold)\n"
                    "                if booking.awaits_notice_in(slot):",
                ),
            ),
        ),
        "the son disowns, his mother cancels",
    ),
    "an account does not part from people that it has booked for": Guard(
        rewritten(families._booked_by, ("person.booked(now)", "False")), "erasure against booking"
    ),
    # Nothing can be put into the people of an item that is not there.
    "a person is added only to an account that is there": Guard(
        rewritten(
            families.add,
            ("AccountItem.account_id.exists()", "(oldest.exists() | oldest.does_not_exist())"),
        ),
        "erasure against adding",
        covered=True,
    ),
    "an account is erased with the people that were read": Guard(
        rewritten(
            families.erase,
            (
                "size(AccountItem.people) == len(account.people)",
                "AccountItem.account_id.exists()",
            ),
            ("as_read &= AccountItem.people[alias].exists()", "pass"),
        ),
        "erasure against adding",
    ),
    "an account is erased with the phone that was read": Guard(
        rewritten(
            families.erase,
            (
                "as_read &= of_phone.does_not_exist() if account.phone is None"
                " else of_phone == account.phone",
                "pass",
            ),
        ),
        "a detached account is erased against another phone for it",
    ),
    "a phone is taken only if its account is as idle as read": Guard(
        rewritten(
            accounts._detaching,
            ("AccountItem.used_at == seconds(account.used_at)", "AccountItem.account_id.exists()"),
        ),
        "a recycled phone, its old owner signs in",
    ),
    "signing in notes the use in the session's transaction": Guard(
        rewritten(
            accounts.sign_in,
            (
                "using(account_id, session.starts_at, used_since)",
                "AccountItem.changing(account_id,"
                " actions=[AccountItem.used_at.set(AccountItem.used_at)],"
                " condition=AccountItem.account_id.exists())",
            ),
        ),
        "a recycled phone, its old owner signs in",
    ),
    "a session starts only if the phone still opens the account": Guard(
        rewritten(
            identities.still_opening,
            ("IdentityItem.account_id == account_id", "IdentityItem.index.exists()"),
        ),
        "a recycled phone, its old owner signs in",
    ),
    "with its phone an account loses its passkeys": Guard(
        lambda: mock.patch.object(accounts, "GOES_WITH_THE_PHONE", (AccountItem.phone,)),
        "a recycled phone, its old owner signs in by passkey",
    ),
    "a sign-in by passkey notes the use in the session's transaction": Guard(
        rewritten(passkeys.sign_in, ("AccountItem.used_at.set(now),", "")),
        "a recycled phone, its old owner signs in by passkey",
    ),
    "an account that loses its phone only claims": Guard(
        rewritten(accounts._detaching, ("if holder:", "if False:")),
        "a detached owner comes back by another phone, and who books for them",
    ),
    "an account without a phone is not confirmed": Guard(
        rewritten(
            confirmation.confirm, ("link.proof != Proof.HELD", "link.proof >= Proof.CONFIRMED")
        ),
        "confirmed by the job while the phone is taken",
    ),
    "an account without a phone is handed nothing": Guard(
        rewritten(consent._answered, ("if link.proof < Proof.HELD:", "if False:")),
        "handed over to an account that loses its phone",
    ),
    "the code is used up in the registration's own transaction": Guard(
        rewritten(challenges.consuming, (" & ChallengeItem.answered_by.does_not_exist()", "")),
        "registered, named and erased",
        late=True,
    ),
}


def walked_without(guard: str, *, everywhere: bool = False) -> Found:
    """What is found without a guard, where it is missed or in every small situation."""
    control = GUARDS[guard]
    found = Found(0, 0, 0)
    for situation in SITUATIONS:
        if situation.title == control.found_in or (everywhere and situation.small):
            with control.removed():
                found = situation.explore(crashes=1 - control.late, timeouts=int(control.late))
            if found.broken:
                break
    return found
