"""In Polish: what staff do with groups, messages and what is theirs; no word is English."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.bank import IN_POLISH, Desk, ProfileOf, sign_in
from tests.e2e.polish import english
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations

pytestmark = pytest.mark.proofs("language")

ASKED = "Kto bierze wniosek?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    people = ["anna@advisor", "beata@advisor", "zofia@advisor", "jan@client"]
    made = install(tmp_path_factory.mktemp("bank"), people, locale="pl")
    groups = {"Kredyty": ["anna@advisor", "beata@advisor"]}
    populate_conversations(made, groups, [("anna@advisor", "jan@client")])
    return made


@pytest.fixture
def anna(made: Installation, server: object, browser: Browser, profile_of: ProfileOf) -> Desk:
    return sign_in(made, browser, profile_of, "anna@advisor", **IN_POLISH)


def says(place: Locator, *words: str) -> None:
    """These words stand there, and nothing on the page is English."""
    for each in words:
        expect(place).to_contain_text(each)
    assert english(place.page) == []


def begin(desk: Desk, *names: str) -> Locator:
    """Begin something new with these people; return the dialog."""
    desk.page.get_by_role("button", name="Nowa rozmowa").first.click()
    dialog = desk.page.get_by_role("dialog", name="Nowa rozmowa")
    for name in names:
        dialog.get_by_role("searchbox", name="Szukaj osób").fill(name)
        dialog.get_by_role("button", name=name).first.click()
        expect(dialog.get_by_role("button", name=f"Usuń z wyboru: {name}")).to_be_visible()
    assert english(desk.page) == []
    return dialog


def account(desk: Desk, item: str) -> Locator:
    """A sheet from the account's menu."""
    desk.page.get_by_role("button", name="Konto:").click()
    choice = desk.page.get_by_role("menuitem", name=item, exact=True)
    expect(choice).to_be_visible()
    assert english(desk.page) == []
    choice.click()
    return desk.page.get_by_role("region", name=item)


def test_a_group_is_led_and_many_are_written_to(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    page = anna.page
    beata = sign_in(made, browser, profile_of, "beata@advisor", **IN_POLISH)
    dialog = begin(anna, "Beata", "Zofia", "Jan")
    says(dialog, "W rozmowie będą osoby spoza firmy")
    dialog.get_by_role("button", name="Usuń z wyboru: Jan").click()
    dialog.get_by_label("Nazwa grupy").fill("Oddział")
    dialog.get_by_role("button", name="Utwórz grupę").click()
    expect(anna.log).to_contain_text("Początek Twojej rozmowy")
    page.get_by_role("button", name="Uczestnicy").click()
    sheet = page.get_by_role("region", name="Uczestnicy")
    says(sheet, "3 uczestników", "Link do dołączania", "7 dni")
    sheet.get_by_role("button", name="Dodaj opis").click()
    sheet.get_by_label("Do czego służy grupa").fill("Sprawy oddziału")
    assert english(page) == []
    sheet.get_by_role("button", name="Zapisz").click()
    sheet.get_by_label("Piszą tylko administratorzy").click()
    question = page.get_by_role("dialog")
    says(question, "Czy od teraz mają tu pisać tylko administratorzy?")
    question.get_by_role("button", name="Tylko administratorzy").click()
    sheet.get_by_role("button", name="Więcej: Beata").click()
    expect(page.get_by_role("menu", name="Więcej: Beata")).to_be_visible()
    assert english(page) == []
    page.get_by_role("menuitem", name="Uczyń administratorem…").click()
    says(question, "Nadać rolę administratora: Beata?")
    question.get_by_role("button", name="Nadaj rolę").click()
    sheet.get_by_role("button", name="Utwórz link").click()
    says(sheet, "Link widać tylko teraz.", "Nikt przez niego nie dołączył.")
    sheet.get_by_role("button", name="Wyłącz link…").click()
    says(question, "Wyłączyć ten link?")
    question.get_by_role("button", name="Wyłącz link").click()
    sheet.get_by_role("button", name="Opuść grupę").click()
    says(question, "Opuścić tę grupę?")
    question.get_by_role("button", name="Anuluj").click()
    beata.open("Oddział")
    says(beata.log, "Anna ustawia opis grupy: „Sprawy oddziału”", "Rozpoczyna: Anna")

    dialog = begin(anna, "Beata", "Zofia")
    dialog.get_by_label("Osobno: każdy dostanie").check()
    dialog.get_by_label("Wiadomość", exact=True).fill("Oddział kończy o piętnastej")
    says(dialog, "Nikt nie zobaczy, kto jeszcze ją dostał.")
    dialog.get_by_role("button", name="Wyślij osobno").click()
    says(page.get_by_role("dialog", name="Wysłano"), "w drodze do 2 osób")
    page.get_by_role("button", name="Gotowe").click()
    beata.open("Anna")
    says(beata.log, "Oddział kończy o piętnastej", "Wysłano do wielu osób osobno")


def test_a_message_goes_on_waits_is_looked_into_and_reported(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    page = anna.page
    beata = sign_in(made, browser, profile_of, "beata@advisor", **IN_POLISH)
    beata.open("Kredyty")
    anna.open("Kredyty")
    anna.say(ASKED)
    expect(beata.message(ASKED)).to_be_visible()
    anna.menu(ASKED, "Przekaż dalej…")
    dialog = page.get_by_role("dialog", name="Przekaż dalej")
    dialog.get_by_role("checkbox", name="Jan").check()
    says(dialog, "1 wiadomość", "trafi poza firmę")
    dialog.get_by_role("button", name="Przekaż", exact=True).click()
    question = page.get_by_role("dialog", name="Przekazać klientowi?")
    says(question, "Wszystko pozostaje w archiwum.", "Jeszcze nie przekazuj")
    question.get_by_role("button", name="Przekaż mimo to").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    anna.menu(ASKED, "Informacje o wiadomości")
    info = page.get_by_role("region", name="Informacje o wiadomości")
    says(info, "Zarejestrowano", "Numer w tej rozmowie", "Przeczytano: 1")
    info.get_by_role("button", name="Zamknij").click()

    anna.composer.fill("Komitet zbiera się o dziewiątej.")
    page.get_by_role("button", name="Wyślij później").click()
    dialog = page.get_by_role("dialog", name="Wyślij później")
    at = datetime.now().astimezone() + timedelta(days=2)
    dialog.get_by_label("Dzień i godzina").fill(f"{at:%Y-%m-%d}T08:00")
    says(dialog, "Kiedy", "Czas tego urządzenia")
    dialog.get_by_role("button", name="Zaplanuj").click()
    expect(page.get_by_text("Zaplanowano:")).to_be_visible()
    page.get_by_role("button", name="Pokaż", exact=True).click()
    waiting = page.get_by_role("region", name="Zaplanowane wiadomości")
    says(waiting, "Komitet zbiera się", "Zmień", "Wyślij teraz")
    waiting.get_by_role("button", name="Wycofaj").click()
    says(waiting, "Nic tu nie zaplanowano.")

    beata.menu(ASKED, "Zgłoś działowi zgodności…")
    report = beata.page.get_by_role("dialog", name="Zgłoszenie dla działu zgodności")
    report.get_by_label("Łamie zasady firmy").check()
    says(report, "Co jest z nią nie tak?", "Nikt w rozmowie się o tym nie dowie.")
    report.get_by_role("button", name="Zgłoś", exact=True).click()
    done = beata.page.get_by_role("dialog", name="Dział zgodności ma Twoje zgłoszenie")
    says(done, "podaj ten numer")


def test_what_is_ones_own(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    page = anna.page
    sheet = account(anna, "Status")
    sheet.get_by_label("Co widzą inni pracownicy").fill("U notariusza")
    sheet.get_by_role("switch", name="Nie przeszkadzać").click()
    sheet.get_by_role("button", name="Ustaw status").click()
    says(sheet, "Status jest ustawiony.", "Każdy status jest rejestrowany.")
    beata = sign_in(made, browser, profile_of, "beata@advisor", **IN_POLISH)
    people = account(beata, "Osoby")
    says(people, "3 osoby")
    people.get_by_role("button", name="Anna").click()
    profile = beata.page.get_by_role("region", name="Profil")
    says(profile, "U notariusza", "Nie przeszkadzać", "Napisz wiadomość")
    sheet.get_by_role("button", name="Usuń status").click()
    says(sheet, "Status jest usunięty.")
    says(account(anna, "Powiadomienia"), "Powiadomienia na tym urządzeniu", "Godziny ciszy")
    sheet = account(anna, "Urządzenia")
    says(sheet, "To urządzenie", "Tokeny dostępu", "Utworzono", "Unieważnij")
    says(account(anna, "Blokada aplikacji"), "Blokuj samoczynnie", "Nigdy")
    page.get_by_role("button", name="Zablokuj teraz").click()
    expect(page.get_by_role("heading", name="OnRecord jest zablokowany")).to_be_visible()
    says(page.locator("body"), "To, co napisano, zostało zachowane.")
    page.get_by_label("Hasło", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Odblokuj hasłem").click()
    expect(page.get_by_role("searchbox").first).to_be_visible()
    assert english(page) == []
