"""Indonesian or English, as the caller asks (RFC 9110, Accept-Language)."""

from functools import lru_cache
from typing import Literal

Language = Literal["id", "en"]


@lru_cache  # an app sends the same with every request
def preferred(accept_language: str) -> Language:
    """``en`` if English is wanted more than Indonesian, else ``id``."""
    wanted = {"id": 0.0, "en": 0.0}
    for part in "".join(accept_language.lower().split()).split(","):
        tag, _, weight = part.partition(";q=")
        primary = tag.split("-")[0]
        if primary in wanted:
            wanted[primary] = max(wanted[primary], _weight(weight))
    return "en" if wanted["en"] > wanted["id"] else "id"


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
