"""Nothing that people send runs in a browser: downloaded, shown as what it is, or refused."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.e2e.bank import ProfileOf
from tests.e2e.browsers import new_profile
from tests.integration.uploads.test_hostile import HTML, SVG, gif_and_script
from tests.rig.files import Sharer, sharer
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess

RUNS = b"document.title='run'"
DOWNLOADS: dict[str, bytes] = {
    "page.html": HTML,
    "picture.svg": SVG.replace(b"alert(1)", RUNS),
    "paper.pdf": b"%PDF-1.7\n" + HTML,
    "notes.txt": HTML,
    "script.md.js": gif_and_script(),
}
ELEMENTS = "script iframe embed object".split()
MARKUP = {
    "script": "<script src='{url}'></script>",
    "iframe": "<iframe src='{url}'></iframe>",
    "embed": "<embed src='{url}'>",
    "object": "<object data='{url}'></object>",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek"])
    file = made.settings.paths.settings
    file.write_text(file.read_text().replace("[files]\n", "[files]\nrefused_endings = []\n"))
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    return made


def address(anna: Sharer, name: str, data: bytes) -> str:
    desk = str(anna.made.groups["Desk"])
    file = anna.stored(desk, name, data)["id"]
    with ThreadPoolExecutor(1) as apart:  # the browser's driver has a loop of its own here
        event = apart.submit(anna.send, desk, [file]).result()["event_id"]
    return str(anna.link(event, file)["url"])


def test_nothing_that_people_send_runs(
    made: Installation, server: ServerProcess, browser: Browser
) -> None:
    # What it complains of is what is wanted here.
    context = new_profile(browser, bypass_csp=True, service_workers="allow").context
    page, chat = context.new_page(), made.settings.chat.origin
    with sharer(made, "anna") as anna:
        for name, data in DOWNLOADS.items():
            url = address(anna, name, data)
            page.goto("about:blank")
            with page.expect_download(), suppress(Error):
                page.goto(url)
            assert page.title() != "run", name
        shown = address(anna, "picture.gif", gif_and_script())
        html = address(anna, "page.html", HTML)
    page.goto(shown)
    assert page.evaluate("document.contentType") == "image/gif"
    given: list[int] = []
    files = made.settings.files.origin
    page.on("response", lambda one: given.append(one.status) if files in one.url else None)
    for element in ELEMENTS:
        for url in (shown, html):
            page.goto(chat)
            page.set_content(MARKUP[element].format(url=url), wait_until="load")
            assert ran(page) is False, (element, url)
            assert set(given) <= {403}, (element, url)
    assert given, "some were asked for, and refused"
    page.goto(chat)
    page.set_content(f"<img src='{shown}'>", wait_until="load")
    assert page.evaluate("document.images[0].naturalWidth") == 1, "control: as a picture it shows"
    page.set_content(f"<img src='{html}'>", wait_until="load")
    assert page.evaluate("document.images[0].naturalWidth") == 0
    context.close()


def ran(page: Page) -> Any:
    """Whether a script of a file ran in the page, or in a frame of it."""
    return any(frame.title() == "run" for frame in page.frames)


def test_control_the_same_bytes_run_where_nothing_stops_them(
    browser: Browser, profile_of: ProfileOf
) -> None:
    page = profile_of(browser).page()
    page.goto("about:blank")
    page.set_content(HTML.decode())
    assert ran(page) is True
