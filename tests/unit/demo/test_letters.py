"""The demo shows letters once they are whole."""

import asyncio
import json
from pathlib import Path

import pytest

from onrecord.demo import letters


def test_a_letter_that_is_being_written_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "EVERY_S", 0.01)
    said: list[str] = []

    async def story() -> None:
        shown = asyncio.Event()

        def say(line: str) -> None:
            said.append(line)
            shown.set()

        async with asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(letters.show_letters(tmp_path, say))
            await asyncio.sleep(0.05)
            (tmp_path / ".2.json").write_text('{"to": "ewa@')
            letter = {"to": "ewa@brzeska.example", "short": "!"}
            (tmp_path / "1.json").write_text(json.dumps(letter))
            await shown.wait()
            showing.cancel()

    asyncio.run(story())
    assert said == ["\nLetter to ewa@brzeska.example: !"]
