"""What a function loads and makes when it starts, and what it does not.

Lambda starts a process for whoever comes first after a quiet hour, and thousands of them at a
release: people wait for all that is loaded. `python -m bench` says what a start costs.
"""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest

from bench import first
from bench.start import BOOKING, FUNCTIONS, NOT_SHIPPED
from chalicelib.api.routes import Function
from tests.machine import ROOT

API = FUNCTIONS["api_handler"]
JOBS = {name: how for name, how in FUNCTIONS.items() if name not in set(Function)}

LIBRARIES = {
    "botocore",
    "chalice",
    "dateutil",
    "jmespath",
    "msgspec",
    "pynamodb",
    "six",
    "urllib3",
}

WORK_OF_JOBS = {
    f"chalicelib.services.{name}"
    for name in (
        "booking.reconcile",
        "booking.sweep",
        "days.closing",
        "days.release",
        "desk.close",
        "desk.collect",
        "notices.questions",
        "notices.reminders",
        "notices.send",
        "office.closure",
        "people.retention",
    )
}
SMS = {"chalicelib.sms", "chalicelib.domain.texts", "chalicelib.vault"}
DESK = {
    "chalicelib.api.desk_answers",
    "chalicelib.api.desk_requests",
    "chalicelib.domain.boards",
    "chalicelib.store.boards",
}
PEOPLE = {
    "chalicelib.services.sign_in.codes",
    "chalicelib.services.people.consent",
    "chalicelib.services.people.family",
    "chalicelib.services.people.phones",
    "chalicelib.services.people.privacy",
    "chalicelib.services.people.profile",
    "chalicelib.services.people.registration",
    "chalicelib.services.sign_in.sessions",
    "chalicelib.store.accounts",
    "chalicelib.store.tables.people",
}
"""What accounts and signing in need, and booking does not."""

LIST = "import sys; print(*[name for name, module in sys.modules.items() if module])"


@pytest.fixture(scope="module")
def booking() -> Iterator[str]:
    """Starts the API and has it answer a booking."""
    with first.recorded() as path:
        yield BOOKING.format(str(path))


@cache
def modules(statement: str) -> frozenset[str]:
    """All that a process has loaded when ``statement`` has run in it."""
    return frozenset(said(f"{statement}; {LIST}").split())


def said(code: str) -> str:
    """The last line that a process prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{NOT_SHIPPED}; {code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def ours(statement: str) -> set[str]:
    return {name for name in modules(statement) if name.startswith("chalicelib.")}


def libraries(statement: str) -> set[str]:
    there, bare = modules(statement), modules("pass")
    names = {name.partition(".")[0] for name in there - bare if not name.startswith("_")}
    return names - sys.stdlib_module_names - {"app", "chalicelib"}


def test_the_api_loads_the_libraries_that_it_books_with_and_no_others() -> None:
    assert libraries(API) == LIBRARIES


def test_the_api_loads_nothing_that_the_jobs_do() -> None:
    assert ours(API) & WORK_OF_JOBS == set()


def test_the_api_starts_without_accounts_without_sms_and_without_the_desk() -> None:
    assert ours(API) & (PEOPLE | SMS | DESK) == set()


def test_the_first_booking_finds_all_that_it_needs_loaded(booking: str) -> None:
    assert ours(booking) == ours(API)


def test_the_collector_rests_only_while_the_api_starts() -> None:
    assert (
        said(f"{API}; import gc; print(gc.isenabled(), gc.get_freeze_count() > 0)") == "True True"
    )


def test_the_api_starts_without_a_client() -> None:
    assert said(f"{API}; from bench import replay; print(*replay.clients())") == ""


def test_the_first_booking_leaves_one_client_of_the_tables_and_one_of_the_keys(
    booking: str,
) -> None:
    assert said(f"{booking}; print(*replay.clients())") == "dynamodb secretsmanager"


@pytest.mark.parametrize("job", JOBS)
def test_a_job_loads_the_same_libraries_and_not_the_api(job: str) -> None:
    assert libraries(JOBS[job]) == LIBRARIES
    assert not [name for name in ours(JOBS[job]) if name.startswith("chalicelib.api")]


@pytest.mark.parametrize("job", sorted(JOBS.keys() - {"send_reminders"}))
def test_a_job_that_tells_nobody_loads_no_sms(job: str) -> None:
    assert ours(JOBS[job]) & SMS == set()


@pytest.mark.parametrize("job", sorted(JOBS.keys() - {"send_reminders", "reconcile"}))
def test_a_job_that_neither_tells_nor_forgets_loads_no_people(job: str) -> None:
    assert ours(JOBS[job]) & PEOPLE == set()


def test_what_is_not_loaded_is_there_for_those_who_need_it() -> None:
    """A name that is wrong would be missing everywhere."""
    assert set().union(*map(ours, JOBS.values())) >= WORK_OF_JOBS | SMS
    people = ("consent", "privacy", "registration")
    modules = (f"chalicelib.services.people.{name}" for name in people)
    assert ours(", ".join([API, *modules])) >= PEOPLE
