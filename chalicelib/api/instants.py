"""Instants as people read them, in Indonesian and English."""

from datetime import datetime, timedelta

from chalicelib.api.language import Language

MONTHS: dict[Language, str] = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}


def words(instant: datetime, language: Language) -> str:
    """The date and the time that the clocks of the instant's own time zone show, with its name.

    A minute that has begun is shown as the next one, so that nobody comes back too early.
    """
    at = instant + timedelta(seconds=59)
    day = f"{at.day} {MONTHS[language].split()[at.month - 1]} {at.year}"
    return f"{day} pukul {at:%H.%M %Z}" if language == "id" else f"{day}, {at:%H:%M %Z}"
