"""The README's pictures still show what the demo shows."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Desk
from tests.browser.playing import Page
from tests.browser.screenshots import PICTURES, play, words
from tests.generated import README

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_can_be_read_on_the_pictures_is_what_the_demo_shows(guided: Desk) -> None:
    shown: dict[str, str] = {}

    async def take(name: str, page: Page) -> None:
        shown[name] = await words(page)

    await play(guided, take)
    kept = {file.stem: file.read_text(encoding="utf-8") for file in PICTURES.glob("*.txt")}
    assert kept == shown, "The pictures are out of date. Run: make screenshots"


async def test_the_readme_names_pictures_that_are_there_and_small() -> None:
    named = re.findall(r"!\[([^\]]*)\]\((.*?\.png)\)", README.read_text(encoding="utf-8"))
    assert len(named) >= 2
    for says, path in named:
        assert len(says) > 40, f"{path} needs words for those who cannot see it"
        assert (README.parent / path).is_file()
    assert {file.stem for file in PICTURES.glob("*.png")} == {file.stem for file in PICTURES.glob("*.txt")}
    assert max(file.stat().st_size for file in PICTURES.glob("*.png")) < 150_000
