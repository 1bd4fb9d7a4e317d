"""How much a piece of Python does: the bytecodes it runs, the same in every run on any machine.

What C code does is not in it (JSON is read by C, for one); bytes and units speak of that.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Work:
    """Bytecodes run so far."""

    def __init__(self) -> None:
        self.bytecodes = 0

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            self.bytecodes += 1
        return self.trace


@contextmanager
def counted() -> Iterator[Work]:
    """Count what runs within, in this thread."""
    work, outer = Work(), sys.gettrace()
    sys.settrace(work.trace)
    try:
        yield work
    finally:
        sys.settrace(outer)


@contextmanager
def unseen() -> Iterator[None]:
    """Do not count what runs within: it is the bench's own, or the emulator's."""
    outer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(outer)
