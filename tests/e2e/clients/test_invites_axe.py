"""axe-core finds nothing where clients come in and advisors invite them; nothing overflows."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.bank import PHONE, Desk, ProfileOf, sign_in
from tests.e2e.client.test_accessibility import SIZES, findings
from tests.e2e.phones import LETTERS, Letterbox, invite
from tests.e2e.polish import english
from tests.rig.installation import PASSWORD, Installation, install

pytestmark = pytest.mark.proofs("width")

LOCALES = Path(__file__).parents[3] / "client_web" / "src" / "locales"
LONG = "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine Maximilian"
ZOOMED = {"width": 195, "height": 422}
"""A phone at 200 %."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A bank where ewa has accepted another notice than the one in force."""
    folder = tmp_path_factory.mktemp("bank")
    notice = folder / "notice.txt"
    notice.write_text("Everything is recorded\nThe old text.\n", encoding="utf-8")
    texts = f'[clients.notices]\nen = "{notice}"\n'
    made = install(folder, ["anna@advisor", "ewa@client"], toml=LETTERS + texts)
    paragraphs = "\n\n".join(f"{n}. All messages are recorded and kept." for n in range(40))
    notice.write_text(f"Everything is recorded\n{paragraphs}\n", encoding="utf-8")
    return made


class Doors:
    """The screens on one page, one after the other; `see` looks at each.

    `words`: what the page says in its language.
    """

    def __init__(
        self, made: Installation, page: Page, see: Callable[[str], None], language: str = "en"
    ) -> None:
        self.made = made
        self.page = page
        self.see = see
        self.words = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))

    def button(self, key: str) -> Locator:
        """A button by the key of its words."""
        return self.page.get_by_role("button", name=self.words[key], exact=True)

    def field(self, key: str) -> Locator:
        """A field by the key of its label."""
        return self.page.get_by_label(self.words[key], exact=True)

    def invitation(self, link: str) -> None:
        page = self.page
        page.goto(link)
        accept = self.button("invitation.accept")
        expect(accept).to_be_visible()
        self.see("invitation")
        accept.click()
        field = self.field("code.label")
        expect(field).to_be_visible()
        self.see("code")
        field.press_sequentially("000000")
        expect(field).to_have_attribute("aria-invalid", "true")
        self.see("wrong code")

    def closed(self) -> None:
        self.page.goto(f"{self.made.settings.chat.origin}/#invite=used")
        heading = self.page.get_by_role("heading", name=self.words["invitation.closed"])
        expect(heading).to_be_visible()
        self.see("closed")

    def coming_back(self, address: str) -> None:
        page = self.page
        page.goto(self.made.settings.chat.origin)
        self.button("client.open").click()
        field = self.field("client.address")
        field.fill("601 234 567")
        self.see("address")
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "true")
        self.see("wrong address")
        field.fill(address)
        field.press("Enter")
        expect(self.field("code.label")).to_be_visible()
        self.see("code of a client")

    def notice(self) -> None:
        page = self.page
        page.goto(self.made.settings.chat.origin)
        self.button("client.correct").click()  # the page came back to the code that it waits for
        self.button("client.password").click()
        self.field("sign_in.username").fill("ewa@client")
        self.field("sign_in.password").fill(PASSWORD)
        self.button("sign_in.verb").click()
        expect(self.button("notice.accept")).to_be_visible()
        self.see("notice")
        self.button("sign_out.open").click()
        expect(page.get_by_text(self.words["sign_in.signed_out"])).to_be_visible()

    def invites(self, desk: Desk, box: Letterbox) -> None:
        """The advisor's."""
        page = self.page
        page.get_by_role("button", name="Client invites").click()
        expect(page.get_by_role("button", name="Invite a client")).to_be_visible()
        self.see("invites")
        page.get_by_role("button", name="Invite a client").click()
        page.get_by_role("button", name="Send invitation").click()
        self.see("form")
        page.get_by_role("button", name="Close").click()
        invite(desk, LONG, box.address)
        expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
        self.see("link")
        page.get_by_role("button", name="All invites").click()
        page.get_by_role("button", name="Take back").first.click()
        self.see("taking back")


@pytest.mark.usefixtures("server")
@SIZES
def test_axe_finds_nothing(
    made: Installation, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    found: dict[str, list[str]] = {}
    options = {"viewport": size, "bypass_csp": True}
    box = Letterbox(made, f"axe{size['width']}@brzeska.example")
    desk = sign_in(made, browser, profile_of, "anna@advisor", **options)
    Doors(made, desk.page, looking(desk.page, found)).invites(desk, box)
    page = profile_of(browser, **options).page()
    doors = Doors(made, page, looking(page, found))
    doors.invitation(box.link())
    doors.closed()
    doors.coming_back(f"not-{box.address}")
    doors.notice()
    assert len(found) == 12
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.usefixtures("server")
def test_axe_finds_nothing_in_polish(
    made: Installation, browser: Browser, profile_of: ProfileOf
) -> None:
    """A client's way in; each screen says of itself that it is Polish, and is."""
    found: dict[str, list[str]] = {}
    box = Letterbox(made, "polish@brzeska.example")
    desk = sign_in(made, browser, profile_of, "anna@advisor")
    invite(desk, LONG, box.address, language="Polski")
    page = profile_of(browser, viewport=PHONE, bypass_csp=True, locale="pl-PL").page()

    def see(name: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", "pl")
        found[name] = findings(page) + english(page)

    doors = Doors(made, page, see, "pl")
    doors.invitation(box.link())
    doors.closed()
    doors.coming_back(f"not-{box.address}")
    doors.notice()
    assert len(found) == 8
    assert {name: rules for name, rules in found.items() if rules} == {}


def looking(page: Page, found: dict[str, list[str]]) -> Callable[[str], None]:
    """Look with axe at each screen."""

    def see(name: str) -> None:
        found[name] = findings(page)

    return see


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_overflows_at_twice_the_size(
    made: Installation, browser: Browser, profile_of: ProfileOf, direction: str
) -> None:
    over: dict[str, int] = {}
    desk = sign_in(made, browser, profile_of, "anna@advisor", viewport=PHONE)
    box = Letterbox(made, f"{direction}@brzeska.example")
    invite(desk, LONG, box.address)
    page = profile_of(browser, viewport=ZOOMED).page()

    def see(name: str) -> None:
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        over[name] = page.evaluate(OVERFLOW)

    doors = Doors(made, page, see)
    doors.invitation(box.link())
    doors.closed()
    doors.coming_back(f"not-{box.address}")
    doors.notice()
    assert len(over) == 8
    assert {name: pixels for name, pixels in over.items() if pixels > 0} == {}
    page.evaluate("document.querySelector('form').style.inlineSize = '300px'")
    assert page.evaluate(OVERFLOW) > 0  # control: it is noticed
