"""The checklist: claim, done, assign, skip, snooze, note, reopen, add."""

from __future__ import annotations

from functools import partial

from bot.domain.checklist import (
    add_step,
    assign_step,
    claim_step,
    finish_step,
    note_on_step,
    open_step,
    reopen_step,
    skip_step,
    snooze_step,
    still_runs,
)
from bot.domain.errors import in_field
from bot.domain.model import Incident, Step
from bot.slack.blocks import View
from bot.slack.controls import Place
from bot.slack.views.checklist import all_steps
from bot.slack.views.forms import steps as forms
from handlers._asked import Asked, Form, Reply
from handlers._due_at_end import span_at_end
from handlers._registry import button, command, form, redrawn
from handlers._times import a_span, zone_of
from handlers._typed import one_person, person_at_end, plain_names, typed_words


def _is_open(_incident: Incident, step: Step) -> bool:
    return step.is_open


def _is_unowned(_incident: Incident, step: Step) -> bool:
    return step.is_open and step.owner is None


def _is_finished(_incident: Incident, step: Step) -> bool:
    return not step.is_open


def _has_guide(_incident: Incident, step: Step) -> bool:
    return step.is_open and bool(step.guide)


@button("step.claim", "Claim", Place.STEP, shown_when=_is_unowned)
async def claim(asked: Asked) -> Reply:
    """Takes the step."""
    return await asked.apply(partial(claim_step, step_key=asked.about.key, by=asked.by, now=asked.now))


@button("step.done", "Done", Place.STEP, shown_when=_is_open, style="primary")
async def done(asked: Asked) -> Reply:
    """Finishes the step; asks for proof where the playbook wants it."""
    return await finish_or_ask(asked, asked.about.key)


async def finish_or_ask(asked: Asked, step_key: str) -> Reply:
    """The step is done, or the form that asks for its proof is open."""
    step = asked.here.step(step_key)
    if step is not None and step.is_open and step.proof_asked and not asked.here.is_over:
        about = type(asked.about)(asked.here.number, step_key)
        return Form(forms.done_form(asked.here, step, metadata=asked.remembered(about)))
    return await asked.apply(partial(finish_step, step_key=step_key, by=asked.by, now=asked.now))


@form("step.done")
async def done_with_proof(asked: Asked) -> Reply:
    """Finishes the step with its proof."""
    proof = forms.read_done(asked.view)
    return await asked.apply(
        partial(finish_step, step_key=asked.about.key, by=asked.by, now=asked.now, proof=proof)
    )


@button("step.reopen", "Reopen", Place.STEP, shown_when=_is_finished)
async def reopen(asked: Asked) -> Reply:
    """Opens a finished step again."""
    return await asked.apply(
        partial(
            reopen_step,
            step_key=asked.about.key,
            seen_version=asked.about.version,
            by=asked.by,
            now=asked.now,
        )
    )


@button("step.assign", "Assign…", Place.STEP_MENU, shown_when=_is_open)
async def ask_whom(asked: Asked) -> Reply:
    """Asks whom to give the step."""
    return Form(
        forms.assign_form(
            asked.here, open_step(asked.here, asked.about.key), metadata=asked.remembered(asked.about)
        )
    )


@form("step.assign")
async def assign(asked: Asked) -> Reply:
    """Gives the step to a person."""
    person = await one_person(asked.bot, forms.read_assign(asked.view))
    return await asked.apply(
        partial(assign_step, step_key=asked.about.key, person=person.id, by=asked.by, now=asked.now)
    )


@button("step.skip", "Skip…", Place.STEP_MENU, shown_when=_is_open)
async def ask_why_skipped(asked: Asked) -> Reply:
    """Asks why the step is not needed."""
    return Form(
        forms.skip_form(
            asked.here, open_step(asked.here, asked.about.key), metadata=asked.remembered(asked.about)
        )
    )


@form("step.skip")
async def skip(asked: Asked) -> Reply:
    """Skips the step, with a reason."""
    reason = forms.read_skip(asked.view)
    return await asked.apply(
        partial(skip_step, step_key=asked.about.key, by=asked.by, reason=reason, now=asked.now)
    )


@button("step.snooze", "Snooze…", Place.STEP_MENU, shown_when=_is_open)
async def ask_how_long(asked: Asked) -> Reply:
    """Asks for how long the step's reminder should wait."""
    return Form(
        forms.snooze_form(
            asked.here, open_step(asked.here, asked.about.key), metadata=asked.remembered(asked.about)
        )
    )


@form("step.snooze")
async def snooze(asked: Asked) -> Reply:
    """Lets the step's reminder wait."""
    with in_field("until"):
        typed = forms.read_snooze(asked.view)
        span = a_span(typed, now=asked.now, zone=await zone_of(asked.bot, asked.by))
        return await asked.apply(
            partial(snooze_step, step_key=asked.about.key, span=span, by=asked.by, now=asked.now)
        )


@button("step.note", "Add note…", Place.STEP_MENU)
async def ask_for_note(asked: Asked) -> Reply:
    """Asks for a note on the step."""
    return Form(forms.note_form(asked.here, asked.step(), metadata=asked.remembered(asked.about)))


@form("step.note")
async def note(asked: Asked) -> Reply:
    """Puts a note on the step."""
    text = await plain_names(asked.bot, forms.read_note(asked.view))
    return await asked.apply(
        partial(note_on_step, step_key=asked.about.key, text=text, by=asked.by, now=asked.now)
    )


@button("step.guide", "How to do this", Place.STEP_MENU, shown_when=_has_guide)
async def how_to(asked: Asked) -> Reply:
    """Shows the playbook's help for the step."""
    return Form(forms.guide_sheet(asked.step()))


@button("steps.all", "All steps", Place.ANSWER)
async def every_step(asked: Asked) -> Reply:
    """Shows the whole checklist."""
    return Form(all_steps(asked.here, asked.bot.controls, now=asked.now))


@redrawn("steps.all")
def every_step_again(asked: Asked) -> View:
    """The whole checklist after a press in it."""
    return all_steps(asked.here, asked.bot.controls, now=asked.now)


@command("step", usage="TITLE [@owner] [in 30m]", in_channel=True)
async def add(asked: Asked) -> Reply:
    """Adds a step to the checklist."""
    text, who = person_at_end(asked.text)
    text, due = span_at_end(text, now=asked.now, zone=await zone_of(asked.bot, asked.by))
    if who is None:
        text, who = person_at_end(text)
    owner = (await one_person(asked.bot, who)).id if who else None
    title = await typed_words(asked.bot, text)
    return await asked.apply(
        partial(add_step, title=title, by=asked.by, now=asked.now, owner=owner, due_in=due)
    )


@form("step.add")
async def add_by_form(asked: Asked) -> Reply:
    """Adds a step to the checklist, from the panel."""
    fields = forms.read_add(asked.view)
    with in_field("owner"):
        owner = (await one_person(asked.bot, fields.owner)).id if fields.owner else None
    with in_field("due"):
        zone = await zone_of(asked.bot, asked.by)
        due = a_span(fields.due, now=asked.now, zone=zone) if fields.due.strip() else None
    title = await plain_names(asked.bot, fields.title)
    return await asked.apply(
        partial(add_step, title=title, by=asked.by, now=asked.now, owner=owner, due_in=due)
    )


@button("panel.step", "Add step…", Place.PANEL, shown_when=lambda incident, _: not incident.is_over)
async def ask_for_step(asked: Asked) -> Reply:
    """Asks for a step to add."""
    still_runs(asked.here)
    return Form(forms.add_form(asked.here, metadata=asked.remembered()))
