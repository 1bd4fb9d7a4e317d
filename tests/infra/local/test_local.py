"""The whole system on one machine: `make run` and `make job`, as an operator meets them."""

import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import urlopen

import boto3
import pytest
from chalice.app import Chalice, Rate, ScheduledEventConfig

from app import app
from chalicelib import telemetry
from chalicelib.telemetry import Metric
from infra.local import console, functions, ministack, platform, timer
from infra.local.cloudwatch import metrics
from infra.local.connection import BODY_BYTES
from infra.local.environment import environment
from infra.local.gateway import Answer, Gateway, Matched, refusal
from infra.local.provision import provision
from infra.local.server import THREADS, Server
from infra.local.state import LAYOUT, State, opened
from infra.stack import keys, routing, tables
from infra.stack.functions import BEHIND_GATEWAY

ROOT = Path(__file__).parents[3]
AT = "2026-12-01T17:00:00Z"


# ---- running it ---------------------------------------------------------------------------------


@dataclass
class Local:
    """A run that is ready."""

    process: subprocess.Popen[str]
    state: Path
    base_url: str
    setting_up: str
    """What it printed before it was ready."""

    @property
    def endpoint_url(self) -> str:
        record = json.loads((self.state / "run.json").read_text())
        return str(record["endpoint_url"])

    def request(self, method: str, path: str, **how: Any) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=20)
        connection.request(method, path, **how)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, content

    def get(self, path: str) -> Any:
        response, content = self.request("GET", path)
        assert response.status == 200
        return json.loads(content)

    def exchange(self, sent: bytes) -> bytes:
        return exchange(self.base_url, sent)

    def send_sms(self, text: str) -> None:
        variables = environment(self.endpoint_url)
        boto3.client(
            "sns",
            endpoint_url=self.endpoint_url,
            region_name=variables["AWS_REGION"],
            aws_access_key_id="local",
            aws_secret_access_key="local",
        ).publish(PhoneNumber="+6281234567890", Message=text)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it; returns its exit code and what it said on standard error."""
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


def start(state: Path, port: int = 0) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port), "STATE": str(state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(state: Path) -> Iterator[Local]:
    process = start(state)
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            if ready := re.search(r"is ready at (\S+)", line):
                yield Local(process, state, ready[1], said)
                return
            said += line
        pytest.fail(f"it did not come up: {said}{process.communicate()[1]}")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def refused(state: Path, port: int = 0) -> str:
    """The sentence with which it refuses to start."""
    process = start(state, port)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.count("\n") == 1, said
    return said


def job(state: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra.local.job", *arguments],
        cwd=ROOT,
        env={**os.environ, "STATE": str(state)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def child_of(process: "subprocess.Popen[str]") -> int:
    """The process id of the emulator: a run's only child."""
    listed = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
    )
    return int(listed.stdout)


def exchange(url: str, sent: bytes) -> bytes:
    """All that comes back for `sent` until the server closes."""
    with socket.create_connection(_address(url), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


def refuses_connections(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(_address(url)) != 0


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


@pytest.fixture(scope="module")
def first_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first run leaves behind: it makes a month of days ready, so once is enough."""
    state = tmp_path_factory.mktemp("first") / "state"
    with running(state) as first:
        assert "Created" in first.setting_up
        assert first.stop() == (0, "")
    return state


@pytest.fixture
def state(first_state: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first_state, tmp_path / "state")


@pytest.fixture(scope="module")
def local(first_state: Path) -> Iterator[Local]:
    """One run for all tests that only ask things of it."""
    with running(shutil.copytree(first_state, first_state.with_name("shared"))) as local:
        yield local
        code, said = local.stop()
        assert code == 0
        assert "Traceback" not in said, said


# ---- from the ready line to the end -------------------------------------------------------------


@pytest.mark.server
def test_handles_answer(local: Local) -> None:
    assert local.get("/v1/health")["status"] == "ok"
    assert local.get("/_local/aws") == {
        "endpoint_url": local.endpoint_url,
        "region": "ap-southeast-3",
    }
    first = len(local.get("/_local/sms"))
    local.send_sms("first")
    local.send_sms("second")
    messages = local.get("/_local/sms")[first:]
    assert [m["text"] for m in messages] == ["first", "second"]
    assert {m["phone"] for m in messages} == {"+6281234567890"}
    sent_at = [datetime.fromisoformat(m["sent_at"]) for m in messages]
    assert sent_at == sorted(sent_at)
    assert (datetime.now(UTC) - sent_at[0]).total_seconds() < 60


@pytest.mark.server
@pytest.mark.parametrize("name", ["", "/service", "/platform"])
def test_dashboards_are_pages_of_their_own(local: Local, name: str) -> None:
    response, content = local.request("GET", f"/_local/dashboards{name}")
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (b'<main id="service">' in content) is (name != "/platform")
    assert (b'<main id="platform">' in content) is (name != "/service")
    assert b"<script" not in content
    assert b"http" not in content.replace(b"http-equiv", b""), "it needs nothing from elsewhere"


@pytest.mark.server
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stops_in_order_and_keeps_its_state(state: Path, how: signal.Signals) -> None:
    with running(state) as local:
        local.send_sms("kept")
        endpoint_url = local.endpoint_url
        assert local.stop(how) == (0, "")
        assert refuses_connections(endpoint_url)
        assert refuses_connections(local.base_url)
        assert not (state / "run.json").exists()
    with running(state) as again:
        assert "Created" not in again.setting_up
        assert [m["text"] for m in again.get("/_local/sms")] == ["kept"]


@pytest.mark.server
def test_killed_run_leaves_nothing_running_and_its_state(state: Path) -> None:
    with running(state) as local:
        local.send_sms("kept")
        endpoint_url = local.endpoint_url
        local.stop(signal.SIGKILL)
    with running(state) as again:  # it has waited for the emulator of the one before
        assert refuses_connections(endpoint_url)
        assert [m["text"] for m in again.get("/_local/sms")] == ["kept"]


@pytest.mark.server
def test_signals_while_setting_up_stop_in_order(tmp_path: Path) -> None:
    process = start(tmp_path / "state")
    assert process.stdout is not None
    assert "emulator" in process.stdout.readline()
    assert "Created" in process.stdout.readline()
    emulator = child_of(process)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(emulator, 0)


@pytest.mark.server
def test_dead_emulator_ends_the_run(state: Path) -> None:
    with running(state) as local:
        os.kill(child_of(local.process), signal.SIGKILL)
        _, said = local.process.communicate(timeout=30)
        assert local.process.returncode == 1
        assert "ended by itself" in said
        assert "ministack.log" in said
        assert said.count("\n") == 1


@pytest.mark.server
def test_emulator_dead_while_setting_up_ends_the_run(tmp_path: Path) -> None:
    process = start(tmp_path / "state")
    assert process.stdout is not None
    assert "emulator" in process.stdout.readline()
    assert "Created" in process.stdout.readline()
    os.kill(child_of(process), signal.SIGKILL)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "ended by itself" in said
    assert said.count("\n") == 1


# ---- a full disk ---------------------------------------------------------------------------------


def until(it_is_so: Callable[[], bool]) -> None:
    """Ask until something is so, which is to be within half a minute."""
    deadline = time.monotonic() + 30
    while not it_is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.mark.server
def test_a_full_disk_is_told_and_what_has_changed_is_saved_once_there_is_room(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    with running(state) as local:
        (state / "aws").mkdir(exist_ok=True)
        full = state / "aws" / "sns.json.new"
        full.symlink_to("/dev/full")  # every write to it fails, for want of room
        local.send_sms("while the disk was full")
        # A draft that has failed is removed, which makes room here.
        until(lambda: not full.is_symlink())
        saved = state / "aws" / "sns.json"
        until(lambda: saved.exists() and "while the disk" in saved.read_text())
        code, said = local.stop()
    assert code == 0
    assert "No space left on device" in said
    assert "Traceback" not in said


@pytest.mark.server
def test_a_full_disk_refuses_a_start_and_takes_nothing_away(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "aws").mkdir(parents=True)
    (state / "layout").write_text(f"{LAYOUT}\n")
    (state / "layout.new").symlink_to("/dev/full")
    said = refused(state)
    assert said.startswith(f"Cannot write to STATE={state} (No space left on device)")
    assert (state / "layout").read_text() == f"{LAYOUT}\n"


def test_a_request_goes_on_where_there_is_no_room_for_its_metrics(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_lost", threading.Event())
    state = State(tmp_path)
    state.metrics.symlink_to("/dev/full")
    shown = io.StringIO()
    with console.sieved(shown, state):
        telemetry.count(Metric.JOB_RUNS, job="sweep")
        telemetry.count(Metric.JOB_RUNS, job="sweep")
        print("the answer")
    assert shown.getvalue() == "the answer\n"
    assert capsys.readouterr().err.count("No space left on device") == 1


# ---- refusals to start --------------------------------------------------------------------------


@pytest.mark.server
def test_taken_port_is_refused(tmp_path: Path, local: Local) -> None:
    port = urlsplit(local.base_url).port
    assert port
    said = refused(tmp_path, port)
    assert f"port {port}" in said
    assert "PORT=" in said


@pytest.mark.server
def test_state_in_use_is_refused(local: Local) -> None:
    assert "Another run uses" in refused(local.state)


def test_state_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="Cannot write"), opened(tmp_path / "file" / "state"):
        pass


def of_another_version(state: Path, layout: str | None) -> Path:
    (state / "aws").mkdir(parents=True)
    if layout is not None:
        (state / "layout").write_text(layout)
    return state


@pytest.mark.parametrize("layout", [None, "", "0\n", f"{LAYOUT + 1}\n"])
def test_state_of_another_version_is_refused(tmp_path: Path, layout: str | None) -> None:
    state = of_another_version(tmp_path / "state", layout)
    for said in (refused(state), job(state, "open_days", AT).stderr):
        assert said.startswith(f"STATE={state} is of another version")
        assert "remove the directory, or choose another" in said
        assert said.count("\n") == 1
    assert (state / "layout").exists() == (layout is not None), "it stays as it was"


def test_state_of_this_version_is_taken_again(tmp_path: Path) -> None:
    with opened(tmp_path) as state:
        state.emulator.mkdir()
    with opened(tmp_path) as again:
        assert again == state


def test_missing_emulator_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ministack, "PYTHON", tmp_path / "python")
    with (
        opened(tmp_path / "state") as state,
        pytest.raises(SystemExit, match="make run"),
        ministack.running(state),
    ):
        pass


def test_broken_emulator_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ministack, "PYTHON", Path("/bin/false"))
    with (
        opened(tmp_path / "state") as state,
        pytest.raises(SystemExit, match="did not start"),
        ministack.running(state),
    ):
        pass


# ---- jobs ---------------------------------------------------------------------------------------


@pytest.mark.server
def test_job_runs_and_its_metrics_are_read_back(local: Local) -> None:
    before = len(local.get("/_local/metrics"))
    done = job(local.state, "open_days", AT)
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), dict)
    recorded = local.get("/_local/metrics")[before:]
    assert "JobRuns" in {metric["name"] for metric in recorded}
    assert {"name", "unit", "value", "dimensions", "at"} == set(recorded[0])


@pytest.mark.server
def test_unknown_job_is_told_the_names(local: Local) -> None:
    done = job(local.state)
    assert done.returncode == 1
    assert "open_days" in done.stderr
    assert "Traceback" not in done.stderr


def test_job_needs_a_run(tmp_path: Path) -> None:
    assert "make run" in job(tmp_path, "open_days", AT).stderr
    (tmp_path / "run.json").write_text(
        '{"pid": 1, "base_url": "", "endpoint_url": "http://127.0.0.1:1", "region": ""}'
    )
    done = job(tmp_path, "open_days", AT)
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("at", ["tomorrow", "2026-12-01", "2026-12-01T17:00:00"])
def test_job_needs_an_instant(tmp_path: Path, at: str) -> None:
    done = job(tmp_path, "open_days", at)
    assert done.returncode == 1
    assert "offset" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("rate", "due"),
    [
        (Rate(1, Rate.MINUTES), "01 10:08:30"),
        (Rate(15, Rate.MINUTES), "01 10:22:30"),
        (Rate(1, Rate.DAYS), "02 10:07:30"),
    ],
    ids=["minute", "quarter", "day"],
)
def test_a_schedule_fires_a_whole_interval_after_the_last_time(rate: Rate, due: str) -> None:
    schedule = ScheduledEventConfig("sweep", "jobs.sweep", rate, "")
    after = datetime(2026, 12, 1, 10, 7, 30, tzinfo=UTC)
    assert timer.next_firing(schedule, after).strftime("%d %H:%M:%S") == due


# ---- what API Gateway answers -------------------------------------------------------------------


def assert_problem(response: http.client.HTTPResponse, content: bytes, status: int) -> None:
    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(content)["status"] == status


@pytest.mark.server
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "/v1/nothing"),
        ("POST", "/_local/aws"),
        ("PROPFIND", "/v1/health"),
        ("BREW", "/v1/health"),
        ("GET", "//[v1/health"),
    ],
)
def test_unknown_path_or_method(local: Local, method: str, path: str) -> None:
    assert_problem(*local.request(method, path, headers={"Authorization": "Bearer x"}), status=404)


@pytest.mark.server
def test_head_has_no_body(local: Local) -> None:
    answer = local.exchange(b"HEAD /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.server
def test_huge_body_is_refused(local: Local) -> None:
    huge = b"x" * (BODY_BYTES + 1)
    assert_problem(*local.request("POST", "/v1/registrations", body=huge), status=413)


@pytest.mark.server
def test_huge_chunked_body_is_refused(local: Local) -> None:
    chunks = (b"x" * 1_000_000 for _ in range(12))
    response, content = local.request("POST", "/v1/registrations", body=chunks, encode_chunked=True)
    assert_problem(response, content, status=413)


@pytest.mark.server
def test_chunked_body_arrives(local: Local) -> None:
    """The same refusal of what is in the last chunk shows that it was understood."""
    as_one, in_chunks = (
        local.request(
            "POST",
            "/v1/sessions",
            body=content,
            encode_chunked=chunked,
            headers={"Content-Type": "application/json"},
        )
        for content, chunked in (
            (b'{"phone": "nonsense"}', False),
            (iter([b'{"phone": ', b'"nonsense"}']), True),
        )
    )
    assert as_one[0].status == in_chunks[0].status == 422
    assert as_one[1] == in_chunks[1]


@pytest.mark.server
@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET /v1/health HTTP/x\r\n\r\n",
        b"GET /v1/health HTTP/2.0\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"GET /v1/health HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
        b"0\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_malformed_request_is_refused(local: Local, sent: bytes) -> None:
    answer = local.exchange(sent)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer


@pytest.mark.server
def test_client_that_leaves_is_no_error(local: Local) -> None:
    """The shared run's standard error is looked at when it stops."""
    for sent in (
        b"",
        b"GET /v1/hea",
        b"POST /v1/sessions HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
        b"GET /v1/health HTTP/1.1\r\n\r\n" * 100,
    ):
        with socket.create_connection(_address(local.base_url)) as connection:
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert local.get("/v1/health")["status"] == "ok"


# ---- the parts ----------------------------------------------------------------------------------


def test_metrics_leave_the_console(tmp_path: Path) -> None:
    record = {
        "_aws": {
            "Timestamp": 1_796_144_400_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "N",
                    "Dimensions": [["job"]],
                    "Metrics": [{"Name": "JobRuns", "Unit": "Count"}, {"Name": "Lag"}],
                }
            ],
        },
        "job": "open_days",
        "JobRuns": [1.0, 2.0],
        "Lag": 3,
    }
    screen = io.StringIO()
    with opened(tmp_path / "state") as state, console.sieved(screen, state):
        print("before")
        print(json.dumps(record))
        print('about "_aws"', "after", sep="\n")
    with redirect_stdout(screen):
        print("outside")
    assert screen.getvalue() == 'before\nabout "_aws"\nafter\noutside\n'
    recorded = metrics.recorded(state.metrics)
    assert [(m["name"], m["unit"], m["value"]) for m in recorded] == [
        ("JobRuns", "Count", 1.0),
        ("JobRuns", "Count", 2.0),
        ("Lag", "None", 3),
    ]
    assert recorded[0]["dimensions"] == {"job": "open_days"}
    assert recorded[0]["at"] == "2026-12-01T17:00:00.000+00:00"


def test_what_aws_measures_is_no_metric_of_the_service(tmp_path: Path) -> None:
    with (
        opened(tmp_path / "state") as state,
        platform.measured(state),
        platform.invocation("sweep"),
    ):
        pass
    assert {p.name for p in metrics.points(state.metrics)} >= {"Duration", "Errors"}
    assert metrics.recorded(state.metrics) == []


def test_what_is_measured_together_is_written_together_and_read_back_one_by_one(
    tmp_path: Path,
) -> None:
    with opened(tmp_path / "state") as state, platform.measured(state):
        for _ in range(3):
            with platform.invocation("sweep"):
                pass
    assert len(state.metrics.read_text().splitlines()) == 1
    assert [p.name for p in metrics.points(state.metrics)].count("Duration") == 3


def test_logs_are_kept_by_function_and_shown(tmp_path: Path) -> None:
    screen = io.StringIO()
    line = '{"level":"INFO","message":"job done"}'
    with opened(tmp_path / "state") as state, console.sieved(screen, state):
        print(line)
        token = console.function.set("sweep")
        print(line)
        console.function.reset(token)
    assert screen.getvalue() == f"{line}\n{line}\n"
    kept = [json.loads(text) for text in state.logs.read_text().splitlines()]
    assert [one["function"] for one in kept] == ["api_handler", "sweep"]
    assert kept[0]["line"] == json.loads(line)


def test_provisioning_again_creates_nothing(aws: None) -> None:
    assert provision({**tables.resources("local"), **keys.resources("local")}) == []


def test_secrets_are_made_by_their_recipe(aws: None) -> None:
    client = boto3.client("secretsmanager")
    secret = client.get_secret_value(SecretId=environment("")["TOKENS_SECRET"])
    value = json.loads(secret["SecretString"])
    assert value["kid"] == "1"
    assert re.fullmatch(r"[0-9A-Za-z]{64}", value["key"])


def test_timer_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = 0
    again = threading.Event()

    def fail_once(schedule: ScheduledEventConfig) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("the first run fails")
        again.set()

    monkeypatch.setattr(functions, "call", fail_once)
    monkeypatch.setattr(timer, "next_firing", lambda _, after: after + timedelta(milliseconds=10))
    with timer.ticking([ScheduledEventConfig("sweep", "jobs.sweep", Rate(5, Rate.MINUTES), "")]):
        assert again.wait(10)


class OneFunction:
    """A gateway before one function."""

    def match(self, method: str, target: str) -> Matched:
        return Matched(method, target, "", "", {}, "api_handler")


class Echo(OneFunction):
    """It answers with the body that it was given."""

    def answer(self, *request: Any) -> Answer:
        *_, content, _ = request
        return Answer(200, {}, b"<" + (content or b"") + b">")


@pytest.fixture
def echo() -> Iterator[str]:
    server = Server(0)
    with server.serving(cast("Gateway", Echo())):
        yield server.base_url


@pytest.mark.parametrize(
    ("headers", "sent", "read"),
    [
        ("Content-Length: 3", b"abc", b"<abc>"),
        ("Content-Length: 0", b"", b"<>"),
        ("X-None: 0", b"", b"<>"),
        (
            "Transfer-Encoding: chunked",
            b"3;note=x\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
            b"<abcde>",
        ),
    ],
)
def test_body_is_read_to_its_end(echo: str, headers: str, sent: bytes, read: bytes) -> None:
    """Where it ends is where the next request begins."""
    first = f"POST / HTTP/1.1\r\n{headers}\r\n\r\n".encode() + sent
    answers = exchange(echo, first + b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert re.findall(rb"<.*>", answers) == [read, b"<>"]


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ("Content-Length: 3", b"ab"),
        ("Transfer-Encoding: chunked", b"3\r\nab"),
        ("Transfer-Encoding: chunked", b"3\r\nabc\r\n"),
    ],
)
def test_body_cut_short_is_a_client_that_left(echo: str, headers: str, sent: bytes) -> None:
    assert exchange(echo, f"POST / HTTP/1.1\r\n{headers}\r\n\r\n".encode() + sent) == b""


def test_body_is_asked_for(echo: str) -> None:
    with socket.create_connection(_address(echo), timeout=20) as connection:
        heard = connection.makefile("rb")
        connection.sendall(
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\n"
            b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        assert heard.readline() == b"HTTP/1.1 100 Continue\r\n"
        connection.sendall(b"abc")
        assert heard.read().endswith(b"<abc>")


def test_crowd_that_says_nothing_keeps_nobody_waiting(echo: str) -> None:
    """More connections than threads, and than `select` can watch."""
    with ExitStack() as crowd:
        for _ in range(1100):
            silent = socket.create_connection(_address(echo), timeout=20)
            crowd.enter_context(silent)
            silent.sendall(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n")
        with urlopen(echo, timeout=20) as answer:
            assert answer.read() == b"<>"


class Slow(OneFunction):
    """Its answer is under way until it may go on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def answer(self, *_: object) -> Answer:
        self.begun.set()
        assert self.go_on.wait(10)
        return Answer(200, {}, b"whole")


def test_answer_under_way_is_finished_when_the_server_stops() -> None:
    server, slow, answers = Server(0), Slow(), []

    def ask() -> None:
        with urlopen(server.base_url, timeout=10) as answer:
            answers.append(answer.read())

    client = threading.Thread(target=ask)
    with server.serving(cast("Gateway", slow)):
        client.start()
        assert slow.begun.wait(10)
        threading.Timer(0.2, slow.go_on.set).start()
    assert slow.go_on.is_set()
    client.join(10)
    assert answers == [b"whole"]
    assert refuses_connections(server.base_url)


class Waiting:
    """A gateway before functions that are the first parts of the paths."""

    def __init__(self) -> None:
        self.processors: set[int] = set()
        """On which those that wait may run."""
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def match(self, method: str, target: str) -> Matched:
        return Matched(method, target, "", "", {}, target.split("/")[1])

    def answer(self, matched: Matched, *_: object) -> Answer:
        if "wait" in matched.path:
            if sys.platform == "linux":
                self.processors |= os.sched_getaffinity(0)
            self.begun.release()
            assert self.go_on.wait(20)
        return Answer(200, {}, b"whole")


@contextmanager
def crowded(path: str) -> Iterator[tuple[Server, Waiting]]:
    """A server that as many ask for a path as a function may have threads."""
    server, gateway = Server(0), Waiting()
    address = urlsplit(server.base_url).netloc
    with server.serving(cast("Gateway", gateway)), ExitStack() as crowd:
        for _ in range(THREADS):
            one = crowd.enter_context(closing(http.client.HTTPConnection(address, timeout=20)))
            one.request("GET", path)
        try:
            yield server, gateway
        finally:
            gateway.go_on.set()


def is_held_up(path: str, by: str) -> bool:
    """Whether a request waits for as many of another path as a function has threads."""
    with crowded(by) as (server, gateway):
        for _ in range(THREADS):
            assert gateway.begun.acquire(timeout=20)
        try:
            with urlopen(server.base_url + path, timeout=1) as answer:
                return bool(answer.read() != b"whole")
        except TimeoutError:
            return True


def test_a_function_whose_requests_all_wait_holds_up_no_other() -> None:
    assert not is_held_up("/api/quick", by="/people/wait")


def test_without_walls_it_would() -> None:
    assert is_held_up("/people/quick", by="/people/wait")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no thread can be told where to run")
def test_all_threads_that_answer_stay_on_one_processor_and_others_may_run_anywhere() -> None:
    anywhere = os.sched_getaffinity(0)
    with crowded("/api/wait") as (_, gateway):
        for _ in range(THREADS):
            assert gateway.begun.acquire(timeout=20)
        assert len(gateway.processors) == 1
    assert os.sched_getaffinity(0) == anywhere


def test_the_gateway_here_leads_where_the_deployed_one_leads() -> None:
    """By the same table of routes; a method that a path lacks is its function's to refuse."""
    here = Gateway(app, {})
    for path, methods in routing.paths().items():
        for method, how in methods.items():
            uri = how["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            asked = (method.upper(), re.sub("[{}]", "", path) + "?a=/v1/me")
            (logical_id,) = re.findall(r"\${(\w+)\.Arn}", uri)
            assert BEHIND_GATEWAY[here.match(*asked).function] == logical_id, asked
    assert here.match("GET", "/v1/me/family/").function == "people_handler"
    assert here.match("HEAD", "/v1/me").function == "people_handler"
    assert here.match("PUT", "/v1/me").function == "people_handler"
    assert here.match("GET", "/v1/mean").function == ""


def test_each_request_sees_itself() -> None:
    app = Chalice("both")
    together = threading.Barrier(2)

    @app.route("/{name}")
    def view(name: str) -> str:
        together.wait(10)
        return f"{name} {app.current_request.uri_params['name']}"

    gateway = Gateway(app, {})
    with ThreadPoolExecutor() as pool:
        answers = list(
            pool.map(
                lambda n: gateway.answer(gateway.match("GET", f"/{n}"), {}, b"", "127.0.0.1"),
                ["a", "b"],
            )
        )
    assert [answer.body for answer in answers] == [b"a a", b"b b"]


@pytest.mark.skipif(sys.platform != "linux", reason="has one loopback address only")
def test_each_request_says_where_its_connection_came_from() -> None:
    app = Chalice("callers")
    app.route("/")(lambda: app.current_request.context["identity"]["sourceIp"])
    server = Server(0)
    with server.serving(Gateway(app, {})):
        for peer in ("127.0.0.1", "127.0.0.2", "127.8.9.10"):
            where = urlsplit(server.base_url).netloc
            connection = http.client.HTTPConnection(where, timeout=10, source_address=(peer, 0))
            connection.request("GET", "/", headers={"X-Forwarded-For": "36.68.1.2"})
            assert connection.getresponse().read() == peer.encode()
            connection.close()


def test_crashed_function_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Chalice("crashing")
    app.route("/")(lambda: "never seen")
    gateway = Gateway(app, {})
    monkeypatch.setattr(type(app), "__call__", lambda *_: {})
    answer = gateway.answer(gateway.match("GET", "/"), {}, b"", "127.0.0.1")
    assert answer == refusal("DEFAULT_5XX")
