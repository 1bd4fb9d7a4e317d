"""Checks the draws of a day with what is public and Python's standard library alone.

python -m infra.ops.verify_draw https://…/v1/offices/OFFICE/days/DATE/draw [SHA-256 OF THE KEY]
"""

import hmac
import json
import sys
from base64 import b64decode
from hashlib import sha256
from typing import Any
from urllib.request import urlopen

Draw = dict[str, Any]
BEFORE = "0001" + 202 * "ff" + "003031300d060960864801650304020105000420"  # RFC 8017, 9.2


def fetched(url: str) -> list[Draw]:
    """The draws of a day, each with the whole of its list."""
    whole, page = dict[str, Draw](), url
    while page:
        with urlopen(page) as answer:  # noqa: S310 (the address is the operator's own)
            told = json.load(answer)
        for draw in told["draws"]:
            whole.setdefault(draw["at"], {**draw, "list": []})["list"] += draw["list"]
        page = f"{url}?page={told['next']}" if "next" in told else ""
    return list(whole.values())


def check(draw: Draw, office: str, key: str = "") -> str | None:
    """What is wrong with a draw, if anything."""
    told = json.dumps([draw["rooms"], draw["list"]], separators=(",", ":"))
    if sha256(told.encode()).hexdigest() != draw["list_hash"]:
        return "the list is not the one whose hash was signed"
    public, signature = (b64decode(draw[name]) for name in ("public_key", "signature"))
    if key and sha256(public).hexdigest() != key:
        return "the key is not the one that was published"
    modulus, exponent = int.from_bytes(public[33:289]), int.from_bytes(public[291:294])
    signed = sha256(f"{office}\n{draw['at']}\n{draw['list_hash']}".encode()).hexdigest()
    if pow(int.from_bytes(signature), exponent, modulus) != int(BEFORE + signed, 16):
        return "the signature is not that of the key"
    if draw["state"] == "settled" and [one[:4] for one in draw["results"]] != plan(draw, signature):
        return "the results are not what the list and its signature say"
    return None


def plan(draw: Draw, signature: bytes) -> list[list[Any]]:
    """Who is to have what."""
    left = {(day, start): places for day, start, places in draw["rooms"]}
    days, starts = (sorted(set(each)) for each in zip(*left, strict=True))
    given = []

    def best_lot(row: list[Any]) -> bytes:
        lots = (f"{row[0]}#{n}".encode() for n in range(min(1 + row[5], draw["cap"])))
        return max(hmac.digest(sha256(signature).digest(), lot, "sha256") for lot in lots)

    for entry, people, first, last, windows, _ in sorted(draw["list"], key=best_lot, reverse=True):
        slots = ((d, s) for d in days if first <= d <= last for s in windows or starts)
        if slot := next((slot for slot in slots if left.get(slot, 0) >= people), None):
            left[slot] -= people
            given.append([entry, people, *slot])
    return given


if __name__ == "__main__":
    url, *key = sys.argv[1:]
    found = {draw["at"]: check(draw, url.split("/")[-4], *key) for draw in fetched(url)}
    print("\n".join(f"{at}: {wrong or 'as it must be'}" for at, wrong in found.items()))
    sys.exit(any(found.values()))
