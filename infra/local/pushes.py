"""A stand-in for every push service, for one machine: it takes messages and keeps what came.

It is as strict as they are: a message needs a token for its push service that is signed by the key
beside it (RFC 8292), and what RFC 8030 asks for. It can lose messages and answers, delay and
refuse: ``POST /_local/pushes`` with any of ``{"lose": 0.05, "lose_answers": 0.05,
"delay_seconds": 1, "refuse": {"410": 0.05, "429": 0.05}}``, shares of all that come.
"""

import json
import random
import re
import threading
import time
from base64 import urlsafe_b64decode
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

KEPT = 20_000

RETRY_AFTER_SECONDS = 30
"""What a message that is refused with 429 is told."""


@dataclass(slots=True)
class Service:
    """What came, oldest first, and how badly it is served."""

    address: str = ""
    came: "deque[dict[str, Any]]" = field(default_factory=lambda: deque(maxlen=KEPT))
    lose: float = 0
    """The share of messages that are taken and reach nobody …"""
    lose_answers: float = 0
    """… and of those that reach somebody, though nobody says so."""
    delay_seconds: float = 0
    refuse: Mapping[str, float] = field(default_factory=dict)
    """The shares that are refused, by status."""
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 (faults)

    def sent(self) -> list[dict[str, Any]]:
        """All messages since the run began, oldest first."""
        return list(self.came)

    def become(self, body: bytes) -> dict[str, Any]:
        """Serve worse, or better; what is not named is as it was."""
        for name, value in json.loads(body).items():
            if name not in ("lose", "lose_answers", "delay_seconds", "refuse"):
                raise ValueError(name)
            setattr(self, name, value)
        return {}

    def take(self, headers: Any) -> int:
        """The status that a message is answered with; 0 if it gets no answer."""
        status, lost = self._status(headers), False
        if status == 201:
            status, lost = self._chance()
        self.came.append(
            {
                "endpoint": headers["Push-Endpoint"],
                "kind": headers["Topic"],
                "sent_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "answered": status or None,
                "ttl": int(headers["TTL"] or 0),
                "urgency": headers["Urgency"],
                "lost": lost,
            }
        )
        return status

    def _chance(self) -> tuple[int, bool]:
        """The status, and whether the message reaches nobody."""
        chance = self.dice.random()
        for status, share in self.refuse.items():
            if chance < share:
                return int(status), True
            chance -= share
        if chance < self.lose:
            return 201, True
        return (0, False) if chance - self.lose < self.lose_answers else (201, False)

    def _status(self, headers: Any) -> int:
        if not headers["TTL"] or not re.fullmatch("[A-Za-z0-9_-]{1,32}", headers["Topic"] or ""):
            return 400
        origin = "https://" + urlsplit(headers["Push-Endpoint"] or "").netloc
        said = re.fullmatch(r"vapid t=([^,]+), k=([A-Za-z0-9_-]+)", headers["Authorization"] or "")
        return 201 if said and _signed(said[1], said[2], origin) else 403


def _signed(token: str, key: str, origin: str) -> bool:
    try:
        point = urlsafe_b64decode(key + "=" * (-len(key) % 4))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        # Not when it ends: a day that is played has a clock of its own.
        jwt.decode(token, public, ["ES256"], audience=origin, options={"verify_exp": False})
    except (ValueError, jwt.PyJWTError):
        return False
    return True


@contextmanager
def answering() -> Iterator[Service]:
    """The push services, until the block ends."""
    service = Service()

    class Push(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            status = service.take(self.headers)
            time.sleep(service.delay_seconds)
            if status == 0:
                self.close_connection = True
                return
            with suppress(ConnectionError):  # whoever asked waits no longer
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", str(RETRY_AFTER_SECONDS))
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing: an endpoint is as personal as a phone."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Push)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
