"""A person as sealed data, and back."""

from datetime import date
from typing import Any

from chalicelib.domain.people import NationalId, Person, Sex


def person_fields(person: Person) -> dict[str, Any]:
    """What is sealed of a person."""
    return {
        "nik": person.nik.digits,
        "name": person.name,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex.value,
        "email": person.email,
    }


def person_of(fields: dict[str, Any]) -> Person:
    """The person of whom these fields were sealed."""
    return Person(
        nik=NationalId(fields["nik"]),
        name=fields["name"],
        birth_date=date.fromisoformat(fields["birth_date"]),
        sex=Sex(fields["sex"]),
        email=fields["email"],
    )
