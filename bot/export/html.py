"""Crises as one HTML page that needs nothing else: no script, no request; for a phone, for paper, for a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.export import wording
from bot.export.drawing import drawing
from bot.export.record import Record


def to_html(records: Sequence[Record]) -> str:
    """The whole page, for UTF-8. What people typed stands in it as text; web addresses in it can be followed."""
    crises = [(record, drawing(record)) for record in records]
    return _PAGES.get_template("page.html.j2").render(crises=crises, title=wording.page_title(list(records)))


def _finalized(value: Any) -> Any:
    """Before the escaping: text without what HTML may not hold. Markup is our own."""
    return wording.shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("bot.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    pages.globals["say"] = wording
    return pages


_PAGES = _pages()
