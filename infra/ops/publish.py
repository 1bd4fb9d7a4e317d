"""Uploads the pages of build/web for the distribution: ``python -m infra.ops.publish STAGE``.

What a page names is there before the page is: files whose name has a hash of their content go
first, pages and the worker last. Nothing is deleted, because a page that somebody has open goes on
loading what it named. It needs ``s3:PutObject`` into the bucket of the pages, and
``cloudformation:DescribeStacks`` and ``DescribeStackResource`` of the stack; nothing else.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import ClientError

from infra.local.site import BUILT
from infra.stack import edge, pages, stages
from infra.stack.stages import Stage

WORKER = "sw.js"
"""It may fetch every page as soon as it is there."""


class Published(NamedTuple):
    """How many files were put where they were not, were there, or took the place of others."""

    new: int
    there: int
    replaced: int


def publish(bucket: str, built: Path) -> Published:
    """Upload all files of a directory; again does no harm, and ends what was cut short.

    Raises SystemExit with a sentence, and uploads nothing, if one is of an unknown kind.
    """
    files = sorted(_files(built), key=_order)
    if unknown := [name for name in files if Path(name).suffix not in pages.TYPES]:
        raise SystemExit(f"infra/stack/pages.py knows no media type of {', '.join(unknown)}.")
    s3 = boto3.client("s3")
    hashed = [name for name in files if name.startswith(pages.HASHED)]
    new = sum(_put(s3, bucket, built, name) for name in hashed)
    rest = files[len(hashed) :]
    for name in rest:
        _put(s3, bucket, built, name)
    return Published(new, len(hashed) - new, len(rest))


def _files(built: Path) -> Iterator[str]:
    for file in built.rglob("*"):
        if file.is_file():
            yield file.relative_to(built).as_posix()


def _order(name: str) -> tuple[int, str]:
    """What is named before what names it."""
    if name.startswith(pages.HASHED):
        return 0, name
    if name == WORKER:
        return 3, name
    return (2 if name.endswith(".html") else 1), name


def _put(s3: Any, bucket: str, built: Path, name: str) -> bool:
    """Upload one file; False if it is there already and can have no other content."""
    once = {"IfNoneMatch": "*"} if name.startswith(pages.HASHED) else {}
    try:
        s3.put_object(
            Bucket=bucket,
            Key=name.removesuffix(".html"),  # as it is asked for
            Body=(built / name).read_bytes(),
            CacheControl=pages.cache_control(name),
            ContentType=pages.TYPES[Path(name).suffix],
            **once,
        )
    except ClientError as error:
        if once and error.response["Error"]["Code"] == "PreconditionFailed":
            return False
        raise
    return True


def bucket_of(stage: Stage) -> str:
    """The bucket of the pages. Ends the program with a sentence if there is none."""
    stack = f"antrian-paspor-{stage.name}"
    try:
        found = boto3.client("cloudformation").describe_stack_resource(
            StackName=stack, LogicalResourceId=edge.BUCKET
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise SystemExit(
            f"The stack {stack} has no bucket for the pages: it has one with its distribution. "
            'Deploy it with EdgeCertificateArn first (docs/operations.md, "The pages").'
        ) from None
    name: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return name


def _address(stage: Stage) -> str:
    stack = f"antrian-paspor-{stage.name}"
    (described,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    said = {one["ParameterKey"]: one["ParameterValue"] for one in described["Parameters"]}
    return str(said["EdgeDomainName"])


def main() -> None:
    stage = stages.asked_for(sys.argv[1:])
    if not (BUILT / f"{pages.FRONT}.html").is_file():
        raise SystemExit("The pages are not built: `make pages` builds them.")
    bucket = bucket_of(stage)
    done = publish(bucket, BUILT)
    print(
        f"{done.new} files are new in {bucket}, {done.there} were there, and {done.replaced} took "
        "the place of those before them. What earlier pages name is still there.\n"
        f"The pages are at https://{_address(stage)}/."
    )


if __name__ == "__main__":
    main()
