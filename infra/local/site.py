"""The pages, with the headers of the distribution: `make` has built them from web/."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from infra.local.gateway import Answer
from infra.stack import pages

BUILT = Path(__file__).parents[2] / "build" / "web"


def answer(path: str, headers: Mapping[str, str]) -> Answer | None:
    """The file at a path, or None if there is none: `/` is index.html, `/meja` is meja.html."""
    name = path.removeprefix("/") or pages.FRONT
    file = BUILT / (name if "." in name else f"{name}.html")
    if ".." in name or not file.is_file():
        return None
    packed, etag = _packed(file, file.stat().st_mtime_ns)
    sent = {
        **pages.HEADERS,
        "Cache-Control": pages.cache_control(name),
        "Content-Type": pages.TYPES[file.suffix],
        "ETag": etag,
        "Vary": "Accept-Encoding",
    }
    if headers.get("if-none-match") == etag:
        return Answer(304, sent, b"")
    if "gzip" not in headers.get("accept-encoding", ""):
        return Answer(200, sent, gzip.decompress(packed))
    return Answer(200, {**sent, "Content-Encoding": "gzip"}, packed)


@lru_cache
def _packed(file: Path, _changed_at: int) -> tuple[bytes, str]:
    content = file.read_bytes()
    return gzip.compress(content, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:16]}"'
