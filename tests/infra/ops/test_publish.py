"""The upload of the pages, into a bucket of moto."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local import site
from infra.ops import publish
from infra.stack import pages

BUCKET = "pages"
REGION = {"LocationConstraint": "ap-southeast-3"}
HASHED = "assets/main-AB.js"


@pytest.fixture
def s3() -> Iterator[Any]:
    """A bucket with versions, and nothing in it."""
    with mock_aws():
        made = boto3.client("s3")
        made.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=REGION)
        versions = {"Status": "Enabled"}
        made.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versions)
        yield made


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "meja.html", "sw.js", "icon.svg", HASHED, "assets/style-CD.css"):
        (tmp_path / name).write_text(f"{name} of today")
    return tmp_path


def there(s3: Any) -> dict[str, Any]:
    """{key: how it is served} of all that is in the bucket."""
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    return {key: s3.head_object(Bucket=BUCKET, Key=key) for key in keys}


def test_a_file_is_served_as_one_machine_serves_it(
    s3: Any, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "BUILT", built)
    assert publish.publish(BUCKET, built) == (2, 0, 4)
    for key, found in there(s3).items():
        local = site.answer(f"/{key}", {})
        assert local
        assert found["CacheControl"] == local.headers["Cache-Control"]
        assert found["ContentType"] == local.headers["Content-Type"]
        assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == local.body


def test_pages_have_no_ending_and_the_front_page_is_the_root(s3: Any, built: Path) -> None:
    publish.publish(BUCKET, built)
    assert {"index", "meja", "sw.js", HASHED} <= there(s3).keys()
    assert pages.FRONT == "index"


def test_what_has_a_hash_is_kept_forever_and_pages_and_worker_are_asked_for_each_time(
    s3: Any, built: Path
) -> None:
    publish.publish(BUCKET, built)
    found = there(s3)
    assert "immutable" in found[HASHED]["CacheControl"]
    assert {found[key]["CacheControl"] for key in ("index", "meja", "sw.js")} == {"no-cache"}


def test_what_is_named_goes_before_what_names_it_and_the_worker_last(s3: Any, built: Path) -> None:
    order = list[str]()

    def note(params: dict[str, Any], **_: Any) -> None:
        order.append(params["Key"])

    boto3.DEFAULT_SESSION.events.register("before-parameter-build.s3.PutObject", note)
    try:
        publish.publish(BUCKET, built)
    finally:
        boto3.DEFAULT_SESSION.events.unregister("before-parameter-build.s3.PutObject", note)
    assert order == [HASHED, "assets/style-CD.css", "icon.svg", "index", "meja", "sw.js"]


def test_the_next_release_leaves_what_open_pages_still_name(s3: Any, built: Path) -> None:
    publish.publish(BUCKET, built)
    (built / HASHED).rename(built / "assets" / "main-EF.js")
    (built / "index.html").write_text("tomorrow")
    assert publish.publish(BUCKET, built) == (1, 1, 4)
    assert {HASHED, "assets/main-EF.js"} <= there(s3).keys()
    assert s3.get_object(Bucket=BUCKET, Key="index")["Body"].read() == b"tomorrow"


def test_what_has_a_hash_is_never_written_over(s3: Any, built: Path) -> None:
    publish.publish(BUCKET, built)
    (built / HASHED).write_text("no other content has this name")
    publish.publish(BUCKET, built)
    assert s3.get_object(Bucket=BUCKET, Key=HASHED)["Body"].read() == f"{HASHED} of today".encode()


def test_with_a_file_of_an_unknown_kind_nothing_is_published(s3: Any, built: Path) -> None:
    (built / "notes.txt").write_text("for us")
    with pytest.raises(SystemExit, match=r"notes\.txt"):
        publish.publish(BUCKET, built)
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
