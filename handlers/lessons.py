"""What was learned, and the work it left behind."""

from __future__ import annotations

from functools import partial

from bot.domain.retrospective import finish_action
from bot.slack.controls import Place
from bot.slack.views.actions import actions as actions_view
from bot.slack.views.found import found
from handlers._asked import Asked, Reply
from handlers._registry import button, command
from handlers._typed import words_of
from handlers.opening import members_only


@command("lessons", usage="[WORDS]")
async def lessons(asked: Asked) -> Reply:
    """Searches everything learned; without words the latest."""
    await members_only(asked, "What was learned")
    words = words_of(asked.text)
    return found(words, await asked.bot.store.search(words, viewer=asked.by))


@command("actions")
async def actions(asked: Asked) -> Reply:
    """Shows the open action items of all crises: whose, and how late."""
    await members_only(asked, "The list of action items")
    items = await asked.bot.store.open_actions(viewer=asked.by)
    return actions_view(items, asked.bot.controls, today=asked.now.date())


@button("action.done", "Done", Place.ACTION_ITEM)
async def action_done(asked: Asked) -> Reply:
    """Finishes an action item."""
    return await asked.apply(partial(finish_action, action_id=asked.about.id, by=asked.by, now=asked.now))
