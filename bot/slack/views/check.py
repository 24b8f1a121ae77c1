"""The daily question while a resolved crisis is watched."""

from __future__ import annotations

from datetime import datetime

from bot.domain.model import Incident, Status
from bot.domain.words import mention, on_day
from bot.slack import phrases
from bot.slack.blocks import Message, actions, button, section
from bot.slack.controls import Controls, Place, Target
from bot.slack.fitting import compose


def check(incident: Incident, number: int, controls: Controls, *, now: datetime) -> Message:
    """Is all quiet? With what to do if not, and what to do if it is over."""
    question = f"Day {number} of watching. Is all quiet?"
    answer = incident.found_quiet.get(number)
    said = f"{mention(answer.by)} said{phrases.at(answer.at, now)} that all is quiet." if answer else ""
    if incident.status is not Status.RESOLVED:
        state = f"The crisis is {phrases.STATUS_WORDS[incident.status]} now, so nobody waits for an answer."
        return compose(f"{question} {said or state}", [section(f"*{question}*\n{said or state}")])
    lines = [
        f"*{question}*",
        said or phrases.lead(incident),
        "If it starts again, reopen the crisis: reminders run again.",
        "If it is over and nobody waits for an answer, close it: one form keeps what was learned.",
    ]
    if incident.review_due:
        late = incident.review_due <= now
        lines.append(f"The lessons {'were' if late else 'are'} due {on_day(incident.review_due)}.")
    blocks = [section("\n".join(lines))]
    drawn = [
        button(c, Target(incident.number, str(number))) for c in controls.shown(Place.CHECK, incident, number)
    ]
    if drawn:
        blocks.append(actions(drawn, block_id=f"check:{number}"))
    return compose(f"Crisis {incident.number}: {question} {said}".rstrip(), blocks)
