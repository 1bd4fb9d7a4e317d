"""What a booking costs, for a dashboard, in US dollars; infra/ops/cost.py reckons a month."""

# From memory, as of 2024: no page was found that says it. Uncertain, and nearly the whole bill: ask
# AWS before believing it.
SMS = 0.35  # to Indonesia, a part

BUT_SMS = 0.0016  # of a booking: all but SMS of a month of 18 offices, as infra/ops/cost.py has it
