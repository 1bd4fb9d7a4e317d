"""The language of an answer, as Accept-Language asks for it."""

import pytest

from chalicelib.api.language import preferred


@pytest.mark.parametrize(
    "header",
    [
        "en",
        "EN",
        "en-GB",
        "en-GB,en;q=0.9",
        "id;q=0.5, en;q=0.8",
        "id;q=0,en;q=0.1",
        "fr, en;q=0.1",
        "id;q=much, en",
        "id; q=0.5, en ;\tq=0.8",
    ],
)
def test_english_is_given_to_those_who_want_it_more(header: str) -> None:
    assert preferred(header) == "en"


@pytest.mark.parametrize(
    "header",
    [
        "id",
        "id-ID",
        "ID-id,id;q=0.9,en;q=0.8",
        "en;q=0.8, id",
        "en;q=0.3,id;q=0.4",
        "in,en;q=0.9",
        "in-ID, en;q=0.9",
        "id_ID,en;q=0.9",
    ],
)
def test_indonesian_is_given_to_those_who_want_it_more(header: str) -> None:
    assert preferred(header) == "id"


def test_indonesian_is_given_to_those_who_want_both_alike() -> None:
    assert preferred("en,id") == "id"


@pytest.mark.parametrize("header", ["", "*", "fr-FR,fr", "english", ",;=,", "en;q=0", "en;q=x"])
def test_indonesian_is_given_to_those_who_ask_for_neither(header: str) -> None:
    assert preferred(header) == "id"
