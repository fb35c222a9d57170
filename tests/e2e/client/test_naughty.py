"""F21 in a browser: texts that break renderers are shown, all of them, and nothing else happens."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog

from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.naughty import naughty_strings
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("long")

SHOWN = """async () => {
  const log = document.querySelector("[role=log]");
  const shown = [...log.querySelectorAll("[data-key]")];
  log.scrollTop -= log.clientHeight / 2;
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  return shown.map(one => [one.dataset.key, one.querySelector("[id$=-body]").textContent]);
}"""
"""What is rendered, event id and text; then half a screen up."""
WITHOUT_SIGNS = 0.95
"""So many at least of the texts have no signs of formatting, and are shown letter for letter."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


@pytest.fixture(scope="module")
def server(made: Installation) -> Iterator[ServerProcess]:
    server = ServerProcess(made, client=True)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def texts(made: Installation, server: ServerProcess) -> dict[str, str]:
    """What was taken: event id -> text."""
    taken: dict[str, str] = {}

    async def say_all() -> None:
        async with client(made, "anna") as anna:
            ids = {await anna.send(made.groups["Desk"], text): text for text in naughty_strings()}
            for id, text in ids.items():
                answer = await anna.answer(id)
                if answer["t"] == "ack":
                    taken[answer["event_id"]] = text

    run_apart(say_all())
    return taken


def test_each_is_shown_and_none_acts(
    made: Installation, texts: dict[str, str], browser: Browser, profile_of: ProfileOf
) -> None:
    desk = sign_in(made, browser, profile_of, "anna")
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    desk.page.on("dialog", note)
    desk.open("Desk")
    shown = read_up(desk, len(texts))
    missing = [texts[event] for event in texts.keys() - shown.keys()]
    assert not missing
    exact = [event for event, text in texts.items() if text in shown[event]]
    print(f"{len(texts)} shown, {len(exact)} of them letter for letter")
    assert len(exact) >= WITHOUT_SIGNS * len(texts)
    assert dialogs == []
    assert desk.page.url.startswith(made.settings.chat.origin)


def read_up(desk: Desk, count: int) -> dict[str, str]:
    """Read from the end up until so many messages were rendered."""
    shown: dict[str, str] = {}
    deadline = time.monotonic() + PATIENCE
    while len(shown) < count and time.monotonic() < deadline:
        shown |= dict(desk.page.evaluate(SHOWN))
    return shown
