"""The pages as one machine serves them: the distribution's headers, and nothing but the files."""

import gzip
from pathlib import Path

import pytest

from chalicelib.api.responses import HEADERS as OF_THE_API
from infra.local import site
from infra.local.gateway import Answer, compressed
from infra.stack import pages

PACKED = {"accept-encoding": "gzip, deflate"}


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "web" / "assets").mkdir(parents=True)
    (tmp_path / "web" / "index.html").write_text("<p>front</p>")
    (tmp_path / "web" / "meja.html").write_text("<p>desk</p>")
    (tmp_path / "web" / "assets" / "main-AB.js").write_text("go()")
    (tmp_path / "secret.html").write_text("no page")
    monkeypatch.setattr(site, "BUILT", tmp_path / "web")
    return tmp_path / "web"


def page(path: str, headers: dict[str, str] | None = None) -> Answer:
    found = site.answer(path, headers or {})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "text"),
    [("/", b"<p>front</p>"), ("/meja", b"<p>desk</p>"), ("/meja.html", b"<p>desk</p>")],
)
def test_a_page_is_at_its_name(path: str, text: bytes) -> None:
    found = page(path)
    assert (found.status, found.body) == (200, text)
    assert found.headers["Content-Type"] == "text/html; charset=utf-8"
    assert pages.HEADERS.items() <= found.headers.items()


def test_whoever_takes_gzip_gets_it() -> None:
    found = page("/", PACKED)
    assert found.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(found.body) == b"<p>front</p>"


def test_what_has_a_hash_is_kept_forever_and_a_page_is_asked_for_each_time() -> None:
    assert "immutable" in page("/assets/main-AB.js").headers["Cache-Control"]
    assert page("/").headers["Cache-Control"] == "no-cache"


def test_a_page_that_has_not_changed_is_not_sent_again(built: Path) -> None:
    etag = str(page("/").headers["ETag"])
    again = page("/", {"if-none-match": etag})
    assert (again.status, again.body) == (304, b"")
    (built / "index.html").write_text("<p>changed</p>")
    assert page("/", {"if-none-match": etag}).body == b"<p>changed</p>"


@pytest.mark.parametrize("path", ["/nothing", "/../secret", "/..", "/assets", "/assets/", "//etc"])
def test_nothing_else_is_a_page(path: str) -> None:
    assert site.answer(path, {}) is None


def test_pages_and_api_are_asked_for_over_https_alike() -> None:
    for name in ("Strict-Transport-Security", "X-Content-Type-Options"):
        assert pages.HEADERS[name] == OF_THE_API[name]


# ---- what of the API the distribution keeps ------------------------------------------------------


def kept(body: bytes, cache: str, headers: dict[str, str]) -> Answer:
    return compressed(
        Answer(200, {"Cache-Control": cache, "Vary": "Accept-Language"}, body), headers
    )


def test_a_public_answer_is_compressed_for_whoever_takes_it() -> None:
    found = kept(b"x" * 1000, "public, max-age=1", PACKED)
    assert gzip.decompress(found.body) == b"x" * 1000
    assert found.headers["Content-Encoding"] == "gzip"
    assert found.headers["Vary"] == "Accept-Encoding, Accept-Language"


@pytest.mark.parametrize(
    ("body", "cache", "headers"),
    [
        (b"x" * 1000, "no-store", PACKED),
        (b"x" * 999, "public, max-age=1", PACKED),
        (b"x" * 1000, "public, max-age=1", {}),
    ],
)
def test_every_other_answer_stays_as_it_is(
    body: bytes, cache: str, headers: dict[str, str]
) -> None:
    assert kept(body, cache, headers).body == body
