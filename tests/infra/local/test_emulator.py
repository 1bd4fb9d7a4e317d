"""What makes the emulator faster changes nothing else; its copy that saves holds up nobody."""

import json
import os
import subprocess
from pathlib import Path

from infra.local.ministack import PYTHON, ROOT

SCRIPT = ROOT / "infra" / "local" / "emulator.py"

LOADED = f"""
import importlib.util
spec = importlib.util.spec_from_file_location("emulator", {str(SCRIPT)!r})
emulator = importlib.util.module_from_spec(spec)
spec.loader.exec_module(emulator)
"""

BOTH = """
import copy, json
from ministack.services import dynamodb

TEXTS = ["0", "-0.0", "007", "1.50", "1e3", "1E-131", "9" * 39, "", " 1", "1_0", "NaN", None, 7, []]
EXPRESSIONS = ["#0.#1 <= :0 AND (attribute_not_exists (a) OR b = :1)", "SET #2 = #2 - :2", "", "="]
LIST = {"L": [{"BOOL": True}]}
ITEM = {"id": {"S": "a"}, "n": {"N": "1"}, "more": {"M": {"list": LIST}}}

def judged():
    return [
        *([dynamodb._ddb_canonicalize_number(text) for text in TEXTS]),
        *([dynamodb._number_size_bytes(text) for text in TEXTS]),
        *([dynamodb._tokenize(text) for text in EXPRESSIONS]),
        *([dynamodb._condition_syntax_error(text, "Here") for text in EXPRESSIONS]),
    ]

before = judged()
emulator.make_faster()
once, twice = judged(), judged()
dynamodb._tokenize(EXPRESSIONS[0]).clear()
items = dynamodb.copy.deepcopy(ITEM)
odd = dynamodb.copy.deepcopy({"a set in a class": dynamodb._tables})
items["more"]["M"]["list"]["L"].append("changed")
print(json.dumps({
    "version": emulator.FASTER,
    "judged": before == once == twice == judged(),
    "copied": items != ITEM and len(ITEM["more"]["M"]["list"]["L"]) == 1,
    "odd": type(odd["a set in a class"]) is type(dynamodb._tables),
}))
"""


COPIED = """
import os, signal, socket
ours, theirs = socket.socketpair()
copy = os.fork()
if copy == 0:
    emulator.Saved(None, 1)._save_and_end()
ours.close()
theirs.settimeout(20)
try:
    print(theirs.recv(1), os.waitpid(copy, os.WNOHANG))
finally:
    os.kill(copy, signal.SIGKILL)
"""


def told(program: str, state: Path) -> str:
    """The last line that a program says which has loaded the emulator's script."""
    done = subprocess.run(
        [PYTHON, "-P", "-c", LOADED + program],
        env=os.environ | {"STATE_DIR": str(state)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()[-1]


def test_items_are_copied_and_texts_judged_as_before(tmp_path: Path) -> None:
    said = json.loads(told(BOTH, tmp_path))
    pinned = Path(ROOT / "infra" / "local" / "requirements.txt").read_text()
    assert f"ministack=={said.pop('version')}\n" in pinned
    assert said == {"judged": True, "copied": True, "odd": True}


def test_a_connection_ends_though_a_copy_of_the_process_still_saves(tmp_path: Path) -> None:
    stuck = tmp_path / "dynamodb.json.new"
    os.mkfifo(stuck)  # whoever opens it waits for the other end
    assert told(COPIED, tmp_path) == "b'' (0, 0)"
