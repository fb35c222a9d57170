"""Clients and their advisors in WebKitGTK, the engine of every iPhone.

An advisor's hand-over; then a client in from a link, a complaint, the own copy, out and back by a
code, and the copy's check on the device. What WebKitGTK cannot: it has no WebAuthn, so passkeys end
where the page finds that; and its driver saves no downloads, so the copy is fetched in the page.
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from onrecord.app.house import CLIENTS
from onrecord.features.clients.invites import Invitee, Invites
from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.proof_package.copy_verifier import verify_copy
from tests.e2e.browsers import running_webkit
from tests.e2e.phones import LETTERS, Letterbox
from tests.e2e.webkit_desk import LISTEN, Correspondent, WebKitDesk, corresponding, until
from tests.rig.installation import (
    RIG,
    Installation,
    at_root,
    install,
    populate_conversations,
    run_apart,
)

pytestmark = pytest.mark.proofs("engine")

ADDRESS = "halina@brzeska.example"
PROMISE = "Zerwanie lokaty nic nie kosztuje."
REASON = "A jednak pobrano opłatę."
FETCH = """const [link, done] = arguments;
    fetch(link).then((answer) => answer.arrayBuffer()).then((bytes) =>
      done(btoa(Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one)).join(""))));"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A bank whose advisor has invited Halina by mail, in Polish."""
    people = ["anna@advisor", "ben@advisor", "ewa@client"]
    made = install(tmp_path_factory.mktemp("bank"), people, toml=LETTERS)
    populate_conversations(made, {}, [("anna@advisor", "ewa@client")])
    run_apart(invite(made))
    return made


async def invite(made: Installation) -> None:
    anna = made.people["anna@advisor"].actor
    halina = Invitee("Halina Brzeska", ADDRESS, "pl", "mail")
    async with at_root(made, CLIENTS) as root:
        await root[Invites].create(anna, RIG, halina)


@pytest.fixture(scope="module")
def webkit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKitGTK]:
    """One browser: who is done with it signs out."""
    with running_webkit(tmp_path_factory.mktemp("webkit")) as driver:
        yield driver


@pytest.mark.usefixtures("server")
def test_an_advisor_hands_a_client_over(made: Installation, webkit: WebKitGTK) -> None:
    conv = made.direct("anna@advisor", "ewa@client")
    desk = WebKitDesk(webkit, made)
    desk.enter()
    desk.sign_in("anna@advisor")
    desk.open("Ewa")
    with corresponding(made, "ben@advisor") as ben, corresponding(made, "ewa@client") as ewa:
        ewa.say(conv, "When can we talk?")
        desk.message("When can we talk?")
        desk.press("Details")
        desk.press("Hand over…")
        desk.see("Hand this conversation over")
        field = until(lambda: desk.shown("//dialog//input[@type='search']"), "whom to")[0]
        field.send_keys("Ben")
        choice = until(lambda: desk.shown("//dialog//li//button[contains(., 'Ben')]"), "Ben")[0]
        choice.send_keys(Keys.ENTER)
        path = "//label[contains(., 'New messages, and those without an answer')]//input"
        radio = until(lambda: desk.driver.find_elements(By.XPATH, path), "what he reads")[0]
        desk.driver.execute_script("arguments[0].click()", radio)
        desk.press("Hand over")
        handed = ewa.got(type="conversation.handed_over", conv=conv)
        assert handed["successor"] == made.people["ben@advisor"].id
        desk.see("You can read up to here")
        ben.got(type="conversation.handed_over", conv=conv)
        ben.say(conv, "This afternoon at three")
        ewa.got(type="message.sent", text="This afternoon at three")
        assert desk.messages("This afternoon at three") == []
    assert desk.complaints() == []
    desk.press("Account of Anna")
    desk.press("Sign out")
    until(lambda: desk.field("username"), "the form")


@pytest.mark.usefixtures("server")
def test_a_client_from_the_link_to_a_complaint_and_the_own_copy_and_back_by_a_code(
    made: Installation, webkit: WebKitGTK, tmp_path: Path
) -> None:
    box, desk = Letterbox(made, ADDRESS), WebKitDesk(webkit, made)
    with corresponding(made, "anna@advisor") as anna:
        comes_in(desk, box)
        desk.say("Dzień dobry!")
        said = anna.got(type="message.sent", text="Dzień dobry!")
        anna.say(said["conv"], PROMISE)
        complains(desk, anna)
    finds_no_passkeys(desk)
    copy = takes_a_copy(desk, tmp_path)
    assert desk.complaints() == []
    desk.press("Konto: Halina Brzeska")
    desk.press("Wyloguj się")
    address = until(lambda: desk.field("address"), "the client's way in")
    desk.write(address, ADDRESS, Keys.ENTER)
    type_code(desk, box.code())
    desk.open("Anna")
    desk.message(PROMISE)
    assert desk.complaints() == []
    checks_it(webkit, copy, tmp_path)


def comes_in(desk: WebKitDesk, box: Letterbox) -> None:
    """Halina follows the link, accepts the notice and proves herself."""
    desk.driver.get(box.link())
    desk.see("Masz zaproszenie")
    desk.driver.execute_script(LISTEN)
    assert desk.driver.current_url == f"{desk.made.settings.chat.origin}/"
    desk.press("Akceptuję, wyślij mi kod")
    type_code(desk, box.code())


def type_code(desk: WebKitDesk, code: str) -> None:
    """Type a code where the focus is; the field has it by itself."""
    path = "//input[@autocomplete='one-time-code']"
    field = until(lambda: desk.shown(path), "the code's field")[0]
    until(lambda: field == desk.driver.switch_to.active_element, "the focus in it")
    desk.keys(*code)


def complains(desk: WebKitDesk, anna: Correspondent) -> None:
    """Halina complains; Anna has it with the reference that Halina can quote.

    From the details: after a click with the right button the driver types no capital letters.
    """
    desk.message(PROMISE)
    desk.press("Szczegóły")
    desk.press("Złóż reklamację…")
    desk.see("Dotyczy całej tej rozmowy.")
    path = "//label[contains(., 'Opłaty i prowizje')]//input"
    desk.driver.execute_script("arguments[0].click()", desk.driver.find_element(By.XPATH, path))
    words = until(lambda: desk.shown("//*[@role='dialog' or self::dialog]//textarea"), "the words")
    words[0].send_keys(REASON)
    desk.press("Złóż reklamację")
    desk.see("Twoja reklamacja jest zarejestrowana")
    filed = anna.got(type="complaint.filed", reason=REASON, category="fees")
    desk.see(filed["reference"])
    desk.press("Gotowe")
    desk.see(REASON)


def finds_no_passkeys(desk: WebKitDesk) -> None:
    """WebKitGTK has no WebAuthn: no passkey is offered, and the devices say why."""
    assert desk.driver.execute_script("return typeof PublicKeyCredential") == "undefined"
    assert not desk.shown("//aside[@aria-label='Następnym razem bez kodu?']")
    desk.press("Konto: Halina Brzeska")
    desk.press("Urządzenia")
    desk.see("Ta przeglądarka nie obsługuje kluczy dostępu.")
    desk.press("Zamknij")


def takes_a_copy(desk: WebKitDesk, folder: Path) -> Path:
    """Halina makes her copy and fetches it; the program finds it complete."""
    desk.press("Konto: Halina Brzeska")
    desk.press("Twoja kopia")
    desk.press("Przygotuj moją kopię")
    link = until(lambda: desk.shown("//a[starts-with(normalize-space(), 'Pobierz')]"), "the link")
    copy = folder / "copy.zip"
    fetched = desk.driver.execute_async_script(FETCH, link[0].get_attribute("href"))
    copy.write_bytes(base64.b64decode(fetched))
    policy = parse_policy(desk.made.settings.paths.policy.read_text(encoding="utf-8"))
    verify_copy(copy, policy)
    desk.press("Zamknij")
    return copy


def checks_it(webkit: WebKitGTK, copy: Path, folder: Path) -> None:
    """The page in the copy, opened from the disk, checks the copy by itself."""
    with ZipFile(copy) as packed:
        packed.extract("verify.html", folder)
    webkit.get((folder / "verify.html").as_uri())
    webkit.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(str(copy))
    webkit.find_element(By.XPATH, "//button[normalize-space()='Sprawdź']").click()
    answer = until(lambda: webkit.find_element(By.CSS_SELECTOR, ".answer strong").text, "an answer")
    assert answer == "Zweryfikowano"
    said = webkit.find_element(By.TAG_NAME, "main").text
    assert re.search("Ed25519.*sprawdzony, prawidłowy", said)
    assert REASON in said
