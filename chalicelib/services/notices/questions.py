"""Telling the holder of a NIK that somebody asks for them: once a day at most.

Marked on the person before it is sent, as other notices are (see send.py): nobody is told twice.
"""

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.domain import texts
from chalicelib.services.allowance import Allowance
from chalicelib.services.contained import contained
from chalicelib.services.notices.by_sms import BY, text
from chalicelib.store import applicants, questions
from chalicelib.telemetry import Metric, count

EVERY = timedelta(days=1)
"""Between two messages to one holder, however many ask."""

KIND = "question"


def tell_holders(now: datetime, more: Allowance) -> dict[str, int]:
    """Tell whoever is to be told, as far as there is time; the next run goes on from there."""
    done: Counter[str] = Counter(sent=0, failed=0, unknown=0, handed_over=0)
    for person_id in questions.waiting():
        with contained(done, KIND):
            person = applicants.get(person_id)
            if person.holder is None or not person.questions(now):
                questions.not_to_tell(person)
                continue
            if person.told_at and now - person.told_at < EVERY:
                continue
            if not more():
                done["handed_over"] = 1
                break
            if questions.telling(person, now):
                outcome = text(person.holder, texts.ASKED, BY, KIND, more, now)
                count(Metric.SMS, kind=KIND, result=outcome.state.value)
                done[outcome.state.value] += 1
    return dict(done)
