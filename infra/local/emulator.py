"""The emulator's process: MiniStack, with three things added that it lacks, and some made faster.

Started by `infra.local.ministack` as a script, with the interpreter of the emulator's own virtual
environment. Nothing else of the project is imported here, nor is this by anything else. What it
prints goes to the log; what it tells (`tell`) goes to standard output, a sentence a line, and from
there to the console.
"""

import asyncio
import copy
import gc
import json
import marshal
import os
import re
import signal
import threading
import time
import uuid
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from ministack import app as gateway  # type: ignore[import-not-found]
from ministack.core import persistence  # type: ignore[import-not-found]
from ministack.services import dynamodb, sns  # type: ignore[import-not-found]

FASTER = "1.5.33"
"""The version of MiniStack that is known to be the same but for its speed."""

REMEMBERED = (
    *("_ddb_canonicalize_number", "_number_size_bytes"),
    *("_tokenize", "_condition_syntax_error"),
)
"""Its functions of texts alone, of which it asks the same again and again."""

NOT_OF_AWS = (b"access-control-", b"x-amz-id-2", b"x-amz-request-id")
"""How headers begin that are for browsers, or of S3: DynamoDB, KMS, SNS and Secrets Manager send
none of them, and to the SDK each is work in every call."""

STATE = Path(os.environ["STATE_DIR"])

KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 3
"""Both as MiniStack's own server has them: how long it keeps a connection that is silent, and how
long it finishes what is under way when it stops."""

SAVE_SECONDS = 10
"""Between two savings, so that what is lost is no older than 30 seconds, writing included."""

SAVE_LIMIT_SECONDS = 60
"""A copy that takes longer has been caught by a lock of a thread that it does not have: it ends."""

CHANGES_NOTHING = re.compile(
    rb"(BatchGet|Decrypt|Describe|Encrypt|Generate|Get|List|Query|Scan)[A-Za-z]*"
)
"""Operations, as a request names them, after which there is nothing to save."""


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


def remembered(judge: Callable[..., Any]) -> Callable[..., Any]:
    """Finds of the same texts, or numbers, what ``judge`` did; a list is another one each time."""
    known = lru_cache(maxsize=16384, typed=True)(judge)

    def again(*given: Any) -> Any:
        try:
            found = known(*given)
        except TypeError:  # it is no text, and nothing is found by it
            found = judge(*given)
        return [*found] if isinstance(found, list) else found

    return again


def make_faster() -> None:
    """Copy items faster, and read each expression and each number once.

    A booking has the same expressions as the one before it, and MiniStack takes each of them apart
    three times; of each update it checks and measures the whole item.
    """
    dynamodb.copy = SimpleNamespace(deepcopy=copied)
    for name in REMEMBERED:
        setattr(dynamodb, name, remembered(getattr(dynamodb, name)))


class Saved:
    """MiniStack's gateway (ASGI), saved every while if something has changed, and in the end.

    A saving is a copy of the process (fork), in which nothing changes any more: so it is of one
    moment, and no request waits for it.
    """

    def __init__(self, app: Any, told: int) -> None:
        self._app = app
        self._told = told
        self._changed = False
        self._copy: int | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            saving = asyncio.create_task(self._save_by_time())
            try:
                await self._app(scope, receive, send)
            finally:
                saving.cancel()
            return
        headers = dict(scope["headers"])
        signed = headers.get(b"authorization", b"").startswith(b"AWS4-")
        try:
            await self._app(scope, receive, as_aws(send) if signed else send)
        finally:
            self._changed |= changes(scope["method"], headers.get(b"x-amz-target", b""))

    def save_in_the_end(self, _: Any) -> None:
        """What MiniStack calls when it stops, in place of its own saving."""
        if self._copy is not None:
            os.waitpid(self._copy, 0)  # or the older would replace the newer
        save(self._told, "it is lost.")

    async def _save_by_time(self) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            if self._copy is not None and not self._ended(self._copy):
                continue  # it is still writing
            if self._changed:
                self._changed = False
                self._copy = os.fork()
                if self._copy == 0:
                    self._save_and_end()

    def _save_and_end(self) -> None:
        """What the copy does, and nothing else: it must never go on as a second emulator."""
        failed = 1
        try:
            os.nice(10)  # whoever waits for an answer comes first
            signal.alarm(SAVE_LIMIT_SECONDS)
            signal.set_wakeup_fd(-1)
            leave_connections()
            failed = save(self._told, "make room there, and it is saved soon.")
        finally:
            os._exit(failed)

    def _ended(self, copy: int) -> bool:
        ended, status = os.waitpid(copy, os.WNOHANG)
        if not ended:
            return False
        self._copy = None
        self._changed |= status != 0  # what was not saved is saved next time
        return True


def leave_connections() -> None:
    """Close the sockets of this process: as long as a copy has them too, nobody on the other side
    hears that a connection has ended, and the SDK would ask on it once more."""
    for file in Path("/dev/fd").iterdir():
        if file.is_socket():
            os.close(int(file.name))


def as_aws(send: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Sends an answer to the SDK, without what no browser is there for."""

    async def without(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = [(name.lower(), value) for name, value in message["headers"]]
            message["headers"] = [each for each in headers if not each[0].startswith(NOT_OF_AWS)]
        await send(message)

    return without


def changes(method: str, target: bytes) -> bool:
    """Whether a request may have changed something; ``target`` names service and operation."""
    named = CHANGES_NOTHING.fullmatch(target.rpartition(b".")[2])
    return method != "GET" and named is None


def save(told: int, otherwise: str) -> int:
    """Write what there is. Where it cannot be, tells so, and what comes of it; returns 1, else 0.

    A file takes the place of an older one as a whole. The tables come last: keys and secrets are
    never older than what was made with them.
    """
    states = gateway._build_persistence_save_dict()  # noqa: SLF001 (MiniStack is pinned exactly)
    try:
        STATE.mkdir(exist_ok=True)
        for service in sorted(states, key=lambda service: service == "dynamodb"):
            state = states[service]()
            if state is not None:
                replace(service, state)
    except OSError as error:
        tell(
            told,
            f"Cannot save to {STATE} what has changed since it was last saved "
            f"({error.strerror}): {otherwise}",
        )
        return 1
    return 0


def replace(service: str, state: Any) -> None:
    """Write the file of one service, so that it is all there even if the machine dies."""
    draft = STATE / f"{service}.json.new"
    version = persistence._state_format_version(service)  # noqa: SLF001
    content = {"__ministack_format__": version, "payload": state}
    try:
        with draft.open("w") as file:
            json.dump(content, file, default=persistence._json_default)  # noqa: SLF001
            file.flush()
            os.fsync(file.fileno())
        draft.replace(STATE / f"{service}.json")
    finally:
        draft.unlink(missing_ok=True)  # on a full disk a part of it would take the room of the rest
    directory = os.open(STATE, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def tell(told: int, sentence: str) -> None:
    """Say something on the console of the run, if there still is one."""
    try:
        os.write(told, sentence.encode() + b"\n")
    except BrokenPipeError:
        return


if __name__ == "__main__":
    console = os.dup(1)
    os.dup2(2, 1)
    stop_when_standard_input_ends()
    sns.new_uuid = timed_id
    if metadata.version("ministack") == FASTER:
        make_faster()
    gc.freeze()  # items have no cycles: to look for some in all of them took 50 ms at a time
    gc.set_threshold(50_000)
    saved = Saved(gateway.app, console)
    gateway.save_all = saved.save_in_the_end
    uvicorn.run(
        saved,
        host="127.0.0.1",
        port=int(os.environ["GATEWAY_PORT"]),
        loop="uvloop",
        http="httptools",
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=False,  # who asks is whose connection it is, whatever they say
        date_header=False,  # MiniStack sends its own
        server_header=False,
        access_log=False,
        log_level="warning",
    )
