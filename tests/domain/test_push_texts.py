"""The words of a message by push: both languages, short, and without anybody's name."""

from datetime import date, time

import pytest

from chalicelib.domain import push_texts
from chalicelib.domain.bookings import SlotKey
from chalicelib.domain.notices import Notice
from chalicelib.domain.offices import Closure
from tests.builders import a_booking, a_place, an_office

DAY = date(2026, 11, 25)
CLOSED = an_office(closures={DAY: Closure("Banjir", "Flood")})
BOOKING = a_booking(place=a_place(SlotKey("malang", DAY, time(8)), 12), come_at=time(9, 15))


def words(kind: Notice, language: str) -> push_texts.Words:
    office = CLOSED if kind is Notice.CLOSURE else an_office()
    return push_texts.notice(kind, office, BOOKING, [12, 13], language)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", Notice)
def test_every_kind_has_words_in_both_languages_that_a_phone_shows_whole(
    kind: Notice, language: str
) -> None:
    title, body = words(kind, language)
    assert 0 < len(title) <= 50
    assert 0 < len(body) <= 160
    assert "{" not in title + body


@pytest.mark.parametrize(
    ("kind", "title", "said"),
    [
        (Notice.EVENING, "Tomorrow, 25-11-2026, at 08.00 WIB", "queue number 12-13"),
        (Notice.SOON, "Today, 25-11-2026, at 08.00 WIB", "Come from 08.00 on"),
        (Notice.CLOSURE, "Kanim Malang is closed on 25-11-2026", "0123456789AB is cancelled"),
        (Notice.LATER, "Come at 09.15 WIB instead", "You keep your turn, number 12-13"),
        (Notice.TURNED_AWAY, "Kanim Malang closed before you were served", "does not count"),
        (Notice.WON, "You have a place: 25-11-2026, at 08.00 WIB", "queue number 12-13"),
    ],
)
def test_they_say_what_an_sms_says(kind: Notice, title: str, said: str) -> None:
    told = words(kind, "en")
    assert told.title == title
    assert said in told.body


def test_a_closure_that_was_taken_back_is_told_as_a_cancellation() -> None:
    told = push_texts.notice(Notice.CLOSURE, an_office(), BOOKING, [12], "id")
    assert told.title == "Pemesanan 0123456789AB dibatalkan"
