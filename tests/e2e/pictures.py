"""Makes the pictures of docs/pictures: `python -m tests.e2e.pictures`.

It runs the demo in a folder of its own, signs in as its people, and photographs what they see: two
pictures for the README, and a contact sheet of the screens in the widths, themes and languages.
"""

import base64
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from onrecord.cli.demo.certificates import DemoTls
from onrecord.cli.demo.state import load_state
from onrecord.settings.load import load
from onrecord.settings.model import Settings
from tests.e2e.browsers import launch_chromium, new_profile
from tests.rig.installation import free_ports

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
THUMB = 300
"""Height of a screen on the contact sheet, pixels."""
SIZES = ((1440, 900), (768, 900), (390, 844))
LOOKS = (("light", "en-GB"), ("dark", "pl-PL"))
SHEET = f"""<!doctype html><style>
body {{ margin: 0; width: max-content; font: 12px sans-serif }}
div {{ display: flex; gap: 8px; margin: 4px }}
figure {{ margin: 0 }}
img {{ height: {THUMB}px; display: block }}
</style>"""


@dataclass(frozen=True, slots=True)
class Bank:
    """The demo as it runs, and a browser that trusts it."""

    settings: Settings
    browser: Browser

    def enter(self, name: str, size: tuple[int, int], scheme: str, locale: str) -> Page:
        """Sign somebody in; return their page at the list."""
        width, height = size
        options = {"color_scheme": scheme, "locale": locale, "reduced_motion": "reduce"}
        profile = new_profile(self.browser, viewport={"width": width, "height": height}, **options)
        page = profile.page()
        page.goto(self.settings.chat.origin)
        page.locator("input[autocomplete~=username]").fill(name)
        password = load_state(self.settings.paths).passwords[name]
        page.locator("input[type=password]").fill(password)
        page.locator("button[type=submit]").click()
        expect(page.get_by_role("searchbox")).to_be_visible(timeout=20_000)
        return page


@contextmanager
def demo(folder: Path) -> Iterator[Settings]:
    """Run the demo in `folder` until it has been played; then until the block ends."""
    port = _three_ports()
    command = [sys.executable, "-m", "onrecord.cli", "--data", str(folder)]
    process = subprocess.Popen(
        [*command, "demo", "run", "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        if not any("Ctrl-C stops" in line for line in process.stdout):
            raise RuntimeError("the demo did not start")
        yield load(folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        process.stdout.close()


def _three_ports() -> int:
    """Return a port that nobody uses at the moment, and neither the next two."""
    first = free_ports(1)[0]
    for port in (first + 1, first + 2):
        socket.create_server(("127.0.0.1", port)).close()
    return first


def conversation(page: Page, name: str) -> None:
    """Open a conversation and wait for what was said last."""
    page.locator("nav li button").filter(has_text=name).first.click()
    expect(page.get_by_role("log")).to_be_visible()
    expect(page.get_by_role("article").last).to_be_visible()


def _list(page: Page) -> None:
    expect(page.locator("nav li button").first).to_be_visible()


def _direct(page: Page) -> None:
    conversation(page, "Marek")


def _group(page: Page) -> None:
    conversation(page, "FX desk")


def _details(page: Page) -> None:
    _group(page)
    page.locator("header button[aria-expanded]").last.click()
    expect(page.get_by_role("heading", level=2).last).to_be_visible()


def _menu(page: Page) -> None:
    _group(page)
    page.get_by_role("article").last.click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()


def _new(page: Page) -> None:
    page.locator("nav > header > button").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _search(page: Page) -> None:
    page.get_by_role("searchbox").fill("EUR")
    page.wait_for_timeout(900)


SCREENS: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("list", _list),
    ("direct", _direct),
    ("group", _group),
    ("members", _details),
    ("menu", _menu),
    ("new", _new),
    ("search", _search),
)


def photograph(page: Page) -> bytes:
    """Return what is shown, once it has come to rest, as PNG."""
    page.wait_for_timeout(700)
    return page.screenshot()


def readme_pictures(bank: Bank) -> None:
    """Write the two of the README: the desk in the light, a client's phone in the dark."""
    page = bank.enter("anna", (1180, 740), "light", "en-GB")
    conversation(page, "Marek")
    (PICTURES / "desk.png").write_bytes(photograph(page))
    page.context.close()
    page = bank.enter("tom", (390, 740), "dark", "en-GB")
    conversation(page, "Julia")
    (PICTURES / "phone.png").write_bytes(photograph(page))
    page.context.close()


def contact_sheet(bank: Bank) -> None:
    """Write the sheet: a column for each screen, a row for each width and look."""
    rows: list[str] = []
    for size in SIZES:
        for scheme, locale in LOOKS:
            page = bank.enter("anna", size, scheme, locale)
            row = ""
            for name, show in SCREENS:
                page.goto(bank.settings.chat.origin)
                _list(page)
                show(page)
                caption = f"{name} {size[0]} {scheme} {locale[:2]}"
                row += _figure(caption, photograph(page))
            page.context.close()
            rows.append(f"<div>{row}</div>")
    page = bank.browser.new_page()
    page.set_content(SHEET + "".join(rows), wait_until="load")
    page.locator("body").screenshot(path=PICTURES / "screens.png")
    page.close()


def _figure(caption: str, png: bytes) -> str:
    data = base64.b64encode(png).decode("ascii")
    image = f"<img src='data:image/png;base64,{data}'>"
    return f"<figure><figcaption>{caption}</figcaption>{image}</figure>"


def main() -> None:
    """Make all pictures anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data") as settings:
        trusted = [DemoTls(settings.paths.tls).certificate.read_bytes()]
        with sync_playwright() as driver:
            bank = Bank(settings, launch_chromium(driver, trusted=trusted))
            readme_pictures(bank)
            contact_sheet(bank)
            bank.browser.close()


if __name__ == "__main__":
    main()
