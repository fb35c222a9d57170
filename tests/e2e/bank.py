"""A bank for browser tests: a real server with the built client, and people who sign in."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.browsers import Complaints, Profile, new_profile
from tests.rig.installation import PASSWORD, Installation

ProfileOf = Callable[..., Profile]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
ON_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
"""Of a browser profile, whose pages are on a phone then."""


@dataclass(frozen=True, slots=True)
class Names:
    """What is called how in one language, of that which every test uses."""

    username: str
    password: str
    sign_in: str
    conversations: str
    message: str


ENGLISH = Names("User name", "Password", "Sign in", "Conversations", "Message")
POLISH = Names("Nazwa użytkownika", "Hasło", "Zaloguj się", "Rozmowy", "Napisz wiadomość")
IN_POLISH = {"locale": "pl-PL"}
"""Of a browser profile, whose pages are Polish then."""


def names_for(locale: object = None, **_: object) -> Names:
    """Return what is called how in a profile that was made with these options."""
    return POLISH if locale == IN_POLISH["locale"] else ENGLISH


@dataclass
class Desk:
    """One person at one tab."""

    page: Page
    profile: Profile
    names: Names = ENGLISH

    def open(self, name: str) -> None:
        """Open a conversation from the list."""
        conversations = self.page.get_by_role("list", name=self.names.conversations)
        called = self.page.get_by_text(name, exact=True)
        # By a key: as what is new comes in, rows change places, under a pointer as well.
        conversations.get_by_role("button").filter(has=called).first.press("Enter")
        expect(self.composer).to_be_visible()
        # The log comes a moment after the composer.
        expect(self.log).to_have_attribute("aria-busy", "false")

    @property
    def composer(self) -> Locator:
        """The text field."""
        return self.page.get_by_placeholder(self.names.message, exact=True)

    @property
    def log(self) -> Locator:
        """The timeline."""
        return self.page.get_by_role("log")

    def say(self, text: str) -> None:
        """Write a message and press Enter."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def message(self, text: str) -> Locator:
        """A message in the timeline."""
        return self.log.get_by_role("article").filter(has_text=text)

    def menu(self, text: str, item: str) -> None:
        """Open a message's menu and choose."""
        self.message(text).first.click(button="right")
        self.page.get_by_role("menuitem", name=item).click()


def sign_in(
    made: Installation,
    browser: Browser,
    profile_of: ProfileOf,
    name: str,
    **options: object,
) -> Desk:
    """Sign somebody in with user name and password, in a profile of their own."""
    profile = profile_of(browser, **{"viewport": DESKTOP, **options})
    return sign_in_at(made, profile, profile.page(), name, names_for(**options))


def sign_in_at(
    made: Installation, profile: Profile, page: Page, name: str, names: Names = ENGLISH
) -> Desk:
    """Sign somebody in with user name and password in this tab."""
    page.goto(made.settings.chat.origin)
    fill_in(page, name, names)
    return Desk(page, profile, names)


def fill_in(page: Page, name: str, names: Names = ENGLISH) -> None:
    """Fill in the form for signing in, and wait until one is in."""
    send_name(page, name, names)
    expect(page.get_by_role("searchbox")).to_be_visible()


def send_name(page: Page, name: str, names: Names = ENGLISH) -> None:
    """Fill in the form for signing in, of the chat or the console, and send it."""
    page.get_by_label(names.username).fill(name)
    page.get_by_label(names.password, exact=True).fill(PASSWORD)
    page.get_by_role("button", name=names.sign_in, exact=True).click()


@dataclass
class Staff:
    """People who sign in once, and come to each test with a new tab of the same profile.

    `options` are those of each one's profile: at a desk, if nothing else is said.
    """

    made: Installation
    browser: Browser
    options: dict[str, object] = field(default_factory=lambda: {"viewport": DESKTOP})
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    desks: list[Desk] = field(default_factory=list)

    def enter(self, name: str) -> Desk:
        """A new tab of somebody's."""
        known = name in self.contexts
        if not known:
            self.contexts[name] = new_profile(self.browser, **self.options).context
        profile = Profile(self.contexts[name], Complaints())
        page = profile.page()
        page.goto(self.made.settings.chat.origin)
        if known:
            expect(page.get_by_role("searchbox")).to_be_visible()
        else:
            fill_in(page, name)
        self.desks.append(Desk(page, profile))
        return self.desks[-1]

    def leave(self) -> list[Complaints]:
        """Close the tabs; return what they complained of."""
        for desk in self.desks:
            desk.page.close()
        complaints = [desk.profile.complaints for desk in self.desks]
        self.desks = []
        return [one for one in complaints if one != Complaints()]
