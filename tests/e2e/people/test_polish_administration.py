"""In Polish: people, an import, a notice, devices and their end; no word of it is English."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.bank import IN_POLISH, PHONE, Desk, ProfileOf, sign_in
from tests.e2e.console_desk import enter_console
from tests.e2e.people.test_console_administration import PEOPLE_FILE, choose_file
from tests.e2e.polish import english
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("language")

PROMISE_S, SLACK = 2.0, 3
"""How soon a session ends (DESIGN, P10), and how much longer on a busy machine."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    people = ["anna@advisor", "piotr", "tomek@client", "adam@administrator"]
    made = install(tmp_path_factory.mktemp("bank"), people, locale="pl")
    populate_conversations(made, {}, [("anna@advisor", "tomek@client")])
    return made


@pytest.fixture
def adam(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Page:
    """An administrator at the console."""
    who = "adam@administrator"
    return enter_console(made, browser, profile_of, who, lands="Osoby", **IN_POLISH).page


def go(adam: Page, screen: str) -> None:
    """Go to a part of the administration, which is Polish."""
    screens = adam.get_by_role("navigation", name="Administracja")
    screens.get_by_role("button", name=screen, exact=True).click()
    expect(adam.get_by_role("heading", level=1)).to_be_visible()
    assert english(adam) == []


def test_each_part_of_the_administration_is_in_view_on_a_phone(adam: Page) -> None:
    adam.set_viewport_size(PHONE)  # type: ignore[arg-type]
    administration = adam.get_by_role("navigation", name="Administracja")
    parts = administration.get_by_role("button")
    expect(parts.last).to_have_text("Miejsca docelowe")
    for part in parts.all():
        expect(part).to_be_in_viewport(ratio=1)
    one_row = "nav => Object.assign(nav.style, { flexWrap: 'nowrap', overflowX: 'auto' })"
    administration.evaluate(one_row)  # control: in one row the last of them is cut
    expect(parts.last).not_to_be_in_viewport(ratio=1)


def test_people_are_added_and_imported(adam: Page, tmp_path: Path) -> None:
    assert english(adam) == []
    adam.get_by_label("Imię i nazwisko", exact=True).fill("Ewa Żurek")
    adam.get_by_label("Rola", exact=True).select_option("Doradca")
    adam.get_by_label("Stanowisko", exact=True).fill("Doradca klienta")
    adam.get_by_role("button", name="Dodaj i utwórz link").click()
    expect(adam.get_by_text("Konto zostało utworzone.")).to_be_visible()
    expect(adam.get_by_text("Link do jednorazowego logowania, ważny do")).to_be_visible()
    rows = adam.get_by_role("region", name="Osoby").get_by_role("listitem")
    expect(rows.filter(has_text="Ewa Żurek")).to_contain_text("Doradca")
    assert english(adam) == []
    language = adam.get_by_label("Język wiadomości do tej osoby").locator("option:checked")
    expect(language).to_have_text("Polski")
    adam.get_by_label("Imię i nazwisko", exact=True).fill("Jan Kot")
    adam.get_by_role("button", name="Dodaj i utwórz link").click()
    expect(rows.filter(has_text="Jan Kot")).to_contain_text("Pracownik")

    go(adam, "Import")
    adam.get_by_text("Jak wygląda plik").click()
    for name in ("nazwa użytkownika", "imię i nazwisko", "rola", "firma", "doradca"):
        expect(adam.get_by_role("term").get_by_text(name, exact=True)).to_be_visible()
    file = tmp_path / "osoby.csv"
    file.write_bytes(PEOPLE_FILE.encode("cp1250"))
    choose_file(adam, "Wybierz plik CSV", file)
    expect(adam.get_by_role("heading", name="Co się stanie")).to_be_visible()
    for count in ("1 nowa osoba", "1 błędny wiersz", "Nikt nie ma jeszcze konta"):
        expect(adam.get_by_text(count, exact=True)).to_be_visible()
    wrong = adam.get_by_role("listitem").filter(has_text="Wiersz 3")
    expect(wrong).to_contain_text("rola: nie ma takiej roli")
    assert english(adam) == []
    adam.get_by_label("Dodaj poprawne wiersze (1) mimo błędnych (1)").check()
    adam.get_by_role("button", name="Importuj 1 wiersz").click()
    expect(adam.get_by_text("Zaimportowano 1 z 1 wierszy.")).to_be_visible()
    with adam.expect_download() as download:
        adam.get_by_role("button", name="Zapisz linki jako CSV").click()
    assert "zofia" in download.value.path().read_text(encoding="utf-8-sig")
    assert english(adam) == []


def test_a_notice_is_published_and_accepted(
    made: Installation, adam: Page, browser: Browser, profile_of: ProfileOf
) -> None:
    tomek = sign_in(made, browser, profile_of, "tomek@client", viewport=PHONE, **IN_POLISH).page
    go(adam, "Informacje do akceptacji")
    adam.get_by_role("button", name="Klienci: informacja o zapisie").click()
    languages = adam.get_by_role("navigation", name="Język informacji")
    languages.get_by_role("button", name="Polski").click()
    adam.get_by_role("button", name="Napisz nową wersję").click()
    adam.get_by_label("Nagłówek").fill("Każde słowo zostaje")
    adam.get_by_label("Treść; akapity oddziela pusty wiersz").fill("Nic nie ginie.\n\nPytaj Anny.")
    expect(adam.get_by_role("region", name="Tak zobaczy ją klient")).to_contain_text("Pytaj Anny.")
    assert english(adam) == []
    adam.get_by_role("button", name="Opublikuj teraz").click()
    expect(adam.get_by_text("Treść obowiązuje. Klienci zostaną poproszeni")).to_be_visible()
    expect(tomek.get_by_role("heading", name="Każde słowo zostaje")).to_be_visible()
    assert english(tomek) + english(adam) == []
    tomek.get_by_role("button", name="Akceptuję, dalej").click()
    expect(tomek.get_by_role("searchbox")).to_be_visible()
    assert english(tomek) == []


def test_devices_are_signed_out_and_an_account_ended(
    made: Installation, adam: Page, browser: Browser, profile_of: ProfileOf
) -> None:
    lost, here = (sign_in(made, browser, profile_of, "piotr", **IN_POLISH) for _ in range(2))
    tell_of_devices(here)
    here.page.get_by_role("button", name="Wyloguj urządzenie").click()
    took = until_signed_out(lost, here.page)
    assert took < SLACK * PROMISE_S
    assert english(lost.page) + english(here.page) == []

    adam.get_by_role("button", name="Piotr").click()
    devices = adam.get_by_role("region", name="Zalogowane urządzenia")
    device = devices.get_by_role("listitem").filter(has_text="Teraz połączone")
    expect(device).to_have_count(1)
    assert english(adam) == []
    device.get_by_role("button", name="Wyloguj urządzenie").click()
    took = until_signed_out(here, adam)
    assert took < SLACK * PROMISE_S
    expect(adam.get_by_text("Urządzenie zostało wylogowane.")).to_be_visible()

    piotr = sign_in(made, browser, profile_of, "piotr", **IN_POLISH).page
    adam.get_by_role("button", name="Zakończ konto").click()
    dialog = adam.get_by_role("dialog", name="Zakończyć konto: Piotr?")
    expect(dialog).to_contain_text("To, co napisała, pozostaje w zapisie.")
    assert english(adam) == []
    dialog.get_by_role("button", name="Zakończ konto").click()
    expect(piotr.get_by_text("Twoje konto tutaj zostało zamknięte")).to_be_visible()
    expect(adam.get_by_text("Konto zakończono na wszystkich urządzeniach.")).to_be_visible()
    expect(adam.get_by_role("button", name="Aktywuj ponownie")).to_be_visible()
    assert english(piotr) + english(adam) == []


def tell_of_devices(desk: Desk) -> None:
    """Open the sheet of one's own devices, which is Polish."""
    desk.page.get_by_role("button", name="Konto: Piotr").click()
    desk.page.get_by_role("menuitem", name="Urządzenia").click()
    sheet = desk.page.get_by_role("region", name="Urządzenia")
    expect(sheet.get_by_text("To urządzenie")).to_be_visible()
    expect(sheet.get_by_role("button", name="Wyloguj urządzenie")).to_have_count(1)
    expect(sheet.get_by_role("heading", name="Tokeny dostępu")).to_be_visible()
    expect(sheet.get_by_text("Jeszcze nieużyty")).to_be_visible()
    assert english(desk.page) == []
    sheet.get_by_role("button", name="Unieważnij token rig").click()
    dialog = desk.page.get_by_role("dialog", name="Unieważnić token rig?")
    assert english(desk.page) == []
    dialog.get_by_role("button", name="Unieważnij").click()
    expect(sheet.get_by_role("button", name="Unieważnij token rig")).to_have_count(0)
    expect(sheet.get_by_role("button", name="Utwórz token")).to_be_visible()
    assert english(desk.page) == []


def until_signed_out(lost: Desk, asked: Page) -> float:
    """Say yes to signing a device out; return how long its page took to say so, in seconds."""
    dialog = asked.get_by_role("dialog", name="Wylogować urządzenie")
    assert english(asked) == []
    began = time.monotonic()
    dialog.get_by_role("button", name="Wyloguj").click()
    expect(lost.page.get_by_text("To urządzenie wylogowano z innego miejsca")).to_be_visible()
    return time.monotonic() - began
