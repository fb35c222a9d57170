"""While the archiver is held between journal and archive, the console shows what is archived."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from onrecord.cli.reach.logins import SavedLogin, save_login
from tests.integration.compliance.office import WHY, Answer, Desk, at_console
from tests.rig.client import client
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

HELD = "Held between journal and archive."
IMPATIENT = httpx2.Timeout(PATIENCE, read=1.5)
"""Of whoever asks, and goes before there is an answer."""


class Hold:
    """The archiver's stop, as a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Hold the archiver while the block runs."""
        self._file.touch()
        try:
            yield
        finally:
            self._file.unlink()


class HeldServer(ServerProcess):
    """The rig's server process, with another main."""

    def __init__(self, made: Installation, file: Path) -> None:
        self.run(made, "tests.integration.compliance.held_server", [str(file)])


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("held"), ["anna", "marek", "ewa@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    return made


@pytest.fixture(scope="module")
def hold(bank: Installation) -> Iterator[Hold]:
    file = bank.data.parent / "hold"
    server = HeldServer(bank, file)
    yield Hold(file)
    file.unlink(missing_ok=True)
    assert server.stop() == 0


@pytest.fixture
def ewa(bank: Installation, hold: Hold) -> Iterator[Desk]:
    with at_console(bank, "ewa@compliance") as desk:
        yield desk


def say(bank: Installation, text: str, after: threading.Event) -> str:
    """Send a message and wait for its answer; return its event_id."""

    async def run() -> str:
        async with client(bank, "anna") as anna:
            id = await anna.send(bank.groups["Desk"], text)
            after.set()
            answer: Answer = await anna.answer(id)
            assert answer["t"] == "ack"
            return str(answer["event_id"])

    return asyncio.run(run())


def test_nothing_that_is_not_archived_is_shown_in_any_place(
    bank: Installation, hold: Hold, ewa: Desk
) -> None:
    say(bank, "Archived before.", threading.Event())
    conv = bank.groups["Desk"]
    case = ewa.open_case("gate")
    opened = ewa.post(f"{case}/ranges", reason=WHY, conversation=conv)
    search = ewa.post(f"{case}/searches", reason=WHY, conversation=conv)
    places = [
        "people",
        "conversations",
        "cases",
        case,
        f"{case}/searches/{search['number']}",
        f"{case}/ranges/{opened['number']}/rows",
        f"{case}/ranges/{opened['number']}/rows?after={opened['last']}",
        f"{case}/ranges/{opened['number']}/transcript?format=json",
        f"{case}/exports",
    ]
    before = {place: ewa.ask("GET", place).json() for place in places}
    sent = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with hold.closed():
            held = pool.submit(say, bank, HELD, sent)
            assert sent.wait(PATIENCE)
            until = time.monotonic() + 1.5
            while time.monotonic() < until:
                assert {place: ewa.ask("GET", place).json() for place in places} == before
            assert not held.done()
        event = held.result(PATIENCE)
    after = ewa.post(f"{case}/searches", words="held")  # control: it is found once archived
    assert [hit["event_id"] for hit in after["hits"]] == [event]
    assert ewa.get("conversations")["conversations"][0]["last_seq"] == opened["last"] + 1


def test_the_command_line_shows_nothing_that_is_not_archived(
    bank: Installation, hold: Hold, ewa: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    login = ewa.post("logins", device="desk")
    ewa.ask("POST", f"logins/{login['code']}", {"answer": "confirm"})
    claimed = ewa.post("logins/claim", secret=login["secret"])
    origin = bank.settings.console.origin
    save_login(SavedLogin(origin, claimed["token"], claimed["expires_at"], "Ewa"))
    listing = ("conversations", "--json"), ("cases", "list", "--json")
    ewa.open_case("command-line")

    def listed() -> list[str]:
        answers = [onrecord(bank.data, *command) for command in listing]
        assert all(answer.returncode == 0 for answer in answers)
        return [answer.stdout for answer in answers]

    before, sent = listed(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with hold.closed():
            held = pool.submit(say, bank, HELD, sent)
            assert sent.wait(PATIENCE)
            until = time.monotonic() + 1.0
            while time.monotonic() < until:
                assert listed() == before
            assert not held.done()
        held.result(PATIENCE)
    assert listed() != before  # control


@pytest.mark.parametrize("look", ["searches", "ranges", "exports"])
@pytest.mark.promise("P8")
def test_no_answer_leaves_before_its_record_is_archived(
    bank: Installation, hold: Hold, ewa: Desk, look: str
) -> None:
    conv = bank.groups["Desk"]
    case = ewa.open_case(f"first-{look}")
    place = {"conversation": conv}
    body = {"reason": WHY, **({"span": place} if look == "exports" else place)}
    with at_console(bank, "ewa@compliance") as impatient:
        impatient.client.timeout = IMPATIENT
        with hold.closed():
            with pytest.raises(httpx2.TimeoutException):
                impatient.ask("POST", f"{case}/{look}", body)
            assert ewa.get(case)["case"]["records"] == 1
        answer = ewa.post(f"{case}/{look}", **body)
    looks = ewa.looks(case)
    assert looks[-1]["number"] == answer["number"] == 3  # the one that nobody waited for is there
    assert looks[1]["facts"].items() >= {"case": f"first-{look}"}.items()


def test_a_case_is_not_there_before_its_record_is_archived(
    bank: Installation, hold: Hold, ewa: Desk
) -> None:
    with at_console(bank, "ewa@compliance") as impatient, hold.closed():
        impatient.client.timeout = IMPATIENT
        with pytest.raises(httpx2.TimeoutException):
            impatient.ask("POST", "cases", {"id": "early", "reason": "Too early."})
        assert ewa.refusal("GET", "cases/early") == (404, "no_such_case")


def test_the_archive_agrees(bank: Installation, hold: Hold) -> None:
    """The independent verifier, after all of this."""
    archive, policy = bank.settings.archive.directory, bank.settings.paths.policy
    command = [sys.executable, "-m", "onrecord_archive.verify", str(archive), "--json"]
    done = subprocess.run(
        [*command, "--policy", str(policy)], check=False, capture_output=True, text=True
    )
    assert json.loads(done.stdout)["result"] == "verified"
