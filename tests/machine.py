"""The whole system as a test sees it: started by `python -m infra.local`, called over HTTP."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar

import boto3
from urllib3 import HTTPHeaderDict

from infra.local import ports
from tests.made_up import CODE, identity

ROOT = Path(__file__).parents[1]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def problem(self) -> str:
        """The type of the problem, or nothing if it is none."""
        return str(self.json["type"]) if self.status >= 400 else ""


@dataclass
class Api:
    """The API at a port of this machine."""

    port: int
    patience: float = field(default=60, kw_only=True)
    """How many seconds a caller waits for an answer."""
    source: str = field(default="127.0.0.1", kw_only=True)
    """The address that a caller has; all of 127.0.0.0/8 are of this machine."""

    @property
    def base(self) -> str:
        """What every path begins with."""
        return ""

    @property
    def address(self) -> str:
        """What a browser calls it."""
        return f"http://127.0.0.1:{self.port}"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request, with a JSON body if there is one, and read the whole answer."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if key:
            sent["Idempotency-Key"] = key
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        with closing(
            HTTPConnection(
                "127.0.0.1", self.port, timeout=self.patience, source_address=(self.source, 0)
            )
        ) as connection:
            connection.request(method, self.base + path, content, {**sent, **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, HTTPHeaderDict(answer.getheaders()), answer.read())

    def codes(self) -> dict[str, str]:
        """The last code that went to each phone (E.164)."""
        sent = self.call("GET", "/_local/sms").json
        return {m["phone"]: found[1] for m in sent if (found := CODE.search(m["text"]))}


@dataclass
class Machine(Api):
    """The whole system in processes of its own."""

    state: Path
    process: subprocess.Popen[str]

    def aws(self, service: str) -> Any:
        """A client of the emulator behind it."""
        where = self.call("GET", "/_local/aws").json
        return boto3.client(
            service,
            endpoint_url=where["endpoint_url"],
            region_name=where["region"],
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def job(self, name: str, at: datetime | None = None) -> Any:
        """Run a scheduled function beside the running system, as `make job` does."""
        done = self.beside("infra.local.job", name, at.isoformat() if at else "")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def beside(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of ours beside the running system, as an operator does."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "STATE": str(self.state)},
            capture_output=True,
            text=True,
            check=False,
        )


OURS = ("infra.local",)


@contextmanager
def started(
    state: Path,
    limits: str = "on",
    port: int | None = None,
    *,
    register: str = "off",
    command: Sequence[str] = OURS,
) -> Iterator[Machine]:
    """The system, ready, until the block ends; with a civil register if ``register`` is on.

    ``command`` is the module that starts it, and what it is told. Ours, where ``state`` is not
    there yet, begins with what a first start has made.
    """
    if command == OURS and (not state.exists() or not any(state.iterdir())):
        shutil.copytree(_first_start(), state, dirs_exist_ok=True)
    with _running(state, limits, port or ports.free(), register, command) as machine:
        yield machine


@cache
def _first_start() -> Path:
    """The state that a first start leaves, made once: to make all days takes most of a start."""
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory)
    with _running(Path(directory), "off", ports.free(), "off", OURS):
        return Path(directory)


@contextmanager
def _running(
    state: Path, limits: str, port: int, register: str, command: Sequence[str]
) -> Iterator[Machine]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": str(port),
            "STATE": str(state),
            "LIMITS": limits,
            "REGISTER": register,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    told = []
    try:
        for line in process.stdout:
            told.append(line)
            if "is ready at" in line:
                break
        else:
            raise AssertionError("the system did not start:\n" + "".join(told))
        reader = threading.Thread(target=process.stdout.read, daemon=True)
        reader.start()
        yield Machine(port, state, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        process.stdout.close()


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody with an account."""

    account_id: str
    applicant_id: str
    token: str
    refresh_token: str
    phone: str
    nik: str


def register(api: Api, **changed: Any) -> Applicant:
    """Register a new person and prove their phone."""
    return crowd(api, 1, **changed)[0]


def crowd(api: Api, size: int, at_once: int = 16, **changed: Any) -> list[Applicant]:
    """Register so many new people, some of them at a time."""
    people = [{**identity(), **changed} for _ in range(size)]
    started = together(
        [partial(api.call, "POST", "/v1/registrations", person) for person in people],
        at_once=at_once,
    )
    codes = api.codes()
    return together(
        [
            partial(_prove, api, person, reply, codes)
            for person, reply in zip(people, started, strict=True)
        ],
        at_once=at_once,
    )


def _prove(
    api: Api, person: Mapping[str, Any], started: Reply, codes: Mapping[str, str]
) -> Applicant:
    assert started.status == 202, started.content
    phone = "+62" + person["phone"].removeprefix("0")
    path = f"/v1/registrations/{started.json['registration_id']}/verification"
    proven = api.call("POST", path, {"code": codes[phone]})
    assert proven.status == 201, proven.content
    tokens = proven.json
    me = api.call("GET", "/v1/me", token=tokens["access_token"])
    assert me.status == 200, me.content
    return Applicant(
        tokens["account_id"],
        me.json["applicant_id"],
        tokens["access_token"],
        tokens["refresh_token"],
        phone,
        person["nik"],
    )


def together(calls: Sequence[Callable[[], T]], at_once: int | None = None) -> list[T]:
    """Make all calls from threads of their own, `at_once` of them (default: all) in one moment."""
    size = at_once or len(calls)
    gate = threading.Barrier(min(size, len(calls)))

    def wait_and(call: Callable[[], T]) -> T:
        if at_once is None:
            gate.wait()
        return call()

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(wait_and, calls))


def new_key() -> str:
    return uuid.uuid4().hex
