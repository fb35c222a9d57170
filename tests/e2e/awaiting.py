"""Waiting, with a deadline, where Playwright's `expect` has no words for it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from playwright.sync_api import FloatRect, Locator, Page

from tests.rig.patience import SECONDS as PATIENCE

STEP_MS = 50
RESTS = """async (one) => {
  const place = () => Object.values(one.getBoundingClientRect().toJSON()).join();
  for (let before = ""; before !== place(); ) {
    before = place();
    await new Promise(requestAnimationFrame);
  }
}"""
"""Ends when two frames in a row have something in the same place."""
AHEAD = timedelta(seconds=10)


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


def resting_place(one: Locator) -> FloatRect:
    """Where something is once it stands still: after a scroll its place is not at once its last."""
    one.evaluate(RESTS)
    box = one.bounding_box()
    assert box is not None
    return box


@contextmanager
def standing_still(page: Page) -> Iterator[None]:
    """Stop a page's clock while the block runs: what it offers for some seconds stays offered.

    It goes on drawing.
    """
    page.evaluate("window.drawing = [requestAnimationFrame, cancelAnimationFrame]")
    page.clock.install()
    page.evaluate("[requestAnimationFrame, cancelAnimationFrame] = window.drawing")
    page.clock.pause_at(datetime.now(UTC) + AHEAD)
    yield
    page.clock.resume()
