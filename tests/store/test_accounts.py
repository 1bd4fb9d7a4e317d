"""Accounts: a phone each, a family of five, and an erasure that leaves nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest

from chalicelib.domain.bookings import Booking
from chalicelib.domain.people import ADDITIONS, ADDITIONS_SPAN, FAMILY_LIMIT, Relation
from chalicelib.domain.persons import Link, Person, Proof, settle
from chalicelib.store import (
    accounts,
    applicants,
    bookings,
    challenges,
    erased,
    families,
    identities,
    questions,
)
from chalicelib.store import sessions as kept_sessions
from chalicelib.store.accounts import Account, Change, Detached, Member
from chalicelib.store.challenges import Answered, Challenge
from chalicelib.store.identities import NOBODY, Identity
from chalicelib.store.outcomes import (
    Added,
    AtLimit,
    Booked,
    Changed,
    Confirmed,
    Gone,
    NotBefore,
    Opened,
    Parted,
    Spent,
)
from chalicelib.store.sessions import NewSession
from tests.builders import a_booking, digests, person_id
from tests.outcomes import named
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")

LATER = NOW + timedelta(days=3)
MONTH = NOW + ADDITIONS_SPAN
SELF = Member(b"sealed holder", Relation.SELF, check_at_counter=False)
CHILD = Member(b"sealed child", Relation.CHILD, check_at_counter=True)

ONESELF = Link(Relation.SELF, NOW, Proof.HELD)
RELATIVE = Link(Relation.CHILD, NOW)

_numbers = count()


def an_account(account_id: str = "account", holder: str = "holder") -> Account:
    return Account(account_id, holder, b"sealed phone", {holder: SELF}, NOW, NOW, NOW)


def person(name: str) -> Person:
    return applicants.get(person_id(name))


def changed(read: Person, links: Mapping[str, Link]) -> Change:
    return Change(read, settle(read, links, NOW))


def linked(name: str, account_id: str, link: Link) -> Change:
    """The person of this name with one link more."""
    read = person(name)
    return changed(read, {**read.links, account_id: link})


def unlinked(name: str, account_id: str) -> Change:
    """The person of this name without the link of an account."""
    read = person(name)
    return changed(read, {a: link for a, link in read.links.items() if a != account_id})


def answered(by: str = "this request", challenge_id: str | None = None) -> Answered:
    """A code that was typed in rightly."""
    if challenge_id is None:
        challenge_id = f"challenge-{next(_numbers)}"
        challenges.put(
            Challenge(challenge_id, "session", "phone:index", "key", b"sealed", "mac", 5, LATER)
        )
    return Answered(challenge_id, by)


def a_session(
    account_id: str = "account", session_id: str = "session", at: datetime = NOW
) -> NewSession:
    return NewSession(session_id, account_id, "digest", at)


def create(
    account: Account,
    phone: str | None = None,
    nik: str | None = None,
    answer: Answered | None = None,
    person: Change | None = None,
    detached: Detached | None = None,
) -> Opened | Spent | Changed:
    """Open an account, by default with a phone and a NIK of its own."""
    holder = person or linked(account.holder, account.account_id, ONESELF)
    return accounts.create(
        account,
        holder,
        digests(phone or f"phone:{account.account_id}"),
        digests(nik or f"nik:{account.holder}"),
        answer or answered(),
        a_session(account.account_id, f"session of {account.account_id}"),
        known=holder.read.version > 0,
        asks=holder.settled.person.holder != account.account_id,
        detached=detached,
    )


def created(account_id: str = "account", holder: str = "holder") -> Account:
    """An account that is open, with a phone and a NIK of its own."""
    account = an_account(account_id, holder)
    assert isinstance(create(account), Opened)
    return account


def found(account_id: str = "account") -> Account:
    account = accounts.get(account_id)
    assert account
    return account


def add(
    who: str, account_id: str = "account", now: datetime = NOW
) -> Added | AtLimit | Gone | NotBefore | Changed:
    change = linked(who, account_id, RELATIVE)
    return families.add(
        account_id,
        who,
        CHILD,
        change,
        digests(f"nik:{who}"),
        now,
        known=change.read.version > 0,
        asks=change.settled.person.holder is not None,
    )


def remove(who: str, account_id: str = "account", now: datetime = NOW) -> Parted | Booked | Changed:
    return families.remove(account_id, who, unlinked(who, account_id), now)


def people(account_id: str = "account") -> set[str]:
    account = accounts.get(account_id)
    return set(account.people) if account else set()


def book(*who: str, account_id: str = "account", code: str = "CODE") -> bool:
    """Book for people of an account. Says whether that could be done."""
    booking = a_booking(*who, code=code, account_id=account_id)
    done = bookings.confirm(booking, [person_id(one) for one in who], LATER, NOW)
    return isinstance(done, Confirmed)


# ---- created ------------------------------------------------------------------------------------


def test_an_account_is_kept_as_it_was_opened() -> None:
    account = created()
    assert accounts.get("account") == account


def test_an_account_that_was_never_opened_is_not_there() -> None:
    assert accounts.get("account") is None


def test_an_account_is_found_by_its_phone_and_its_holder_by_their_nik() -> None:
    created()
    found = identities.get("phone:account"), identities.get("nik:holder")
    assert found == (Identity(None, "account"), Identity(person_id("holder"), None))


def test_nobody_is_found_by_an_unknown_phone() -> None:
    assert identities.get("phone:account") == NOBODY


def test_an_account_may_book_for_its_holder() -> None:
    created()
    assert book("holder")


def test_somebody_is_signed_in_to_an_account_as_it_opens() -> None:
    created()
    session = kept_sessions.get("session of account")
    assert session
    assert session.account_id == "account"


def test_a_phone_opens_one_account() -> None:
    created()
    assert isinstance(create(an_account("other", "stranger"), phone="phone:account"), Changed)
    assert (people("other"), identities.get("nik:stranger")) == (set(), NOBODY)
    assert kept_sessions.get("session of other") is None


def test_a_nik_that_names_another_person_since_it_was_read_opens_no_account() -> None:
    created()
    assert isinstance(create(an_account("other", "stranger"), nik="nik:holder"), Changed)
    assert (people("other"), identities.get("phone:other")) == (set(), NOBODY)


def test_a_person_who_has_changed_since_they_were_read_opens_no_account() -> None:
    created()
    read = linked("holder", "other", ONESELF)
    add_to_another("holder")
    assert isinstance(create(an_account("other"), person=read), Changed)


def add_to_another(who: str) -> None:
    created("another", "of another")
    assert isinstance(add(who, "another"), Added)


def test_a_member_of_a_family_may_open_an_account_as_the_same_person() -> None:
    created()
    add("child")
    assert isinstance(create(an_account("other", "child")), Opened)
    assert identities.get("nik:child") == Identity(person_id("child"), None)
    assert set(person("child").links) == {"account", "other"}


def test_the_holder_of_a_nik_is_to_be_told_of_another_account_that_says_it_is_them() -> None:
    created()
    assert questions.waiting() == []
    assert isinstance(create(an_account("other")), Opened)
    assert questions.waiting() == [person_id("holder")]
    assert person("holder").holder == "account"


def test_a_code_opens_one_account() -> None:
    answer = answered("one")
    assert isinstance(create(an_account(), answer=answer), Opened)
    again = create(an_account("other", "stranger"), answer=answered("other", answer.challenge_id))
    assert isinstance(again, Spent)
    assert people("other") == set()


def test_the_request_that_has_opened_an_account_is_told_so_again_for_the_answer_may_be_lost() -> (
    None
):
    answer, read = answered(), linked("holder", "account", ONESELF)
    made = [type(create(an_account(), answer=answer, person=read)) for _ in range(2)]
    assert made == [Opened, Opened]


# ---- a phone that is taken from an idle account -------------------------------------------------


def detached(who: str = "holder", account_id: str = "account") -> Detached:
    """An account that loses its phone, as it is now, and what that does to its holder."""
    read = person(who)
    lower = {**read.links, account_id: read.links[account_id]._replace(proof=Proof.CLAIMED)}
    return Detached(found(account_id), changed(read, lower))


def test_a_phone_opens_the_new_account_and_no_longer_the_one_that_lost_it() -> None:
    created()
    made = create(an_account("new", "newcomer"), phone="phone:account", detached=detached())
    assert isinstance(made, Opened)
    assert identities.get("phone:account") == Identity(None, "new")
    assert found().phone is None
    assert person("holder").links["account"].proof == Proof.CLAIMED


def test_an_account_that_is_signed_in_to_meanwhile_keeps_its_phone() -> None:
    created()
    read = detached()
    assert accounts.use("account", LATER)
    made = create(an_account("new", "newcomer"), phone="phone:account", detached=read)
    assert isinstance(made, Changed)
    assert identities.get("phone:account") == Identity(None, "account")
    assert found().phone


# ---- signing in ---------------------------------------------------------------------------------


def test_signing_in_notes_that_the_account_is_used_and_starts_a_session() -> None:
    created()
    made = accounts.sign_in("phone:account", answered(), a_session(at=LATER))
    assert isinstance(made, Opened)
    assert found().used_at == LATER
    assert kept_sessions.get("session")


def test_a_phone_that_opens_another_account_by_now_starts_no_session_of_this_one() -> None:
    created()
    create(an_account("new", "newcomer"), phone="phone:account", detached=detached())
    made = accounts.sign_in("phone:account", answered(), a_session(at=LATER))
    assert isinstance(made, Changed)
    assert kept_sessions.get("session") is None


def test_a_code_signs_in_once() -> None:
    created()
    answer = answered("one")
    accounts.sign_in("phone:account", answer, a_session(at=LATER))
    again = answered("other", answer.challenge_id)
    made = accounts.sign_in("phone:account", again, a_session(session_id="two", at=LATER))
    assert isinstance(made, Spent)
    assert kept_sessions.get("two") is None


def test_an_account_that_is_gone_is_not_used() -> None:
    assert not accounts.use("account", NOW)
    assert accounts.get("account") is None


# ---- another phone ------------------------------------------------------------------------------


def change_phone(
    account: Account, new: str, old: str | None = "phone:account", taken: Detached | None = None
) -> Opened | Spent | Changed:
    former = digests(old) if old else ()
    return accounts.change_phone(account, b"new", former, digests(new), answered(), taken)


def test_another_phone_opens_the_account_and_the_old_one_no_more() -> None:
    created()
    assert isinstance(change_phone(found(), "phone:new"), Opened)
    assert identities.many("phone:new", "phone:account") == [Identity(None, "account"), NOBODY]
    assert found().phone == b"new"


def test_a_phone_in_use_is_not_taken_from_its_account() -> None:
    created()
    created("other", "stranger")
    assert isinstance(change_phone(found(), "phone:other"), Changed)
    assert found().phone == b"sealed phone"


def test_a_phone_is_changed_if_it_is_as_it_was_read() -> None:
    created()
    read = found()
    change_phone(found(), "phone:new")
    assert isinstance(change_phone(read, "phone:newer"), Changed)


def test_an_account_without_a_phone_comes_back_by_one_that_was_idle_elsewhere() -> None:
    created()
    created("idle", "idler")
    create(an_account("new", "newcomer"), phone="phone:account", detached=detached())
    taken = detached("idler", "idle")
    assert isinstance(change_phone(found(), "phone:idle", None, taken), Opened)
    assert identities.get("phone:idle") == Identity(None, "account")
    assert (found().phone, found("idle").phone) == (b"new", None)


# ---- family -------------------------------------------------------------------------------------


def test_a_person_is_added_to_an_account() -> None:
    created()
    assert isinstance(add("child"), Added)
    assert found().people == {"holder": SELF, "child": CHILD}


def test_an_account_may_book_for_a_person_it_has_added() -> None:
    created()
    add("child")
    assert book("child")


def test_an_account_takes_five_people() -> None:
    created()
    added = [type(add(f"member {number}")) for number in range(2, FAMILY_LIMIT + 1)]
    assert added == [Added] * (FAMILY_LIMIT - 1)


def test_an_account_takes_no_sixth_person() -> None:
    created()
    for number in range(2, FAMILY_LIMIT + 1):
        add(f"member {number}")
    assert isinstance(add("member 6"), AtLimit)
    assert len(people()) == FAMILY_LIMIT == 5


def test_an_account_adds_eight_people_in_thirty_days() -> None:
    created()
    for number in range(ADDITIONS):
        assert isinstance(add(f"member {number}", now=NOW + timedelta(days=number)), Added)
        remove(f"member {number}")
    sooner = MONTH - timedelta(seconds=1)
    assert named(add("ninth", now=sooner)) == named(NotBefore(MONTH))
    assert isinstance(add("ninth", now=MONTH), Added)
    remove("ninth")
    assert named(add("tenth", now=MONTH)) == named(NotBefore(MONTH + timedelta(days=1)))


def test_nobody_is_added_to_an_account_that_is_gone() -> None:
    assert isinstance(add("child"), Gone)
    assert (identities.get("nik:child"), book("child")) == (NOBODY, False)


def test_nobody_is_added_as_a_person_of_another_nik() -> None:
    created()
    add("child")
    changeling = linked("changeling", "account", RELATIVE)
    refused = families.add(
        "account",
        "changeling",
        CHILD,
        changeling,
        digests("nik:child"),
        NOW,
        known=False,
        asks=False,
    )
    assert isinstance(refused, Changed)


def test_one_person_may_be_in_two_families() -> None:
    created()
    created("other", "stranger")
    assert isinstance(add("child"), Added)
    assert isinstance(add("child", "other"), Added)


def test_a_person_is_taken_out() -> None:
    created()
    add("child")
    assert isinstance(remove("child"), Parted)
    assert people() == {"holder"}


def test_an_account_may_not_book_for_a_person_it_has_taken_out() -> None:
    created()
    add("child")
    remove("child")
    assert not book("child")


def test_a_person_who_was_taken_out_stays_in_other_families() -> None:
    created()
    created("other", "stranger")
    add("child")
    add("child", "other")
    remove("child")
    assert book("child", account_id="other")


def test_whom_nobody_names_any_more_is_gone_and_noted_as_erased() -> None:
    created()
    add("child")
    remove("child")
    assert (person("child").version, identities.get("nik:child")) == (0, NOBODY)
    assert erased.every() == {person_id("child")}


def test_whom_nobody_names_any_more_is_kept_without_a_name_while_a_cancellation_counts() -> None:
    created()
    add("child")
    book("child")
    made = bookings.get("CODE")
    assert isinstance(made, Booking)
    bookings.cancel(made, [person("child")], NOW)
    assert isinstance(remove("child"), Parted)
    assert (person("child").links, identities.get("nik:child").person_id) == (
        {},
        person_id("child"),
    )
    assert erased.every() == frozenset()


def test_the_holder_cannot_be_taken_out() -> None:
    created()
    assert isinstance(remove("holder"), Changed)
    assert people() == {"holder"}


def test_whoever_is_not_there_cannot_be_taken_out() -> None:
    created()
    assert isinstance(remove("child"), Changed)


def test_whoever_is_booked_cannot_be_taken_out() -> None:
    created()
    add("child")
    book("child")
    assert isinstance(remove("child"), Booked)
    assert people() == {"holder", "child"}


def test_whoever_was_booked_can_be_taken_out_when_the_day_is_past() -> None:
    created()
    add("child")
    book("child")
    assert isinstance(remove("child", now=LATER), Parted)


def test_whoever_is_booked_by_another_account_can_be_taken_out() -> None:
    created()
    created("other", "stranger")
    add("child")
    add("child", "other")
    book("child", account_id="other")
    assert isinstance(remove("child"), Parted)


def test_a_correction_replaces_what_is_sealed() -> None:
    created()
    new = Member(b"corrected", Relation.SELF, check_at_counter=False)
    assert families.correct("account", "holder", SELF, new)
    assert found().people == {"holder": new}


def test_a_correction_of_what_has_changed_since_is_refused() -> None:
    created()
    new = Member(b"corrected", Relation.SELF, check_at_counter=False)
    assert not families.correct("account", "holder", CHILD, new)


# ---- erasure ------------------------------------------------------------------------------------


def erase(account_id: str = "account", read: Account | None = None) -> Parted | Booked | Changed:
    account = read or found(account_id)
    leaving = [unlinked(who, account_id) for who in account.people]
    return families.erase(account, leaving, digests(f"phone:{account_id}"), NOW)


def test_an_erased_account_is_gone() -> None:
    created()
    assert isinstance(erase(), Parted)
    assert accounts.get("account") is None


def test_an_erased_account_is_found_by_nothing() -> None:
    created()
    erase()
    found = identities.get("phone:account"), identities.get("nik:holder")
    assert found == (NOBODY, NOBODY)


def test_an_erased_account_may_book_for_nobody() -> None:
    created()
    add("child")
    erase()
    assert (book("holder"), book("child", code="OTHER")) == (False, False)


def test_an_account_with_an_active_booking_is_not_erased() -> None:
    created()
    add("child")
    book("child")
    assert isinstance(erase(), Booked)
    assert people() == {"holder", "child"}


def test_an_account_is_erased_although_another_has_booked_for_its_people() -> None:
    created("other", "stranger")
    add("holder", "other")
    book("holder", account_id="other")
    created()
    assert isinstance(erase(), Parted)
    assert person("holder").active


@pytest.mark.parametrize("change", [partial(add, "new"), partial(remove, "child")])
def test_an_account_whose_people_have_changed_since_it_was_read_is_not_erased(
    change: Callable[[], object],
) -> None:
    created()
    add("child")
    read = found()
    change()
    assert isinstance(erase(read=read), Changed)
    assert accounts.get("account")


def test_an_account_whose_phone_has_changed_since_it_was_read_is_not_erased() -> None:
    created()
    read = found()
    change_phone(found(), "phone:new")
    assert isinstance(erase(read=read), Changed)
    assert identities.get("phone:new") == Identity(None, "account")


def test_an_account_without_a_phone_is_erased_and_leaves_the_phone_to_whoever_has_it() -> None:
    created()
    create(an_account("new", "newcomer"), phone="phone:account", detached=detached())
    account = found()
    leaving = [unlinked("holder", "account")]
    assert isinstance(families.erase(account, leaving, (), NOW), Parted)
    assert identities.get("phone:account") == Identity(None, "new")


def test_phone_and_nik_of_an_erased_account_may_open_another() -> None:
    created()
    erase()
    made = create(an_account("new", "somebody new"), phone="phone:account", nik="nik:holder")
    assert isinstance(made, Opened)
