"""What a month costs, in Markdown for docs/operations.md: ``python -m infra.ops.cost``.

No free tier is counted but the first three dashboards. Prices are of us-east-1 where AWS's vary by
region: none for Jakarta could be looked up; Jakarta's are expected to be higher. All in US dollars.
"""

from dataclasses import dataclass

from infra.stack import prices

# Looked up on 24 November 2026; the page's title beside each.
REST_REQUEST = 3.50e-6  # "Cost optimization - Best Practices for Designing Amazon API Gateway ..."
LAMBDA_GB_SECOND = (
    0.0000133334  # on arm64: "AWS Lambda Pricing Breakdown" (cloudchipr.com), less 20%
)
LAMBDA_REQUEST = 0.20e-6  # "Cost" (git.mcrn.ar/mariano/lambda_local_runner)
WRITE_UNIT = 0.625e-6  # "Amazon DynamoDB Pricing: On-Demand & Provisioned Plans" (airbyte.com)
READ_UNIT = 0.125e-6  # the same
KMS_KEY = 1.00  # "AWS KMS Pricing" (aws.amazon.com)
KMS_REQUEST = 0.03 / 10_000  # "AWS KMS Pricing Guide" (wring.co)
WEB_ACL = 5.00  # "AWS WAF cost explained" (c3x.dev); the same in all regions, says AWS's own blog
WEB_RULE = 1.00  # the same
WEB_REQUEST = 0.60e-6  # the same
EDGE_GB_OUT = 0.120  # to Indonesia: "Amazon CloudFront pricing" (aws.amazon.com)
LOG_GB = 0.50  # "Amazon CloudWatch Pricing: The 10 Billing Dimensions ..." (factualminds.com)

# From memory, as of 2024: no page was found that says them.
STORED_GB = 0.25  # DynamoDB, standard class
RECOVERY_GB = 0.20  # point-in-time recovery
SECRET = 0.40
METRIC = 0.30
ALARM = 0.10  # of one metric
TRACE = 5.00e-6
EDGE_REQUEST = 0.0120 / 10_000  # by HTTPS, in Indonesia

# Assumed: how the service is used.
WORKING_DAYS = 22
BOOKINGS = 300  # of an office and a working day, one applicant each
POLLS = 40  # looks at the calendar for each booking, those of the people who got none among them
REFUSALS = 5  # for each booking
OTHER_REQUESTS = 10  # for each booking: registering, signing in, profile, ticket
# Of a hundred bookings 25 are for children, who do not register, and 25 for a spouse or a parent
# whom somebody books for, or are made anew by whoever has cancelled, moved on or did not come.
REGISTRATIONS = 0.5  # for each booking; no phone is known before, so a passkey never saves these
# A session lasts 90 days, longer than from registering to the passport: who signs in again has
# signed out, has another phone, or comes back after that.
SIGN_INS = 0.3  # for each booking
BY_PASSKEY = 0.6  # of the sign-ins: on a phone that was signed in before, and has kept a passkey
CODES = 1.2  # SMS for each registration and sign-in by SMS: some ask twice
REMINDERS = 2  # for each booking
PUSHED = 0.7  # of all people: they have a phone that gets reminders by push
SHOWN = 0.9  # of those: it says in time that it has shown one; for the others an SMS goes out too
PUSH_REQUESTS = 3  # of a phone that is woken: it refreshes, asks what to show, says that it has
SMS_PARTS = 1  # of each text
VISITS = 8  # for each booking: people who load the pages anew

# Assumed: what that takes. Units of a booking as bench/calls.py counts them: 5 in an empty slot,
# 8 in a slot of fifty; one more each time for the index by account.
API_SECONDS = 0.03
API_GB = 1.0
BOOKING_WRITES = 6.5 + 1
REMINDER_WRITES = 2 * (1 + 1) + 1  # mark and record, each in the index too; the disclosure
PUSH_WRITES = (  # a reminder that is shown
    2 * (1 + 1)
    + 2 * 1
    + 1  # mark and notice in one transaction, and their indexes
    + 2 * (1 + 1)  # its receipt, and its end, in the index too
    + (1 + 1)  # what came of it, on the booking
    + 1  # the disclosure
)
REGISTRATION_WRITES = 7 + 18  # for the code, and for the account with it, as bench/codes.py counts
SIGN_IN_WRITES = 7 + 12  # the same
PASSKEY_WRITES = (  # a sign-in by passkey
    2  # the tallies of address and network
    + 1
    + 1  # the challenge, which is put and taken
    + 2 * 2  # the account, of two kilobytes
    + 2 * 1
    + 1  # the session, in one transaction with it, and its index
)
REQUEST_READS = 1
REGISTRATION_KMS = 6
SIGN_IN_KMS = 1
PROFILE_KMS = 2  # one profile read for each booking
LOG_KB = 1.2  # of a request
EDGE_LOG_KB = 0.3  # the same, at the edge
ANSWER_KB = 4
PAGE_REQUESTS, PAGE_KB = 6, 20  # of a visit, as tests/web/test_size.py has them at most
TRACED = 0.10  # of the requests, by the functions: one a second, and 5% of the others
OFFICE_GB = 0.3  # stored for each office after a year

# Assumed: what runs although nobody comes. Runs as in chalicelib/jobs.py.
DAYS = 30
RUNS = {
    "open_days": 288,
    "send_reminders": 288,
    "draw": 1440,
    "sweep": 96,
    "collect": 1440,
    "close_days": 96,
    "reconcile": 1,
}
"""A day."""
JOB_GB = 0.5
JOB_SECONDS = 1.0  # of a run, and
JOB_OFFICE_SECONDS = 0.2  # more for each office
SWEEP_READS = 150  # of an office and a run: every upcoming slot
OPEN_READS = 3
REMIND_READS = 14  # of an office and a run: the slots of two days
REMIND_BOOKINGS = 20_000  # reads of an office and a day: the evening's runs read all bookings
KEYS = 7  # one of them in us-east-1
TABLES = 21
TABLE_KEY_CALLS = TABLES * 12 * 24 * DAYS * 2  # one in five minutes, for a table and two callers
SECRETS = 4
REGIONS = 2  # a secret and its replica are charged alike
METRICS = 99
PUSH_METRICS = 40  # by kind and result; there are none while nothing goes by push
ALARM_METRICS = 219  # an alarm is charged by its metrics; a query as one, for it finds few or none
WEB_ACLS = 2  # before the distribution, and before the API
RULES = 13  # of both


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    at_rest: float
    in_use: float


def sms_a_booking(pushed: float = PUSHED, by_passkey: float = BY_PASSKEY) -> float:
    """SMS for each booking, if such shares are told by push first and sign in by passkey."""
    by_sms = SIGN_INS * (1 - by_passkey)
    return REMINDERS * (1 - pushed * SHOWN) + (REGISTRATIONS + by_sms) * CODES


def lines(offices: int) -> list[Line]:
    """The month's bill of so many offices; ``in_use`` comes on top of ``at_rest``."""
    bookings = offices * WORKING_DAYS * BOOKINGS
    registered, signed_in = bookings * REGISTRATIONS, bookings * SIGN_INS
    reminders = bookings * REMINDERS
    pushed, shown = reminders * PUSHED, reminders * PUSHED * SHOWN
    # The edge keeps none of these.
    requests = bookings * (1 + POLLS + REFUSALS + OTHER_REQUESTS) + shown * PUSH_REQUESTS
    of_pages = bookings * VISITS * PAGE_REQUESTS
    texts = bookings * sms_a_booking()
    runs = DAYS * sum(RUNS.values())
    everywhere = runs - DAYS * RUNS["draw"]  # that one looks at offices in draw mode alone
    job_seconds = runs * JOB_SECONDS + everywhere * JOB_OFFICE_SECONDS * offices
    rest_reads = (
        offices
        * DAYS
        * (
            RUNS["sweep"] * SWEEP_READS
            + RUNS["open_days"] * OPEN_READS
            + RUNS["send_reminders"] * REMIND_READS
        )
    )
    reads = requests * REQUEST_READS + offices * WORKING_DAYS * REMIND_BOOKINGS
    writes = (
        bookings * BOOKING_WRITES
        + (reminders - shown) * REMINDER_WRITES
        + shown * PUSH_WRITES
        + registered * REGISTRATION_WRITES
        + signed_in * (1 - BY_PASSKEY) * SIGN_IN_WRITES
        + signed_in * BY_PASSKEY * PASSKEY_WRITES
    )
    kms = (
        registered * REGISTRATION_KMS
        + signed_in * (1 - BY_PASSKEY) * SIGN_IN_KMS
        + bookings * PROFILE_KMS
        + (reminders - shown)  # a phone each
        + pushed  # where it is reached
    )
    stored = offices * OFFICE_GB
    gigabyte = 1_000_000  # in kilobytes
    lambda_in_use = requests * (LAMBDA_REQUEST + API_SECONDS * API_GB * LAMBDA_GB_SECOND)
    return [
        Line("**SMS**", 0, texts * SMS_PARTS * prices.SMS),
        Line("API Gateway", 0, requests * REST_REQUEST),
        Line(
            "Lambda",
            runs * LAMBDA_REQUEST + job_seconds * JOB_GB * LAMBDA_GB_SECOND,
            lambda_in_use,
        ),
        Line("DynamoDB requests", rest_reads * READ_UNIT, reads * READ_UNIT + writes * WRITE_UNIT),
        Line("DynamoDB storage and recovery", 0, stored * (STORED_GB + RECOVERY_GB)),
        Line("KMS", KEYS * KMS_KEY + TABLE_KEY_CALLS * KMS_REQUEST, kms * KMS_REQUEST),
        Line("Secrets Manager", SECRETS * REGIONS * SECRET, 0),
        Line(
            "CloudWatch",
            METRICS * METRIC + ALARM_METRICS * ALARM + runs * LOG_KB / gigabyte * LOG_GB,
            PUSH_METRICS * METRIC
            + (requests * LOG_KB + (requests + of_pages) * EDGE_LOG_KB) / gigabyte * LOG_GB,
        ),
        Line(
            "WAF",
            WEB_ACLS * WEB_ACL + RULES * WEB_RULE,
            (2 * requests + of_pages) * WEB_REQUEST,
        ),
        Line("X-Ray", runs * TRACE, requests * TRACED * TRACE),
        Line(
            "CloudFront",
            0,
            (requests + of_pages) * EDGE_REQUEST
            + (requests * ANSWER_KB + bookings * VISITS * PAGE_KB) / gigabyte * EDGE_GB_OUT,
        ),
    ]


def table(*counts: int) -> str:
    """The bills of so many offices side by side, as a Markdown table."""
    heads = [f"{n} offices, {when}" for n in counts for when in ("at rest", "in use")]
    bills = [lines(n) for n in counts]
    rows = [_row("USD a month", *heads), "|-" + "|-:" * len(heads) + "|"]
    rows += [_row(across[0].what, *_amounts(across)) for across in zip(*bills, strict=True)]
    rows.append(_row("all but SMS", *_amounts([_total(bill[1:]) for bill in bills])))
    rows.append(_row("**all**", *_amounts([_total(bill) for bill in bills])))
    return "\n".join(rows)


def _total(bill: list[Line]) -> Line:
    return Line("", sum(line.at_rest for line in bill), sum(line.in_use for line in bill))


def _amounts(across: "list[Line] | tuple[Line, ...]") -> list[str]:
    return [f"{usd:,.0f}" for line in across for usd in (line.at_rest, line.in_use)]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(table(18, 126))
