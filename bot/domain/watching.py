"""The watch over a resolved crisis: what people answer to its daily question."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import errors
from bot.domain.decision import Decision
from bot.domain.effects import ShowCheck
from bot.domain.model import Answer, Incident, Status
from bot.domain.timeline import SaidQuiet
from bot.domain.words import mention


def say_all_is_quiet(incident: Incident, *, check: int, by: str, now: datetime) -> Decision:
    """This day's question says who found all quiet. Raises `AlreadySo` (nobody watches any more), `PingAnswered`."""
    if incident.status is not Status.RESOLVED:
        raise errors.AlreadySo(fact=f"Crisis {incident.number} is {incident.status}, and not being watched.")
    if not 1 <= check <= incident.checks:
        raise errors.AlreadySo(fact="Nobody was asked about that day.")
    said = incident.found_quiet.get(check)
    if said is not None:
        raise errors.PingAnswered(by=mention(said.by), what=said.what)
    found = {**incident.found_quiet, check: Answer("All is quiet", by, now)}
    return Decision(replace(incident, found_quiet=found), (SaidQuiet(now, by),), (ShowCheck(check),))
