"""A NIK belongs to its person: what strangers who know it can do, over HTTP.

Nobody is kept from booking by others, nor banned, locked out or squatted for good. Each of these
begins with what a stranger does and ends with what the person can still do.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from tests.e2e.person import Person, somebody
from tests.machine import Machine, Reply
from tests.made_up import identity
from tests.races.storm import Target, target

pytestmark = pytest.mark.server

REASON = ("--reason", "KTP seen at the counter")

ASKED = "ada yang meminta izin"

_slots = count()


@pytest.fixture
def place(machine: Machine) -> Callable[[], Target]:
    """Slots that can be booked and cancelled, another each time."""

    def one() -> Target:
        number = next(_slots)
        return target(machine, "pontianak", weeks=1 + number // 5 % 3, number=number % 5)

    return one


def an_unknown_nik() -> str:
    """The NIK of somebody whom nobody has named."""
    nik: str = identity()["nik"]
    return nik


def refusal(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.problem


CONSENT_NEEDED = (409, "consent-needed")
PAUSED = (409, "cancelled-too-often")
ALREADY_BOOKED = (409, "already-booked")
NO_SUCH_APPLICANT = (404, "no-such-applicant")


# ---- whoever knows six NIKs ----------------------------------------------------------------------


def test_whoever_knows_six_niks_names_four_at_a_time_and_eight_in_a_month(machine: Machine) -> None:
    stranger = somebody(machine)
    niks = [an_unknown_nik() for _ in range(9)]
    first = [stranger.named(nik) for nik in niks[:4]]
    assert refusal(stranger.add(niks[4])) == (409, "family-full")
    for alias in first:
        assert stranger("DELETE", f"/v1/me/family/{alias}").status == 204
    second = [stranger.named(nik) for nik in niks[4:8]]
    assert stranger("DELETE", f"/v1/me/family/{second[0]}").status == 204
    assert refusal(stranger.add(niks[8])) == (429, "too-many-requests")


def test_whom_a_stranger_books_and_cancels_registers_and_books(
    machine: Machine, place: Callable[[], Target]
) -> None:
    stranger = somebody(machine)
    niks = [an_unknown_nik() for _ in range(4)]
    aliases = [stranger.named(nik) for nik in niks]
    stranger.cancel(stranger.booked(place(), *aliases))
    for nik in niks:
        owner = somebody(machine, nik=nik)
        assert owner.proof() == "held"
        assert owner.book(place()).status == 201


def test_a_stranger_books_for_nobody_who_holds_their_nik(
    machine: Machine, place: Callable[[], Target]
) -> None:
    stranger, owner = somebody(machine), somebody(machine)
    assert refusal(stranger.book(place(), stranger.named(owner.nik))) == CONSENT_NEEDED
    assert owner.book(place()).status == 201


def test_no_stranger_who_named_a_nik_before_its_owner_registered_books_for_them_after(
    machine: Machine, place: Callable[[], Target]
) -> None:
    stranger, nik = somebody(machine), an_unknown_nik()
    alias = stranger.named(nik)
    somebody(machine, nik=nik)
    assert refusal(stranger.book(place(), alias)) == CONSENT_NEEDED


def test_what_a_stranger_cancels_after_the_owner_came_does_not_pause_the_owner(
    machine: Machine, place: Callable[[], Target]
) -> None:
    """Even as the second within 30 days."""
    stranger, nik = somebody(machine), an_unknown_nik()
    code = stranger.booked(place(), stranger.named(nik))
    owner = somebody(machine, nik=nik)
    stranger.cancel(code)
    owner.cancel(owner.booked(place()))
    assert refusal(owner.book(place())) == PAUSED  # by their own cancellation, with another before


# ---- a booking that somebody else made -----------------------------------------------------------


def test_a_strangers_booking_of_a_nik_is_seen_and_disowned_by_its_owner_who_then_books(
    machine: Machine, place: Callable[[], Target]
) -> None:
    stranger, nik = somebody(machine), an_unknown_nik()
    code = stranger.booked(place(), stranger.who.applicant_id, stranger.named(nik))
    owner = somebody(machine, nik=nik)
    assert refusal(owner.book(place())) == ALREADY_BOOKED
    (seen,) = owner("GET", "/v1/bookings").json["bookings"]
    assert (seen["code"], seen["made_by"]) == (code, "other")
    assert seen["places"] == [{"applicant_id": owner.who.applicant_id, "queue_number": 2}]
    assert owner("POST", f"/v1/bookings/{code}/disown").status == 200
    assert owner("GET", "/v1/bookings").json["bookings"] == []
    assert owner.book(place()).status == 201


def test_whoever_stays_in_a_booking_that_somebody_disowned_keeps_number_and_place(
    machine: Machine, place: Callable[[], Target]
) -> None:
    stranger, nik = somebody(machine), an_unknown_nik()
    alias = stranger.named(nik)
    code = stranger.booked(place(), alias, stranger.who.applicant_id)
    owner = somebody(machine, nik=nik)
    assert owner("POST", f"/v1/bookings/{code}/disown").status == 200
    left = stranger("GET", f"/v1/bookings/{code}").json
    assert (left["status"], left["places"]) == (
        "booked",
        [{"applicant_id": stranger.who.applicant_id, "queue_number": 2}],
    )
    machine.job("sweep", datetime.now(UTC) + timedelta(hours=1))
    assert stranger("GET", f"/v1/bookings/{code}").json["places"] == left["places"]


def test_a_booking_that_nobody_is_left_in_is_cancelled_and_counts_against_nobody(
    machine: Machine, place: Callable[[], Target]
) -> None:
    stranger, nik = somebody(machine), an_unknown_nik()
    code = stranger.booked(place(), stranger.named(nik))
    owner = somebody(machine, nik=nik)
    first = owner("POST", f"/v1/bookings/{code}/disown")
    assert (first.status, first.json["status"]) == (200, "cancelled")
    assert owner("POST", f"/v1/bookings/{code}/disown").content == first.content
    assert stranger("GET", f"/v1/bookings/{code}").json["status"] == "cancelled"
    owner.cancel(owner.booked(place()))
    assert owner.book(place()).status == 201  # one cancellation, and it is their first


# ---- whoever registers a NIK first ---------------------------------------------------------------


def operate(machine: Machine, *arguments: str) -> str:
    """What an operator's command prints, without the log."""
    done = machine.beside("infra.ops.person", *arguments, *REASON)
    assert done.returncode == 0, done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("{"))


def refused(machine: Machine, *arguments: str) -> str:
    """Why an operator's command is refused."""
    done = machine.beside("infra.ops.person", *arguments, *REASON)
    assert done.returncode == 1, done.stdout
    return done.stderr.strip()


def test_whoever_registers_a_nik_first_does_not_keep_it(
    machine: Machine, place: Callable[[], Target]
) -> None:
    squatter = somebody(machine)
    code = squatter.booked(place())
    owner = somebody(machine, nik=squatter.nik)
    assert (owner.proof(), squatter.proof()) == ("claimed", "held")
    assert refusal(owner.book(place())) == CONSENT_NEEDED
    operate(machine, "seen", owner.nik, owner.who.phone)
    assert (owner.proof(), squatter.proof()) == ("seen", "claimed")
    assert refusal(owner.book(place())) == ALREADY_BOOKED
    assert [one["code"] for one in owner("GET", "/v1/bookings").json["bookings"]] == [code]
    assert owner("POST", f"/v1/bookings/{code}/disown").json["status"] == "cancelled"
    assert owner.book(place()).status == 201
    assert refusal(squatter.book(place())) == NO_SUCH_APPLICANT
    assert len(owner.texts()) == len(squatter.texts()) == 1


def test_what_a_squatter_cancelled_does_not_pause_the_owner(
    machine: Machine, place: Callable[[], Target]
) -> None:
    squatter = somebody(machine)
    for _ in range(2):
        squatter.cancel(squatter.booked(place()))
    assert refusal(squatter.book(place())) == PAUSED
    owner = somebody(machine, nik=squatter.nik)
    operate(machine, "seen", owner.nik, owner.who.phone)
    assert owner.book(place()).status == 201


def test_a_holder_hands_their_nik_over_to_another_phone_of_theirs(
    machine: Machine, place: Callable[[], Target]
) -> None:
    old = somebody(machine)
    new = somebody(machine, nik=old.nik)
    (question,) = old("GET", "/v1/me/requests").json["requests"]
    assert question["relation"] == "self"
    answer = f"/v1/me/requests/{question['request_id']}"
    assert old("POST", answer, {"accept": True}).status == 204
    assert (old.proof(), new.proof()) == ("claimed", "held")
    assert new.book(place()).status == 201


def test_a_registration_answers_alike_whether_or_not_somebody_holds_the_nik(
    machine: Machine,
) -> None:
    known = {**identity(), "nik": somebody(machine).nik}
    answers = {}
    for name, person in (("known", known), ("unknown", identity())):
        begun = machine.call("POST", "/v1/registrations", person)
        code = machine.codes()["+62" + person["phone"][1:]]
        path = f"/v1/registrations/{begun.json['registration_id']}/verification"
        proven = machine.call("POST", path, {"code": code})
        tokens = proven.json
        proof = tokens.pop("proof")
        answers[name] = (
            (begun.status, set(begun.json), set(begun.headers), len(begun.content)),
            (proven.status, set(tokens), set(proven.headers), len(json.dumps(tokens))),
            len(proven.content) - len(proof),
        )
        assert proof == {"known": "claimed", "unknown": "held"}[name]
    assert answers["known"] == answers["unknown"]


# ---- pauses --------------------------------------------------------------------------------------


def test_removing_and_adding_somebody_again_does_not_end_their_pause(
    machine: Machine, place: Callable[[], Target]
) -> None:
    parent, nik = somebody(machine), an_unknown_nik()
    first = parent.named(nik)
    parent.cancel(parent.booked(place(), first))
    assert refusal(parent.book(place(), first)) == PAUSED
    assert parent("DELETE", f"/v1/me/family/{first}").status == 204
    again = parent.named(nik)
    assert again != first
    assert refusal(parent.book(place(), again)) == PAUSED


def test_another_account_does_not_book_for_whom_is_paused(
    machine: Machine, place: Callable[[], Target]
) -> None:
    broker, partner, nik = somebody(machine), somebody(machine), an_unknown_nik()
    broker.cancel(broker.booked(place(), broker.named(nik)))
    assert refusal(partner.book(place(), partner.named(nik))) == PAUSED


def test_an_erased_account_leaves_its_pauses_behind(
    machine: Machine, place: Callable[[], Target]
) -> None:
    broker, nik = somebody(machine), an_unknown_nik()
    broker.cancel(broker.booked(place(), broker.named(nik)))
    assert broker("DELETE", "/v1/me").status == 204
    partner = somebody(machine)
    assert refusal(partner.book(place(), partner.named(nik))) == PAUSED


# ---- consent -------------------------------------------------------------------------------------


def asked_by(friend: Person, holder: Person) -> tuple[str, str]:
    """What the friend calls the holder, and where the holder answers."""
    alias = friend.named(holder.nik)
    (question,) = (
        one for one in holder("GET", "/v1/me/requests").json["requests"] if not one["accepted"]
    )
    return alias, f"/v1/me/requests/{question['request_id']}"


def test_a_consent_is_asked_given_and_taken_back(
    machine: Machine, place: Callable[[], Target]
) -> None:
    friend, holder = somebody(machine), somebody(machine)
    alias, answer = asked_by(friend, holder)
    assert consents(friend) == ["asked"]
    assert refusal(friend.book(place(), alias)) == CONSENT_NEEDED
    assert holder("POST", answer, {"accept": True}).status == 204
    assert consents(friend) == ["given"]
    code = friend.booked(place(), alias)
    assert holder("GET", f"/v1/bookings/{code}").json["made_by"] == "other"
    friend.cancel(code)
    assert holder("POST", answer, {"accept": False}).status == 204
    assert consents(friend) == ["asked"]
    assert refusal(friend.book(place(), alias)) == NO_SUCH_APPLICANT
    assert holder("GET", "/v1/me/requests").json["requests"] == []
    assert holder.book(place()).status == 201


def consents(who: Person) -> list[str]:
    return [one["consent"] for one in who("GET", "/v1/me/family").json["family"]]


def test_a_question_tells_the_relation_and_not_who_asks(machine: Machine) -> None:
    friend, holder = somebody(machine), somebody(machine)
    friend.named(holder.nik)
    reply = holder("GET", "/v1/me/requests")
    (question,) = reply.json["requests"]
    assert (set(question), question["relation"]) == (
        {"request_id", "relation", "asked_at", "accepted"},
        "sibling",
    )
    about = (friend.who.account_id, friend.who.applicant_id, friend.who.phone, friend.nik)
    assert not [one for one in about if one.encode() in reply.content]


def test_nobody_answers_for_somebody_else(machine: Machine) -> None:
    friend, holder, other = (somebody(machine) for _ in range(3))
    _, answer = asked_by(friend, holder)
    for stranger in (friend, other):
        assert refusal(stranger("POST", answer, {"accept": True})) == (404, "no-such-request")
    assert consents(friend) == ["asked"]


def test_a_holder_is_told_of_questions_once_a_day_however_many_ask(machine: Machine) -> None:
    holder = somebody(machine)

    def asked(at: datetime) -> int:
        somebody(machine).named(holder.nik)
        for _ in range(2):
            machine.job("send_reminders", at)
        return sum(ASKED in text for text in holder.texts())

    now = datetime.now(UTC)
    assert [asked(now + timedelta(hours=hours)) for hours in (0, 6, 23)] == [1, 1, 1]
    assert asked(now + timedelta(hours=25)) == 2


# ---- what an operator does -----------------------------------------------------------------------


def test_an_operator_finds_a_person_in_ids_without_a_number(machine: Machine) -> None:
    holder, friend = somebody(machine), somebody(machine)
    friend.named(holder.nik)
    by_nik = operate(machine, "find", "--nik", holder.nik)
    assert by_nik == operate(machine, "find", "--phone", holder.who.phone)
    assert f"holder: {holder.who.account_id}" in by_nik
    assert f"account {friend.who.account_id}: sibling, proof 0, asks" in by_nik
    assert not [one for one in (holder.nik, holder.who.phone) if one in by_nik]


def test_a_released_nik_opens_to_a_ktp_that_is_seen_and_to_nobody_else(
    machine: Machine, place: Callable[[], Target]
) -> None:
    squatter = somebody(machine)
    operate(machine, "release-nik", squatter.nik)
    assert refusal(squatter.book(place())) == NO_SUCH_APPLICANT
    owner = somebody(machine, nik=squatter.nik)
    assert owner.proof() == "claimed"
    operate(machine, "seen", owner.nik, owner.who.phone)
    assert owner.proof() == "seen"
    assert owner.book(place()).status == 201


def test_whoever_was_released_with_a_squatter_shows_their_ktp_and_holds_their_nik(
    machine: Machine, place: Callable[[], Target]
) -> None:
    """The operator cannot tell the two apart; the one who comes with the KTP is the owner."""
    squatter = somebody(machine)
    owner = somebody(machine, nik=squatter.nik)
    operate(machine, "release-nik", owner.nik)
    operate(machine, "seen", owner.nik, owner.who.phone)
    assert (owner.proof(), squatter.proof()) == ("seen", "claimed")
    assert owner.book(place()).status == 201


def test_a_booking_that_an_operator_cancels_counts_against_nobody(
    machine: Machine, place: Callable[[], Target]
) -> None:
    holder = somebody(machine)
    for _ in range(2):
        code = holder.booked(place())
        operate(machine, "cancel", code)
        assert holder("GET", f"/v1/bookings/{code}").json["status"] == "cancelled"
    assert holder.book(place()).status == 201
    assert len(holder.texts()) == 2


def test_an_operator_lifts_a_pause(machine: Machine, place: Callable[[], Target]) -> None:
    parent, nik = somebody(machine), an_unknown_nik()
    alias = parent.named(nik)
    parent.cancel(parent.booked(place(), alias))
    assert refusal(parent.book(place(), alias)) == PAUSED
    operate(machine, "lift-pause", nik)
    assert parent.book(place(), alias).status == 201


def test_an_operator_ends_what_an_account_may_do_for_somebody(
    machine: Machine, place: Callable[[], Target]
) -> None:
    stranger, nik = somebody(machine), an_unknown_nik()
    alias = stranger.named(nik)
    operate(machine, "end-link", nik, stranger.who.phone)
    assert refusal(stranger.book(place(), alias)) == NO_SUCH_APPLICANT


def test_an_operator_is_told_why_a_command_is_refused(machine: Machine) -> None:
    holder, unknown = somebody(machine), an_unknown_nik()
    assert refused(machine, "find", "--nik", unknown) == "Refused: no-such-person"
    assert refused(machine, "find", "--phone", "0812-9999-9999") == "Refused: no-such-phone"
    assert refused(machine, "seen", unknown, holder.who.phone) == "Refused: no-such-person"
    other = somebody(machine)
    assert refused(machine, "seen", other.nik, holder.who.phone) == "Refused: not-theirs"
    assert refused(machine, "cancel", "NOSUCHCODE00") == "Refused: no-such-booking"


def test_what_an_operator_did_is_in_the_export_of_whom_it_concerns(machine: Machine) -> None:
    holder = somebody(machine)
    operate(machine, "find", "--nik", holder.nik)
    seen = holder("GET", "/v1/me/export").json["disclosures"]
    by_operators = [one["reason"] for one in seen if one["by"].startswith("operator:")]
    assert by_operators == [f"find: {REASON[1]}"]
