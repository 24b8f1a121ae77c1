"""Playwright, or aloud why it is not there: in CI a failure, elsewhere the tests are skipped."""

from __future__ import annotations

import os

import pytest

try:
    from playwright.async_api import Browser, Locator, Page, async_playwright, expect
except ImportError:
    if os.environ.get("CI"):
        raise
    pytest.skip("The page is not tried in a browser: Playwright is not installed.", allow_module_level=True)

__all__ = ["Browser", "Locator", "Page", "async_playwright", "expect"]
