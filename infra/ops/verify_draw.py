"""Checks a draw as anybody can, with what is public and Python's standard library alone.

python -m infra.ops.verify_draw https://…/v1/offices/OFFICE/days/DATE/draw [SHA-256 OF THE KEY]
"""

import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

Draw = dict[str, Any]
DIGEST = bytes.fromhex("3031300d060960864801650304020105000420")  # SHA-256 (RFC 8017, 9.2)


def fetched(url: str) -> list[Draw]:
    """The draws of a day, each with the whole of its list."""
    whole: dict[str, Draw] = {}
    for draw in pages(url):
        whole.setdefault(draw["at"], {**draw, "list": []})["list"] += draw["list"]
    return list(whole.values())


def pages(url: str, page: str = "") -> Iterator[Draw]:
    while True:
        with urlopen(url + page) as answer:  # noqa: S310 (the address is the operator's own)
            told = json.load(answer)
        yield from told["draws"]
        if "next" not in told:
            return
        page = f"?page={told['next']}"


def check(draw: Draw, office: str, key: str = "") -> str | None:
    """What is wrong with a draw, if anything."""
    told = json.dumps([draw["rooms"], draw["list"]], separators=(",", ":")).encode()
    if hashlib.sha256(told).hexdigest() != draw["list_hash"]:
        return "the list is not the one whose hash was signed"
    public, signature = (base64.b64decode(draw[name]) for name in ("public_key", "signature"))
    if key and hashlib.sha256(public).hexdigest() != key:
        return "the key is not the one that was published"
    signed = hashlib.sha256(f"{office}\n{draw['at']}\n{draw['list_hash']}".encode()).digest()
    padded = b"\0\1" + b"\xff" * (253 - len(DIGEST + signed)) + b"\0" + DIGEST + signed
    modulus, exponent = int.from_bytes(public[33:289]), int.from_bytes(public[291:294])
    if pow(int.from_bytes(signature), exponent, modulus) != int.from_bytes(padded):
        return "the signature is not that of the key"
    if draw["state"] == "settled" and [one[:4] for one in draw["results"]] != plan(draw, signature):
        return "the results are not what the list and its signature say"
    return None


def plan(draw: Draw, signature: bytes) -> list[list[Any]]:
    """Who is to have what."""
    seed, room = hashlib.sha256(signature).digest(), {(d, s): n for d, s, n in draw["rooms"]}

    def lot(row: list[Any]) -> bytes:
        lots = range(min(1 + row[5], draw["cap"]))
        return max(hmac.digest(seed, f"{row[0]}#{n}".encode(), "sha256") for n in lots)

    given = []
    for entry, people, first, last, windows, _ in sorted(draw["list"], key=lot, reverse=True):
        for day in sorted({day for day, _ in room if first <= day <= last}):
            starts = windows or sorted(start for on, start in room if on == day)
            fits = [start for start in starts if room.get((day, start), 0) >= people]
            if fits:
                room[day, fits[0]] -= people
                given.append([entry, people, day, fits[0]])
                break
    return given


if __name__ == "__main__":
    url, key = sys.argv[1], "".join(sys.argv[2:])
    found = {
        draw["at"]: check(draw, url.split("/offices/")[1].split("/")[0], key)
        for draw in fetched(url)
    }
    for at, wrong in found.items():
        print(f"{at}: {wrong or 'as it must be'}")
    sys.exit(any(found.values()))
