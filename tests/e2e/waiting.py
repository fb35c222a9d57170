"""Waiting for a condition, with a deadline, where Playwright's `expect` has no words for it."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.rig.patience import SECONDS as PATIENCE

STEP_MS = 50


def until(page: Page, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Wait until *condition* holds; return the seconds it took.

    Raises AssertionError, which says *what* was waited for. Playwright's events go on meanwhile.
    """
    began = time.monotonic()
    while not condition():
        passed = time.monotonic() - began
        assert passed < seconds, f"{what}: not within {seconds} s"
        page.wait_for_timeout(STEP_MS)
    return time.monotonic() - began
