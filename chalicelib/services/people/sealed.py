"""The data of a KTP as they are sealed, and back."""

from datetime import date
from typing import Any

from chalicelib.domain.people import Ktp, NationalId, Sex


def ktp_fields(ktp: Ktp) -> dict[str, Any]:
    """What is sealed of somebody."""
    return {
        "nik": ktp.nik.digits,
        "name": ktp.name,
        "birth_date": ktp.birth_date.isoformat(),
        "sex": ktp.sex.value,
        "email": ktp.email,
    }


def ktp_of(fields: dict[str, Any]) -> Ktp:
    """Whose data these are."""
    return Ktp(
        nik=NationalId(fields["nik"]),
        name=fields["name"],
        birth_date=date.fromisoformat(fields["birth_date"]),
        sex=Sex(fields["sex"]),
        email=fields["email"],
    )
