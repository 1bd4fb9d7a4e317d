"""The CPU time that processes have used, as Linux counts it."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def alone(pid: int) -> float:
    """Seconds, user and system, of a process without its children."""
    _, used, _ = _read(pid)
    return used


def tree(pid: int) -> float:
    """Seconds of a process and all below it, those that have ended among them."""
    parents = {int(entry.name): 0 for entry in Path("/proc").glob("[0-9]*")}
    used = {}
    for each in parents:
        try:
            parents[each], own, gone = _read(each)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile; its parent counts it
        used[each] = own + gone
    return sum(seconds for each, seconds in used.items() if _below(each, pid, parents))


def _below(each: int, top: int, parents: dict[int, int]) -> bool:
    while each and each != top:
        each = parents.get(each, 0)
    return each == top


def _read(pid: int) -> tuple[int, float, float]:
    """The parent, what the process has used, and what children used that have ended (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, gone = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
    return int(fields[1]), own / TICKS, gone / TICKS
