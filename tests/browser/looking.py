"""What a screen must be for everybody, whatever it shows."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from tests.browser.playing import Page


async def accessible(page: Page) -> None:
    """axe-core finds nothing to complain about on what is shown now."""
    if not await page.evaluate("'axe' in window"):
        # By the debugger's way in: the page's own policy would refuse it.
        await page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate("axe.run()")
    wrong = [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes'][:3]]}" for v in found["violations"]]
    assert wrong == []
    assert found["passes"]


async def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    wide = await page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll("main, .scroll, nav, aside, dialog, .blocks")]
          .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
          .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} in ${one.clientWidth}`)"""
    )
    assert wide == []
