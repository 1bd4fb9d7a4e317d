"""Ctrl-C, SIGTERM and SIGHUP end a run in order, at whatever point it is, and only once."""

import signal
from types import FrameType

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_in_order() -> None:
    """From now on each of these signals unwinds the main thread and ends it with exit code 0."""
    for ending in ENDINGS:
        if ending is signal.SIGHUP and signal.getsignal(ending) is signal.SIG_IGN:
            continue  # started under nohup
        signal.signal(ending, _end)


def ignore() -> None:
    """Let nothing interrupt what is being stopped."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> None:
    ignore()
    raise SystemExit(0)
