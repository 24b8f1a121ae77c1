"""`/crisis playbooks`: what a crisis can be started with."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.playbook import Playbook
from bot.slack import phrases
from bot.slack.blocks import Block, Message, context, header, section
from bot.slack.fitting import compose, first_that_fits

_DETAILS = ((40, 300), (40, 120), (40, 60))
"""How many playbooks, and characters of a text: from generous to tight."""


def playbooks(library_playbooks: Mapping[str, Playbook]) -> Message:
    """Key, title, when to use it, severity and length of each."""
    every = list(library_playbooks.values())
    count = "1 playbook" if len(every) == 1 else f"{len(every)} playbooks"
    text = f"{count}: " + ", ".join(phrases.brief(p.key, 60) for p in every) + "."
    return compose(text, first_that_fits(_DETAILS, lambda detail: _drawn(every, detail)))


def _drawn(every: list[Playbook], detail: tuple[int, int]) -> list[Block]:
    most, each = detail
    blocks = [
        header("Playbooks"),
        context("Start one with `/crisis open KEY TITLE`, or with the form: `/crisis`."),
    ]
    blocks += [section(_one(p, each)) for p in every[:most]]
    if len(every) > most:
        blocks.append(section(f"and {len(every) - most} more in the form: `/crisis`"))
    return blocks


def _one(playbook: Playbook, each: int) -> str:
    steps = phrases.steps_of(len(playbook.steps))
    facts = f"`{phrases.brief(playbook.key, 60)}` · starts at {playbook.severity.label} · {steps}"
    lines = [f"*{phrases.brief(playbook.title, each)}*", phrases.brief(playbook.when, each), facts]
    return "\n".join(line for line in lines if line)
