"""Severity, updates, resolve, close, reopen, cancel."""

from __future__ import annotations

from functools import partial

from bot.domain import errors
from bot.domain.checklist import still_runs
from bot.domain.lifecycle import (
    cancel_crisis,
    change_severity,
    close_crisis,
    post_update,
    reopen_crisis,
    resolve_crisis,
)
from bot.domain.model import ActionItem, Incident, ReplyTo, Retrospective, Status
from bot.domain.retrospective import LineProblem, action_lines, lesson_lines
from bot.domain.severity import Severity
from bot.domain.watching import say_all_is_quiet
from bot.slack.blocks import Message, actions, section
from bot.slack.blocks import button as drawn
from bot.slack.controls import Place, Target
from bot.slack.views.forms import close as close_view
from bot.slack.views.forms import crisis as forms
from handlers._asked import Asked, FieldErrors, Form, Reply
from handlers._registry import button, command, form
from handlers._times import a_day, zone_of
from handlers._typed import a_severity, crisis_number, one_person, plain_names, quoted, typed_words
from handlers.opening import members_only

LEFT_OPEN = "Left open at the close"


def _goes_on(incident: Incident, _: object) -> bool:
    return not incident.is_over


def _is_active(incident: Incident, _: object) -> bool:
    return incident.status is Status.ACTIVE


def _is_resolved(incident: Incident, _: object) -> bool:
    return incident.status is Status.RESOLVED


def _may_reopen(incident: Incident, _: object) -> bool:
    return incident.status in (Status.RESOLVED, Status.CLOSED)


@command("sev", usage="N [reason]", in_channel=True)
async def severity(asked: Asked) -> Reply:
    """Changes the severity; clocks and pings follow at once."""
    if not asked.text:
        return await ask_for_severity(asked)
    level, *reason = asked.text.split(maxsplit=1)
    return await _change(asked, a_severity(level), await typed_words(asked.bot, "".join(reason)))


@button("panel.sev", "Change severity…", Place.PANEL, shown_when=_goes_on)
async def ask_for_severity(asked: Asked) -> Reply:
    """Asks for the new severity."""
    still_runs(asked.here)
    return Form(forms.severity_form(asked.here, asked.bot.library.severities, metadata=asked.remembered()))


@form("severity")
async def severity_by_form(asked: Asked) -> Reply:
    """Changes the severity to the one chosen."""
    fields = forms.read_severity(asked.view)
    return await _change(asked, a_severity(fields.severity), fields.reason)


async def _change(asked: Asked, to: Severity, reason: str) -> Reply:
    rule = asked.bot.library.severities[to]
    return await asked.apply(
        partial(change_severity, to=to, rule=rule, by=asked.by, reason=reason, now=asked.now)
    )


@command("update", usage="TEXT", in_channel=True)
async def update(asked: Asked) -> Reply:
    """Posts a status update in the channel and under the announcement."""
    if not asked.text:
        return await ask_for_update(asked)
    text = await typed_words(asked.bot, asked.text)
    return await asked.apply(partial(post_update, text=text, by=asked.by, now=asked.now))


@button("panel.update", "Post update…", Place.PANEL, shown_when=_goes_on, style="primary")
async def ask_for_update(asked: Asked) -> Reply:
    """Asks for the text of a status update."""
    still_runs(asked.here)
    return Form(forms.update_form(asked.here, metadata=asked.remembered()))


@form("update")
async def update_by_form(asked: Asked) -> Reply:
    """Posts the status update."""
    text = await plain_names(asked.bot, forms.read_update(asked.view))
    await asked.apply(partial(post_update, text=text, by=asked.by, now=asked.now))
    return None


@command("resolve", in_channel=True)
@button("panel.resolve", "Resolve", Place.PANEL, shown_when=_is_active)
async def resolve(asked: Asked) -> Reply:
    """Says that the crisis is resolved; it is watched from then on, with one check a day."""
    rule = asked.bot.library.severities[asked.here.severity]
    return await asked.apply(partial(resolve_crisis, rule=rule, by=asked.by, now=asked.now))


def _is_unanswered(incident: Incident, check: int) -> bool:
    return incident.status is Status.RESOLVED and check not in incident.found_quiet


@button("check.quiet", "All is quiet", Place.CHECK, shown_when=_is_unanswered)
async def all_is_quiet(asked: Asked) -> Reply:
    """Says that all is quiet today."""
    return await asked.apply(partial(say_all_is_quiet, check=asked.about.id, by=asked.by, now=asked.now))


@command("close", in_channel=True)
@button("check.close", "Close…", Place.CHECK, shown_when=_is_resolved)
@button("panel.close", "Close…", Place.PANEL, shown_when=_is_resolved)
async def ask_for_retrospective(asked: Asked) -> Reply:
    """Closes a resolved crisis and keeps what was learned."""
    crisis = asked.here
    match crisis.status:
        case Status.ACTIVE:
            text = str(errors.NotResolved(number=crisis.number))
            fix = drawn(asked.bot.controls.named("panel.resolve"), Target(crisis.number))
            return Message(text, (section(text), actions([fix])))
        case Status.RESOLVED:
            return Form(close_view.close_form(crisis, metadata=asked.remembered()))
        case Status.CLOSED:
            raise errors.AlreadySo(fact=f"Crisis {crisis.number} is closed already.")
        case Status.CANCELLED:
            raise errors.CrisisCancelled(number=crisis.number)


@form("close")
async def close(asked: Asked) -> Reply:
    """Closes the crisis with its retrospective."""
    fields = close_view.read(asked.view)
    lessons = lesson_lines(await plain_names(asked.bot, fields.lessons))
    missing = {
        name: sentence
        for name, value, sentence in (
            ("summary", fields.summary.strip(), "Say in a sentence or two what happened and how it ended."),
            (
                "lessons",
                lessons,
                "Write at least one lesson, one a line: what should we do the same way, or differently?",
            ),
        )
        if not value
    }
    items: tuple[ActionItem, ...] = ()
    try:
        items = await _action_items(asked, fields.actions)
    except LineProblem as problem:
        missing["actions"] = str(problem)
    if missing:
        return FieldErrors(missing)
    retrospective = Retrospective(
        summary=await plain_names(asked.bot, fields.summary.strip()),
        went_well=await plain_names(asked.bot, fields.went_well.strip()),
        went_badly=await plain_names(asked.bot, fields.went_badly.strip()),
        lessons=lessons,
        actions=items,
        by=asked.by,
        at=asked.now,
    )
    reason = fields.open_steps.strip() or LEFT_OPEN
    return await asked.apply(
        partial(
            close_crisis,
            retrospective=retrospective,
            open_steps_reason=reason,
            archive_after=asked.bot.archive_after,
            now=asked.now,
        )
    )


async def _action_items(asked: Asked, text: str) -> tuple[ActionItem, ...]:
    """Action items, one a line. Raises `LineProblem` that names the line and what would be right."""
    items = []
    for number, (what, who, day) in enumerate(action_lines(text), start=1):
        if not what:
            raise LineProblem(f"Line {number} says who or when, but not what is to be done.")
        try:
            owner = await _owner(asked, who) if who else None
            due = a_day(day, now=asked.now, zone=await zone_of(asked.bot, asked.by)) if day else None
        except (LineProblem, errors.Refusal) as problem:
            raise LineProblem(f"Line {number}: {problem}") from None
        items.append(ActionItem(number, what, owner, due))
    return tuple(items)


async def _owner(asked: Asked, typed: str) -> str:
    person = await one_person(asked.bot, typed if typed.isupper() else f"@{typed}", fresh=False)
    return person.id


@command("reopen", usage="[N]")
async def reopen(asked: Asked) -> Reply:
    """Takes a resolved or closed crisis up again; outside its channel with its number."""
    crisis = asked.crisis
    if asked.text:
        await members_only(asked, "Reopening another crisis")
        number = crisis_number(asked.text)
        crisis = await asked.bot.store.crisis(number) if number else None
    if crisis is None or (crisis.private and asked.by not in crisis.members):
        if not asked.text:
            raise errors.TextMissing(
                what="The number of the crisis", right="Write for instance `/crisis reopen 12`."
            )
        raise errors.UnknownCrisis(typed=quoted(asked.text))
    reply_to = ReplyTo(asked.response_url)
    outcome = await asked.bot.service.apply(
        crisis.number,
        partial(reopen_crisis, by=asked.by, now=asked.now, reply_to=reply_to),
        delivery=asked.delivery,
    )
    return getattr(outcome, "said", None) or f"Crisis {crisis.number} is active again."


@button("check.reopen", "Reopen", Place.CHECK, shown_when=_is_resolved)
@button("panel.reopen", "Reopen", Place.PANEL, shown_when=_may_reopen)
async def reopen_here(asked: Asked) -> Reply:
    """Takes the crisis up again."""
    return await asked.apply(
        partial(reopen_crisis, by=asked.by, now=asked.now, reply_to=ReplyTo(asked.response_url))
    )


@command("cancel", usage="REASON", in_channel=True)
async def cancel(asked: Asked) -> Reply:
    """Cancels a crisis that was opened by mistake; it stays out of the figures."""
    if not asked.text:
        return await ask_why_cancelled(asked)
    return await _cancel(asked, await typed_words(asked.bot, asked.text))


@button("panel.cancel", "Cancel…", Place.PANEL, shown_when=_goes_on)
async def ask_why_cancelled(asked: Asked) -> Reply:
    """Asks why the crisis is cancelled."""
    still_runs(asked.here)
    return Form(forms.cancel_form(asked.here, metadata=asked.remembered()))


@form("cancel")
async def cancel_by_form(asked: Asked) -> Reply:
    """Cancels the crisis."""
    return await _cancel(asked, forms.read_cancel(asked.view))


async def _cancel(asked: Asked, reason: str) -> Reply:
    return await asked.apply(
        partial(
            cancel_crisis, reason=reason, by=asked.by, archive_after=asked.bot.archive_after, now=asked.now
        )
    )
