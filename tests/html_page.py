"""An HTML page as its parser reads it."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """What a page consists of: its elements with their attributes, and what people typed (in `div.typed`)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.typed: list[str] = []
        self.open: list[str] = []
        self.in_typed = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag != "meta":
            self.open.append(tag)
        if ("class", "typed") in attrs:
            self.in_typed = True
            self.typed.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()
        self.in_typed = self.in_typed and tag != "div"

    def handle_data(self, data: str) -> None:
        if self.in_typed:
            self.typed[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def every(self, name: str) -> list[str]:
        """Every value of this attribute."""
        return [value for _, attrs in self.elements if (value := attrs.get(name)) is not None]

    @property
    def links(self) -> list[str]:
        """Where links to other places lead."""
        return [href for href in self.every("href") if not href.startswith("#")]

    @property
    def shape(self) -> list[tuple[str, list[str]]]:
        """Every element with the names of its attributes; links within what was typed are proven elsewhere."""
        return [(tag, sorted(set(attrs) - {"class"})) for tag, attrs in self.elements if "rel" not in attrs]
