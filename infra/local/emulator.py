"""The emulator's process: MiniStack, with two things added that it lacks.

Started by `infra.local.ministack` as a script, with the interpreter of the emulator's own virtual
environment. Nothing else of the project is imported here, nor is this by anything else.
"""

import os
import signal
import threading
import time
import uuid

from ministack.app import main  # type: ignore[import-not-found]
from ministack.services import sns  # type: ignore[import-not-found]


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


if __name__ == "__main__":
    stop_when_standard_input_ends()
    sns.new_uuid = timed_id
    main()
