"""Browsers for the end-to-end tests. Whatever a page complains of fails its test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from selenium.webdriver import WebKitGTK

from tests.e2e.bank import ON_PHONE, Desk, Staff, sign_in
from tests.e2e.browsers import SHELL, Profile, launch_chromium, new_profile, running_webkit
from tests.e2e.one_bank import OneBank, open_bank
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess
from tests.rig.promises import promised

ChromiumWith = Callable[..., Browser]
ProfileOf = Callable[..., Profile]
Enter = Callable[[str], Desk]

# Two busy cores make a page slow; what is waited for ends the waiting.
expect.set_options(timeout=1000 * PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What burns both cores comes when the tests beside it have ended."""
    items.sort(key=lambda item: item.get_closest_marker("both_cores") is not None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of Chromium, one for the whole run."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium_with(playwright: Playwright) -> Iterator[ChromiumWith]:
    """Starts a Chromium: `chromium_with(trusted=[pem], arguments=[…])`; all end with the run."""
    with ExitStack() as stack:

        def start(**options: object) -> Browser:
            browser = launch_chromium(playwright, **options)  # type: ignore[arg-type]
            stack.callback(browser.close)
            return browser

        yield start


@pytest.fixture(scope="session")
def one_bank(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneBank]:
    """The bank that some modules share, until the end of the run."""
    with open_bank(playwright, tmp_path_factory.mktemp("one-bank")) as bank:
        yield bank


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A bank of two people and two groups; a module that needs another has a `made` of its own."""
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"], "Risk": ["anna", "piotr"]})
    return made


@pytest.fixture(scope="module")
def server(made: Installation, request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    """The server of the module's bank: its fixture `made`."""
    if "one_bank" in request.fixturenames:
        shared: OneBank = request.getfixturevalue("one_bank")
        yield shared.server
        return
    server = ServerProcess(made, client=True)
    yield server
    server.still_runs()
    server.kill()


@pytest.fixture
def fragile(server: ServerProcess) -> Iterator[ServerProcess]:
    """The same, for a test that kills it: the next test finds it running, whatever happens."""
    yield server
    if server.process.poll() is not None:
        server.kill()  # it lets go of its log
        server.start()


@pytest.fixture(scope="module")
def executable() -> Path:
    """Which Chromium the module's `browser` is: a module may want the whole one."""
    return SHELL


@pytest.fixture(scope="module")
def browser(
    made: Installation, playwright: Playwright, executable: Path, request: pytest.FixtureRequest
) -> Iterator[Browser]:
    """A Chromium that trusts the module's bank."""
    if "one_bank" in request.fixturenames:
        shared: OneBank = request.getfixturevalue("one_bank")
        yield shared.browser
        return
    chat, console = made.settings.chat.certificate, made.settings.console.certificate
    trusted = [chat.read_bytes(), console.read_bytes()]
    browser = launch_chromium(playwright, trusted=trusted, executable=executable)
    yield browser
    browser.close()


@pytest.fixture
def profile_of() -> Iterator[ProfileOf]:
    """Makes a person's profile: `profile_of(browser, locale="pl", …)`.

    At the end of the test no profile may have complained of anything.
    """
    profiles: list[Profile] = []

    def make(browser: Browser, **options: object) -> Profile:
        profiles.append(new_profile(browser, **options))
        return profiles[-1]

    yield make
    for profile in profiles:
        profile.context.close()
    with promised():
        assert [error for profile in profiles for error in profile.complaints.errors] == []
        assert [report for profile in profiles for report in profile.complaints.violations] == []


@pytest.fixture
def anna(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Desk:
    """Anna, signed in on a device that holds nothing yet."""
    return sign_in(made, browser, profile_of, "anna")


@pytest.fixture
def piotr(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Desk:
    """Piotr, likewise."""
    return sign_in(made, browser, profile_of, "piotr")


@pytest.fixture(scope="module")
def staff(made: Installation, server: ServerProcess, browser: Browser) -> Iterator[Staff]:
    """The module's people, who stay signed in."""
    staff = Staff(made, browser)
    yield staff
    for context in staff.contexts.values():
        context.close()


@pytest.fixture
def enter(staff: Staff) -> Iterator[Enter]:
    """Opens a new tab of somebody who stays signed in: `enter("anna")`.

    For tests that are about something else than signing in, and need no empty device. At the end of
    the test no tab may have complained of anything.
    """
    yield staff.enter
    with promised():
        assert staff.leave() == []


@pytest.fixture(scope="module")
def staff_on_phones(made: Installation, server: ServerProcess, browser: Browser) -> Iterator[Staff]:
    """The module's people with phones, on which they stay signed in."""
    staff = Staff(made, browser, ON_PHONE)
    yield staff
    for context in staff.contexts.values():
        context.close()


@pytest.fixture
def take_phone(staff_on_phones: Staff) -> Iterator[Enter]:
    """Opens the chat on somebody's phone of 390x844: `take_phone("anna")`; else as `enter` does."""
    yield staff_on_phones.enter
    with promised():
        assert staff_on_phones.leave() == []


@pytest.fixture
def webkit(tmp_path: Path) -> Iterator[WebKitGTK]:
    """A WebKitGTK browser with an empty profile."""
    with running_webkit(tmp_path) as driver:
        yield driver
