"""A crisis that nobody works on any more, as far as the bot can see: over, or forgotten?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.clocks.clock import Clock, Rung
from bot.domain.durations import spoken
from bot.domain.model import Incident, Status
from bot.domain.words import listed, mention, rounded

UPDATES_MISSED = 2
"""As many times the pause between two updates without anybody doing anything; without updates, `WITHOUT_UPDATES`."""
WITHOUT_UPDATES = timedelta(days=3)
SLOWEST = timedelta(days=1)


def silence(incident: Incident) -> Iterator[Clock]:
    """The lead is asked whether it still goes on; unanswered, lead and deputy by name, then half as often each time."""
    if incident.status is not Status.ACTIVE:
        return
    after = incident.update_every * UPDATES_MISSED if incident.update_every else WITHOUT_UPDATES
    at = incident.last_act + after
    lead = incident.lead or incident.opened_by
    deputy = incident.deputy("lead")
    both = (lead, deputy) if deputy and deputy != lead else (lead,)

    def words(rung: Rung) -> str:
        whom = f"{listed(mention(person) for person in rung.people)}, " if rung.in_channel else ""
        nobody = "nobody" if whom else "Nobody"  # the bot does not read what people write to each other
        silent = spoken(rounded(rung.at - incident.last_act))
        asked = "Does it go on? If it is over, resolve it: then the lessons can be kept."
        return f"*{whom}{nobody} has touched the checklist or posted an update for {silent}.*\n{asked}"

    # What is counted from is the latest thing anybody did: the next thing they do begins anew.
    rungs = (Rung("lead", at, (lead,)), Rung("deputy", at + after / 2, both, in_channel=True))
    yield Clock(
        "silence", rungs, words, "the silence in this crisis", again=after, slowest=max(after, SLOWEST)
    )
