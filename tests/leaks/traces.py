"""What would give somebody away, in every shape in which it could turn up.

Thousands of traces are looked for in one pass: every third window of eight bytes is looked up among
the windows with which traces begin, and each trace is there with three of them. So no trace of ten
bytes and more is missed, and the time does not depend on how many there are.
"""

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, quote_plus

WINDOW, STRIDE = 8, 3
SHORTEST = WINDOW + STRIDE - 1

HASHES = ("md5", "sha1", "sha256")


class Trace(NamedTuple):
    """Bytes that may not be found, whose they are, and what they are of them."""

    content: bytes
    whose: str
    what: str


def of_value(value: str, whose: str, what: str) -> Iterator[Trace]:
    """A value as it is, inside of base64 (wherever it begins), in hex, percent-encoded, in JSON."""
    content = value.encode()
    shapes = {
        "plain": {content, json.dumps(value)[1:-1].encode()},
        "hex": {content.hex().encode(), content.hex().upper().encode()},
        "percent": {quote(value, safe="").encode(), quote_plus(value).encode()} - {content},
        "base64": set(_inside_base64(content)),
    }
    for shape, found in shapes.items():
        for each in found:
            yield Trace(each, whose, f"{what}, {shape}")


def of_digests(values: Iterable[str], whose: str, what: str) -> Iterator[Trace]:
    """The digests without a key of a value's forms, in hex and in base64."""
    for value in values:
        for name in HASHES:
            digest = hashlib.new(name, value.encode(), usedforsecurity=False).digest()
            for written in {
                digest,
                digest.hex().encode(),
                digest.hex().upper().encode(),
                b64encode(digest).rstrip(b"="),
                urlsafe_b64encode(digest).rstrip(b"="),
            }:
                yield Trace(written, whose, f"{what}, {name}")


def _inside_base64(content: bytes) -> Iterator[bytes]:
    """What of the base64 of a longer text depends on ``content`` alone, at each of the three
    places where it may begin."""
    for before, cut in ((0, 0), (1, 2), (2, 3)):
        end = (before + len(content)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(b"\0" * before + content)[cut:end]


class Search:
    """Finds traces in whatever was written."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._by_window: dict[bytes, list[Trace]] = defaultdict(list)
        for trace in traces:
            assert len(trace.content) >= SHORTEST, trace
            for offset in range(STRIDE):
                self._by_window[trace.content[offset : offset + WINDOW]].append(trace)

    def __call__(self, written: Mapping[str, Iterable[bytes]]) -> set[str]:
        """What was found, in words: ``name of person 7, base64, in a table``."""
        return {
            f"{trace.what} of {trace.whose}, in {place}"
            for place, pieces in written.items()
            for trace in self._found(b"\0\n".join(pieces))
        }

    def _found(self, content: bytes) -> Iterator[Trace]:
        windows = self._by_window.keys()
        for at in range(0, len(content) - WINDOW + 1, STRIDE):
            if content[at : at + WINDOW] in windows:
                for trace in self._by_window[content[at : at + WINDOW]]:
                    near = content[max(at - STRIDE, 0) : at + len(trace.content)]
                    if trace.content in near:
                        yield trace
