"""One figure, and how it was taken."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    value: float
    unit: str
    how: str

    def fields(self) -> dict[str, Any]:
        return asdict(self)
