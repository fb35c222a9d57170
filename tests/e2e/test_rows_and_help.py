"""Rows, help and pictures: columns in line, times to be read, and no hole."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import ChromiumWith
from tests.e2e.pictures_screens import gallery_screens
from tests.e2e.pictures_stage import Bank, Look, Visit, gallery

LANGUAGES = ("en", "pl")
LAPTOP = tuple(Look(1280, 800, "light", language) for language in LANGUAGES)
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


@pytest.mark.parametrize("laptop", LAPTOP, ids=LANGUAGES)
def test_each_column_of_an_import_is_explained_on_a_line(bank: Bank, laptop: Look) -> None:
    def look(caption: str, visit: Visit) -> None:
        assert visit.page.evaluate(HELP), caption
        visit.page.add_style_tag(content="details dl > div { display: contents !important }")
        assert not visit.page.evaluate(HELP), caption  # control: it is noticed

    gallery_screens(("console-import",))(bank, laptop, look)


@pytest.mark.parametrize("laptop", LAPTOP, ids=LANGUAGES)
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

    gallery_screens(("files",))(bank, LAPTOP[0], look)
