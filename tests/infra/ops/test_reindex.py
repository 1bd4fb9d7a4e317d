"""The command that puts everybody under a new key of the index."""

import sys

import pytest

from chalicelib.config import settings
from chalicelib.services.people import reindex
from chalicelib.store import disclosures
from infra.ops.reindex import main
from tests.builders import KEY_A, KEY_B, index_keys, registered
from tests.wire import before, fault

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def _on_a_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_PREFIX", settings.table_prefix)
    monkeypatch.setattr(reindex, "AT_ONCE", 1)  # moto has no lock
    monkeypatch.setattr(reindex, "PAGE", 2)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["infra.ops.reindex", *arguments])
    main()


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines for the operator, without those of the log."""
    return [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")]


def test_it_reports_its_progress_and_where_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people = {registered(number).account_id for number in (1, 2, 3)}
    capsys.readouterr()
    with index_keys(KEY_A, KEY_B):
        run(monkeypatch, "fill")
        *pages, end = told(capsys)
        assert [page.split()[0] for page in pages] == ["2", "3"]
        assert end == "All accounts are under both keys."
        last = pages[0].split()[-1]
        assert last in people
        run(monkeypatch, "fill", "--after", last)
        assert told(capsys)[0].startswith("1 accounts;")


def test_it_unseals_accounts_in_the_name_of_whoever_runs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who = registered()
    with index_keys(KEY_A, KEY_B):
        run(monkeypatch, "fill")
    (disclosure,) = disclosures.of(who.account_id)
    assert disclosure.by.startswith("operator:arn:aws:")


def test_it_removes_what_is_under_another_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registered()
    with index_keys(KEY_A, KEY_B):
        run(monkeypatch, "fill")
    with index_keys(KEY_B):
        capsys.readouterr()
        run(monkeypatch, "tidy")
    assert capsys.readouterr().out == "2 entries of other keys removed.\n"


@pytest.mark.parametrize(
    ("keys", "command", "refusal"),
    [
        ((KEY_A,), "fill", "not-rotating"),
        ((KEY_A, KEY_B), "tidy", "still-rotating"),
        ((KEY_B,), "tidy", "not-all-under-this-key"),
    ],
)
def test_it_says_why_it_refuses(
    keys: tuple[str, ...], command: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered()
    with index_keys(*keys), pytest.raises(SystemExit, match=f"^Refused: {refusal}$"):
        run(monkeypatch, command)


def test_it_says_that_it_may_be_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    registered()
    with (
        index_keys(KEY_A, KEY_B),
        before("TransactWriteItems", *fault()),
        pytest.raises(SystemExit, match=r"^DynamoDB gave no answer: run it again"),
    ):
        run(monkeypatch, "fill")
