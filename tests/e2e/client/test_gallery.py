"""Scenes of the gallery that no journey comes to: axe-core finds nothing, notes cover no search."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.e2e.bank import ProfileOf
from tests.e2e.client.test_accessibility import SIZES, findings_as_it_is
from tests.e2e.conftest import ChromiumWith
from tests.e2e.pictures_screens import gallery_screens
from tests.e2e.pictures_sheet import Shot, drawn
from tests.e2e.pictures_stage import Bank, Look, Visit, gallery, served

pytestmark = [pytest.mark.proofs("width"), pytest.mark.gallery]

POLISH_SCENES = (
    "invitation",
    "invitation-code-wrong",
    "client-address-wrong",
    "notice-changed",
    "account-menu-client",
    "copy-ready",
    "notice-leave",
    "letters",
    "complaint-refused",
    "complaint-made",
    "hand-over",
    "client-confirm",
    "client-reset",
    "invites-form-refused",
    "answering-orders",
    "nudge-writing",
    "locked",
    "locked-client",
    "app-lock",
)
"""Clients, and what advisors do with them: what the doors' own tests do not come to in Polish."""
COVERED = """() => {
  const boxes = (selector) => [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect());
  return boxes("[role=status] button").some((note) => boxes("header, input").some((one) =>
    note.left < one.right && one.left < note.right &&
    note.top < one.bottom && one.top < note.bottom));
}"""
"""Whether a button of a short note lies over a bar or a field."""
NARROW = (Look(390, 844, "light", "pl"), Look(1440, 900, "light", "pl", zoom=2))
NARROW_SCENES = (
    "deal",
    "waiting",
    "their-time",
    "their-absence",
    "answering-closed",
    "unrecorded",
    "behind",
    "long-name",
    "both-ways",
    "console-reports",
    "console-complaints",
    "console-record",
    "console-destinations-away",
    "console-destinations-differs",
    "console-destinations-receipts",
)
TEXTS = "button, p, td, li, h2, label, strong, span"
TINY = Look(390, 844, "light", "pl", zoom=2)
TINY_SCENES = (
    "deal",
    "edit",
    "voice-recording",
    "called",
    "message-menu",
    "forward-chosen",
    "find-many",
    "switcher",
    "starred",
    "devices",
    "app-lock-demanded",
    "locked-wrong",
    "notifications",
    "toasts",
)
"""On a phone at 200 %."""
CROWDED = """() => {
  const seen = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility());
  const over = (one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 8;
  const says = (one) => [...one.childNodes].some((child) => child.nodeType === Node.TEXT_NODE ||
    (child.nodeType === Node.ELEMENT_NODE && getComputedStyle(child).display === "inline"));
  const crowded = (one) => {
    const { overflowX, textOverflow, display } = getComputedStyle(one);
    if (display === "inline" || one.closest("thead, svg, nav") || !over(one)) return false;
    if (overflowX === "visible") return says(one);
    return textOverflow !== "ellipsis";
  };
  return seen.filter(crowded).map((one) => `${one.tagName} ${one.innerText.slice(0, 60)}`);
}"""
"""What has words that stand over its edge, are cut there without a sign, or are scrolled to."""

OUTSIDE_SCENES = (
    "list",
    "client-check",
    "reply",
    "called",
    "search",
    "find",
    "switcher-found",
    "forward",
    "forward-chosen",
    "forward-across",
    "new-group",
    "members",
    "person",
    "people",
    "info",
    "starred",
    "send-later-client",
    "media-documents",
    "media-links",
    "viewer",
    "console-people",
    "console-own-reason",
    "console-transcript",
    "console-broadcast",
    "console-complaints",
)
"""Where somebody from outside the firm, or a conversation with them, is named."""
UNMARKED = """(explained) => {
  const names = ["Halina Brzeska", "Brzeska refinancing",
    "Maximilian-Alexander von und zu Hohenstein-Wittelsbach Junior"];
  const rows = "li, tr, label, header, article, section, dialog, [role=option], [role=dialog]";
  const seen = [...document.querySelectorAll("body *")]
    .filter((one) => one.childElementCount === 0 && names.includes(one.textContent.trim()))
    .filter((one) => one.checkVisibility());
  const tagged = (one) => [...one.closest(rows).querySelectorAll(`[title="${explained}"]`)]
    .some((tag) => tag.checkVisibility());
  return { named: seen.length, unmarked: seen
    .filter((one) => one.closest("[data-outside]:not(form)") === null && !tagged(one))
    .map((one) => `${one.closest(rows).tagName} ${one.textContent}`) };
}"""
"""How often they are named, and where without a tag in the same row, or an amber edge around it."""

FINGERS = (
    "deal",
    "both-ways",
    "sent-on",
    "crowded",
    "voice",
    "files",
    "later-list",
    "message-menu",
    "members",
    "media-links",
    "devices",
    "new-group",
    "forward",
    "find",
    "called",
    "people",
    "info",
)
TOO_SMALL = """() => {
  const parts = "button:not([aria-hidden]), summary, select, [role^=menuitem], [role=option]";
  const small = (one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    const [left, top] = [x + width / 2, y + height / 2];
    if (top < 22 || top > innerHeight - 22) return false;
    const reach = (dx, dy) => one.contains(document.elementFromPoint(left + dx, top + dy));
    if (!reach(0, 0)) return false;
    const wide = width >= 44 || (reach(-20, 0) && reach(20, 0));
    return !wide || (height < 44 && !reach(0, -20) && !reach(0, 16));
  };
  return [...document.querySelectorAll(parts)]
    .filter((one) => one.checkVisibility() && !one.closest("[inert]") && small(one))
    .map((one) => `${one.ariaLabel ?? one.innerText.slice(0, 40)} ${one.className}`);
}"""
"""What a finger misses: less than 44 pixels to touch, with what stands around it counted."""

CONTRAST = Look(390, 844, "dark", "pl", contrast=True)
PALE = """() => {
  const of = (one) => getComputedStyle(one).color;
  return [...document.querySelectorAll("svg")]
    .filter((one) => one.checkVisibility() && of(one) !== of(one.parentElement))
    .map((one) => one.parentElement.className);
}"""
"""Icons of another colour than the text beside them."""

DOTS = """() => {
  const dots = [...document.querySelectorAll("span")].filter((one) => {
    if (!one.checkVisibility({ opacityProperty: true }) || one.querySelector("svg")) return false;
    const { width, height } = one.getBoundingClientRect();
    const said = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE);
    const clear = /^rgba\\(.*, 0\\)$/.test(getComputedStyle(one).backgroundColor);
    return !said && !clear && width > 5 && width < 24 && height < 24;
  });
  return dots.map((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return { x: x - 2, y: y - 2, width: width + 4, height: height + 4 };
  });
}"""
"""Where dots are that say something by their colour alone, and a little around each."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery() as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium_with: ChromiumWith) -> Browser:
    return chromium_with()


def show(page: Page, address: str, scene: str) -> None:
    """Show a scene once it is whole: its pieces are fetched when they are wanted."""
    entry = "gallery_console" if scene.startswith("console") else "gallery"
    page.goto(f"{address}/{entry}.html?scene={scene}")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.wait_for_load_state("networkidle")


def test_axe_finds_nothing_of_clients_in_polish(address: str, browser: Browser) -> None:
    bank, found = Bank(None, address, browser), list[str]()

    def look(caption: str, visit: Visit) -> None:
        expect(visit.page.locator("html")).to_have_attribute("lang", "pl")
        found.extend(f"{caption}: {rule}" for rule in findings_as_it_is(visit.page))

    gallery_screens(POLISH_SCENES)(bank, Look(390, 844, "light", "pl"), look)
    assert found == []


@SIZES
def test_short_notes_cover_neither_bar_nor_search(
    address: str, browser: Browser, profile_of: ProfileOf, size: dict[str, int]
) -> None:
    page = profile_of(browser, viewport=size).page()
    for scene in ("toasts", "find-noted", "search-noted"):
        show(page, address, scene)
        expect(page.locator("[role=status] button").first).to_be_visible()
        assert not page.evaluate(COVERED), scene
        page.add_style_tag(content="[role=status]:has(button) { inset: 0 auto auto 0 !important }")
        assert page.evaluate(COVERED), scene  # control: it is noticed


def test_no_words_stand_over_an_edge_where_there_is_little_room(
    address: str, browser: Browser
) -> None:
    bank, found = Bank(None, address, browser), list[str]()

    def look(caption: str, visit: Visit) -> None:
        found.extend(f"{caption}: {one}" for one in visit.page.evaluate(CROWDED))
        visit.page.add_style_tag(content=f"{TEXTS} {{ inline-size: 9px; white-space: nowrap }}")
        assert visit.page.evaluate(CROWDED), caption  # control: it is noticed

    for narrow in NARROW:
        gallery_screens(NARROW_SCENES)(bank, narrow, look)
    gallery_screens(TINY_SCENES)(bank, TINY, look)
    assert found == []


def test_a_finger_meets_what_it_is_meant_for(address: str, browser: Browser) -> None:
    bank, found = Bank(None, address, browser), list[str]()

    def look(caption: str, visit: Visit) -> None:
        found.extend(f"{caption}: {one}" for one in visit.page.evaluate(TOO_SMALL))
        small = "button { padding: 0 !important; scale: 0.2 }"
        visit.page.add_style_tag(content=small)
        assert visit.page.evaluate(TOO_SMALL), caption  # control: it is noticed

    gallery_screens(FINGERS)(bank, NARROW[0], look)
    assert found == []


def test_whoever_is_from_outside_is_marked_in_every_place(address: str, browser: Browser) -> None:
    bank, found = Bank(None, address, browser), list[str]()

    def look(caption: str, visit: Visit) -> None:
        explained = visit.words["outside.explain"]
        seen = visit.page.evaluate(UNMARKED, explained)
        assert seen["named"] > 0, caption
        found.extend(f"{caption}: {one}" for one in seen["unmarked"])
        visit.page.add_style_tag(content=f'[title="{explained}"] {{ display: none }}')
        assert visit.page.evaluate(UNMARKED, explained)["unmarked"], caption  # control: noticed

    gallery_screens(OUTSIDE_SCENES)(bank, Look(1280, 800), look)
    assert found == []


def test_who_is_chosen_is_seen(address: str, browser: Browser, profile_of: ProfileOf) -> None:
    """Given the last admin of a group who chose a successor: one mark differs from the others."""
    page = profile_of(browser).page()
    show(page, address, "leave-to")
    mark = "one => getComputedStyle(one.lastElementChild).border"
    people = page.get_by_role("dialog").get_by_role("listitem").get_by_role("button")
    marks = [one.evaluate(mark) for one in people.all()]
    assert sorted(marks.count(each) for each in set(marks)) == [1, len(marks) - 1]


def test_pictures_name_the_scene_that_does_not_come(browser: Browser, tmp_path: Path) -> None:
    """Given a gallery that never says it is ready: who makes pictures learns which, and soon."""
    with served(str(tmp_path)) as nothing:
        bank = Bank(None, nothing, browser)
        screens = gallery_screens(("deal",), seconds=0.5)
        with pytest.raises(RuntimeError, match="the screen 'deal 390 dark pl' did not come"):
            screens(bank, Look(390, 844, "dark", "pl"), lambda caption, visit: None)


def test_a_sheet_of_many_screens_stays_within_what_a_webp_holds(tmp_path: Path) -> None:
    screen = Image.new("RGB", (1440, 900))
    shot = Shot.of("a caption longer than the screen it stands over", screen, 200)
    sheet = drawn([[shot] * 100] * 8)
    sheet.save(tmp_path / "sheet.webp")
    with Image.open(tmp_path / "sheet.webp") as saved:
        assert saved.size == sheet.size


def test_in_high_contrast_icons_have_the_colour_of_the_text(address: str, browser: Browser) -> None:
    bank, found = Bank(None, address, browser), list[str]()

    def look(caption: str, visit: Visit) -> None:
        found.extend(f"{caption}: {one}" for one in visit.page.evaluate(PALE))
        visit.page.add_style_tag(content="svg { forced-color-adjust: none !important; color: red }")
        assert visit.page.evaluate(PALE), caption  # control: it is noticed

    gallery_screens(("devices", "deal", "message-menu", "connecting"))(bank, CONTRAST, look)
    assert found == []


def test_in_high_contrast_dots_are_seen(address: str, browser: Browser) -> None:
    """What is unread, not played, being recorded, or on the record: a dot says so."""
    bank, found = Bank(None, address, browser), list[str]()

    def unseen(visit: Visit, dots: list[FloatRect]) -> list[FloatRect]:
        shots = (Image.open(BytesIO(visit.page.screenshot(clip=dot))) for dot in dots)
        pairs = zip(dots, shots, strict=True)
        return [dot for dot, shot in pairs if len(shot.convert("RGB").getcolors() or "many") == 1]

    def look(caption: str, visit: Visit) -> None:
        visit.page.emulate_media(forced_colors="none")
        dots = visit.page.evaluate(DOTS)
        assert dots, caption
        visit.page.emulate_media(forced_colors="active")
        found.extend(f"{caption}: {dot}" for dot in unseen(visit, dots))
        visit.page.add_style_tag(content="span { border-color: Canvas !important }")
        assert unseen(visit, dots), caption  # control: it is noticed

    gallery_screens(("list-marked", "voice", "voice-held", "info"))(bank, CONTRAST, look)
    assert found == []
