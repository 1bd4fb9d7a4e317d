"""A stand-in for the civil register, for one machine: it knows a few people who are made up.

It answers by the serial number that a NIK ends in: 9001 is another person's, for 9002 it is silent,
and 9003 it does not understand. Of 9004 and 9005 it says nothing when it is first asked; later the
one matches, and the other is another person's. Everybody else is who they say they are. It takes a
question as strictly as docs/identity.md has it.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MISMATCH, SILENT, BROKEN, MATCH_LATER, MISMATCH_LATER = "9001", "9002", "9003", "9004", "9005"

FIELDS = {"nik", "name", "birth_date"}

SILENCE_SECONDS = 30
"""Longer than anybody waits."""


@contextmanager
def answering() -> Iterator[str]:
    """The register, until the block ends; yields its address."""
    ends = threading.Event()
    heard: set[str] = set()

    class Register(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            serial = asked["nik"][-4:]
            later = serial in (MATCH_LATER, MISMATCH_LATER) and asked["nik"] not in heard
            if serial == SILENT or later:
                heard.add(asked["nik"])
                ends.wait(SILENCE_SECONDS)
            status = 500 if serial == BROKEN else 200
            if asked.keys() != FIELDS:
                status = 400
            if not (self.headers["Authorization"] or "").removeprefix("Bearer "):
                status = 401
            body = json.dumps({"match": serial not in (MISMATCH, MISMATCH_LATER)}).encode()
            with suppress(ConnectionError):  # whoever asked waits no longer
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing: a line would have somebody's NIK nearby."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/match"
    finally:
        ends.set()
        server.shutdown()
        server.server_close()
