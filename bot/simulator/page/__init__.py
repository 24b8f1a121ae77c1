"""The workspace as a page in a browser. What it shows is what the simulator knows; the browser only draws it."""

from bot.simulator.page.host import Become, Host, Panel
from bot.simulator.page.marks import ReadMarks
from bot.simulator.page.site import Page

__all__ = ["Become", "Host", "Page", "Panel", "ReadMarks"]
