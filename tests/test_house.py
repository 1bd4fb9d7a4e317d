"""The house stays in order: no file grows too long, and no name that was dropped comes back."""

import re
import subprocess

import pytest

from tests.machine import ROOT

LONGEST = 350
"""Lines that are read in one go."""

TABLES = {"chalicelib/api/words.py"}
"""Files that hold nothing but a table."""

MODULES = [
    *("api.challenges", "api.proof", "api.service"),
    *("infra.access", "infra.alarms", "infra.cost", "infra.dashboards", "infra.desk"),
    *("infra.firewall", "infra.functions", "infra.gateway", "infra.keys", "infra.openings"),
    *("infra.overrides", "infra.package", "infra.readiness", "infra.recovery", "infra.reindex"),
    *("infra.restore", "infra.stages", "infra.tables"),
    *("local.dashboards", "local.drawing", "local.insights", "local.metrics", "local.series"),
    *("services.audit", "services.changes", "services.closing", "services.closures"),
    *("services.codes", "services.holds", "services.opening", "services.pace", "services.places"),
    *("services.privacy", "services.profile", "services.quotas", "services.registration"),
    *("services.reindex", "services.release", "services.reminders", "services.retention"),
    *("services.sessions", "services.sweep", "services.turns"),
    *("store.openings", "store.people"),
    *("tests.journey", "tests.proof"),
]
"""Written as they are imported, or as paths."""

NAMES = [
    *("AuditLogGroup", "CODES_SECRET", "CodesSecret", "OpeningItem", "OpeningsTable"),
    *("answers.Challenge", "answers.Opening", "challenge_to_book", "challenge_to_register"),
    *("Exists", "NotAdded", "Parting", "kept_for_notice", "sweep.legitimate"),
    *("clock.Turns", "in_turn", "keyring.codes", "let_go", "make audit", "route.public"),
    *("services/booking.py", "services/limits.py", "services/notices.py", "services/people.py"),
    *("store/tables.py", "0013-sweep-and-audit", "0018-records-of-openings-twice"),
]

HISTORY = ("CHANGELOG.md", "docs/adr/0026-*.md", "tests/test_house.py")
"""Where an old name is told on purpose."""


def test_no_file_is_too_long_to_read_in_one_go() -> None:
    sources = [path for room in ("chalicelib", "infra") for path in (ROOT / room).rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources}
    assert [name for name in lengths.keys() - TABLES if lengths[name] > LONGEST] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no repository, so no list of its files")
def test_no_old_name_is_left() -> None:
    old = [name.replace(".", "[./]") for name in MODULES] + [re.escape(name) for name in NAMES]
    found = subprocess.run(
        ["git", "grep", "-nIwE", "|".join(old), "--", *(f":!{path}" for path in HISTORY)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.stdout, found.stderr) == ("", "")
