"""Indonesian or English, as the caller asks (RFC 9110, Accept-Language)."""

import re
from functools import lru_cache
from typing import Literal

Language = Literal["id", "en"]

OLD_NAMES = {"in": "id"}
"""As ISO 639 called Indonesian until 1989, and Android still does."""


@lru_cache  # an app sends the same with every request
def preferred(accept_language: str) -> Language:
    """``en`` if English is wanted more than Indonesian, else ``id``; ``id_ID`` is understood."""
    wanted = {"id": 0.0, "en": 0.0}
    for part in "".join(accept_language.lower().split()).split(","):
        tag, _, weight = part.partition(";q=")
        primary = re.split("[-_]", tag)[0]
        language = OLD_NAMES.get(primary, primary)
        if language in wanted:
            wanted[language] = max(wanted[language], _weight(weight))
    return "en" if wanted["en"] > wanted["id"] else "id"


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
