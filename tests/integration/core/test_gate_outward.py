"""The gate, for what leaves of itself: a push, a letter that something waits, a client's own copy.

With the archiver held between journal and archive none of them leaves; once it goes on, each does.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest

from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord.observability.points import NoPoints
from tests.acceptance.crossed import SNI, signed_in
from tests.integration.core.test_gate import WORD, HoldAt, serving
from tests.integration.notifications.push_service import (
    Browser,
    PushService,
    base64url,
    push_service,
)
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.loops import run_on_uvloop
from tests.rig.patience import SECONDS as PATIENCE

EWA = "ewa@client"
HELD_SECONDS = 8.0
"""Longer than a push waits for a page that is there, and than letters are looked for."""
PLACES = {"push", "letter", "copy"}


@dataclass
class Outside:
    """Piotr's push service, and Ewa's letter box and browser."""

    made: Installation
    service: PushService
    letters: Path
    piotr: httpx2.Client
    ewa: httpx2.Client

    def subscribe(self) -> None:
        """Let Piotr's browser be told."""
        browser = Browser()
        body = {
            "endpoint": f"{self.service.origin}/push/piotr",
            "p256dh": base64url(browser.point),
            "auth": base64url(browser.auth),
            "locale": "en",
        }
        self.piotr.put("/api/v1/push", json=body, extensions=SNI).raise_for_status()

    def ask_for_copy(self) -> None:
        """Ask for Ewa's copy. Blocks until the wish is on the record."""
        answer = self.ewa.post(
            "/api/v1/copy", json={"language": "en"}, extensions=SNI, timeout=PATIENCE
        )
        answer.raise_for_status()

    def left(self) -> set[str]:
        """Return by which of the ways something has left."""
        ways = {
            "push": bool(self.service.posts),
            "letter": any(self.letters.iterdir()) if self.letters.exists() else False,
            "copy": self._copy().is_success,
        }
        return {way for way, has in ways.items() if has}

    def copied(self) -> str:
        """Return all that Ewa's copy says."""
        with ZipFile(BytesIO(self._copy().content)) as packed:
            return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())

    def _copy(self) -> httpx2.Response:
        return self.ewa.get("/api/v1/copy.zip", extensions=SNI)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PushService]:
    tls = DemoTls(tmp_path / "tls")
    tls.folder.mkdir()
    ensure_certificates(tls, datetime.now(UTC))
    with push_service(tls) as service:
        yield service


@pytest.fixture
def made(tmp_path: Path, service: PushService) -> Installation:
    toml = '[mail]\nfolder = "letters"\n[clients]\nunread_minutes = 0.02\n'
    toml += f'[push]\ncontact = "mailto:it@rig.example"\nhosts = ["{service.host}"]\n'
    toml += f'ca_file = "{tmp_path / "tls" / "ca.crt"}"\n'
    made = install(tmp_path, ["anna", "piotr", EWA], toml=toml)
    populate_conversations(made, {"Desk": ["anna", "piotr"]}, [("anna", EWA)])
    return made


async def write(made: Installation, *, archived: bool) -> None:
    """Let Anna write to Piotr and to Ewa, and go; *archived*: once it is."""
    async with client(made, "anna") as anna:
        for conv in (made.groups["Desk"], made.direct("anna", EWA)):
            id = await anna.send(conv, f"the word is {WORD}")
            if archived:
                assert (await anna.answer(id))["t"] == "ack"
        await anna.say({"t": "ping"})
        await anna.frame("heartbeat")


@asynccontextmanager
async def outside(made: Installation, service: PushService) -> AsyncIterator[Outside]:
    """Sign Piotr and Ewa in, and let Piotr's browser be told."""
    with ExitStack() as stack:
        piotr, ewa = await asyncio.to_thread(_sign_in, stack, made)
        letters = made.settings.mail.folder
        assert letters is not None
        both = Outside(made, service, letters, piotr, ewa)
        await asyncio.to_thread(both.subscribe)
        yield both


def _sign_in(stack: ExitStack, made: Installation) -> list[httpx2.Client]:
    return [stack.enter_context(signed_in(made, name)) for name in ("piotr", EWA)]


async def all_leaves(out: Outside) -> None:
    """Wait until something has left by each way."""
    deadline = time.monotonic() + PATIENCE
    while (left := await asyncio.to_thread(out.left)) != PLACES:
        assert time.monotonic() < deadline, f"only {left} left"
        await asyncio.sleep(0.2)


@pytest.mark.promise("P1")
def test_before_it_is_archived_nothing_leaves(made: Installation, service: PushService) -> None:
    async def story() -> None:
        points = HoldAt("journaled")
        async with (
            serving(made, points),
            outside(made, service) as out,
            asyncio.TaskGroup() as tasks,
        ):
            points.open.clear()
            try:
                await write(made, archived=False)
                assert await asyncio.to_thread(points.held.wait, PATIENCE)
                asking = tasks.create_task(asyncio.to_thread(out.ask_for_copy))
                deadline = time.monotonic() + HELD_SECONDS
                while time.monotonic() < deadline:
                    assert await asyncio.to_thread(out.left) == set()
                    await asyncio.sleep(0.2)
            finally:
                points.open.set()
            await asking
            await all_leaves(out)

    run_on_uvloop(story())


@pytest.mark.proofs("figure")
def test_control_without_the_hold_each_leaves_in_that_time(
    made: Installation, service: PushService
) -> None:
    async def story() -> None:
        async with serving(made, NoPoints()), outside(made, service) as out:
            began = time.monotonic()
            await write(made, archived=True)
            await asyncio.to_thread(out.ask_for_copy)
            await all_leaves(out)
            assert time.monotonic() - began < 2 * HELD_SECONDS
            assert WORD in await asyncio.to_thread(out.copied)

    run_on_uvloop(story())
