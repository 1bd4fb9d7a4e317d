"""Text as phones deliver it, made plain before any rule looks at it.

What is pasted from a chat or filled in by a keyboard comes with marks of direction and joiners that
nobody sees, with dashes and spaces of typesetters, and with blanks around it.
"""

from typing import Any

_INVISIBLE = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF)
_JOINERS = range(0x2060, 0x2070)
_DASHES = (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D)
_SPACES = (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)

_PLAINLY = {
    **dict.fromkeys((*_INVISIBLE, *_JOINERS)),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_SPACES, " "),
}


def plain(value: Any) -> Any:
    """A value as JSON has them, with all its texts made plain; names of fields stay."""
    if isinstance(value, str):
        return (value if value.isascii() else value.translate(_PLAINLY)).strip()
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value
