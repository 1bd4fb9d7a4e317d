"""A run from its start to its end: what is started, in which order, and stopped in reverse."""

import errno
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, TextIO

from chalice.app import ScheduledEventConfig

from infra.local import (
    console,
    functions,
    ministack,
    platform,
    pushes,
    register,
    signals,
    sms,
    staff,
    timer,
)
from infra.local.cloudwatch import metrics
from infra.local.environment import REGION, enter
from infra.local.gateway import Handle
from infra.local.provision import provision
from infra.local.server import Server
from infra.local.state import Run, State, opened, unwritable


class Running(NamedTuple):
    """What has been started."""

    base_url: str
    schedules: Mapping[str, ScheduledEventConfig]
    """The scheduled functions, by name; whoever starts a run fires them."""


def run(port: int, directory: Path, limits: str, *, registers: bool) -> None:
    """Start everything, say so, and stop it all when a signal comes or the emulator ends.

    With ``registers``, a stand-in for the civil register too.
    """
    with stopping(directory) as started:
        running = start(started, port, directory, limits, _load, registers=registers)
        started.enter_context(timer.ticking(running.schedules.values()))
        _say(f"Antrian Paspor is ready at {running.base_url}  (Ctrl-C stops it)")
        _say(f"Its state is kept in {directory}")
        while True:
            signal.pause()


@contextmanager
def stopping(directory: Path) -> Iterator[ExitStack]:
    """What is started is stopped in reverse when the block ends, whatever ends it."""
    with ExitStack() as started:
        try:
            yield started
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise unwritable(directory, error) from None
        finally:
            signals.ignore()  # nothing interrupts the stopping


def start(
    started: ExitStack,
    port: int,
    directory: Path,
    limits: str,
    load: Callable[[], None],
    *,
    registers: bool = False,
    out: TextIO | None = None,
) -> Running:
    """Start all but the timer. ``load`` stores the offices; ``out`` takes what functions print."""
    server = _listener(port)
    state = started.enter_context(opened(directory))
    _say("Starting the AWS emulator ...")
    emulator = started.enter_context(ministack.running(state))
    _end_with(emulator)
    started.enter_context(console.sieved(out or sys.stdout, state))
    address = started.enter_context(register.answering()) if registers else ""
    push_services = started.enter_context(pushes.answering())
    enter(emulator.endpoint_url, limits, address, server.port, push_services.address)

    # Imported only now: chalicelib has read the environment once it is imported.
    from app import app
    from infra.local import site
    from infra.stack import keys, tables

    platform.measure_tables()
    started.enter_context(platform.measured(state))
    if made := provision({**tables.resources("local"), **keys.resources("local")}):
        _say(f"Created {len(made)} tables, keys and secrets.")
    _say("Loading the offices and making ready the days that are due ...")
    load()
    schedules = functions.scheduled(app)
    functions.call(schedules["open_days"])

    handles = _handles(emulator.endpoint_url, state, push_services)
    gateway = platform.MeasuredGateway(app, handles, site.answer)
    gc.freeze()  # what a start has loaded stays: to look for garbage in it would hold up a crowd
    started.enter_context(server.serving(gateway))
    record = Run(
        os.getpid(), server.base_url, emulator.endpoint_url, REGION, address, push_services.address
    )
    started.enter_context(record.announced(state))
    return Running(server.base_url, schedules)


def _load() -> None:
    from infra import offices
    from infra.local import trial

    for refused in offices.load():
        _say(f"Left as it was, because it is no office: {refused}")
    trial.load()


def _listener(port: int) -> Server:
    try:
        return Server(port)
    except OSError as error:
        raise SystemExit(
            f"Cannot listen on port {port} of 127.0.0.1 ({error.strerror}): "
            "choose another one, as in PORT=8001 make run."
        ) from None


def _end_with(emulator: ministack.Emulator) -> None:
    """Let the run end, at whatever point it is, when the emulator does."""
    signal.signal(signal.SIGCHLD, lambda *_: emulator.check())
    emulator.check()  # it may have ended just before


def _handles(
    endpoint_url: str, state: State, push_services: pushes.Service
) -> Mapping[str, Handle]:
    from infra.local.cloudwatch import dashboards

    return {
        "/_local/dashboards": partial(dashboards.answer, state),
        **{
            f"/_local/dashboards/{name}": partial(dashboards.answer, state, name)
            for name in dashboards.bodies()
        },
        "/_local/sms": partial(sms.sent, endpoint_url),
        "/_local/pushes": push_services.sent,
        "POST /_local/pushes": push_services.become,
        "/_local/metrics": partial(metrics.recorded, state.metrics),
        "/_local/aws": lambda: {"endpoint_url": endpoint_url, "region": REGION},
        "POST /_local/staff": staff.answering(),
    }


def _say(sentence: str) -> None:
    print(sentence, flush=True)
