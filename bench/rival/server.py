"""Books by `SELECT ... FOR UPDATE` on the slot's row, with the answers of the contract.

Run by the interpreter of its own virtual environment: FastAPI on uvloop and httptools, asyncpg with
a pool, prepared statements, and one look without a lock first, so that a sold-out slot costs no
lock. TOKENS_KEY, DATABASE (the directory of the socket) and PORT come from the environment.
"""

import hmac
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any

import asyncpg
import jwt
import uvicorn
from fastapi import Depends, FastAPI, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

TOKENS_KEY = os.environ["TOKENS_KEY"]
ISSUER = "antrian-paspor-local"
CONNECTIONS = 16
OFFERS_SECONDS = 2

LOOK = "SELECT remaining FROM slots WHERE slot_id = $1 AND opens_at <= now()"
LOCK = "SELECT remaining, sequence, ends FROM slots WHERE slot_id = $1 FOR UPDATE"
TAKE = "UPDATE slots SET remaining = remaining - 1, sequence = $2 WHERE slot_id = $1"
BOOK = """INSERT INTO bookings (code, slot_id, account_id, applicant_id, service, queue_number, key)
          VALUES ($1, $2, $3, $4, $5, $6, $7)"""
MADE = """SELECT code, queue_number, ends FROM bookings JOIN slots USING (slot_id)
          WHERE account_id = $1 AND key = $2"""
OFFERS = """SELECT office_id, day, starts, remaining FROM slots
            WHERE office_id = $1 AND day >= $2 AND remaining > 0 ORDER BY day, starts LIMIT 6"""


class NewBooking(BaseModel):
    model_config = ConfigDict(extra="forbid")

    office_id: str
    date: date
    start: str
    service: str
    applicants: list[str]

    @property
    def slot_id(self) -> str:
        return f"{self.office_id}#{self.date}#{self.start.replace(':', '')}"


class Full(Exception):
    """The slot has no place left."""


@asynccontextmanager
async def connected(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        host=os.environ["DATABASE"],
        user="rival",
        database="postgres",
        min_size=CONNECTIONS,
        max_size=CONNECTIONS,
    ) as app.state.pool:
        yield


app = FastAPI(lifespan=connected)
offers: dict[tuple[str, date], tuple[float, list[dict[str, Any]]]] = {}


async def account(authorization: Annotated[str, Header()] = "") -> str:
    """Whose token it is, or nothing."""
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "),
            TOKENS_KEY,
            algorithms=["HS256"],
            audience=ISSUER,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "sid"]},
        )
    except jwt.InvalidTokenError:
        return ""
    return str(claims["sub"])


@app.post("/v1/bookings")
async def book(
    wanted: NewBooking,
    account_id: Annotated[str, Depends(account)],
    idempotency_key: Annotated[str, Header()],
) -> JSONResponse:
    """One place for one person (families are left out: the storm has none)."""
    if not account_id:
        return refusal(401, "not-signed-in")
    (applicant_id,) = wanted.applicants
    async with app.state.pool.acquire() as connection:
        remaining = await connection.fetchval(LOOK, wanted.slot_id)
        if remaining is None:
            return refusal(404, "no-such-slot")
        if remaining == 0:
            return await full(connection, wanted)
        code = secrets.token_hex(6).upper()
        try:
            async with connection.transaction():
                slot = await connection.fetchrow(LOCK, wanted.slot_id)
                if slot["remaining"] == 0:
                    raise Full  # noqa: TRY301 (it rolls back)
                number = slot["sequence"] + 1
                await connection.execute(
                    BOOK,
                    code,
                    wanted.slot_id,
                    account_id,
                    applicant_id,
                    wanted.service,
                    number,
                    idempotency_key,
                )
                await connection.execute(TAKE, wanted.slot_id, number)
        except Full:
            return await full(connection, wanted)
        except asyncpg.ForeignKeyViolationError:
            return refusal(404, "no-such-applicant")
        except asyncpg.UniqueViolationError as taken:
            if taken.constraint_name != "one_answer_a_key":
                return refusal(409, "already-booked")
            made = await connection.fetchrow(MADE, account_id, idempotency_key)
            return booked(wanted, made["code"], made["queue_number"], made["ends"])
    return booked(wanted, code, number, slot["ends"])


def booked(wanted: NewBooking, code: str, number: int, ends: str) -> JSONResponse:
    return JSONResponse(
        {
            "code": code,
            "status": "booked",
            "office_id": wanted.office_id,
            "date": wanted.date.isoformat(),
            "start": wanted.start,
            "end": ends,
            "arrive_from": wanted.start,
            "service": wanted.service,
            "places": [{"applicant_id": wanted.applicants[0], "queue_number": number}],
            "reschedules_left": 1,
            "qr": f"{code}.{hmac.digest(TOKENS_KEY.encode(), code.encode(), 'sha256').hex()[:16]}",
        },
        201,
    )


async def full(connection: Any, wanted: NewBooking) -> JSONResponse:
    """With up to five other slots, at most two seconds old."""
    asked = (wanted.office_id, wanted.date)
    seen, found = offers.get(asked, (0.0, []))
    if time.monotonic() - seen > OFFERS_SECONDS:
        found = [
            {
                "office_id": row["office_id"],
                "date": row["day"].isoformat(),
                "start": row["starts"],
                "left": row["remaining"],
            }
            for row in await connection.fetch(OFFERS, *asked)
        ]
        offers[asked] = (time.monotonic(), found)
    here = (wanted.date.isoformat(), wanted.start)
    others = [offer for offer in found if (offer["date"], offer["start"]) != here]
    return refusal(409, "slot-full", alternatives=others[:5])


def refusal(status: int, slug: str, **more: Any) -> JSONResponse:
    return JSONResponse(
        {"type": slug, "title": slug, "status": status, "detail": slug, **more},
        status,
        media_type="application/problem+json",
    )


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
