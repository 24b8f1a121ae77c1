"""crisis-bot: a Slack bot that coordinates a crisis from the first word to the lessons learned."""

__version__ = "0.1.0"
