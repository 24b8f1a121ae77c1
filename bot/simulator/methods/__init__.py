"""The Web API: one module per family of methods."""

from bot.simulator.methods import (
    app,
    bookmarks,
    chat,
    conversations,
    files,
    history,
    membership,
    pins,
    reactions,
    users,
    views,
)
from bot.simulator.methods.registry import METHODS, Context, Method

__all__ = [
    "METHODS",
    "Context",
    "Method",
    "app",
    "bookmarks",
    "chat",
    "conversations",
    "files",
    "history",
    "membership",
    "pins",
    "reactions",
    "users",
    "views",
]
