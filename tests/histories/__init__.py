"""Histories under faults: crowds book while AWS fails, and a checker judges what they were told.

    python -m tests.histories [SEEDS]    the large size, 2,000 clients on 200 places a seed

One API process talks to the emulator through a proxy that throttles, fails, loses answers and lets
requests arrive late. Every client asks under its own Idempotency-Key until it has a definite
answer. What all of them sent and were told is the history; it and the tables, swept, are all that
the checker sees.
"""
