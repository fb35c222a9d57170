"""Makes the pictures of docs/pictures: `python -m tests.e2e.pictures [FOLDER]`.

It runs the demo in a folder of its own, signs in as its people, and photographs what they see: two
pictures for the README, and contact sheets of all screens. FOLDER takes each screen in full size.
"""

import base64
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from onrecord.cli.demo.certificates import DemoTls
from tests.e2e.browsers import launch_chromium
from tests.e2e.pictures_screens import (
    chat_screens,
    console_screens,
    conversation,
    gallery_screens,
)
from tests.e2e.pictures_stage import Bank, Look, Visit, demo, gallery

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
THUMB = 300
"""Height of a screen on a contact sheet, pixels."""
QUALITY = 35
"""Of a sheet, as WebP counts it; the size of all pictures is held to BUDGET."""
BUDGET = 1_500_000
"""Bytes of docs/pictures."""
DESK, TABLET, PHONE = (1440, 900), (768, 900), (390, 844)

Screens = Callable[[Bank, Look, Callable[[str, Visit], None]], None]
SHEETS: tuple[tuple[str, Screens, tuple[Look, ...]], ...] = (
    (
        "screens",
        chat_screens,
        tuple(
            Look(*size, scheme, language)
            for size in (DESK, TABLET, PHONE)
            for scheme, language in (("light", "en"), ("dark", "pl"))
        ),
    ),
    (
        "states",
        gallery_screens,
        (
            Look(*DESK, "light", "pl"),
            Look(*TABLET, "dark", "en"),
            Look(*PHONE, "light", "en"),
            Look(*PHONE, "dark", "pl"),
            Look(*DESK, zoom=2),
            Look(*DESK, contrast=True),
        ),
    ),
    (
        "console",
        console_screens,
        (
            Look(*DESK, "light", "en"),
            Look(*DESK, "dark", "pl"),
            Look(1100, 900, "light", "pl"),
            Look(*DESK, "light", "en", zoom=2),
            Look(*DESK, contrast=True),
        ),
    ),
)
STYLE = f"""<!doctype html><style>
body {{ margin: 0; width: max-content; font: 12px sans-serif; background: #fff }}
div {{ display: flex; gap: 8px; margin: 4px }}
figure {{ margin: 0 }}
img {{ height: {THUMB}px; display: block }}
</style>"""


def photograph(page: Page) -> bytes:
    """Return what is shown, once it has come to rest, as PNG."""
    page.wait_for_timeout(400)
    return page.screenshot()


def readme_pictures(bank: Bank) -> None:
    """Write the two of the README: the desk in the light, a client's phone in the dark."""
    visit = bank.enter("anna", Look(1180, 740))
    conversation(visit, "Marek")
    (PICTURES / "desk.png").write_bytes(photograph(visit.page))
    visit.page.context.close()
    visit = bank.enter("tom", Look(390, 740, "dark"))
    conversation(visit, "Julia")
    (PICTURES / "phone.png").write_bytes(photograph(visit.page))
    visit.page.context.close()


def contact_sheet(
    bank: Bank, name: str, screens: Screens, looks: tuple[Look, ...], full: Path | None
) -> None:
    """Write a sheet: a column for each screen, a row for each look."""
    rows: list[str] = []
    for look in looks:
        figures: list[str] = []

        def take(caption: str, visit: Visit, figures: list[str] = figures) -> None:
            png = photograph(visit.page)
            figures.append(_figure(caption, png))
            if full is not None:
                (full / f"{name}-{caption}.png".replace(" ", "-")).write_bytes(png)

        screens(bank, look, take)
        rows.append(f"<div>{''.join(figures)}</div>")
    (PICTURES / f"{name}.webp").write_bytes(_webp(bank.browser, STYLE + "".join(rows)))


def _figure(caption: str, png: bytes) -> str:
    data = base64.b64encode(png).decode("ascii")
    image = f"<img src='data:image/png;base64,{data}'>"
    return f"<figure><figcaption>{caption}</figcaption>{image}</figure>"


def _webp(browser: Browser, html: str) -> bytes:
    """Return a page's whole body as WebP, which the browser itself writes."""
    page = browser.new_page()
    page.set_content(html, wait_until="load")
    box = page.locator("body").bounding_box()
    assert box is not None
    clip = {"x": 0, "y": 0, "width": box["width"], "height": box["height"], "scale": 1}
    asked = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    page.close()
    return base64.b64decode(answer["data"])


def main() -> None:
    """Make all pictures anew. Raises AssertionError if they are larger than the budget."""
    expect.set_options(timeout=30_000)
    full = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for folder in (PICTURES, full):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, demo(Path(data) / "data") as settings:
        tls = DemoTls(settings.paths.tls)
        with gallery() as address, sync_playwright() as driver:
            browser = launch_chromium(driver, trusted=[tls.certificate.read_bytes()])
            bank = Bank(settings, address, browser)
            readme_pictures(bank)
            for name, screens, looks in SHEETS:
                contact_sheet(bank, name, screens, looks, full)
            browser.close()
    size = sum(file.stat().st_size for file in PICTURES.iterdir())
    print(f"{size:,} bytes of pictures")
    assert size <= BUDGET, f"the pictures are larger than {BUDGET:,} bytes"


if __name__ == "__main__":
    main()
