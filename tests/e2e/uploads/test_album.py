"""Film that plays, pictures of a group and of oneself, an upload that is called off, and links."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.awaiting import until
from tests.e2e.bank import Desk
from tests.e2e.conftest import Enter
from tests.e2e.group_sheet import members
from tests.e2e.one_bank import OneBank
from tests.e2e.uploads.test_files import PDF, SHOWN, attach, picture, written
from tests.rig.installation import Installation

pytestmark = pytest.mark.proofs("long")

FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const brush = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const ended = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  const began = Date.now();
  while (Date.now() - began < 1_000) {
    brush.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`;
    brush.fillRect(0, 0, 64, 48);
    await new Promise((next) => setTimeout(next, 40));
  }
  recorder.stop();
  await ended;
  return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
}"""
"""A second of film, as the browser itself records it."""
SECOND_PIECE = "**/bytes?offset=1048576"
PLAYED = "film => film.currentTime > 0 && film.videoWidth === 64"


@pytest.fixture(scope="module")
def made(one_bank: OneBank) -> Installation:
    return one_bank.made


def both(enter: Enter) -> tuple[Desk, Desk]:
    """Anna and Ben, with the group open."""
    anna, ben = enter("anna@advisor"), enter("ben@advisor")
    anna.open("Album")
    ben.open("Album")
    return anna, ben


def test_a_film_is_sent_and_plays_from_the_host_of_files(
    made: Installation, enter: Enter, tmp_path: Path
) -> None:
    anna, ben = both(enter)
    attach(anna, *written(tmp_path, branch__webm=bytes(anna.page.evaluate(FILM))))
    anna.say("the new branch")
    answers: list[tuple[int, str | None]] = []
    origin = made.settings.files.origin

    def answered(answer: Any) -> None:
        if answer.url.startswith(origin):
            answers.append((answer.status, answer.request.headers.get("range")))

    ben.page.on("response", answered)
    ben.log.get_by_role("button", name="Play branch.webm").click()
    film = ben.log.locator("video")
    until(ben.page, lambda: bool(film.evaluate(PLAYED)), "the film to play")
    assert answers[0] == (206, "bytes=0-")


def choose_picture(place: Locator, file: Path) -> None:
    """Choose a picture as the device's picker gives it."""
    with place.page.expect_file_chooser() as chosen:
        place.get_by_role("button", name=re.compile("^Choose a")).click()
    chosen.value.set_files(file)


def sees(page: Page, *places: Locator) -> None:
    """Each of these places shows a picture."""
    for place in places:
        image = place.locator("img").first
        expect(image).to_be_attached()
        until(page, lambda shown=image: bool(shown.evaluate(SHOWN)), "a picture")  # type: ignore[misc]


def row(desk: Desk, name: str) -> Locator:
    """A conversation's row in the list."""
    conversations = desk.page.get_by_role("list", name="Conversations")
    return conversations.get_by_role("listitem").filter(has_text=name)


def test_a_groups_picture_shows_in_the_list_above_the_conversation_and_among_the_members(
    enter: Enter, tmp_path: Path
) -> None:
    anna, ben = both(enter)
    red, words = written(tmp_path, red__png=picture("red"), words__png=b"no picture at all")
    choose_picture(members(anna), words)
    expect(anna.page.get_by_text("This picture cannot be used. Choose a PNG")).to_be_visible()
    expect(row(anna, "Album").locator("img")).to_have_count(0)
    choose_picture(members(anna), red)
    for desk, by in ((anna, "You"), (ben, "Anna")):
        expect(desk.log).to_contain_text(f"{by} gave the group a picture")
        header = desk.page.get_by_role("region", name="Album").locator("header")
        sees(desk.page, row(desk, "Album"), header)
    sees(anna.page, members(anna))


def test_ones_own_picture_shows_to_others_in_the_list_above_the_conversation_and_in_the_profile(
    enter: Enter, tmp_path: Path
) -> None:
    anna, ben = both(enter)
    blue, words = written(tmp_path, blue__png=picture("blue"), words__png=b"no picture at all")
    anna.page.get_by_role("button", name="Account of").click()
    anna.page.get_by_role("menuitem", name="Picture", exact=True).click()
    sheet = anna.page.get_by_role("region", name="Picture", exact=True)
    choose_picture(sheet, words)
    expect(sheet.get_by_role("alert")).to_contain_text("This picture cannot be used. Choose a PNG")
    choose_picture(sheet, blue)
    expect(sheet.get_by_role("status")).to_have_text("Everybody sees it now.")
    expect(sheet.get_by_role("alert")).to_have_count(0)
    sees(anna.page, sheet)
    list_of_members = members(ben)
    sees(ben.page, list_of_members.get_by_role("listitem").filter(has_text="Anna"))
    list_of_members.get_by_role("button", name="Anna").first.click()
    profile = ben.page.get_by_role("region", name="Profile")
    sees(ben.page, profile)
    profile.get_by_role("button", name="Write a message").click()
    ben.say("a good one")
    header = ben.page.get_by_role("region", name="Anna").locator("header")
    sees(ben.page, row(ben, "a good one"), header)


LINKS = "**/api/v1/files/links"


def test_a_picture_that_could_not_be_had_without_a_line_comes_when_there_is_one(
    enter: Enter, tmp_path: Path
) -> None:
    anna, ben = both(enter)
    # Not to be had until the line is known to be gone.
    ben.page.route(LINKS, lambda route: route.abort())
    attach(anna, *written(tmp_path, plan__png=picture("green")))
    anna.say("the plan")
    there = ben.message("the plan")
    expect(there).to_contain_text("There is no connection right now")
    ben.profile.context.set_offline(True)
    expect(ben.page.get_by_text("You are offline").first).to_be_visible()
    ben.page.unroute(LINKS)
    ben.profile.context.set_offline(False)
    sees(ben.page, there)


def test_an_upload_is_called_off_and_sent_again(enter: Enter, tmp_path: Path) -> None:
    anna, ben = both(enter)
    (path,) = written(tmp_path, large__pdf=PDF + b"%" + b"x" * 2_500_000)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    anna.page.route(SECOND_PIECE, hold)
    attach(anna, path)
    anna.say("the large one")
    until(anna.page, lambda: held != [], "the second piece to be on its way")
    mine = anna.message("the large one")
    expect(mine.get_by_role("progressbar")).to_be_visible()
    mine.get_by_role("button", name="Cancel sending").click()
    expect(mine).to_have_count(0)
    with anna.page.expect_request(lambda asked: asked.method == "DELETE"):
        held[0].continue_()
    expect(ben.message("the large one")).to_have_count(0)
    anna.page.unroute(SECOND_PIECE)
    anna.page.get_by_role("button", name="Undo").click()
    for desk in (anna, ben):
        row_of_it = desk.message("the large one")
        expect(row_of_it.get_by_role("button", name="Get large.pdf")).to_be_enabled()
    with ben.page.expect_download() as download:
        ben.log.get_by_role("button", name="Get large.pdf").click()
    assert Path(download.value.path()).read_bytes() == path.read_bytes()


def test_a_link_that_was_sent_is_found_among_the_links(enter: Enter) -> None:
    anna, ben = both(enter)
    anna.say("terms: https://rates.example/terms?of=2027 as agreed")
    expect(ben.message("as agreed").get_by_role("link")).to_be_visible()
    members(ben).get_by_role("button", name="Media, documents and links").click()
    sheet = ben.page.get_by_role("region", name="Media, documents and links")
    sheet.get_by_role("button", name="Links").click()
    link = sheet.get_by_role("listitem").get_by_role("link")
    expect(link).to_have_attribute("href", "https://rates.example/terms?of=2027")
    sheet.get_by_role("button", name="Show the message").click()
    expect(sheet).to_have_count(0)
    expect(ben.message("as agreed")).to_be_in_viewport()
