"""Forms that hand a role over to somebody rested, and that say no to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.model import Incident, RoleHolding
from bot.domain.playbook import role_word
from bot.slack import phrases
from bot.slack.blocks import View, context, form, option, person_input, select_input, text_input, typed


@dataclass(frozen=True, slots=True)
class HandoverFields:
    role: str
    person: str
    note: str


def handover_form(
    incident: Incident, held: Sequence[RoleHolding], chosen: RoleHolding, *, metadata: str
) -> View:
    """Asks who takes over which of these roles, with what they have to know. The deputy stands there already."""
    blocks = [
        context(f"Crisis {incident.number}: {phrases.title(incident)}"),
        select_input(
            "role",
            "Role",
            [option(role_word(h.role), h.role) for h in held],
            initial=chosen.role,
        ),
        person_input(
            "person",
            "Who takes over?",
            initial=chosen.deputy,
            hint="They are asked at once. Until they accept, nothing changes.",
        ),
        text_input(
            "note",
            "What do they have to know?",
            multiline=True,
            hint="What is open, what was promised to whom, what to look out for. The open steps come with it by themselves.",
        ),
    ]
    return form("handover", "Hand over a role", blocks, submit="Ask them", metadata=metadata)


def read_handover(view: View) -> HandoverFields:
    return HandoverFields(typed(view, "role"), typed(view, "person"), typed(view, "note"))


def decline_form(incident: Incident, role: str, *, metadata: str) -> View:
    """Asks why somebody cannot take over."""
    blocks = [
        context(f"Crisis {incident.number}: {phrases.title(incident)}"),
        text_input("reason", "Why not, or who could?", multiline=True, optional=True),
    ]
    title = f"Not {role_word(role)}"
    return form("handover.decline", title, blocks, submit="Say so", metadata=metadata)


def read_decline(view: View) -> str:
    return typed(view, "reason")
