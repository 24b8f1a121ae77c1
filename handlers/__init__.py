"""What people can do, one module a subject. Handlers ask the domain and answer the person; they hold no rule and no SQL."""

from __future__ import annotations

import importlib
import pkgutil

from handlers._registry import REGISTRY, Registry


def load() -> Registry:
    """Every handler module is imported, everything they register is known."""
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"{__name__}.{module.name}")
    return REGISTRY
