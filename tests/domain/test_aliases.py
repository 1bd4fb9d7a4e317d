"""Ids by which an account knows its people: its own, another at each addition, decoded unread."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.aliases import NONCE_BYTES, PERSON_BYTES, alias, new_id, person_of

KEY = b"a key"
SOMEBODY = new_id(bytes(PERSON_BYTES))
NONCE = bytes(NONCE_BYTES)

nonces = st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES)
people = st.binary(min_size=PERSON_BYTES, max_size=PERSON_BYTES).map(new_id)


@given(st.text(), people, nonces)
def test_an_alias_means_the_person_it_was_made_for(account: str, who: str, nonce: bytes) -> None:
    assert person_of(KEY, account, alias(KEY, account, who, nonce)) == who


def test_an_alias_means_somebody_else_to_another_account() -> None:
    made = alias(KEY, "one", SOMEBODY, NONCE)
    assert person_of(KEY, "other", made) not in (None, SOMEBODY)


def test_an_alias_means_somebody_else_under_another_key() -> None:
    made = alias(KEY, "one", SOMEBODY, NONCE)
    assert person_of(b"another key", "one", made) not in (None, SOMEBODY)


@given(nonces, nonces)
def test_another_nonce_gives_another_alias(one: bytes, other: bytes) -> None:
    same = alias(KEY, "account", SOMEBODY, one) == alias(KEY, "account", SOMEBODY, other)
    assert same == (one == other)


@given(st.text(max_size=64))
def test_what_cannot_be_an_alias_means_nobody(text: str) -> None:
    decoded = person_of(KEY, "account", text)
    assert decoded is None or len(text.rstrip("=")) >= 27


def test_an_alias_fits_a_path() -> None:
    made = alias(KEY, "account", SOMEBODY, NONCE)
    assert len(made) == 27
    assert made.replace("-", "").replace("_", "").isalnum()
