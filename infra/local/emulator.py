"""The emulator's process: MiniStack, with two things added that it lacks, and two made faster.

Started by `infra.local.ministack` as a script, with the interpreter of the emulator's own virtual
environment. Nothing else of the project is imported here, nor is this by anything else.
"""

import copy
import marshal
import os
import signal
import threading
import time
import uuid
from functools import lru_cache
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

from ministack.app import main  # type: ignore[import-not-found]
from ministack.services import dynamodb, sns  # type: ignore[import-not-found]

FASTER = "1.5.33"
"""The version of MiniStack that is known to be the same but for its speed."""


def stop_when_standard_input_ends() -> None:
    """Stop in order, saving the state, once the starter closes its end of the pipe.

    The operating system closes it for a starter that was killed, so the emulator never outlives it.
    """

    def wait() -> None:
        os.read(0, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def timed_id() -> str:
    """A UUID of version 7: it tells when it was made, and sorts by that.

    MiniStack keeps no time with an SMS; with these as message ids it needs none. The twelve bits
    after the milliseconds are fractions of one.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    noise = int.from_bytes(os.urandom(8)) >> 2
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | noise))


def copied(value: Any) -> Any:
    """A deep copy. An update copies its item several times, and an item is plain JSON."""
    try:
        return marshal.loads(marshal.dumps(value))  # noqa: S302 (what this process holds)
    except ValueError:
        return copy.deepcopy(value)


def make_faster() -> None:
    """Copy items faster, and look at each number once: the whole item is checked in each update."""
    canonical = dynamodb._ddb_canonicalize_number  # noqa: SLF001 (of this very version)
    known = lru_cache(maxsize=65536)(canonical)
    dynamodb.copy = SimpleNamespace(deepcopy=copied)
    dynamodb._ddb_canonicalize_number = lambda text: (  # noqa: SLF001
        known(text) if isinstance(text, str) else canonical(text)
    )


if __name__ == "__main__":
    stop_when_standard_input_ends()
    sns.new_uuid = timed_id
    if version("ministack") == FASTER:
        make_faster()
    main()
