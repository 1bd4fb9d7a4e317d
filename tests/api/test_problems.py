"""Every refusal has its status and its words, in both languages."""

import ast
import pkgutil
import string
from collections.abc import Iterator
from datetime import UTC, datetime, time
from importlib import import_module
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec import UnsetType

import chalicelib
from chalicelib.api import problems
from chalicelib.api.language import Language
from chalicelib.api.members import MEMBERS
from chalicelib.api.rules import RULES
from chalicelib.api.words import KINDS, Kind
from chalicelib.domain.bookings import Slot
from chalicelib.domain.errors import (
    CancelledTooOften,
    NotReleased,
    OfficeClosed,
    Refusal,
    SlotFull,
    TooLate,
)
from chalicelib.domain.offices import Closure
from tests.builders import THURSDAY, a_slot
from tests.machine import ROOT

OPERATORS_ONLY = {
    "NoReason": "told to the operator who closes a day; of a request a field is missing then",
    "NotRotating": "told to the operator who rotates the key of the index",
    "StillRotating": "told to the same",
    "NotAllUnderThisKey": "told to the same",
    "NoSuchPerson": "told to the operator who helps somebody by their NIK",
    "NoSuchPhone": "told to the same",
    "NotTheirs": "told to the same",
}
"""Refusals without a kind, and why no caller of the API can meet them."""

FAULTS = {"no-such-path", "blocked", "busy", "try-again", "sms-not-sent", "internal-error"}
"""Kinds that are no refusals of the service: its faults, and what API Gateway answers."""

LANGUAGES: tuple[Language, ...] = ("id", "en")

SOURCES = [*sorted((ROOT / "chalicelib").rglob("*.py"))]


def refusals() -> dict[str, type[Refusal]]:
    """All refusals that can be raised, by name: those with a slug."""
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        import_module(module.name)
    return {kind.__name__: kind for kind in below(Refusal) if hasattr(kind, "slug")}


def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("chalicelib."):
            yield child
            yield from below(child)


REFUSALS = refusals()


def nodes() -> Iterator[ast.AST]:
    for source in SOURCES:
        yield from ast.walk(ast.parse(source.read_text(), str(source)))


def given() -> Iterator[tuple[str, set[str]]]:
    """For every place that makes a refusal: the refusal's name, and the members it is given."""
    for node in nodes():
        match node:
            case ast.Call(func=ast.Name(id=name), keywords=keywords) if name in REFUSALS:
                named = {keyword.arg for keyword in keywords if keyword.arg}
                yield name, {"field", "rule"} if name == "Invalid" else named
            case ast.Raise(exc=ast.Name(id=name)) if name in REFUSALS:
                yield name, set()


def rules_used() -> set[str]:
    found = set()
    for node in nodes():
        match node:
            case ast.Call(func=ast.Name(id="Invalid"), args=[_, ast.Constant(value=str(rule))]):
                found.add(rule)
            case _:
                continue
    return found


def mentioned(words: str) -> set[str]:
    """The members that words speak of."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


# ---- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(REFUSALS.keys() - OPERATORS_ONLY.keys()))
def test_every_refusal_has_a_kind(name: str) -> None:
    assert REFUSALS[name].slug in KINDS


@pytest.mark.parametrize("name", OPERATORS_ONLY)
def test_what_only_operators_meet_is_a_refusal_without_a_kind(name: str) -> None:
    assert REFUSALS[name].slug not in KINDS


def test_no_two_refusals_share_a_slug() -> None:
    slugs = [refusal.slug for refusal in REFUSALS.values()]
    assert sorted(slugs) == sorted(set(slugs))


def test_every_kind_is_a_refusal_or_a_fault() -> None:
    assert KINDS.keys() - {refusal.slug for refusal in REFUSALS.values()} == FAULTS


@pytest.mark.parametrize(("slug", "kind"), KINDS.items(), ids=KINDS)
def test_a_kind_is_an_error_of_http(slug: str, kind: Kind) -> None:
    assert 400 <= kind.status <= 599


@pytest.mark.parametrize(("slug", "kind"), KINDS.items(), ids=KINDS)
def test_a_kind_has_words_of_its_own_in_both_languages(slug: str, kind: Kind) -> None:
    for words in (kind.title, kind.detail):
        assert set(words) == set(LANGUAGES)
        assert all(text.strip() for text in words.values())
        assert words["id"] != words["en"]


@pytest.mark.parametrize(("slug", "kind"), KINDS.items(), ids=KINDS)
def test_both_languages_tell_the_same_members(slug: str, kind: Kind) -> None:
    assert mentioned(kind.detail["id"]) == mentioned(kind.detail["en"])


def test_every_rule_that_is_used_has_words_and_no_other() -> None:
    assert RULES.keys() == rules_used()


@pytest.mark.parametrize(("rule", "words"), RULES.items(), ids=RULES)
def test_a_rule_has_words_of_its_own_in_both_languages(
    rule: str, words: dict[Language, str]
) -> None:
    assert set(words) == set(LANGUAGES)
    assert words["id"] != words["en"]


# ---- the members --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "members"),
    [(name, members) for name, members in given() if name not in OPERATORS_ONLY],
)
def test_a_refusal_carries_what_its_words_speak_of(name: str, members: set[str]) -> None:
    assert mentioned(KINDS[REFUSALS[name].slug].detail["id"]) <= members


@pytest.mark.parametrize(
    ("name", "members"),
    [(name, members) for name, members in given() if name not in OPERATORS_ONLY],
)
def test_a_refusal_carries_what_its_schema_says(name: str, members: set[str]) -> None:
    known = MEMBERS.get(REFUSALS[name].slug, {})
    optional = {each for each, told in known.items() if UnsetType in get_args(told)}
    assert known.keys() - optional <= members <= known.keys()


@pytest.mark.parametrize("slug", sorted(FAULTS))
def test_the_words_of_a_fault_need_no_members(slug: str) -> None:
    assert not mentioned(KINDS[slug].detail["id"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", KINDS)
def test_a_problem_has_the_members_of_its_standard(slug: str, language: Language) -> None:
    members = dict.fromkeys(mentioned(KINDS[slug].detail[language]) - {"rule"}, "x")
    rule = {"rule": "missing"} if slug == "invalid" else {}
    body = problems.body(slug, language, **members, **rule)
    assert (
        body.items()
        >= {
            "type": slug,
            "title": KINDS[slug].title[language],
            "status": KINDS[slug].status,
        }.items()
    )
    assert not mentioned(body["detail"])


def test_the_words_of_a_rule_are_told_and_its_name_is_kept() -> None:
    body = problems.body("invalid", "en", field="nik", rule="nik-digits")
    assert body["detail"] == "Please check the field 'nik': a NIK has 16 digits."
    assert body["rule"] == "nik-digits"


def test_a_field_named_like_a_member_is_only_text() -> None:
    body = problems.body("invalid", "en", field="{rule} {0} {x.__class__}", rule="unknown")
    assert "'{rule} {0} {x.__class__}'" in body["detail"]


def told(refusal: Refusal, language: Language) -> dict[str, Any]:
    return problems.body(refusal.slug, language, **refusal.more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_instant_is_told_to_the_app_with_its_offset(language: Language) -> None:
    opens_at = datetime(2026, 11, 28, tzinfo=ZoneInfo("Asia/Jakarta"))
    body = told(NotReleased(opens_at=opens_at), language)
    assert body["opens_at"] == "2026-11-28T00:00:00+07:00"


@pytest.mark.parametrize(
    ("language", "time_zone", "words"),
    [
        ("id", "Asia/Jakarta", "28 Mei 2026 pukul 00.00 WIB"),
        ("id", "Asia/Pontianak", "28 Mei 2026 pukul 00.00 WIB"),
        ("id", "Asia/Makassar", "28 Mei 2026 pukul 00.00 WITA"),
        ("en", "Asia/Jayapura", "28 May 2026, 00:00 WIT"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "member"),
    [(NotReleased, "opens_at"), (TooLate, "until"), (CancelledTooOften, "until")],
)
def test_people_read_an_instant_by_the_clocks_of_the_office(
    language: Language, time_zone: str, words: str, kind: type[Refusal], member: str
) -> None:
    midnight = datetime(2026, 5, 28, tzinfo=ZoneInfo(time_zone))
    assert words in told(kind(**{member: midnight}), language)["detail"]


@pytest.mark.parametrize(("language", "reason"), [("id", "Libur"), ("en", "Holiday")])
def test_the_reason_of_a_closure_is_told_in_the_language(language: Language, reason: str) -> None:
    assert told(OfficeClosed(reason=Closure("Libur", "Holiday")), language)["reason"] == reason


def test_alternatives_are_told_without_the_roster() -> None:
    slot = Slot(a_slot(), time(9), 3, 2, datetime(2026, 11, 24, tzinfo=UTC), False, {})
    body = told(SlotFull(alternatives=[slot]), "en")
    assert msgspec.to_builtins(body["alternatives"]) == [
        {"office_id": "malang", "date": THURSDAY.isoformat(), "start": "08:00", "left": 2}
    ]


def test_a_member_without_a_value_is_left_out() -> None:
    assert "applicant_id" not in problems.body("already-booked", "en", applicant_id=None)
