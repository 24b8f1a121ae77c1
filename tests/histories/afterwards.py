"""How a crisis and a person's screen stand after something went wrong."""

from __future__ import annotations

from bot.domain.model import Incident
from bot.simulator import Form, Person
from tests.histories.conftest import Town


async def crisis(town: Town, number: int = 1) -> Incident:
    """The crisis as the store holds it."""
    found = await town.app.store.crisis(number)
    assert found is not None
    return found


def in_front_of(person: Person) -> Form:
    """The form in front of them."""
    assert person.form is not None, f"@{person.name} has no form open"
    return person.form


def errors(person: Person) -> dict[str, str]:
    """What their form says is wrong, by label."""
    return in_front_of(person).errors


def dms(person: Person, words: str) -> list[str]:
    """The bot's direct messages to them that hold these words."""
    return [m.text for m in person.dms() if words in m.text]


async def goes_on(town: Town, person: Person, where: str | None = None, number: int = 1) -> None:
    """The crisis can be worked on: an update stands in its channel, a claim on its checklist."""
    channel = where or town.channel
    assert "Posted." in await town.asks(person, "/crisis update We go on", where=channel)
    assert "We go on" in "\n".join(m.text for m in person.sees(channel) if not m.is_ephemeral)
    title = next(s.title for s in (await crisis(town, number)).steps if s.owner is None and s.is_open)
    await town.clicks(person, town.card(person, "Checklist ", channel), "Claim", near=title)
    assert f"@{person.name}" in town.card(person, "Checklist ", channel).text
