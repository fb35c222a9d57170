"""Rows, help and pictures: columns in line, times to be read, no hole, what was made in view."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import ChromiumWith
from tests.e2e.pictures_screens import gallery_screens
from tests.e2e.pictures_stage import Bank, Look, Visit, gallery

pytestmark = pytest.mark.proofs("long")

LAPTOP, IN_POLISH = (Look(1280, 800, "light", language) for language in ("en", "pl"))
PHONE = Look(390, 844, "light", "pl")
IN_EACH_LANGUAGE = pytest.mark.parametrize(
    "laptop",
    [
        pytest.param(LAPTOP, id="en"),
        pytest.param(IN_POLISH, id="pl", marks=pytest.mark.proofs("language")),
    ],
)
IN_EACH_WIDTH = pytest.mark.parametrize(
    "window",
    [
        pytest.param(LAPTOP, id="laptop"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.proofs("width")),
    ],
)
HELP = """() => {
  const details = document.querySelector("details:has(dl)");
  details.open = true;
  const lines = [...details.querySelectorAll("dl > div")];
  const box = (one) => one.getBoundingClientRect();
  const starts = new Set(lines.map((one) => Math.round(box(one.querySelector("dd")).left)));
  const beside = lines.every((one) => box(one.querySelector("dt")).right
    <= box(one.querySelector("dd")).left && box(one).width > box(details).width / 2);
  return lines.length > 5 && starts.size === 1 && beside;
}"""
"""Whether each column of the import's help is a line: its name, and what it is at one edge."""
NARROW_HELP = """() => {
  const details = document.querySelector("details:has(dl)");
  details.open = true;
  const { width } = details.getBoundingClientRect();
  const words = [...details.querySelectorAll("dd")];
  return words.some((one) => one.getBoundingClientRect().width < width * 0.9);
}"""
"""Whether the import's help leaves a part of a phone empty beside its words."""
MADE = """() => {
  const made = document.querySelector("[role=status] code").getBoundingClientRect();
  return made.top >= 0 && made.bottom <= innerHeight;
}"""
"""Whether a link that was made just now is in view."""
WAITS_FIRST = """() => {
  const top = (one) => one.getBoundingClientRect().top;
  return top(document.querySelector("[aria-labelledby=requests]"))
    < top(document.querySelector("[aria-labelledby=accounts]"));
}"""
"""Whether what waits for a second administrator is above the list of people."""
NAMELESS = """() => [...document.querySelectorAll("[role=option] [title] > bdi")]
  .filter((one) => one.getBoundingClientRect().width < 30).length"""
"""Clients among what is offered whose firm has no room in the tag."""
UNDER_DOTS = """() => {
  const [row] = [...document.querySelectorAll(":has(> button time):hover")].slice(-1);
  const time = row.querySelector("time").getBoundingClientRect();
  const dots = row.querySelector("[aria-haspopup=menu]").getBoundingClientRect();
  return time.right > dots.left && time.left < dots.right && time.bottom > dots.top;
}"""
"""Whether a row's verbs lie over its time while the pointer is there."""
HOLES = """(count) => {
  const box = document.querySelector("[data-many]");
  while (box.children.length > count) box.lastElementChild.remove();
  while (box.children.length < count) box.append(box.lastElementChild.cloneNode(true));
  const last = box.lastElementChild.getBoundingClientRect();
  return Math.abs(box.getBoundingClientRect().right - last.right) > 2;
}"""
"""Whether so many pictures leave a hole at the end of their last line."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery() as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium_with: ChromiumWith) -> Browser:
    return chromium_with()


@pytest.fixture
def bank(address: str, browser: Browser) -> Bank:
    return Bank(None, address, browser)


@IN_EACH_LANGUAGE
def test_each_column_of_an_import_is_explained_on_a_line(bank: Bank, laptop: Look) -> None:
    def look(caption: str, visit: Visit) -> None:
        assert visit.page.evaluate(HELP), caption
        visit.page.add_style_tag(content="details dl > div { display: contents !important }")
        assert not visit.page.evaluate(HELP), caption  # control: it is noticed

    gallery_screens(("console-import",))(bank, laptop, look)


def test_the_import_is_explained_across_a_phone(bank: Bank) -> None:
    def look(caption: str, visit: Visit) -> None:
        assert not visit.page.evaluate(NARROW_HELP), caption
        visit.page.add_style_tag(
            content="details dl > div { grid-template-columns: 14rem 1fr !important }"
        )
        assert visit.page.evaluate(NARROW_HELP), caption  # control: it is noticed

    gallery_screens(("console-import",))(bank, PHONE, look)


@IN_EACH_WIDTH
def test_a_link_that_was_made_is_in_view(bank: Bank, window: Look) -> None:
    def look(caption: str, visit: Visit) -> None:
        assert visit.page.evaluate(MADE), caption
        visit.page.get_by_role("button").last.scroll_into_view_if_needed()
        assert not visit.page.evaluate(MADE), caption  # control: it is noticed

    gallery_screens(("console-link",))(bank, window, look)


def test_a_refusal_is_beside_the_password_that_it_is_about(bank: Bank) -> None:
    def look(caption: str, visit: Visit) -> None:
        page = visit.page
        refused = page.locator("input[aria-invalid]").count() if "common" in caption else 0
        assert refused == page.get_by_role("alert").count(), caption

    gallery_screens(("password", "password-common"))(bank, PHONE, look)


def test_who_approves_by_keyboard_goes_on_where_they_were(bank: Bank) -> None:
    def look(caption: str, visit: Visit) -> None:
        approve = visit.page.get_by_role("button", name=visit.words["console.requests.approve"])
        heading = visit.words["console.requests.title"]
        approve.first.press("Enter")
        expect(approve).to_have_count(1)
        expect(visit.page.get_by_role("heading", name=heading)).to_be_focused()

    gallery_screens(("console-people",))(bank, LAPTOP, look)


def test_what_search_refuses_is_not_tried_again(bank: Bank) -> None:
    def look(caption: str, visit: Visit) -> None:
        again = visit.page.get_by_role("button", name=visit.words["message.retry"])
        assert again.count() == (1 if "failed" in caption else 0), caption

    gallery_screens(("search-refused", "search-failed"))(bank, PHONE, look)


def test_what_waits_for_a_second_administrator_comes_first_on_a_phone(bank: Bank) -> None:
    def look(caption: str, visit: Visit) -> None:
        assert visit.page.evaluate(WAITS_FIRST), caption
        visit.page.add_style_tag(content="main { flex-direction: column-reverse !important }")
        assert not visit.page.evaluate(WAITS_FIRST), caption  # control: it is noticed

    gallery_screens(("console-people",))(bank, PHONE, look)


@IN_EACH_WIDTH
def test_whose_client_it_is_can_be_read_where_one_goes_to(bank: Bank, window: Look) -> None:
    def look(caption: str, visit: Visit) -> None:
        assert visit.page.evaluate(NAMELESS) == 0, caption
        visit.page.add_style_tag(content="[role=option] * { flex-wrap: nowrap !important }")
        assert visit.page.evaluate(NAMELESS) > 0, caption  # control: it is noticed

    gallery_screens(("switcher-found",))(bank, window, look)


@IN_EACH_LANGUAGE
def test_a_row_s_verbs_leave_its_time_to_be_read(bank: Bank, laptop: Look) -> None:
    def look(caption: str, visit: Visit) -> None:
        visit.page.locator("nav button:has(time), button:has(time)").first.hover()
        assert not visit.page.evaluate(UNDER_DOTS), caption
        visit.page.add_style_tag(content="time { margin-inline-end: 0 !important }")
        assert visit.page.evaluate(UNDER_DOTS), caption  # control: it is noticed

    gallery_screens(("list",))(bank, laptop, look)


def test_pictures_of_one_message_leave_no_hole(bank: Bank) -> None:
    def look(caption: str, visit: Visit) -> None:
        visit.page.locator("[data-many]").first.wait_for()
        for count in (2, 3, 4, 5):
            assert not visit.page.evaluate(HOLES, count), (caption, count)
        visit.page.add_style_tag(content="[data-many] > * { grid-column: auto !important }")
        assert visit.page.evaluate(HOLES, 3), caption  # control: it is noticed

    gallery_screens(("files",))(bank, LAPTOP, look)
