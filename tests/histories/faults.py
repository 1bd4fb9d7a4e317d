"""AWS as it can be: a proxy before the emulator that throttles, fails, loses and delays."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import boto3
from botocore.config import Config

from infra.local import ports
from infra.local.ministack import PYTHON

READY_SECONDS = 60
"""The proxy's first call loads the models of all services, which takes it a dozen seconds."""

SETTLE_SECONDS = 30

# The read time-out of the SDK is three seconds: a request that waits longer arrives after it was
# given up, and often after it was sent again.
LATE_MILLISECONDS = {"min": 3200, "max": 5000}

QUIET = "import logging; logging.disable(); from microburst.cli import main; main()"

Rule = dict[str, Any]

CONFLICT = {
    "code": "TransactionCanceledException",
    "status": 400,
    "message": "Transaction cancelled, please refer cancellation reasons for specific reasons "
    "[TransactionConflict, None]",
    "fields": {
        "CancellationReasons": [
            {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"},
            {"Code": "None"},
        ]
    },
}

EFFECTS: dict[str, Rule] = {
    "late": {"latency": LATE_MILLISECONDS},
    "lost": {"response": {"abort_frac": 0.5}},
    "error": {"error": {"code": "InternalServerError", "status": 500}},
    "throttled": {"error": {"code": "ThrottlingException", "status": 400}},
    "conflict": {"operation": "TransactWriteItems", "error": CONFLICT},
}
"""What befalls a call, by name. A lost answer is one whose write was done."""

USUAL = {"late": 0.025, "lost": 0.05, "error": 0.05, "throttled": 0.05, "conflict": 0.05}


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy, at a port of this machine."""

    port: int

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def befall(self, shares: dict[str, float]) -> None:
        """From now on calls of DynamoDB meet these faults, each so large a share of them."""
        rules, rest = [], 1.0
        for name, share in shares.items():
            # The proxy asks one rule after the other, so each sees only what the others left.
            rules.append({"service": "dynamodb", **EFFECTS[name], "probability": share / rest})
            rest -= share
        self._control("POST", "rules", rules)

    def silence(self, *services: str) -> None:
        """From now on these alone take calls and give no answer for a minute."""
        minute = {"min": 60_000, "max": 60_000}
        self._control("POST", "rules", [{"service": one, "latency": minute} for one in services])

    def counts(self) -> dict[str, int]:
        """How many calls there were, and how many met each kind of fault since the start."""
        stats = self._control("GET", "stats")
        counts = {"calls": stats["requests"]["total"], **dict.fromkeys(EFFECTS, 0)}
        for rule in stats["by_rule"]:
            counts[_kind(rule["describe"])] += rule["fired"]
        return counts

    def settle(self) -> None:
        """Wait until no call is on its way any more, late ones included."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._on_their_way():
            assert time.monotonic() < deadline, "calls are still on their way"
            time.sleep(0.05)

    def _on_their_way(self) -> int:
        counts = self.counts()
        refused = counts["error"] + counts["throttled"] + counts["conflict"]
        arrived: int = self._control("GET", "stats")["upstream_latency_ms"]["n"]
        return counts["calls"] - refused - arrived

    def _control(self, method: str, what: str, body: Any = None) -> Any:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)) as connection:
            connection.request(method, f"/_microburst/{what}", json.dumps(body))
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status == 200, content
            return json.loads(content)


@contextmanager
def proxied(emulator_url: str) -> Iterator[Proxy]:
    """A proxy before the emulator, warm and without faults yet, until the block ends."""
    port = ports.free()
    process = subprocess.Popen(
        [PYTHON, "-c", QUIET, "--upstream", emulator_url, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    try:
        process.stdout.readline()  # its three lines come just before it listens
        reader = threading.Thread(target=process.stdout.read, daemon=True)
        reader.start()
        _warm(port)
        yield Proxy(port)
    finally:
        process.kill()  # it would wait a minute for the calls that it does not answer
        process.wait()
        process.stdout.close()


def _warm(port: int) -> None:
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="ap-southeast-3",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(read_timeout=READY_SECONDS, retries={"total_max_attempts": 10}),
    )
    assert dynamodb.list_tables()["TableNames"]


def _kind(described: str) -> str:
    """Which kind a rule is by what the proxy calls it; that of lost answers has no word for it."""
    return next((kind for word, kind in KINDS.items() if word in described), "lost")


KINDS = {
    "latency": "late",
    "InternalServerError": "error",
    "ThrottlingException": "throttled",
    "TransactionCanceledException": "conflict",
}
