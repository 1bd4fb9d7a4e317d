"""The command by which an operator helps a person at the counter."""

import sys

import pytest

from chalicelib import clock
from chalicelib.config import settings
from chalicelib.domain import texts
from chalicelib.domain.people import Relation
from chalicelib.domain.persons import Proof
from chalicelib.services.booking import change
from chalicelib.store import disclosures
from infra.ops.person import main
from tests.builders import (
    Registered,
    a_ktp,
    a_phone,
    a_slot,
    added,
    an_open_slot,
    booked,
    booking_under,
    person_of,
    registered,
    registered_with,
    released_days,
    texts_to,
)
from tests.wire import before, fault

pytestmark = pytest.mark.usefixtures("aws")

NIK, PHONE = a_ktp(1).nik.digits, a_phone(1).number
WHY = "KTP seen at the counter"


@pytest.fixture(autouse=True)
def _on_a_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_PREFIX", settings.table_prefix)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(monkeypatch, capsys)


class Run:
    """Runs the command and gives what it has printed, without what is logged and measured."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str, reason: str = WHY) -> list[str]:
        self._capsys.readouterr()
        command = ["infra.ops.person", *arguments, "--reason", reason]
        self._monkeypatch.setattr(sys, "argv", command)
        main()
        printed = self._capsys.readouterr().out.splitlines()
        return [line for line in printed if not line.startswith("{")]


def told(who: Registered, words: str) -> bool:
    return words in texts_to(who.phone)


@pytest.mark.parametrize("by", [("--nik", NIK), ("--phone", PHONE), ("--phone", "0812-0000-0001")])
def test_it_shows_a_person_in_ids_and_levels(by: tuple[str, str], run: Run) -> None:
    who = registered(1)
    other = registered_with(a_ktp(1), a_phone(2))
    added(registered(3), 1, Relation.SPOUSE)
    lines = run("find", *by)
    text = "\n".join(lines)
    assert f"holder: {who.account_id}" in lines
    assert f"account {who.account_id}: self, proof {Proof.HELD}, may book" in text
    assert f"account {other.account_id}: self, proof {Proof.HELD}, asks" in text
    assert "spouse" in text
    for hidden in (NIK, PHONE, who.ktp.name):
        assert hidden not in text


def test_it_shows_what_is_booked_and_counted(run: Run) -> None:
    released_days()
    who = registered(1)
    for key in ("once", "twice"):
        made = booked(a_slot(), who, key)
        if key == "once":
            change.cancel(made.code, who.account_id, made.created_at)
    text = "\n".join(run("find", "--nik", NIK))
    assert f"booking: {made.code} of {who.account_id}" in text
    assert "cancellations in 30 days: 1;" in text


def test_it_shows_that_nobody_holds_a_nik_that_was_released(run: Run) -> None:
    registered(1)
    run("release-nik", NIK)
    lines = run("find", "--nik", NIK)
    assert "guarded" in lines[0]
    assert lines[1:3] == ["holder: nobody", "booking: none"]


def test_whose_ktp_was_seen_holds_the_nik(run: Run) -> None:
    squatter, owner = registered(1), registered_with(a_ktp(1), a_phone(2))
    assert run("seen", NIK, a_phone(2).number) == [
        "Done.",
        f"account {owner.account_id}: SMS sent",
        f"account {squatter.account_id}: SMS sent",
    ]
    assert person_of(owner).holder == owner.account_id
    assert (told(owner, texts.SEEN), told(squatter, texts.DISPLACED)) == (True, True)


def test_a_nik_is_released(run: Run) -> None:
    who = registered(1)
    assert run("release-nik", NIK) == ["Done.", f"account {who.account_id}: SMS sent"]
    assert person_of(who).guarded


def test_an_account_names_a_person_no_more(run: Run) -> None:
    holder, stranger = registered(1), registered(2)
    added(stranger, 1)
    assert len(run("end-link", NIK, a_phone(2).number)) == 3
    assert set(person_of(holder).links) == {holder.account_id}


def test_a_pause_is_lifted(run: Run) -> None:
    released_days()
    who = registered(1)
    made = booked(a_slot(), who)
    change.cancel(made.code, who.account_id, made.created_at)
    assert run("lift-pause", NIK) == ["Done.", f"account {who.account_id}: SMS sent"]
    assert person_of(who).cancellations == ()


def test_a_booking_is_cancelled(run: Run) -> None:
    slot, who = an_open_slot(), registered(1)
    made = booked(slot, who, now=clock.now())
    assert run("cancel", made.code) == ["Done.", f"account {who.account_id}: SMS sent"]
    assert booking_under(made.code).cancelled_by


def test_each_act_is_recorded_with_who_did_it_and_why(run: Run) -> None:
    who = registered(1)
    run("find", "--nik", NIK, reason="lost phone")
    (record,) = disclosures.of(who.account_id)
    assert record.by.startswith("operator:arn:aws:")
    assert record.reason == "find: lost phone"


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("find", "--nik", NIK), "no-such-person"),
        (("find", "--phone", PHONE), "no-such-phone"),
        (("seen", NIK, a_phone(9).number), "no-such-phone"),
        (("release-nik", NIK), "no-such-person"),
        (("lift-pause", NIK), "no-such-person"),
        (("cancel", "0123456789AB"), "no-such-booking"),
        (("end-link", NIK, a_phone(2).number), "no-such-person"),
    ],
)
def test_it_says_why_it_refuses(arguments: tuple[str, ...], refusal: str, run: Run) -> None:
    registered(2)
    with pytest.raises(SystemExit, match=f"^Refused: {refusal}$"):
        run(*arguments)


def test_it_says_that_an_account_is_not_this_person(run: Run) -> None:
    for number in (1, 2):
        registered(number)
    with pytest.raises(SystemExit, match=r"^Refused: not-theirs$"):
        run("seen", NIK, a_phone(2).number)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("find", "--nik", "12"), "That is no nik: nik-digits."),
        (("seen", NIK, "12"), "That is no phone: phone."),
        (("end-link", "12", PHONE), "That is no nik: nik-digits."),
    ],
)
def test_what_is_no_nik_and_no_phone_is_told_in_a_sentence(
    arguments: tuple[str, ...], sentence: str, run: Run
) -> None:
    with pytest.raises(SystemExit, match=f"^{sentence}$"):
        run(*arguments)


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_it_does_nothing(reason: str, run: Run) -> None:
    registered(1)
    with pytest.raises(SystemExit, match=r"^Say why"):
        run("release-nik", NIK, reason=reason)


@pytest.mark.parametrize(
    "arguments", [(), ("find",), ("find", "--nik", NIK, "--phone", PHONE), ("seen", NIK), ("ban",)]
)
def test_wrong_arguments_end_with_how_it_is_used(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["infra.ops.person", *arguments, "--reason", WHY])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "usage: python -m infra.ops.person" in capsys.readouterr().err


def test_it_says_that_it_may_be_run_again(run: Run) -> None:
    registered(1)
    with (
        before("UpdateItem", *fault()),
        pytest.raises(SystemExit, match=r"^DynamoDB gave no answer: run it again"),
    ):
        run("release-nik", NIK)
