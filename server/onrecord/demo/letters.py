"""Show the demo's letters as they are written: nothing leaves this machine."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

EVERY_S = 0.5


async def show_letters(folder: Path, say: Callable[[str], None]) -> None:
    """Say each new letter of a folder, until cancelled. Those that lie there already are old."""
    shown = _letters(folder)
    while True:
        await asyncio.sleep(EVERY_S)
        for file in sorted(_letters(folder) - shown):
            shown.add(file)
            letter = json.loads(file.read_text(encoding="utf-8"))
            say(f"\nLetter to {letter['to']}: {letter['short']}")


def newest_letter(folder: Path) -> dict[str, str]:
    """Return the letter that was written last."""
    letter: dict[str, str] = json.loads(max(_letters(folder)).read_text(encoding="utf-8"))
    return letter


def _letters(folder: Path) -> set[Path]:
    """Those that are whole: one that is being written has a hidden name until then."""
    return set(folder.glob("[!.]*.json")) if folder.is_dir() else set()
