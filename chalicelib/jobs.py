"""The scheduled functions. Each is a Lambda of its own and is imported without app.py."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib import clock
from chalicelib.config import settings
from chalicelib.services.allowance import Allowance
from chalicelib.telemetry import Metric, count, log

bp = Blueprint(__name__)

Done = dict[str, Any]

MARGIN = timedelta(seconds=60)
"""The time that a function keeps to finish what it has begun; the next run does the rest."""


@bp.schedule(Rate(5, Rate.MINUTES))
def open_days(event: CloudWatchEvent) -> Done:
    """Make ready the days that are released within the next 24 hours; report what was released."""
    from chalicelib.services.days.release import open_days

    return _run("open_days", partial(open_days, more=_more(event)), event)


@bp.schedule(Rate(1, Rate.MINUTES))
def draw(event: CloudWatchEvent) -> Done:
    """Make the draws that are due, at the offices that give their places by lot."""
    from chalicelib.services.waitlist.rounds import draw_all

    return _run("draw", draw_all, event)


@bp.schedule(Rate(5, Rate.MINUTES))
def send_reminders(event: CloudWatchEvent) -> Done:
    """Tell people of closures and of the day itself, remind those whose visit is near, and ask for
    consent; and send by SMS what went by push and was not shown.

    Its time-out is the time between two runs, so two runs hardly ever send SMS at once.
    """
    from chalicelib.services.desk.telling import tell_of_today
    from chalicelib.services.notices.follow import follow_up
    from chalicelib.services.notices.questions import tell_holders
    from chalicelib.services.notices.reminders import remind
    from chalicelib.services.office.closure import carry_out
    from chalicelib.services.people.confirmation import ask_again
    from chalicelib.services.waitlist.leaving import leave
    from chalicelib.services.waitlist.telling import tell_winners

    more = clock.PacedAllowance(settings.sms_per_second, _time_left(event))

    def job(now: datetime) -> Done:
        return {
            "pushed": follow_up(now, more),
            "closed": carry_out(now, more),
            "today": tell_of_today(now, more),
            "winners": tell_winners(now, more),
            "left_lots": leave(now, more),
            "reminders": remind(now, more),
            "questions": tell_holders(now, more),
            "register": ask_again(now, more),
        }

    return _run("send_reminders", job, event)


@bp.schedule(Rate(15, Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> Done:
    """Give back what crashed requests have left behind."""
    from chalicelib.services.booking.sweep import sweep

    return _run("sweep", partial(sweep, more=_more(event)), event)


@bp.schedule(Rate(1, Rate.MINUTES))
def collect(event: CloudWatchEvent) -> Done:
    """Keep the visits of those who are done, and take their tickets off the boards."""
    from chalicelib.services.desk.collect import collect

    return _run("collect", partial(collect, more=_more(event)), event)


@bp.schedule(Rate(15, Rate.MINUTES))
def close_days(event: CloudWatchEvent) -> Done:
    """Close the days that are over, and record of each booking how its visit has ended."""
    from chalicelib.services.desk.close import close_days

    return _run("close_days", partial(close_days, more=_more(event)), event)


@bp.schedule(Rate(1, Rate.DAYS))
def reconcile(event: CloudWatchEvent) -> Done:
    """Forget what has been kept long enough; compare every booking with every roster."""
    from chalicelib.services.booking.reconcile import reconcile
    from chalicelib.services.people.retention import forget

    more = _more(event)

    def job(now: datetime) -> Done:
        # Visits first: they must be gone by a certain day, and the comparison takes long.
        return {"retention": forget(now, more), "reconciled": reconcile(now, more)}

    return _run("reconcile", job, event, forgets=True)


class StillToCome(Exception):
    """A job that forgets was asked to do so as at an instant that is still to come.

    By then every visit that stands today is over: it would be forgotten, and whoever holds its
    place could book another.
    """


def _run(
    name: str, job: Callable[[datetime], Done], event: CloudWatchEvent, *, forgets: bool = False
) -> Done:
    now = _instant(event)
    if forgets and now > clock.now() and not _again(event):
        raise StillToCome(f"{name} forgets what is over, and {now.isoformat()} is still to come")
    done = job(now)
    skipped = _skipped(done)
    if skipped:
        done["skipped"] = skipped
        count(Metric.SKIPPED, skipped, job=name)
    count(Metric.JOB_RUNS, job=name)
    log.info("job done", job=name, at=now.isoformat(), **done)
    return done


def _instant(event: CloudWatchEvent) -> datetime:
    """When a job runs; a schedule says nothing, but an operator may name another instant."""
    at = event.detail.get("at")
    return datetime.fromisoformat(at) if at else clock.now()


def _again(event: CloudWatchEvent) -> bool:
    """Whether an operator insists, which works on one machine alone."""
    return settings.stage == "local" and event.detail.get("again") == "yes"


def _skipped(done: Done) -> int:
    """How often a run has left something out, in all that it did."""
    parts = [part for part in done.values() if isinstance(part, dict)]
    return sum(part.get("skipped", 0) for part in [done, *parts])


def _more(event: CloudWatchEvent) -> Allowance:
    return clock.lasting(_time_left(event))


def _time_left(event: CloudWatchEvent) -> timedelta:
    return timedelta(milliseconds=event.context.get_remaining_time_in_millis()) - MARGIN
