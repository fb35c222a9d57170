"""In Polish: a client is handed over, complains, takes a copy and leaves; no word is English."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.proof_package.copy_verifier import verify_copy
from tests.e2e.bank import IN_POLISH, PHONE, Desk, ProfileOf, sign_in
from tests.e2e.console_desk import Officer, archived_looks, enter_console
from tests.e2e.own_copy.test_verify_page import check
from tests.e2e.polish import english
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

pytestmark = pytest.mark.proofs("language")

ON_PHONE = {"viewport": PHONE, "has_touch": True, **IN_POLISH}
CLIENTS = ("iga@client", "ewa@client", "tomek@client")
PROMISE = "Wcześniejsza spłata nic nie kosztuje."
REASON = "Pobrano mi 1,2 % prowizji."
WHOLE = "Nikt do mnie nie oddzwania."
MONTHS = "sty lut mar kwi maj cze lip sie wrz paź lis gru".split()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    advisors = ["anna@advisor", "beata@advisor", "zofia@advisor"]
    people = [*advisors, *CLIENTS, "olga@compliance"]
    made = install(tmp_path_factory.mktemp("bank"), people, locale="pl")
    populate_conversations(made, {}, [("anna@advisor", client) for client in CLIENTS])
    return made


@pytest.fixture
def anna(
    made: Installation, server: ServerProcess, browser: Browser, profile_of: ProfileOf
) -> Desk:
    return sign_in(made, browser, profile_of, "anna@advisor", **IN_POLISH)


def details(page: Page) -> Locator:
    """The sheet beside the conversation, opened if it is not."""
    sheet = page.get_by_role("region", name="Szczegóły")
    if not sheet.is_visible():
        page.get_by_role("button", name="Szczegóły").click()
    return sheet


def passing_on(desk: Desk, verb: str, to: str) -> Locator:
    """Choose what to do and whom to; return the dialog."""
    details(desk.page).get_by_role("button", name=verb, exact=True).click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("searchbox", name="Szukaj wśród współpracowników").fill(to)
    dialog.get_by_role("list", name="Osoby").get_by_role("button", name=to).click()
    return dialog


def day_of(day: datetime) -> str:
    """A day as short Polish dates have it."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def test_a_client_is_handed_over(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    iga = sign_in(made, browser, profile_of, "iga@client", **ON_PHONE)
    beata = sign_in(made, browser, profile_of, "beata@advisor", **IN_POLISH)
    anna.open("Iga")
    anna.say("Dzień dobry, pani Igo")
    iga.open("Anna")
    expect(iga.message("Dzień dobry, pani Igo")).to_be_visible()
    iga.say("Kiedy możemy porozmawiać?")
    expect(anna.message("Kiedy możemy porozmawiać?")).to_be_visible()
    tag = (
        anna.page.get_by_role("banner").or_(anna.page.locator("header")).get_by_title("Spoza firmy")
    )
    expect(tag.first).to_contain_text("Klient")

    dialog = passing_on(anna, "Zastępstwo…", "Zofia")
    last_day = datetime.now().astimezone() + timedelta(days=3)
    dialog.get_by_label("Do końca dnia").fill(last_day.date().isoformat())
    assert english(anna.page) == []
    dialog.get_by_role("button", name="Wyznacz", exact=True).click()
    expect(iga.log).to_contain_text(f"Zofia zastępuje osobę: Anna, do: {day_of(last_day)}")
    expect(details(anna.page)).to_contain_text(f"Zastępstwo do: {day_of(last_day)}")

    dialog = passing_on(anna, "Przekaż…", "Beata")
    dialog.get_by_role("radio", name="Nowe wiadomości i te bez odpowiedzi").check()
    assert english(anna.page) == []
    dialog.get_by_role("button", name="Przekaż", exact=True).click()
    expect(anna.page.get_by_text("Możesz czytać do tego miejsca.")).to_be_visible()
    expect(anna.log).to_contain_text("Przekazujesz tę rozmowę. Przejmuje ją: Beata")
    expect(iga.log).to_contain_text("Anna przekazuje tę rozmowę. Przejmuje ją: Beata")
    expect(iga.page.get_by_role("heading", name="Beata", exact=True)).to_be_visible()
    assert english(anna.page) + english(iga.page) == []

    rows = beata.page.get_by_role("list", name="Rozmowy").get_by_role("listitem")
    expect(rows.filter(has_text="Iga")).to_contain_text("1 nieprzeczytana wiadomość")
    beata.open("Iga")
    expect(beata.message("Kiedy możemy porozmawiać?")).to_be_visible()
    expect(beata.message("Dzień dobry, pani Igo")).to_have_count(0)
    beata.say("Dziś o piętnastej")
    expect(iga.message("Dziś o piętnastej")).to_be_visible()
    expect(anna.message("Dziś o piętnastej")).to_have_count(0)
    details(beata.page).get_by_role("button", name="Zakończ zastępstwo: Zofia…").click()
    assert english(beata.page) == []
    beata.page.get_by_role("dialog").get_by_role("button", name="Zakończ", exact=True).click()
    expect(iga.log).to_contain_text("Koniec zastępstwa: Zofia")
    mine = details(iga.page)
    expect(mine.get_by_role("heading", name="Twój doradca")).to_be_visible()
    expect(mine.get_by_role("button", name="Przekaż…")).to_have_count(0)
    assert english(iga.page) == []


def complain(ewa: Desk) -> str:
    """Ewa marks Anna's promise as a complaint; return its reference."""
    ewa.menu(PROMISE, "Złóż reklamację…")
    dialog = ewa.page.get_by_role("dialog", name="Złóż reklamację")
    expect(dialog).to_contain_text(PROMISE)
    dialog.get_by_label("Opłaty i prowizje").check()
    dialog.get_by_label("Co się stało? Opisz własnymi słowami").fill(REASON)
    expect(dialog).to_contain_text("Odpowiedź w ciągu 30 dni.")
    assert english(ewa.page) == []
    dialog.get_by_role("button", name="Złóż reklamację", exact=True).click()
    dialog = ewa.page.get_by_role("dialog", name="Twoja reklamacja jest zarejestrowana")
    found = re.search(r"C-\w{5}-\w{5}", dialog.inner_text())
    assert found is not None
    assert english(ewa.page) == []
    dialog.get_by_role("button", name="Gotowe").click()
    return found.group()


def mark_the_whole(anna: Desk) -> None:
    """Anna marks the conversation."""
    details(anna.page).get_by_role("button", name="Zarejestruj reklamację…").click()
    dialog = anna.page.get_by_role("dialog", name="Zarejestruj reklamację")
    expect(dialog).to_contain_text("Dotyczy całej tej rozmowy.")
    dialog.get_by_label("Obsługa lub zachowanie").check()
    dialog.get_by_label("Co się stało? Opisz własnymi słowami").fill(WHOLE)
    assert english(anna.page) == []
    dialog.get_by_role("button", name="Zarejestruj reklamację", exact=True).click()
    done = anna.page.get_by_role("dialog", name="Reklamacja jest zarejestrowana")
    done.get_by_role("button", name="Gotowe").click()


def read_in_a_case(made: Installation, olga: Officer, reference: str) -> None:
    """Olga goes from the list to the place in the conversation: case and reason first, recorded."""
    page = olga.page
    page.get_by_role("button", name=f"Czytaj w sprawie… {reference}").click()
    expect(page.get_by_text("Wybierz sprawę, w ramach której patrzysz")).to_be_visible()
    assert english(page) == []
    page.get_by_label("Numer sprawy").fill("K-1")
    page.get_by_label("Dlaczego patrzysz").fill(f"Reklamacja {reference}")
    page.get_by_role("button", name="Otwórz sprawę").click()
    expect(page.get_by_role("heading", name="Sprawa K-1")).to_be_visible()
    expect(page.get_by_label("Powód dostępu")).to_have_value(reference)
    assert english(page) == []
    transcript = page.get_by_role("region", name="Zapis rozmowy")
    transcript.get_by_role("button", name="Otwórz i zarejestruj").click()
    row = transcript.get_by_role("listitem").filter(has_text=REASON)
    expect(row).to_contain_text(f"Reklamacja {reference} (Opłaty i prowizje)")
    assert archived_looks(made, "K-1") == ["case.opened", "range.opened"]
    assert english(page) == []


def answer(anna: Desk, reference: str) -> None:
    """Anna says how it was answered."""
    listed = details(anna.page).get_by_role("listitem").filter(has_text=reference)
    listed.get_by_role("button", name="Udzielono odpowiedzi…").click()
    title = f"Udzielono odpowiedzi na reklamację {reference}?"
    dialog = anna.page.get_by_role("dialog", name=title)
    dialog.get_by_label("W jaki sposób, jeśli chcesz to zapisać").fill("Listem, z pieniędzmi.")
    assert english(anna.page) == []
    dialog.get_by_role("button", name="Odnotuj odpowiedź").click()
    expect(listed).to_contain_text("Odpowiedź:")


def test_a_client_complains(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf
) -> None:
    ewa = sign_in(made, browser, profile_of, "ewa@client", **ON_PHONE)
    anna.open("Ewa")
    anna.say(PROMISE)
    ewa.open("Anna")
    expect(ewa.message(PROMISE)).to_be_visible()

    reference = complain(ewa)
    expect(ewa.log).to_contain_text("Twoja reklamacja dotycząca wiadomości. Opłaty i prowizje.")
    expect(anna.log).to_contain_text("Ewa: reklamacja dotycząca wiadomości. Opłaty i prowizje.")
    for desk in (ewa, anna):
        expect(desk.log.get_by_text(f"Reklamacja {reference}, termin odpowiedzi:")).to_be_visible()
    assert english(anna.page) + english(ewa.page) == []
    mark_the_whole(anna)
    expect(ewa.log).to_contain_text("Anna: reklamacja dotycząca rozmowy. Obsługa lub zachowanie.")
    expect(details(ewa.page).get_by_role("heading", name="2 reklamacje")).to_be_visible()
    assert english(ewa.page) == []

    olga = enter_console(made, browser, profile_of, "olga@compliance", lands="Sprawy", **IN_POLISH)
    tab = olga.page.get_by_role("button", name=re.compile("^Reklamacje"))
    expect(tab).to_have_accessible_name("Reklamacje 2 nowe reklamacje")
    assert english(olga.page) == []
    tab.click()
    expect(olga.page.get_by_text("Otwarte: 2, w tym po terminie: 0")).to_be_visible()
    rows = olga.page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(3)
    assert english(olga.page) == []
    olga.page.get_by_role("searchbox", name="Numer").fill(reference)
    expect(rows).to_have_count(2)
    read_in_a_case(made, olga, reference)

    answer(anna, reference)
    details(ewa.page).get_by_role("button", name="Zamknij").click()
    expect(ewa.log).to_contain_text(f"Anna odnotowuje odpowiedź na reklamację {reference}.")
    olga.page.get_by_role("button", name="Sprawy", exact=True).click()
    olga.page.get_by_role("button", name=re.compile("^Reklamacje")).click()
    olga.page.get_by_label("Stan", exact=True).select_option("Z odpowiedzią")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("odnotowuje Anna")
    assert english(anna.page) + english(ewa.page) + english(olga.page) == []


def from_menu(page: Page, item: str) -> None:
    """Choose from the account's menu, which is Polish."""
    page.get_by_role("button", name="Konto: Tomek").click()
    choice = page.get_by_role("menuitem", name=item)
    expect(choice).to_be_visible()
    assert english(page) == []
    choice.click()


def test_a_client_takes_their_copy_and_leaves(
    made: Installation, anna: Desk, browser: Browser, profile_of: ProfileOf, tmp_path: Path
) -> None:
    tomek = sign_in(made, browser, profile_of, "tomek@client", **ON_PHONE)
    page = tomek.page
    tomek.open("Anna")
    tomek.say("Jak dostanę kopię?")
    anna.open("Tomek")
    expect(anna.message("Jak dostanę kopię?")).to_be_visible()
    page.get_by_role("button", name="Wróć do rozmów").click()
    from_menu(page, "Twoja kopia")
    expect(page.get_by_role("heading", name="Twoja kopia")).to_be_focused()
    page.get_by_role("button", name="Przygotuj moją kopię").click()
    link = page.get_by_role("link", name="Pobierz")
    expect(link).to_be_visible()
    assert english(page) == []
    with page.expect_download() as download:
        link.click()
    copy = tmp_path / "kopia.zip"
    download.value.save_as(copy)
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    assert verify_copy(copy, policy).from_joining_to_leaving
    its_pages_are_polish(profile_of(browser, viewport=PHONE, offline=True).page(), copy)
    page.get_by_role("button", name="Zamknij").click()
    from_menu(page, "Zakończ relację")
    dialog = page.get_by_role("dialog", name="Zakończyć tutaj relację z firmą Rig Bank?")
    expect(dialog).to_contain_text("Rig Bank przechowuje zapis rozmów")
    assert english(page) == []
    dialog.get_by_role("button", name="Zakończ relację").click()
    expect(page.get_by_text("Relacja została zakończona.")).to_be_visible()
    expect(anna.log).to_contain_text("Tomek: zakończenie relacji i opuszczenie rozmowy")
    expect(anna.page.get_by_text("Ten klient zakończył relację.")).to_be_visible()
    assert english(page) + english(anna.page) == []


def its_pages_are_polish(reader: Page, copy: Path) -> None:
    """The page in the copy that checks it, and those to read."""
    with ZipFile(copy) as packed:
        packed.extractall(copy.parent)
    check(reader, copy.parent / "verify.html", copy)
    expect(reader.locator(".answer strong")).to_have_text("Zweryfikowano")
    expect(reader.get_by_text("Jak dostanę kopię?")).to_be_visible()
    assert english(reader) == []
    pages = [page for page in copy.parent.rglob("*.html") if page.name != "verify.html"]
    assert pages
    for page in pages:
        reader.goto(page.as_uri())
        assert english(reader) == [], page.name


def test_what_is_english_is_noticed(anna: Desk) -> None:
    """Control: a text of the client's, one with a number, a sentence of the server's, a name."""
    page = anna.page
    assert english(page) == []
    page.evaluate(
        """() => document.body.append(...["Hand over…", "3 complaints", "There is no such person."]
          .map((text) => Object.assign(document.createElement("p"), { textContent: text })),
          Object.assign(document.createElement("i"), { ariaLabel: "Back to conversations" }))"""
    )
    planted = ["Hand over…", "3 complaints", "There is no such person.", "Back to conversations"]
    assert english(page) == planted
