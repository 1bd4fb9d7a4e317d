"""The search finds what it is there for; otherwise it would find nothing anywhere."""

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.leaks.people import people, traces
from tests.leaks.traces import Search, of_value

WHO = people(3)[1]
SEARCH = Search(traces(WHO))

VALUES = {
    "NIK": WHO.nik,
    "name": WHO.name,
    "birth date": WHO.birth_date.isoformat(),
    "phone": WHO.phone,
    "email": WHO.email,
}

SHAPES: dict[str, Callable[[str], bytes]] = {
    "plain": lambda value: value.encode(),
    "upper": lambda value: value.upper().encode(),
    "lower": lambda value: value.lower().encode(),
    "hex": lambda value: value.encode().hex().encode(),
    "HEX": lambda value: value.encode().hex().upper().encode(),
    "base64": lambda value: b64encode(value.encode()),
    "base64, from the second byte": lambda value: b64encode(b"?" + value.encode() + b"??"),
    "base64, from the third byte": lambda value: b64encode(b"??" + value.encode() + b"?"),
    "urlsafe": lambda value: urlsafe_b64encode(b"?>" + value.encode()),
    "percent": lambda value: quote(value, safe="").encode(),
    "md5": lambda value: hashlib.md5(value.encode()).hexdigest().encode(),
    "sha1": lambda value: hashlib.sha1(value.encode()).hexdigest().upper().encode(),
    "sha256": lambda value: hashlib.sha256(value.encode()).hexdigest().encode(),
    "sha256 in base64": lambda value: b64encode(hashlib.sha256(value.encode()).digest()),
}


@pytest.mark.parametrize("what", VALUES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("at", range(3))
def test_a_value_is_found_in_every_shape_wherever_it_is(what: str, shape: str, at: int) -> None:
    leaked = b"x" * at + b'{"some": "' + SHAPES[shape](VALUES[what]) + b'", "more": 1}'
    found = SEARCH({"a log": [b"before", leaked, b"after"]})
    assert any(one.startswith(what) and one.endswith("in a log") for one in found), found


@pytest.mark.parametrize(
    "form",
    [
        f"62{WHO.phone[3:]}",
        f"0{WHO.phone[3:]}",
        f"phone:{WHO.phone}",
        f"nik:{WHO.nik}",
        WHO.name.upper(),
        f"{WHO.birth_date:%Y%m%d}",
    ],
)
def test_the_digest_of_a_normal_form_is_found(form: str) -> None:
    assert SEARCH({"a metric": [hashlib.sha256(form.encode()).hexdigest().encode()]})


@pytest.mark.parametrize("part", WHO.name.split())
def test_a_part_of_a_name_is_found(part: str) -> None:
    assert SEARCH({"a log": [f"Yth. {part},".encode()]})


def test_nobody_else_is_found() -> None:
    first, _, third = people(3)
    assert SEARCH({"a log": [str(first).encode(), str(third).encode()]}) == set()


def test_what_begins_alike_is_told_apart() -> None:
    alike = [*of_value("Wirakusuma", "one", "name"), *of_value("Wirakusumo", "other", "name")]
    assert Search(alike)({"a log": [b"... Wirakusumo ..."]}) == {"name, plain of other, in a log"}
