"""The workspace as a page in a browser. What it shows is what the simulator knows; the browser only draws it."""

from bot.simulator.page.host import Host, Panel
from bot.simulator.page.marks import ReadMarks
from bot.simulator.page.site import Page

__all__ = ["Host", "Page", "Panel", "ReadMarks"]
