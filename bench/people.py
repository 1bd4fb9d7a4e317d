"""People for a bench: persons whom accounts name, without names of their own."""

from datetime import datetime
from hashlib import sha256
from typing import Any


def named(account_id: str, name: str, now: datetime, **held: Any) -> str:
    """Let an account hold a person of their own; returns what it calls them.

    ``held`` are more attributes of the person's item.
    """
    from chalicelib.domain.aliases import PERSON_BYTES, new_id
    from chalicelib.domain.people import Relation
    from chalicelib.services import aliases
    from chalicelib.store.tables.booking import ApplicantItem

    person_id = new_id(sha256(name.encode()).digest()[:PERSON_BYTES])
    link = {
        "relation": Relation.SELF.value,
        "at": int(now.timestamp()),
        "proof": 1,
        "given": False,
        "may": True,
        "firm": True,
    }
    ApplicantItem(
        person_id, version=1, nik_indexes={f"nik:{name}"}, links={account_id: link}, **held
    ).save()
    return aliases.new(account_id, person_id)
