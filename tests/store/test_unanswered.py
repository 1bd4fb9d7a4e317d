"""Whom the civil register is to be asked about again: kept while links are as they were read."""

import pytest

from chalicelib.domain.persons import Person, settle
from chalicelib.store import applicants, unanswered
from chalicelib.store.dynamo import Unavailable, transact
from tests.builders import a_member, digests, person_id
from tests.wire import before, fault
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("aws")


def asked_about(name: str = "somebody") -> Person:
    """A person of whom the register has said nothing yet."""
    read = applicants.get(person_id(name))
    change = applicants.linking(
        read, settle(read, read.links, NOW), digests(f"nik:{name}"), unconfirmed=True
    )
    transact(change)
    return applicants.get(read.person_id)


def test_whoever_is_to_be_asked_about_is_in_the_index() -> None:
    a_member()
    assert unanswered.waiting() == []
    person = asked_about()
    assert unanswered.waiting() == [person.person_id]


def test_whoever_was_answered_is_there_no_more() -> None:
    assert unanswered.answered(asked_about())
    assert unanswered.waiting() == []


def test_an_answer_counts_once() -> None:
    person = asked_about()
    assert [unanswered.answered(person), unanswered.answered(person)] == [True, False]


def test_whoever_is_to_be_asked_about_anew_stays_there() -> None:
    old = asked_about()
    new = asked_about()
    assert not unanswered.answered(old)
    assert unanswered.waiting() == [new.person_id]


def test_an_answer_about_somebody_who_is_gone_makes_nobody() -> None:
    assert not unanswered.answered(Person(person_id("nobody")))
    assert applicants.get(person_id("nobody")).version == 0


def test_other_changes_of_links_leave_it_there() -> None:
    person = asked_about()
    assert applicants.link(person, settle(person, person.links, NOW))
    assert unanswered.waiting() == [person.person_id]


def test_a_fault_of_the_index_is_a_fault() -> None:
    with before("Query", *fault(10)), pytest.raises(Unavailable):
        unanswered.waiting()
