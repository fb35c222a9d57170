"""The browser's rows of `make bench`, small: what they measure, and that slow is found."""

from collections.abc import Iterator

import pytest

from tests.bench import in_browser
from tests.bench.goals import GOALS
from tests.bench.in_browser import MEASURED, Chat

pytestmark = pytest.mark.proofs("figure")

SMALL = {
    "LONG_MESSAGES": 300,
    "GROUPS": 4,
    "GROUP_MESSAGES": 30,
    "ECHOES": 4,
    "FRAMES": 20,
    "EVENTS": 120,
    "WARM": 12,
    "SETTLE_MS": 500,
}
SLOW_MS = 200
BURN = f"""for (const end = performance.now() + {SLOW_MS}; performance.now() < end;);"""


@pytest.fixture(scope="module")
def chat() -> Iterator[Chat]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(in_browser, name, value)
        with in_browser.chat() as chat:
            yield chat


@pytest.mark.parametrize("row", MEASURED)
def test_a_row_measures_what_its_goals_name(chat: Chat, row: str) -> None:
    _, measure = MEASURED[row]
    figures = measure(chat)
    assert {goal.figure for goal in GOALS[row]} <= set(figures)
    assert all(value > 0 for value in figures.values())


def test_control_a_slow_echo_and_slow_frames_are_measured(chat: Chat) -> None:
    _, echo = MEASURED["client-echo"]
    _, scrolling = MEASURED["client-scroll"]
    chat.page.evaluate(f"addEventListener('keydown', () => {{ {BURN} }}, true)")
    assert echo(chat)["echo_p50_ms"] >= SLOW_MS
    chat.page.evaluate(f"document.addEventListener('scroll', () => {{ {BURN} }}, true)")
    # Twice the rate of slow ones: the first frames come before anything has scrolled.
    assert scrolling(chat)["frames_s"] < 2 * 1000 / SLOW_MS < GOALS["client-scroll"][0].limit


def test_control_a_tab_that_keeps_everything_is_found(chat: Chat) -> None:
    _, memory = MEASURED["client-memory"]
    chat.page.add_init_script(
        """
          const { parse } = JSON;
          window.all = [];
          JSON.parse = (text) => {
            window.all.push(Array(200000).fill(text.length));
            return parse(text);
          };
        """
    )
    assert memory(chat)["heap_ratio"] > 1.2
