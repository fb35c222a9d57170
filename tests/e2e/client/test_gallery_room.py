"""What there is room for: words, names and ways out on small windows and phones, at 200 % too."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import ChromiumWith
from tests.e2e.pictures_screens import gallery_screens
from tests.e2e.pictures_stage import Bank, Look, Visit, gallery

pytestmark = [pytest.mark.proofs("width"), pytest.mark.gallery]

LANGUAGES = ("en", "pl")
PHONE = tuple(Look(390, 844, "light", language) for language in LANGUAGES)
ZOOMED = tuple(
    Look(*size, "light", language, zoom=2)
    for size in ((390, 844), (520, 1400))
    for language in LANGUAGES
)
"""A phone at 200 %, and a larger one, which shows what the former has no room for."""
LAPTOP = tuple(Look(1280, 800, "light", language) for language in LANGUAGES)
LETTERED = """() => {
  const own = (one) => [...one.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE)
    .map((child) => child.data.trim()).join(" ");
  const lettered = (one) => {
    const text = own(one), range = document.createRange();
    if (text.length < 16 || one.closest("svg, .aside, [role=log]")) return false;
    range.selectNodeContents(one);
    const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
    return lines > 1 && text.length / lines < 7;
  };
  return [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility())
    .filter(lettered).map((one) => own(one));
}"""
"""Sentences that are broken after fewer than seven letters a line."""
PLANTED = """() => {
  const words = document.createElement("p");
  words.textContent = "This is broken letter by letter.";
  Object.assign(words.style, { inlineSize: "2ch", overflowWrap: "anywhere" });
  document.body.append(words);
}"""
ABOVE_COMPOSER = """() => {
  const log = document.querySelector("[role=log]").getBoundingClientRect();
  const field = document.querySelector("textarea");
  return field.getBoundingClientRect().top - log.bottom;
}"""
"""Pixels that a phone gives to notes between the conversation and the field to write in."""
CUT_IN_HEADER = """() => {
  const header = [...document.querySelectorAll("header")].find((one) => one.checkVisibility());
  const bottom = header.getBoundingClientRect().bottom;
  return [...header.querySelectorAll("*")].filter((one) => one.checkVisibility())
    .filter((one) => one.getBoundingClientRect().bottom > bottom + 1)
    .map((one) => one.textContent);
}"""
SIGN_OUT = """(name) => {
  const item = [...document.querySelectorAll("[role=menuitem]")]
    .find((one) => one.textContent.trim() === name);
  const { left, top, bottom, width, height } = item.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return top >= 0 && bottom <= innerHeight && item.contains(there);
}"""
"""Whether a menu shows its way out without being scrolled."""
NAMES = """() => [...document.querySelectorAll("[role=option]")].filter((option) => {
  const [name, firm] = option.querySelectorAll("bdi");
  if (firm === undefined || name.scrollWidth <= name.clientWidth) return false;
  const under = firm.getBoundingClientRect().top >= name.getBoundingClientRect().bottom;
  return firm.clientWidth > 8 && !under;
}).map((option) => option.textContent)"""
"""Offers whose name is cut while the client's firm beside it still takes room."""
SEEN = """() => [...document.querySelectorAll("[role=option] span > bdi:first-child")]
  .filter((name) => name.clientWidth < 60).map((name) => name.textContent)"""
"""Names of which hardly anything is seen."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery() as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium_with: ChromiumWith) -> Browser:
    return chromium_with()


@pytest.fixture
def each(address: str, browser: Browser) -> Callable[..., None]:
    """Looks at scenes: `each(scenes, looks, look)`."""
    bank = Bank(None, address, browser)

    def run(
        scenes: tuple[str, ...], looks: tuple[Look, ...], look: Callable[[str, Visit], None]
    ) -> None:
        for one in looks:
            gallery_screens(scenes)(bank, one, look)

    return run


def test_no_sentence_is_broken_letter_by_letter_on_a_phone_at_200_percent(
    each: Callable[..., None],
) -> None:
    found: list[str] = []

    def look(caption: str, visit: Visit) -> None:
        found.extend(f"{caption}: {one}" for one in visit.page.evaluate(LETTERED))
        visit.page.evaluate(PLANTED)
        assert visit.page.evaluate(LETTERED), caption  # control: it is noticed

    each(("offer", "answering-closed", "answering-orders", "notice-leave"), ZOOMED, look)
    assert found == []


def test_a_phone_keeps_its_room_for_the_conversation_out_of_hours(
    each: Callable[..., None],
) -> None:
    def look(caption: str, visit: Visit) -> None:
        page = visit.page
        expect(page.get_by_role("log")).to_be_visible()  # a piece of its own
        assert page.evaluate(ABOVE_COMPOSER) <= 112, caption
        assert page.evaluate(CUT_IN_HEADER) == [], caption
        page.add_style_tag(
            content="header { flex: none !important; max-block-size: 30px; min-block-size: 0 }"
        )
        assert page.evaluate(CUT_IN_HEADER), caption  # control: it is noticed

    each(("answering-orders",), PHONE, look)


def test_at_200_percent_one_still_sees_where_to_write(each: Callable[..., None]) -> None:
    def look(caption: str, visit: Visit) -> None:
        field = visit.page.locator("textarea").bounding_box()
        assert field is not None
        assert field["height"] <= 48, caption  # its hint takes one line
        assert field["y"] + field["height"] <= visit.look.height / visit.look.zoom, caption

    each(("answering-closed", "answering-orders", "offer"), ZOOMED, look)


def test_the_account_s_menu_shows_the_way_out(each: Callable[..., None]) -> None:
    def look(caption: str, visit: Visit) -> None:
        assert visit.page.evaluate(SIGN_OUT, visit.words["sign_out.open"]), caption
        visit.page.add_style_tag(content="[role=none] { position: static !important }")
        if visit.look.height > 700 and "client" not in caption:
            assert not visit.page.evaluate(SIGN_OUT, visit.words["sign_out.open"]), caption

    each(("account-menu", "account-menu-client"), LAPTOP, look)


def test_the_switcher_cuts_a_client_s_firm_before_their_name(each: Callable[..., None]) -> None:
    def look(caption: str, visit: Visit) -> None:
        page = visit.page
        assert page.evaluate(NAMES) == [], caption
        assert page.evaluate(SEEN) == [], caption
        stiff = "[role=option], [role=option] span { flex-wrap: nowrap !important }"
        page.add_style_tag(
            content=stiff + "[role=option] [title] { flex: none; min-inline-size: 10em }"
        )
        assert page.evaluate(NAMES) or page.evaluate(SEEN), caption  # control: it is noticed

    each(("switcher-found",), (*PHONE, *ZOOMED[:2]), look)
