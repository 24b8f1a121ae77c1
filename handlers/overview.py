"""What is going on, what can be started, and help."""

from __future__ import annotations

from bot.domain import errors
from bot.domain.owed import in_order, owed_in, owed_later
from bot.domain.timeline import as_read
from bot.slack.views.crisis_list import crisis_list
from bot.slack.views.help import help_message
from bot.slack.views.mine import mine as mine_view
from bot.slack.views.playbooks import playbooks as playbooks_view
from bot.slack.views.status import status as status_view
from handlers._asked import Asked, Reply
from handlers._help import command_help
from handlers._registry import REGISTRY, command
from handlers._typed import crisis_number, quoted
from handlers.opening import members_only

LATEST_SHOWN = 5


@command("list")
async def in_progress(asked: Asked) -> Reply:
    """Shows the crises in progress."""
    await members_only(asked, "The list of crises")
    return crisis_list(await asked.bot.store.in_progress(viewer=asked.by), now=asked.now)


@command("mine")
async def mine(asked: Asked) -> Reply:
    """Shows what you owe, in all crises, what is due first at the top."""
    store = asked.bot.store
    crises = [*await store.in_progress(viewer=asked.by), *await store.still_owing(viewer=asked.by)]
    owed = [one for crisis in crises for one in owed_in(crisis, person=asked.by)]
    items = await store.open_actions(viewer=asked.by)
    owed += [
        owed_later(one.number, one.title, one.item, private=one.private)
        for one in items
        if one.item.owner == asked.by
    ]
    return mine_view(in_order(owed), asked.bot.controls, now=asked.now)


@command("status", usage="[N]")
async def status(asked: Asked) -> Reply:
    """Shows this crisis in detail; outside its channel with its number."""
    crisis = asked.crisis
    if asked.text:
        number = crisis_number(asked.text)
        crisis = await asked.bot.store.crisis(number) if number else None
        await members_only(asked, "The state of other crises")
    if crisis is None and not asked.text:
        return await in_progress(asked)
    if crisis is None or (crisis.private and asked.by not in crisis.members and crisis != asked.crisis):
        raise errors.UnknownCrisis(typed=quoted(asked.text))
    latest = as_read(await asked.bot.store.timeline(crisis.number))
    return status_view(crisis, now=asked.now, latest=latest[-LATEST_SHOWN:])


@command("playbooks")
async def playbooks(asked: Asked) -> Reply:
    """Shows what can be started."""
    return playbooks_view(asked.bot.library.playbooks)


@command("help")
async def help_(asked: Asked) -> Reply:
    """Shows all of this."""
    return help_message(command_help(REGISTRY))
