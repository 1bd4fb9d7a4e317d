"""The stand-in for the civil register in the process of a test, and whom it knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from chalicelib import identity
from chalicelib.config import settings
from infra.local import register

IMPATIENT = timedelta(seconds=0.2)
"""How long a test waits for the stand-in: long enough for an answer, and short for a silence."""

MISMATCH, SILENT, BROKEN, MATCH_LATER, MISMATCH_LATER = (
    int(serial) - 1
    for serial in (
        register.MISMATCH,
        register.SILENT,
        register.BROKEN,
        register.MATCH_LATER,
        register.MISMATCH_LATER,
    )
)
"""The numbers of people (see `builders.a_ktp`) whose NIK ends in what the stand-in goes by."""


@contextmanager
def register_on() -> Iterator[None]:
    """The stand-in answers, until the block ends."""
    with register.answering() as address, asked_at(address):
        yield


@contextmanager
def asked_at(address: str) -> Iterator[None]:
    """The civil register is asked at this address, with little patience."""
    there = settings._replace(identity_url=address)
    with (
        patch.object(identity, "settings", there),
        patch.object(identity, "PATIENCE", IMPATIENT),
    ):
        identity._pool.cache_clear()
        yield
        identity._pool().clear()
        identity._pool.cache_clear()
