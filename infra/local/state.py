"""What a run keeps from one start to the next; all of it is kept in one directory, STATE."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

LAYOUT = 2
"""The version of STATE's content. A change with which older content does not work raises it."""


@dataclass(frozen=True, slots=True)
class State:
    """The files of one STATE."""

    directory: Path

    @property
    def emulator(self) -> Path:
        """The tables, keys, secrets and messages, as the emulator has last saved them."""
        return self.directory / "aws"

    @property
    def emulator_log(self) -> Path:
        return self.directory / "ministack.log"

    @property
    def temporary(self) -> Path:
        return self.directory / "tmp"

    @property
    def metrics(self) -> Path:
        """One line of CloudWatch's embedded metric format for each record."""
        return self.directory / "metrics.jsonl"

    @property
    def logs(self) -> Path:
        """One line of a log for each record, with the function that wrote it."""
        return self.directory / "logs.jsonl"

    @property
    def layout(self) -> Path:
        """Which `LAYOUT` the rest is of."""
        return self.directory / "layout"

    @property
    def run(self) -> Path:
        """There while a run is ready; it says where the run is found."""
        return self.directory / "run.json"

    @property
    def run_lock(self) -> Path:
        return self.directory / "run.lock"

    @property
    def emulator_lock(self) -> Path:
        return self.directory / "aws.lock"

    def check(self) -> None:
        """End the program with a sentence if what the emulator has saved is of another layout."""
        kept = self.layout.read_text().strip() if self.layout.exists() else None
        if self.emulator.exists() and kept != str(LAYOUT):
            raise SystemExit(
                f"STATE={self.directory} is of another version and does not work with this one: "
                "remove the directory, or choose another, as in STATE=.local-2 make run."
            )


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is ready."""

    pid: int
    base_url: str
    endpoint_url: str
    region: str
    register: str = ""
    """Where the stand-in for the civil register is; empty if there is none."""
    pushes: str = ""
    """Where the stand-in for push services is."""

    @classmethod
    def find(cls, state: State) -> "Run | None":
        """The run that uses `state`, or None. One killed outright leaves a stale record."""
        try:
            return cls(**json.loads(state.run.read_text()))
        except FileNotFoundError:
            return None

    @contextmanager
    def announced(self, state: State) -> Iterator[None]:
        """Keep the record for as long as the block lasts."""
        _write(state.run, json.dumps(asdict(self)) + "\n")
        try:
            yield
        finally:
            state.run.unlink(missing_ok=True)


@contextmanager
def opened(directory: Path) -> Iterator[State]:
    """STATE, for this run alone. Ends the program with a sentence if that cannot be."""
    state = State(directory.absolute())
    try:
        state.directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds SMS in plain text
        state.temporary.mkdir(exist_ok=True)
        lock = os.open(state.run_lock, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise unwritable(directory, error) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise SystemExit(
            f"Another run uses STATE={directory}: stop it, "
            "or choose another directory, as in STATE=.local-2 make run."
        ) from None
    try:
        state.check()
        _write(state.layout, f"{LAYOUT}\n")
        state.run.unlink(missing_ok=True)  # of a run that was killed
        yield state
    finally:
        os.close(lock)


def _write(file: Path, text: str) -> None:
    """Write a file so that a reader, also one after a crash, finds all of it or what was before."""
    draft = file.with_suffix(".new")
    draft.write_text(text)
    draft.replace(file)


def unwritable(directory: Path, error: OSError) -> SystemExit:
    """How the program ends where STATE takes nothing more."""
    return SystemExit(
        f"Cannot write to STATE={directory} ({error.strerror}): make room there, "
        "or choose another directory, as in STATE=/tmp/antrian make run."
    )
