"""A local Slack: Web API, Socket Mode, HTTP mode, people, a movable clock and faults, in one process.

It knows Slack and nothing of any app. Only the standard library and aiohttp are used.
"""

from bot.simulator.calls import Call
from bot.simulator.changes import Change
from bot.simulator.clock import Clock
from bot.simulator.faults import Fault
from bot.simulator.form import Form
from bot.simulator.person import Person
from bot.simulator.reading import VisibleMessage
from bot.simulator.state import Channel, User
from bot.simulator.workspace import Slack

__all__ = ["Call", "Change", "Channel", "Clock", "Fault", "Form", "Person", "Slack", "User", "VisibleMessage"]
