"""Makes a stage's CloudFormation package under build/: ``python -m infra.stack.package STAGE``.

Chalice packs app.py, chalicelib/ and what pip downloads for requirements.txt; it works on a copy
without what Python and Chalice leave behind in the source tree. The packages are chosen for the
Python that runs this, and the functions will run on the same one: it has to be that of
.python-version. They are chosen for the processor that .chalice/config.json names (arm64, which
costs a fifth less than x86), whatever this machine has.

Then the package is made ready to start (docs/adr/0016-packages-that-start-quickly.md): a function
cannot write bytecode of its own, because Lambda's task directory is read-only, and botocore reads
all that it knows of a service before it makes a client.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from compileall import compile_dir
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from packaging.requirements import Requirement

from infra.stack import overrides, passkeys, stages, trimming, virginia
from infra.stack.functions import TASK_DIRECTORY
from infra.stack.stages import Stage

ROOT = Path(__file__).parents[2]
SOURCES = ("app.py", "chalicelib", "requirements.txt", ".chalice/config.json", ".chalice/policies")

LIMIT_BYTES = 250 * 2**20
"""Of a package, unpacked (AWS Lambda developer guide, "Lambda quotas")."""

PYTHON = (ROOT / ".python-version").read_text(encoding="utf-8").split()[0]
"""What the functions run on."""

MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
"""{Lambda's name: ELF's number (elf(5), e_machine)} of the processors there are."""


def package(stage: Stage, target: Path, architecture: str | None = None) -> None:
    """Write sam.json, edge.json and deployment.zip into ``target``, in place of what was there.

    Tests say another ``architecture`` than the functions have: that of the machine they run on.
    Ends the program with a sentence if that cannot be.
    """
    if not re.fullmatch(r"(mailto:|https://)\S+", stage.push_contact):
        raise SystemExit(f"Whom may a push service turn to? Name it in stages.py for {stage.name}.")
    with TemporaryDirectory() as directory:
        copy = Path(directory)
        _copy_sources(copy)
        config = json.loads((copy / ".chalice" / "config.json").read_text())
        architecture = config["lambda_architecture"] = architecture or config["lambda_architecture"]
        (copy / ".chalice" / "config.json").write_text(json.dumps(config))
        ours = copy / "ours.json"
        ours.write_text(json.dumps(overrides.template(stage)))
        shutil.rmtree(target, ignore_errors=True)
        _run_chalice(copy, "package", "--stage", stage.name, "--merge-template", ours, target)
    whole = target / "sam.json"
    whole.write_text(json.dumps(json.loads(whole.read_text())))  # CloudFormation takes 1 MB
    (target / "edge.json").write_text(json.dumps(virginia.template(stage), indent=2))
    archive = target / "deployment.zip"
    ready_to_start(archive)
    of_staff = passkeys.package(archive, architecture, compiled)
    if lacking := missing(archive) + missing(of_staff, passkeys.REQUIREMENTS):
        raise SystemExit(f"pip found no package for Lambda of: {', '.join(lacking)}.")
    if others := foreign(of_staff, architecture):
        raise SystemExit(f"Not made for {architecture}: {', '.join(others)}.")


def _copy_sources(copy: Path) -> None:
    (copy / ".chalice").mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, copy / name)


def _run_chalice(project: Path, *arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from chalice.cli import main; main()", *arguments],
        cwd=project,
        env={
            **os.environ,
            "AWS_DEFAULT_REGION": "ap-southeast-3",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nChalice could not make the package: see above.")


def ready_to_start(archive: Path) -> None:
    """Add the bytecode of every module in ``archive``, take out what of botocore nobody calls.

    Python takes the bytecode unchecked: beside files that nobody changes there is nothing to check,
    and the times of files, by which Python tells old bytecode otherwise, do not survive a zip file.
    """
    with TemporaryDirectory() as directory:
        with ZipFile(archive) as packed:
            packed.extractall(directory)
        trimming.trim(Path(directory, "botocore", "data"))
        compiled(Path(directory))
        shutil.make_archive(str(archive.with_suffix("")), "zip", directory)


def compiled(directory: Path) -> None:
    """Write the bytecode of all modules of ``directory``, as they will stand on Lambda."""
    compile_dir(
        directory,
        quiet=1,
        stripdir=str(directory),
        prependdir=TASK_DIRECTORY,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


def missing(archive: Path, asked: Path = ROOT / "requirements.txt") -> list[str]:
    """What is ``asked`` for and ``archive`` lacks: Chalice says so and goes on."""
    lines = asked.read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if re.match(r"\w", line)]
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    wanted = {f"{pin.name}{pin.specifier}".replace("==", "-") for pin in here}
    with ZipFile(archive) as packed:
        there = {
            name.removesuffix(".dist-info/METADATA").lower().replace("_", "-")
            for name in packed.namelist()
        }
    return sorted(wanted - there)


def foreign(archive: Path, architecture: str) -> list[str]:
    """The libraries (.so) in ``archive`` that another processor than ``architecture`` would run."""
    with ZipFile(archive) as packed:
        return [
            name
            for name in packed.namelist()
            if re.search(r"\.so(\.|$)", name)
            and int.from_bytes(packed.read(name)[18:20], "little") != MACHINES[architecture]
        ]


def _refuse_another_python() -> None:
    this = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if this != PYTHON:
        raise SystemExit(
            f"The functions run on Python {PYTHON}, and this is {this}: say "
            f"`rm -r .venv; PYTHON=python{PYTHON} make package STAGE=...`."
        )


def _unpacked_bytes(archive: Path) -> int:
    with ZipFile(archive) as packed:
        return sum(entry.file_size for entry in packed.infolist())


def main() -> None:
    stage = stages.asked_for(sys.argv[1:])
    _refuse_another_python()
    target = ROOT / "build" / stage.name
    print(f"Packaging {stage.name} for Python {PYTHON}:")
    print("downloading what ships and packing it takes half a minute ...", flush=True)
    package(stage, target)
    for name in ("deployment.zip", passkeys.ARCHIVE):
        archive = target / name
        print(
            f"{name} has {archive.stat().st_size / 2**20:.1f} MB, unpacked "
            f"{_unpacked_bytes(archive) / 2**20:.1f} MB of the {LIMIT_BYTES / 2**20:.0f} MB that "
            "Lambda takes."
        )
    print(f"The package is in {target.relative_to(ROOT)}: sam.json, edge.json, two archives.")


if __name__ == "__main__":
    main()
