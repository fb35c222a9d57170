"""Writing from right to left, and unseen signs that turn it: neither reaches our own words."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.conftest import ChromiumWith
from tests.e2e.console_desk import enter_console
from tests.e2e.one_bank import OneBank
from tests.e2e.own_copy.test_verify_page import check
from tests.rig.client import client
from tests.rig.installation import Installation, run_apart
from tests.unit.proof_package.own_copies import DIRECT, Talk, copy_of, extents, write

pytestmark = pytest.mark.proofs("language")

RLO, PDI = "\u202e", "\u2069"
TURNED = f"Pay {RLO}001 https://a.example elevenses"
ESCAPING = f"{PDI}{RLO}kcab"
"""The end of an isolate that did not begin in it: a browser takes it for the element's own."""
MARK = "\u27e8U+202E\u27e9"
HEBREW = "הריבית היא 4.2 אחוזים עד סוף השנה, כולל כל העמלות שסיכמנו עליהן בפגישה\nתודה"
PLACES = """(one) => {
  const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  const places = [];
  while (walk.nextNode()) {
    const text = walk.currentNode;
    for (let at = 0; at < text.length; at += 1) {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const { left, width } = range.getBoundingClientRect();
      if (width > 0) places.push(left);
    }
  }
  return places;
}"""
"""Where each letter of an element stands, in the order of its text; of one line."""
LAST_LINE = """(one) => {
  const range = document.createRange();
  const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  const text = walk.nextNode();
  const from = text.data.indexOf("\\n") + 1;
  range.setStart(text, from);
  range.setEnd(text, text.length);
  const line = range.getBoundingClientRect();
  const whole = one.getBoundingClientRect();
  return [line.left - whole.left, whole.right - line.right];
}"""
"""How far a text's second line is from the left and from the right of its bubble."""


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


@pytest.fixture(scope="module")
def written(made: Installation, server: object) -> None:
    """What Ben wrote, from left to right and from right to left."""

    async def write() -> None:
        async with client(made, "ben@advisor") as ben:
            for text in (HEBREW, TURNED, f"code `{RLO}x`", ESCAPING):
                assert (await ben.sent(made.groups["Scripts"], text))["t"] == "ack"

    run_apart(write())


def runs_right(one: Locator) -> bool:
    """Whether each letter stands to the right of the one before."""
    places: list[float] = one.evaluate(PLACES)
    assert len(places) > 1
    return places == sorted(places)


@pytest.fixture
def anna(made: Installation, written: None, browser: Browser, profile_of: ProfileOf) -> Desk:
    anna = sign_in(made, browser, profile_of, "anna@advisor")
    anna.open("Scripts")
    return anna


def test_hebrew_stands_at_the_right_of_its_bubble_and_polish_at_the_left(anna: Desk) -> None:
    anna.say("Dobrze, oddzwonię jutro po południu i wtedy wszystko ustalimy dokładnie\nDziękuję")
    expect(anna.message("Dziękuję")).to_contain_text("On the record")
    left, right = anna.message("תודה").locator("[dir=auto]").first.evaluate(LAST_LINE)
    assert right < 1 < left
    left, right = anna.message("Dziękuję").locator("[dir=auto]").first.evaluate(LAST_LINE)
    assert left < 1 < right


def test_what_turns_a_message_turns_nothing_of_ours_and_no_address(anna: Desk) -> None:
    turned = anna.message("elevenses")
    assert TURNED in (turned.locator("[dir=auto]").first.text_content() or "")
    link = turned.get_by_role("link")
    assert link.get_attribute("href") == "https://a.example"
    assert runs_right(link)
    assert runs_right(turned.locator("time").first)
    anna.menu("kcab", "Reply")
    anna.say("What is that?")
    quote = anna.message("What is that?").get_by_role("button").filter(has_text="Ben")
    expect(quote.locator("[dir=auto]")).to_have_text("kcab")
    assert runs_right(quote.locator("[dir=auto]"))


def test_compliance_sees_each_sign_that_turns_the_order(
    made: Installation, written: None, browser: Browser, profile_of: ProfileOf
) -> None:
    olga = enter_console(made, browser, profile_of, "olga@compliance")
    olga.open_case("C-TURNED", "Who turns what is written?")
    olga.search(words="elevenses")
    expect(olga.hits).to_contain_text(MARK)
    olga.hits.get_by_role("button").click()
    olga.transcript.get_by_role("button", name="Open", exact=False).last.click()
    expect(olga.row("elevenses")).to_contain_text(f"Pay {MARK}001")
    assert runs_right(olga.row("elevenses").locator("[dir=auto]").first)
    expect(olga.transcript).to_contain_text("shown by their numbers in a frame")
    assert RLO not in olga.page.content()


def test_pages_that_are_given_out_show_them_too(
    chromium_with: ChromiumWith, profile_of: ProfileOf, tmp_path: Path
) -> None:
    talk = Talk()
    talk.say(DIRECT, TURNED)
    copy = copy_of(parts=extents((DIRECT, 1, 6)))
    folder = write(talk, tmp_path / "copy", copy)
    page = profile_of(chromium_with(), offline=True).page()
    check(page, folder / "verify.html", write(talk, tmp_path / "copy.zip", copy))
    expect(page.locator(".answer strong")).to_have_text("Verified")
    shows(page, page.locator(".said p").filter(has_text="elevenses"))
    page.goto((folder / "transcript.html").as_uri())
    shows(page, page.locator(".text").filter(has_text="elevenses"))
    assert RLO in (folder / "records.jsonl").read_text(encoding="utf-8")


def shows(page: Page, said: Locator) -> None:
    """The sign is a mark, it turns nothing, and the page says what such marks are."""
    expect(said).to_have_text(TURNED.replace(RLO, MARK))
    assert runs_right(said)
    expect(page.locator("main")).to_contain_text("in a frame, such as U+202E")
    assert RLO not in page.locator("main").inner_text()
