"""The changes to the code that no test has minded, by file and line, after `mutmut run`.

A survivor is a question: is a test missing, or does the change not matter?
"""

import ast
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

MUTMUT = Path(sys.executable).with_name("mutmut")


def main() -> None:
    names = [
        line.strip() for line in _mutmut("results") if line.endswith((": survived", "no tests"))
    ]
    for name in sorted(names):
        print(_told(*name.rsplit(": ", 1)))
    print(f"{len(names)} survived")


def _told(mutant: str, status: str) -> str:
    """One line about a mutant, from the diff of its function that mutmut shows."""
    shown = _mutmut("show", mutant)
    path = next(line.removeprefix("--- ") for line in shown if line.startswith("--- "))
    hunk = next(number for number, line in enumerate(shown) if line.startswith("@@ -"))
    diff = shown[hunk + 1 :]
    before = len(list(takewhile(lambda line: line[:1] not in "-+", diff)))
    first = int(shown[hunk].split()[1].partition(",")[0].lstrip("-"))
    line = _start(Path(path), mutant) + first - 1 + before
    old, new = ([part[1:].strip() for part in diff if part[:1] == sign] for sign in "-+")
    return f"{path}:{line}: {status}: {' '.join(old)}  ->  {' '.join(new)}"


def _start(path: Path, mutant: str) -> int:
    """The line on which the function of ``mutant`` begins, with its decorators."""
    name = mutant.rpartition("__mutmut_")[0].rpartition(".")[2]
    *of, function = name.removeprefix("xǁ").split("ǁ") if "ǁ" in name else [name.removeprefix("x_")]
    body = ast.parse(path.read_text()).body
    for owner in of:
        body = next(
            node for node in body if isinstance(node, ast.ClassDef) and node.name == owner
        ).body
    found = next(n for n in body if isinstance(n, ast.FunctionDef) and n.name == function)
    return min([found.lineno, *(decorator.lineno for decorator in found.decorator_list)])


def _mutmut(*words: str) -> list[str]:
    done = subprocess.run([MUTMUT, *words], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


if __name__ == "__main__":
    main()
