"""A person at WebKitGTK, and a correspondent without a browser who answers them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal
from selenium.common.exceptions import (
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from onrecord_archive.events.ids import StreamId
from tests.e2e.vault import READ, Kept
from tests.rig.client import Client, Frame, client
from tests.rig.installation import PASSWORD, Installation
from tests.rig.patience import SECONDS as PATIENCE

FAR = 20
"""Steps with Tab after which something counts as out of reach."""
NOTED = 3_000
"""Characters of a page's text that an error tells."""
LISTEN = """
window.complaints = [];
document.addEventListener("securitypolicyviolation", (event) =>
  complaints.push(`${event.violatedDirective} ${event.blockedURI}`));
addEventListener("error", (event) => complaints.push(event.message));
addEventListener("unhandledrejection", (event) => complaints.push(String(event.reason)));
"""
Found = TypeVar("Found")
NOT_YET = (
    NoSuchElementException,
    StaleElementReferenceException,
    ElementNotInteractableException,
)


def until(condition: Callable[[], Found], what: str, seconds: float = PATIENCE) -> Found:
    """Wait until *condition* is true and return it. Raises AssertionError naming *what*."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except NOT_YET:
            pass
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def quoted(text: str) -> str:
    """Return *text* as a string of XPath."""
    assert '"' not in text
    return f'"{text}"'


@dataclass
class WebKitDesk:
    """One person at WebKitGTK. What they look for is named as they see or hear it."""

    driver: WebKitGTK
    made: Installation

    def enter(self) -> None:
        """Go to the chat; from here on its complaints are collected."""
        self.driver.get(self.made.settings.chat.origin)
        self.driver.execute_script(LISTEN)

    def reload(self) -> None:
        """Load the page again."""
        self.driver.refresh()
        self.driver.execute_script(LISTEN)

    def is_in(self) -> bool:
        """Wait for what comes first; return whether that is somebody's chat, not the form."""
        form, search = "//input[@name='username']", "//input[@type='search']"
        until(lambda: self.shown(f"{form} | {search}"), "the form or the chat")
        return bool(self.shown(search))

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """Fill in the form and press its button."""
        until(lambda: self.field("username").is_displayed(), "the sign-in form")
        for label, value in (("username", name), ("password", password)):
            self.write(self.field(label), value)
        self.press("Sign in")

    def write(self, field: WebElement, *keys: str) -> None:
        """Type over what stands in a field."""
        self.driver.execute_script("arguments[0].focus(); arguments[0].select()", field)
        self.keys(*keys)

    def field(self, name: str) -> WebElement:
        """An input by its name."""
        return self.driver.find_element(By.NAME, name)

    def shown(self, path: str) -> list[WebElement]:
        """What of an XPath is displayed now."""
        return [each for each in self.driver.find_elements(By.XPATH, path) if each.is_displayed()]

    def see(self, text: str) -> WebElement:
        """Wait for an element whose own text has *text*."""
        path = f"//*[text()[contains(., {quoted(text)})]]"
        return until(lambda: self.shown(path), text)[0]

    def button(self, name: str) -> WebElement:
        """Wait for a button or menu item of this name."""
        word = quoted(name)
        path = f"//button[@aria-label={word} or normalize-space()={word}]"
        return until(lambda: self.shown(path), f"button {name}")[0]

    def press(self, name: str) -> None:
        """Click a button or menu item."""

        def click() -> bool:
            self.button(name).click()
            return True

        until(click, f"press {name}")

    @property
    def search(self) -> WebElement:
        """The field that finds people and messages."""
        return until(lambda: self.shown("//input[@type='search']"), "the search field")[0]

    @property
    def composer(self) -> WebElement:
        """Where one writes."""
        return until(lambda: self.shown("//textarea"), "the composer")[0]

    def written(self) -> str:
        """What is written and not sent."""
        return self.composer.get_attribute("value") or ""

    def open(self, name: str) -> None:
        """Open a conversation from the list."""
        # By a key, not the mouse: after a reload the rows may change places under a pointer.
        path = f"//nav//li//button[.//bdi[text()={quoted(name)}]]"
        row = until(lambda: self.shown(path), f"{name} in the list")[0]
        row.send_keys(Keys.ENTER)
        until(lambda: self.shown(f"//section[@aria-label={quoted(name)}]"), f"{name}, open")
        assert self.composer.is_displayed()

    def say(self, text: str) -> None:
        """Write a message and press Enter."""
        self.composer.send_keys(text, Keys.ENTER)

    def messages(self, text: str) -> list[WebElement]:
        """The messages in the timeline that have *text*."""
        return self.shown(f"//*[@role='article'][contains(., {quoted(text)})]")

    def message(self, text: str) -> WebElement:
        """Wait for a message. An error tells what the page shows and the device has instead."""
        try:
            return until(lambda: self.messages(text), f"message {text}")[0]
        except AssertionError as error:
            error.add_note(self.driver.find_element(By.TAG_NAME, "body").text[-NOTED:])
            error.add_note(repr(self.kept()))
            raise

    def kept(self) -> Kept:
        """What lies on the device."""
        script = f"({READ})().then(arguments[0])"
        return Kept(**self.driver.execute_async_script(script))

    def rests(self, text: str) -> bool:
        """Whether a message stands still from one frame to the one after the next."""
        script = """const [bubble, done] = arguments;
            const place = () => bubble.getBoundingClientRect().top;
            const before = place();
            const look = () => done(place() === before);
            requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(look)));
            """
        resting: bool = self.driver.execute_async_script(script, self.message(text))
        return resting

    def heard(self, text: str) -> str:
        """All of a message as a screen reader has it: the ticks' words, too."""
        return self.message(text).get_attribute("textContent") or ""

    def menu(self, text: str, item: str) -> None:
        """Open a message's menu and choose."""

        def opens() -> bool:
            ActionChains(self.driver).context_click(self.message(text)).perform()
            return True

        until(lambda: self.rests(text) and opens(), f"menu of message {text}")
        self.press(item)

    def keys(self, *keys: str) -> None:
        """Press keys one after another, wherever the focus is."""
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def chord(self, held: str, key: str) -> None:
        """Press a key while another is held."""
        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def tab_to(self, name: str, *, back: bool = False) -> None:
        """Go with Tab (or *back*, with Shift+Tab) to what is called *name*."""
        seen: list[str] = []
        while self.focused() != name:
            assert len(seen) < FAR, f"no {name} among {seen}"
            seen.append(self.focused())
            if back:
                self.chord(Keys.SHIFT, Keys.TAB)
            else:
                self.keys(Keys.TAB)

    def focused(self) -> str:
        """The name of what has the focus."""
        script = "const e = document.activeElement; return e.ariaLabel || e.name || e.innerText"
        name: str = self.driver.execute_script(script)
        return name

    def from_end(self) -> float:
        """How far the timeline stands above its end, CSS pixels."""
        script = """const log = document.querySelector("[role=log]");
            return log.scrollHeight - log.clientHeight - log.scrollTop;"""
        distance: float = self.driver.execute_script(script)
        return distance

    def complaints(self) -> list[str]:
        """What the page complained of since it was loaded."""
        found: list[str] = self.driver.execute_script("return window.complaints ?? ['not heard']")
        return found


@dataclass
class Correspondent:
    """Somebody at the other end of the wire."""

    one: Client
    portal: BlockingPortal

    def say(self, conv: StreamId, text: str, **more: str) -> Frame:
        """Send a message; return its acknowledgement."""

        async def send() -> Frame:
            return await self.one.sent(conv, text, **more)

        answer = self.portal.call(send)
        assert answer["t"] == "ack", answer
        return answer

    def read(self, event: Frame) -> None:
        """Say that one has read up to a message."""
        frame = {"t": "read", "conv": event["conv"], "msg_no": event["msg_no"]}
        self.portal.call(self.one.say, frame)

    def got(self, **wanted: Any) -> Frame:
        """Wait for an event with these members."""

        def found() -> Frame | None:
            events = list(self.one.events)
            return next((each for each in events if wanted.items() <= each.items()), None)

        event = until(found, f"event {wanted}")
        assert event is not None
        return event

    def count(self, text: str) -> int:
        """How often a text came."""
        return sum(event.get("text") == text for event in self.one.events)


@contextmanager
def corresponding(
    made: Installation, name: str, *, cursor: str | None = None
) -> Iterator[Correspondent]:
    """Somebody with a token, connected for as long as the block lasts."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(client(made, name, cursor=cursor)) as one,
    ):
        yield Correspondent(one, portal)
