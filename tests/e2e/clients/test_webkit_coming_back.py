"""A client in WebKitGTK after a week: a late link, a new device, a new notice, a code once more.

Letters go through a mail server over TLS; the server's clock is weeks ahead, the browser's is not.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.keys import Keys

from onrecord.core.domain.clock import SystemClock
from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.acceptance.crossed import SNI, signed_in
from tests.e2e.browsers import running_webkit
from tests.e2e.clients.test_webkit_clients import ADDRESS, comes_in, invite, type_code
from tests.e2e.webkit_desk import WebKitDesk, corresponding, until
from tests.integration.notifications.receivers import MailServer, mail_server
from tests.rig.clock import set_clock
from tests.rig.command import onrecord
from tests.rig.installation import PASSWORD, Installation, install, run_apart
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("engine")

ANNA, ADMINISTRATOR = "anna@advisor", "ada@administrator"
DAY_S = 86_400
REVERIFY_DAYS = 14
TITLE = "Rozmowy są nagrywane od nowa"


@dataclass
class MailBox:
    """What came through the mail server; each letter is looked at once."""

    server: MailServer
    read: int = 0

    def link(self) -> str:
        """The link of the next letter that has one."""
        return self._find(r"https://\S+#invite=\S+")

    def code(self) -> str:
        """The code of the next letter that has one."""
        return self._find(r"\b\d{6}\b")

    def _find(self, pattern: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for letter in self.server.letters[self.read :]:
                self.read += 1
                if found := re.search(pattern, letter.get_content()):
                    assert letter["to"] == ADDRESS
                    return found.group()
            time.sleep(0.05)
        raise AssertionError(f"no letter with {pattern}")


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MailServer, DemoTls]]:
    tls = DemoTls(tmp_path_factory.mktemp("mail"))
    ensure_certificates(tls, SystemClock().now())
    with mail_server(tls, starttls=False) as server:
        yield server, tls


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, mail: tuple[MailServer, DemoTls]
) -> Installation:
    server, tls = mail
    toml = f"""[clients]
reverify_days = {REVERIFY_DAYS}

[mail]
host = "localhost"
port = {server.port}
sender = "bank@bank.example"
ca_file = "{tls.ca}"
"""
    made = install(tmp_path_factory.mktemp("bank"), [ANNA, ADMINISTRATOR], toml=toml)
    run_apart(invite(made))
    return made


@dataclass
class Later:
    """A server that runs by a later clock, and is started anew where that moves.

    Periods of sessions go by the clock of its start (SteadyClock), whatever the wall clock is set
    to while it runs.
    """

    made: Installation
    clock: Path
    server: ServerProcess = field(init=False)

    def start(self, days: int) -> None:
        """Run so many days from now."""
        set_clock(self.clock, days * DAY_S)
        self.server = ServerProcess(self.made, client=True, clock=self.clock)

    def move(self, days: int) -> None:
        """Run so many days from now instead."""
        self.server.kill()
        self.start(days)


@pytest.fixture(scope="module")
def later(made: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Later]:
    """A server by whose clock the invite has expired."""
    later = Later(made, tmp_path_factory.mktemp("clock") / "seconds")
    later.start(8)
    yield later
    later.server.kill()


@pytest.fixture(scope="module")
def webkit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKitGTK]:
    with running_webkit(tmp_path_factory.mktemp("webkit")) as driver:
        yield driver


def test_a_late_link_a_new_device_a_new_notice_and_a_code_once_more(
    made: Installation,
    later: Later,
    mail: tuple[MailServer, DemoTls],
    webkit: WebKitGTK,
    tmp_path: Path,
) -> None:
    box, desk = MailBox(mail[0]), WebKitDesk(webkit, made)
    comes_too_late(desk, box)
    renew(made)
    comes_in(desk, box)  # type: ignore[arg-type]
    desk.say("Dzień dobry!")
    desk.message("Dzień dobry!")
    signs_in_on_another_device(desk, box)
    accepts_a_new_notice(desk, tmp_path)
    later.move(8 + REVERIFY_DAYS + 1)
    shows_who_they_are(desk, box)
    assert desk.complaints() == []


def comes_too_late(desk: WebKitDesk, box: MailBox) -> None:
    """The link is a week old: the page says what to do."""
    desk.driver.get(box.link())
    desk.see("This invitation no longer opens")


def renew(made: Installation) -> None:
    """Anna sends a new link."""
    with signed_in(made, ANNA) as anna:
        (stale,) = anna.get("/api/v1/invites", extensions=SNI).json()["invites"]
        assert stale["state"] == "expired"
        path = f"/api/v1/invites/{stale['id']}/link"
        assert anna.post(path, json={"way": "mail"}, extensions=SNI).status_code == 200


def signs_in_on_another_device(desk: WebKitDesk, box: MailBox) -> None:
    """The browser without its cookies is another device, in its own language until she is in."""
    with corresponding(desk.made, ANNA) as anna:
        # From a page that asks the server nothing: the chat would see that its session is gone.
        desk.driver.get(f"{desk.made.settings.chat.origin}/manifest.webmanifest")
        desk.driver.delete_all_cookies()
        desk.enter()
        # A page that still knew her when it was refused opens the client's way in at once.
        another = "//button[normalize-space()='Client? Sign in with a code']"
        ways = f"//input[@name='address'] | {another}"
        way = until(lambda: desk.shown(ways), "the client's way in")[0]
        if way.tag_name == "button":
            desk.press(way.text)
        field = until(lambda: desk.field("address"), "the field for the address")
        desk.write(field, ADDRESS, Keys.ENTER)
        type_code(desk, box.code())
        desk.open("Anna")
        desk.see("Logujesz się na nowym urządzeniu")
        assert anna.got(type="device.added")["name"] == "Safari, Linux"


def accepts_a_new_notice(desk: WebKitDesk, folder: Path) -> None:
    """An administrator publishes a text: nothing is written before it is accepted."""
    text = folder / "notice.txt"
    text.write_text(f"{TITLE}\nZachowujemy wszystko.\n", encoding="utf-8")
    publish = ("notices", "publish", str(text), "--language", "pl", "--as", ADMINISTRATOR)
    done = onrecord(desk.made.data, *publish, stdin=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    desk.see(TITLE)
    assert desk.shown("//textarea") == []
    desk.press("Akceptuję, dalej")
    desk.open("Anna")
    desk.message("Dzień dobry!")


def shows_who_they_are(desk: WebKitDesk, box: MailBox) -> None:
    """The code she came in with counts no longer: the open page asks for another, then goes on."""
    desk.see("Potwierdź, że to Ty")
    assert desk.shown("//textarea") == []
    desk.press("Wyślij mi kod")
    until(lambda: desk.shown("//input[@autocomplete='one-time-code']"), "the code's field")
    desk.reload()  # as a phone drops the page while the mail is read
    type_code(desk, box.code())
    desk.open("Anna")
    desk.message("Dzień dobry!")
    desk.say("To nadal ja.")
    desk.message("To nadal ja.")
