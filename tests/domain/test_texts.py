"""Every text is one SMS, says what it must, and names nobody."""

from datetime import date, time

import pytest

from chalicelib.domain import texts
from chalicelib.domain.absences import PAUSE
from chalicelib.domain.bookings import Booking, Place, SlotKey
from chalicelib.domain.notices import Notice
from chalicelib.domain.office_fields import office_of
from chalicelib.domain.offices import Office
from infra.offices import every
from tests.builders import a_booking, an_office

# The basic character set of GSM 03.38 (3GPP TS 23.038, 6.2.1), which packs 160 into one SMS.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)

OFFICES = [office_of(fields) for fields in every()]


def the_longest(office: Office) -> Booking:
    """A family of five with numbers of four digits."""
    slot = SlotKey(office.office_id, date(2026, 12, 28), time(13))
    place = Place(slot, time(14), 9994, time(12, 45), tuple(range(5)))
    return a_booking("a", "b", "c", "d", "e", place=place)._replace(come_at=time(13, 30))


def notice_of(kind: Notice, office: Office, booking: Booking) -> str:
    """The notice as whoever made the booking gets it."""
    return texts.notice(kind, office, booking, list(booking.numbers.values()))


@pytest.mark.parametrize("notice", Notice)
@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.office_id)
def test_the_longest_notice_is_one_sms(office: Office, notice: Notice) -> None:
    text = notice_of(notice, office, the_longest(office))
    assert len(text) <= texts.LENGTH
    assert set(text) <= GSM


@pytest.mark.parametrize(
    "text",
    [
        texts.code("000000"),
        texts.UNKNOWN_PHONE,
        texts.ASKED,
        texts.SEEN,
        texts.DISPLACED,
        texts.NOT_CONFIRMED,
        texts.PHONE_CHANGED,
        texts.RELEASED,
        texts.UNPAUSED,
        texts.UNLINKED,
        texts.cancelled(a_booking("a")),
    ],
)
def test_the_other_texts_are_one_sms(text: str) -> None:
    assert len(text) <= texts.LENGTH
    assert set(text) <= GSM


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.office_id)
def test_that_an_office_gives_no_places_by_lot_any_more_is_one_sms(office: Office) -> None:
    assert len(texts.no_draws(office)) <= texts.LENGTH
    assert set(texts.no_draws(office)) <= GSM


@pytest.mark.parametrize("notice", [Notice.EVENING, Notice.SOON])
def test_a_reminder_says_where_when_and_which_number(notice: Notice) -> None:
    office = an_office(name="Kantor Imigrasi Kelas I TPI Jayapura", time_zone="Asia/Jayapura")
    text = notice_of(notice, office, the_longest(office))
    for part in ("Kanim Jayapura", " 28-12", "pukul 13.00 WIT", "9994-9998", "12.45"):
        assert part in text


@pytest.mark.parametrize("notice", [Notice.EVENING, Notice.SOON])
@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.office_id)
def test_a_reminder_of_numbers_that_are_not_in_a_row_is_one_sms(
    office: Office, notice: Notice
) -> None:
    booking = the_longest(office)
    numbers = booking.place._replace(first=994)
    text = notice_of(notice, office, booking._replace(place=numbers, out=(1,)))
    assert "994, 996-998" in text
    assert len(text) <= texts.LENGTH


def test_both_reminders_say_what_follows_if_they_do_not_come() -> None:
    booking = the_longest(an_office())
    told = {kind: texts.ABSENT in notice_of(kind, an_office(), booking) for kind in Notice}
    assert [kind for kind in Notice if told[kind]] == [Notice.EVENING, Notice.SOON]
    assert f"Absen 2x: jeda {PAUSE.days} hari." == texts.ABSENT


def test_the_reminder_of_the_evening_says_tomorrow_and_the_other_today() -> None:
    booking = the_longest(an_office())
    assert "besok" in notice_of(Notice.EVENING, an_office(), booking)
    assert "hari ini" in notice_of(Notice.SOON, an_office(), booking)


def test_one_person_has_one_number() -> None:
    text = notice_of(Notice.EVENING, an_office(), a_booking("a"))
    assert "no. antrean 1." in text


def test_a_closure_names_the_day_and_the_booking() -> None:
    booking = the_longest(an_office())
    text = notice_of(Notice.CLOSURE, an_office(), booking)
    assert "28-12-2026" in text
    assert booking.code in text


def test_whoever_is_named_by_somebody_else_reads_their_own_number_alone() -> None:
    booking = the_longest(an_office())
    text = texts.notice(Notice.EVENING, an_office(), booking, [9996])
    assert "no. antrean 9996." in text


def test_numbers_that_are_not_in_a_row_are_named_by_their_spans() -> None:
    booking = the_longest(an_office())._replace(out=(1,))
    assert "no. antrean 9994, 9996-9998." in notice_of(Notice.EVENING, an_office(), booking)
