"""The archive's volume fills up and is freed: shown, nothing lost, reads go on, sending resumes.

And an fsync fails: the server ends, says so, and what was written is sent once after a new start.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from onrecord_archive.format.errors import Refused
from onrecord_archive.reader.archive import Archive
from tests.e2e.awaiting import until
from tests.e2e.bank import Desk, ProfileOf, sign_in
from tests.e2e.vault import kept
from tests.faults.durable import SYNCS
from tests.faults.strace import injecting, open_files, threads_of
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

SHOWN_SECONDS = 2.0
RESUMED_SECONDS = 10.0
"""The promises, counted from the message that finds no room and from the moment of room; `make
proofs` asserts them at three times their value."""
IN_TIME = pytest.mark.parametrize(
    ("when", "limits"),
    [
        ("first", (PATIENCE, PATIENCE)),
        pytest.param(
            *("timed", (3 * SHOWN_SECONDS, 3 * RESUMED_SECONDS)),
            marks=pytest.mark.proofs("figure"),
        ),
    ],
)
"""Whatever the machine, and in time."""
LONG = "x" * 15_000
"""Longer than what is left of a page of the disk."""
STATUS_AGAIN = 75
UNRECORDED = "Recording is unavailable, so nothing can be sent right now. Your text is kept."


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 32 MiB. Needs root."""
    volume = tmp_path_factory.mktemp("volume")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(volume)], check=True)
    yield volume
    subprocess.run(["umount", "--lazy", str(volume)], check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, volume: Path) -> Installation:
    toml = f'[archive]\ndirectory = "{volume / "archive"}"\n'
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "piotr"], toml=toml)
    populate_conversations(made, {"Desk": ["anna", "piotr"], "Risk": ["anna", "piotr"]})
    return made


def fill(volume: Path) -> Path:
    """Leave no page free; return the file to delete."""
    ballast = volume / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


def all_signed(made: Installation) -> bool:
    """Whether nothing is left for a checkpoint, whose making gives pages back."""
    archive = Archive(made.settings.archive.directory)
    try:
        archive.leaf(archive.size)
    except Refused:
        return True
    return False


def unrecorded(desk: Desk) -> bool:
    """Whether the composer says so, and the header."""
    header = desk.page.get_by_role("button", name="Recording unavailable")
    return desk.page.get_by_text(UNRECORDED).first.is_visible() and header.is_visible()


@IN_TIME
@pytest.mark.usefixtures("server")
def test_the_archive_fills_up_and_is_freed(
    made: Installation,
    volume: Path,
    browser: Browser,
    profile_of: ProfileOf,
    *,
    when: str,
    limits: tuple[float, float],
) -> None:
    shown_s, resumed_s = limits
    room, held, typed = f"{when} while there is room", f"{when} held back", f"{when} typed in vain"
    anna = sign_in(made, browser, profile_of, "anna")
    piotr = sign_in(made, browser, profile_of, "piotr")
    for desk in (anna, piotr):
        desk.open("Desk")
    anna.say(room)
    expect(piotr.message(room)).to_be_visible()

    expect(anna.message(room)).to_contain_text("read")
    until(anna.page, partial(all_signed, made), "a checkpoint over everything")
    ballast = fill(volume)
    began = time.monotonic()
    anna.say(f"{held} {LONG}")
    for desk in (anna, piotr):
        until(desk.page, partial(unrecorded, desk), "shown", shown_s)
    print(f"shown to both after {time.monotonic() - began:.2f} s")
    anna.composer.fill(typed)
    anna.composer.press("Enter")
    expect(anna.composer).to_have_value(typed)
    expect(anna.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    reads_go_on(piotr, room)
    assert kept(anna.page).rows["outbox"] == 1
    expect(piotr.message(held)).to_have_count(0)

    ballast.unlink()
    sent = piotr.message(held)
    seconds = until(piotr.page, lambda: sent.count() == 1, "resumed", resumed_s)
    print(f"resumed after {seconds:.2f} s")
    for desk in (anna, piotr):
        expect(desk.page.get_by_text(UNRECORDED)).to_have_count(0)
    anna.composer.press("Enter")
    for text in (held, typed):
        for desk in (anna, piotr):
            expect(desk.message(text)).to_have_count(1)
    header = anna.page.get_by_role("region", name="Desk")
    expect(header.get_by_role("button", name="On the record", exact=True)).to_be_visible()


def reads_go_on(desk: Desk, said: str) -> None:
    """Another conversation, a search, and a fresh start of the page."""
    desk.open("Risk")
    expect(desk.log).to_contain_text("Anna began the conversation")
    desk.page.get_by_role("searchbox").fill("room")
    found = desk.page.get_by_role("region", name="Messages", exact=True)
    expect(found).to_contain_text(said)
    desk.page.reload()
    desk.open("Desk")
    expect(desk.message(said)).to_be_visible()
    expect(desk.page.get_by_text(UNRECORDED).first).to_be_visible()


def farewells_to(page: Page) -> list[str]:
    """Collect the codes of the `bye` frames that a page gets over its sockets from now on."""
    codes: list[str] = []

    def take(text: str) -> None:
        frame = json.loads(text)
        if frame["t"] == "bye":
            codes.append(frame["code"])

    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: take(str(text))))
    return codes


def on_disk(made: Installation, server: ServerProcess, part: str) -> list[Path]:
    """The files that a batch must be durable in."""
    if part == "archive":
        return open_files(server.process.pid, made.settings.archive.directory)
    files = open_files(server.process.pid, made.data)
    return [file for file in files if file.name.endswith(".db-wal")]


@pytest.mark.parametrize(
    "part", ["archive", pytest.param("database", marks=pytest.mark.proofs("long"))]
)
def test_a_failed_fsync_ends_the_server_and_what_was_written_is_sent_once_afterwards(
    made: Installation,
    fragile: ServerProcess,
    browser: Browser,
    profile_of: ProfileOf,
    part: str,
) -> None:
    anna = sign_in(made, browser, profile_of, "anna")
    farewells = farewells_to(anna.page)
    anna.page.reload()
    anna.open("Risk")
    text, process = f"written as the {part} failed", fragile.process
    expect(anna.page.get_by_role("button", name="On the record", exact=True)).to_be_visible()
    files, threads = on_disk(made, fragile, part), threads_of(process.pid)
    trace = made.data.parent / f"{part}.trace"
    assert files
    with injecting(threads, ",".join(SYNCS), "error=EIO:when=1+", trace, paths=files):
        anna.say(text)
        until(anna.page, lambda: process.poll() is not None, "the server's end")
    assert process.poll() == STATUS_AGAIN
    expect(anna.page.get_by_text("Connection lost. Your text is kept.")).to_be_visible()
    assert farewells == ["failed"]
    expect(anna.message(text)).to_contain_text("Being sent")
    assert kept(anna.page).rows["outbox"] == 1
    fragile.kill()
    fragile.start()
    piotr = sign_in(made, browser, profile_of, "piotr")
    piotr.open("Risk")
    expect(anna.message(text)).to_contain_text("On the record")
    for desk in (anna, piotr):
        expect(desk.message(text)).to_have_count(1)
    until(anna.page, lambda: kept(anna.page).rows["outbox"] == 0, "an empty outbox")
