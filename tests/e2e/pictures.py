"""Makes the pictures of docs/pictures: `python -m tests.e2e.pictures [FOLDER] [--only SHEET]`.

It runs the demo in a folder of its own, signs in as its people, and photographs what they see: two
pictures for the README, and contact sheets of all screens. The states that the demo is not in are
the gallery's. FOLDER takes each screen in full size.
"""

import argparse
import io
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from onrecord.demo.certificates import DemoTls
from tests.e2e.browsers import launch_chromium
from tests.e2e.pictures_screens import (
    CONSOLE_SCENES,
    DOOR_SCENES,
    PANE_SCENES,
    SHEET_SCENES,
    Screens,
    chat_screens,
    console_screens,
    conversation,
    gallery_screens,
)
from tests.e2e.pictures_sheet import Shot, drawn
from tests.e2e.pictures_stage import Bank, Look, Visit, demo, gallery, rest

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
QUALITY = 16
"""Of a sheet, as WebP counts it; the size of all pictures is held to BUDGET."""
BUDGET = 2_500_000
"""Bytes of docs/pictures."""
DESK, TABLET, PHONE = (1440, 900), (768, 900), (390, 844)
EVERY_LOOK = (
    Look(*DESK, "light", "pl"),
    Look(*DESK, "dark", "en"),
    Look(*TABLET, "light", "en"),
    Look(*TABLET, "dark", "pl"),
    Look(*PHONE, "light", "en"),
    Look(*PHONE, "dark", "pl"),
    Look(*DESK, zoom=2),
)
"""Each width with each theme and each language, and each theme with each language."""
CONSOLE_LOOKS = (
    Look(*DESK, "light", "pl"),
    Look(*DESK, "dark", "en"),
    Look(1100, 900, "light", "en"),
    Look(*TABLET, "dark", "pl"),
    Look(*PHONE, "light", "en"),
    Look(*DESK, zoom=2),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A contact sheet: in bands of screens, a column for each screen, a row for each look."""

    screens: Screens
    looks: tuple[Look, ...]
    thumb: int = 130
    """Height of a screen, pixels."""
    live: bool = False
    """Of the running demo, not of the gallery."""


SHEETS: Mapping[str, Sheet] = {
    "screens": Sheet(chat_screens, EVERY_LOOK[:6], thumb=300, live=True),
    "console": Sheet(
        console_screens, (*CONSOLE_LOOKS[:2], Look(*DESK, contrast=True)), thumb=300, live=True
    ),
    "doors": Sheet(gallery_screens(DOOR_SCENES), EVERY_LOOK),
    "panes": Sheet(gallery_screens(PANE_SCENES), (*EVERY_LOOK, Look(*DESK, contrast=True))),
    "sheets": Sheet(gallery_screens(SHEET_SCENES), EVERY_LOOK),
    "workbench": Sheet(gallery_screens(CONSOLE_SCENES), CONSOLE_LOOKS),
}


def photograph(page: Page) -> bytes:
    """Return what is shown, once it has come to rest, as PNG."""
    rest(page)
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


def contact_sheet(bank: Bank, name: str, sheet: Sheet, full: Path | None) -> None:
    """Write a sheet; each screen in full size as well, where there is a folder for that."""
    rows: list[list[Shot]] = []
    for look in sheet.looks:
        row: list[Shot] = []

        def take(caption: str, visit: Visit, row: list[Shot] = row) -> None:
            png = visit.page.screenshot()
            row.append(Shot.of(caption, Image.open(io.BytesIO(png)), sheet.thumb))
            if full is not None:
                (full / f"{name}-{caption}.png".replace(" ", "-")).write_bytes(png)

        began = time.monotonic()
        sheet.screens(bank, look, take)
        print(f"{name}, {look}: {len(row)} screens, {time.monotonic() - began:.0f} s", flush=True)
        rows.append(row)
    drawn(rows).save(PICTURES / f"{name}.webp", quality=QUALITY, method=6)


def make(wanted: Sequence[str], full: Path | None) -> None:
    """Make these sheets anew, and the README's pictures with those of the demo."""
    live = any(SHEETS[name].live for name in wanted)
    with (
        tempfile.TemporaryDirectory() as data,
        ExitStack() as stack,
        gallery() as address,
        sync_playwright() as driver,
    ):
        settings = stack.enter_context(demo(Path(data) / "data")) if live else None
        trusted = [DemoTls(settings.paths.tls).certificate.read_bytes()] if settings else []
        browser = launch_chromium(driver, trusted=trusted)
        bank = Bank(settings, address, browser)
        if live:
            readme_pictures(bank)
        for name in wanted:
            contact_sheet(bank, name, SHEETS[name], full)
        browser.close()


def main() -> None:
    """Make the pictures anew. Raises AssertionError if they are larger than the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="takes each screen in full size")
    parser.add_argument("--only", action="append", choices=SHEETS, help="this sheet alone")
    asked = parser.parse_args()
    expect.set_options(timeout=30_000)
    for folder in (PICTURES, asked.folder):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    make(asked.only or list(SHEETS), asked.folder)
    size = sum(file.stat().st_size for file in PICTURES.iterdir())
    print(f"{size:,} bytes of pictures")
    assert size <= BUDGET, f"the pictures are larger than {BUDGET:,} bytes"


if __name__ == "__main__":
    main()
