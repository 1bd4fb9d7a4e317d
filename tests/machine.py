"""The whole system as a test sees it: started by `python -m infra.local`, called over HTTP."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"Paspor: (\d{6})\.")


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
class Machine:
    """A running system. Every thread keeps a connection of its own."""

    port: int
    state: Path
    process: subprocess.Popen[str]
    _local: threading.local = field(default_factory=threading.local)

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
        """Send a request, a JSON body if there is one, and read the whole answer."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if key:
            sent["Idempotency-Key"] = key
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = self._connection()
        try:
            connection.request(
                method,
                path,
                body=content if body is not None else None,
                headers={**sent, **(headers or {})},
            )
            answer = connection.getresponse()
            reply = Reply(answer.status, dict(answer.headers), answer.read())
        except BaseException:
            self.hang_up()
            raise
        if answer.will_close:
            self.hang_up()
        return reply

    def hang_up(self) -> None:
        """Close this thread's connection."""
        connection = self._local.__dict__.pop("connection", None)
        if connection:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection: HTTPConnection = self._local.connection
        return connection

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

    def sms(self, phone: str) -> list[str]:
        """The texts that went to a phone (E.164), oldest first."""
        return [m["text"] for m in self.call("GET", "/_local/sms").json if m["phone"] == phone]

    def job(self, name: str, at: datetime | None = None) -> Any:
        """Run a scheduled function beside the running system, as `make job` does."""
        done = subprocess.run(
            [sys.executable, "-m", "infra.local.job", name, at.isoformat() if at else ""],
            cwd=ROOT,
            env={**os.environ, "STATE": str(self.state)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def started(state: Path, limits: str = "on", port: int | None = None) -> Iterator[Machine]:
    """The system, ready, until the block ends."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port), "STATE": str(state), "LIMITS": limits},
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
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield Machine(port, state, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody with an account."""

    account_id: str
    applicant_id: str
    token: str
    refresh_token: str
    phone: str
    nik: str


_numbers = iter(range(1, 10**7))
_numbers_lock = threading.Lock()


def nik(number: int) -> str:
    """A NIK of its own for every number below ten million."""
    day, serial = divmod(number, 9999)
    return f"357301{1 + day % 28:02}{1 + day // 28 % 12:02}{80 + day // 336 % 20:02}{serial + 1:04}"


def identity() -> dict[str, Any]:
    """The data of a new person's KTP, with a phone of their own."""
    with _numbers_lock:
        number = next(_numbers)
    digits = nik(number)
    born = date(1900 + int(digits[10:12]), int(digits[8:10]), int(digits[6:8]))
    return {
        "nik": digits,
        "name": f"Pemohon {'ABCDEFGHIJ'[number % 10]}",
        "birth_date": born.isoformat(),
        "sex": "male",
        "phone": f"0812{number:08}",
        "consent": True,
    }


def register(machine: Machine, **changed: Any) -> Applicant:
    """Register a new person and prove their phone."""
    person = {**identity(), **changed}
    started = machine.call("POST", "/v1/registrations", person)
    assert started.status == 202, started.content
    phone = "+62" + person["phone"].removeprefix("0")
    code = CODE.findall(machine.sms(phone)[-1])[0]
    proven = machine.call(
        "POST",
        f"/v1/registrations/{started.json['registration_id']}/verification",
        {"code": code},
    )
    assert proven.status == 201, proven.content
    tokens = proven.json
    me = machine.call("GET", "/v1/me", token=tokens["access_token"]).json
    return Applicant(
        tokens["account_id"],
        me["applicant_id"],
        tokens["access_token"],
        tokens["refresh_token"],
        phone,
        person["nik"],
    )


def new_key() -> str:
    return uuid.uuid4().hex
