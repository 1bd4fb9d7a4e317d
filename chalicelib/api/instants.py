"""Instants, days and times of day as people read them, in Indonesian and English."""

from datetime import date, datetime, time, timedelta

from chalicelib.api.language import Language

MONTHS: dict[Language, str] = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}

WEEKDAYS: dict[Language, str] = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def day_words(day: date, language: Language) -> str:
    """A date with its day of the week: ``Kamis, 26 November 2026``."""
    return f"{WEEKDAYS[language].split()[day.weekday()]}, {_date(day, language)}"


def time_words(zone: str, language: Language, *span: time) -> str:
    """A time of day, or a span, with the name of its zone: ``09.00-10.00 WIB``."""
    form = "%H.%M" if language == "id" else "%H:%M"
    return f"{'-'.join(at.strftime(form) for at in span)} {zone}"


def words(instant: datetime, language: Language) -> str:
    """The date and the time that the clocks of the instant's own time zone show, with its name.

    A minute that has begun is shown as the next one, so that nobody comes back too early.
    """
    at = instant + timedelta(seconds=59)
    day = _date(at, language)
    return f"{day} pukul {at:%H.%M %Z}" if language == "id" else f"{day}, {at:%H:%M %Z}"


def _date(day: date, language: Language) -> str:
    return f"{day.day} {MONTHS[language].split()[day.month - 1]} {day.year}"
