"""A stand-in for the civil register, for one machine: it knows a few people who are made up.

It answers by the serial number that a NIK ends in: 9001 is another person's, for 9002 it is silent,
and 9003 it does not understand. Everybody else is who they say they are.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MISMATCH, SILENT, BROKEN = "9001", "9002", "9003"

SILENCE_SECONDS = 30
"""Longer than anybody waits."""


@contextmanager
def answering() -> Iterator[str]:
    """The register, until the block ends; yields its address."""
    ends = threading.Event()

    class Register(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            serial = asked["nik"][-4:]
            if serial == SILENT:
                ends.wait(SILENCE_SECONDS)
            status = 500 if serial == BROKEN else 200
            body = json.dumps({"match": serial != MISMATCH}).encode()
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
