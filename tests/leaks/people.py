"""A thousand people of whom nothing is like anything else that the service writes."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from chalicelib.domain.people import MOBILE_PREFIXES, PROVINCES
from tests.leaks.traces import Trace, of_digests, of_value

SYLLABLES = "wa ra ka su ma ha di put na war man tri lak smi jo yo pra bo gus ya ning ké".split()

FIRST_BIRTH, LAST_BIRTH = date(1940, 1, 1), date(2019, 12, 31)


class Someone(NamedTuple):
    """One person, with a phone and an address."""

    number: int
    nik: str
    name: str
    birth_date: date
    sex: str
    phone: str
    email: str
    address: str
    """From which they call, over a network of their own."""

    def ktp(self) -> dict[str, Any]:
        """The data of the KTP as they are sent."""
        return {
            "nik": self.nik,
            "name": self.name,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
        }

    def registration(self) -> dict[str, Any]:
        return {**self.ktp(), "phone": self.phone, "email": self.email, "consent": True}


def people(size: int, seed: int = 6) -> list[Someone]:
    """So many people, always the same."""
    rng = random.Random(seed)
    return [_someone(rng, number) for number in range(size)]


def _someone(rng: random.Random, number: int) -> Someone:
    born = FIRST_BIRTH + timedelta(days=rng.randrange((LAST_BIRTH - FIRST_BIRTH).days))
    sex = rng.choice(["male", "female"])
    day = born.day + (40 if sex == "female" else 0)
    region = f"{rng.choice(sorted(PROVINCES))}{rng.randrange(1, 80):02}{rng.randrange(1, 40):02}"
    first, last = _word(rng), _word(rng)
    return Someone(
        number,
        nik=f"{region}{day:02}{born:%m%y}{number + 1:04}",
        name=f"{first} {last}",
        birth_date=born,
        sex=sex,
        phone=f"+62{rng.choice(sorted(MOBILE_PREFIXES))}{rng.randrange(10**5):05}{number:04}",
        email=f"{first}.{last}{number}@surat.example.id".lower().replace("é", "e"),
        address=f"203.{100 + number // 100}.{100 + number % 100}.117",
    )


def _word(rng: random.Random) -> str:
    word = ""
    while len(word) < 10:
        word += rng.choice(SYLLABLES)
    return word.capitalize()


def traces(someone: Someone, whose: str = "") -> Iterator[Trace]:
    """All that would give somebody away."""
    whose = whose or f"person {someone.number}"
    born, local = someone.birth_date, someone.phone.removeprefix("+62")
    yield from of_value(someone.nik, whose, "NIK")
    yield from of_digests([someone.nik, f"nik:{someone.nik}"], whose, "NIK")
    yield from of_value(local, whose, "phone")
    forms = [someone.phone, f"62{local}", f"0{local}", local, f"phone:{someone.phone}"]
    yield from of_digests(forms, whose, "phone")
    yield from of_value(someone.address, whose, "address")
    yield from of_digests([someone.address], whose, "address")
    yield from of_name(someone.name, whose)
    yield from of_email(someone.email, whose)
    for written in (born.isoformat(), f"{born:%d-%m-%Y}", f"{born:%d/%m/%Y}"):
        yield from of_value(written, whose, "birth date")
    yield from of_digests(
        [born.isoformat(), f"{born:%Y%m%d}", f"{born:%d%m%Y}", f"{born:%d-%m-%Y}"],
        whose,
        "birth date",
    )


def of_name(name: str, whose: str) -> Iterator[Trace]:
    for cased in (name, name.lower(), name.upper()):
        for word in cased.split():
            yield from of_value(word, whose, "name")
    yield from of_digests([name, name.lower(), name.upper(), name.title()], whose, "name")


def of_email(email: str, whose: str) -> Iterator[Trace]:
    for cased in (email, email.upper()):
        yield from of_value(cased.partition("@")[0], whose, "email")
    yield from of_digests([email, email.upper()], whose, "email")
