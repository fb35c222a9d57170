"""A hook's process: what it can't reach, and that nothing it does ends or stops the server's.

On the server's own event loop, uvloop.
"""

import asyncio
import ctypes
import io
import json
import os
import pwd
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir

import pytest
import uvloop

from onrecord.cli.checks.hooks import check_hooks
from onrecord.core.hooks.process import process
from onrecord.core.hooks.process.confine import can_confine
from onrecord.core.hooks.process.hook import in_a_process
from onrecord.core.hooks.process.output import MOST
from onrecord.core.hooks.process.process import Plan
from onrecord.observability.logs import make_log
from onrecord_archive.contract import Delivery, Hook, HookError, Retry
from onrecord_archive.registry import HookUnavailable
from onrecord_archive.testing.log import SampleLog
from tests.rig import misbehaving
from tests.rig.installation import Installation, install
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.patience import let_work

ROOT = Path(__file__).parents[3]
NOBODY = pwd.getpwnam("nobody").pw_uid
MEMORY = 256 * 1024 * 1024


@dataclass
class Place:
    """A folder with what no hook may reach, and what the hook's options name."""

    root: Path
    log: io.StringIO

    @property
    def secrets(self) -> dict[str, Path]:
        names = ("database.key", "other-hook.key", "keys/log", "archive/tail")
        return {name: self.root / "server" / name for name in names}

    def plan(self, kind: str, options: dict[str, str], private: tuple[Path, ...] = ()) -> Plan:
        return Plan(kind, kind, options, self.root / "own.log", private, MEMORY)

    def filing(self, share: Path, private: tuple[Path, ...] = ()) -> Plan:
        return self.plan("directory", {"path": str(share)}, private)

    def misbehaving(self, does: str, **options: str) -> Hook:
        return self.open(self.plan("misbehaving", {"does": does, **options}))

    def open(self, plan: Plan) -> Hook:
        return in_a_process(plan, make_log(self.log, level="info"))

    def said(self, event: str) -> bool:
        return f'"{event}"' in self.log.getvalue()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    misbehaving.install_into(tmp_path / "packages")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    monkeypatch.setenv("ONRECORD_SECRET", "not for a hook")
    made = Place(tmp_path, io.StringIO())
    for secret in made.secrets.values():
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.write_text("secret")
    return made


@pytest.fixture
def targets(place: Place) -> Iterator[dict[str, str]]:
    """What a hook tries to reach, by names."""
    path = place.root / "database.sock"
    datagrams = place.root / "journal.sock"
    with (
        socket.socket(socket.AF_UNIX) as listening,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as taking,
        (place.root / "open").open("w") as file,
    ):
        taking.bind(str(datagrams))
        listening.bind(str(path))
        listening.listen()
        os.set_inheritable(file.fileno(), True)
        yield {
            "the database's key": str(place.secrets["database.key"]),
            "another hook's secret": str(place.secrets["other-hook.key"]),
            "the keys": str(place.secrets["keys/log"]),
            "the archive": str(place.secrets["archive/tail"]),
            "the accounts": "/etc/passwd",
            "socket": str(path),
            "datagrams": str(datagrams),
            "descriptor": str(file.fileno()),
        }


def batch(count: int = 3) -> list[Delivery]:
    log = SampleLog()
    log.grow(count)
    return [entry for entry in log.deliveries() if entry.kind == "record"][:count]


@asynccontextmanager
async def closing(hook: Hook) -> AsyncIterator[Hook]:
    try:
        yield hook
    finally:
        await hook.close()


async def outcome(hook: Hook) -> HookError | None:
    """Deliver once; return what went wrong."""
    try:
        async with asyncio.timeout(PATIENCE):
            await hook.deliver(batch())
    except HookError as error:
        return error
    return None


def test_a_hook_reaches_nothing_of_the_servers(place: Place, targets: dict[str, str]) -> None:
    assert can_confine(), "this kernel has no Landlock: Linux 5.13 or newer, lsm=landlock"

    async def told() -> dict[str, bool]:
        folder = place.root / "share"
        folder.mkdir()
        hook = place.misbehaving("pry", targets=json.dumps(targets), folder=str(folder))
        async with closing(hook):
            found: dict[str, bool] = json.loads((await hook.deliver(batch()))[0].detail)
            return found

    found = uvloop.run(told())
    assert len(found) > 15
    assert [what for what, could in found.items() if could] == []


def test_control_without_its_limits_it_reaches_all_of_it(
    place: Place, targets: dict[str, str]
) -> None:
    command = [sys.executable, "-m", misbehaving.MODULE, json.dumps(targets), str(place.root / "x")]
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, check=True, close_fds=False, cwd=place.root, env=there
    )
    refused = [what for what, could in json.loads(done.stdout).items() if not could]
    assert refused == []


@pytest.mark.proofs("outside")
def test_a_hook_has_no_rights_of_the_servers(place: Place) -> None:
    """What the unit gives the server to change users, say, would let a hook be any user."""
    assert misbehaving.rights() > 0, "run as root: the server has rights that a hook must not have"

    async def told() -> int:
        async with closing(place.misbehaving("rights")) as hook:
            return int((await hook.deliver(batch()))[0].detail)

    assert uvloop.run(told()) == 0


def test_it_reads_and_writes_what_its_options_name(place: Place) -> None:
    share = place.root / "share"
    share.mkdir()

    async def deliver() -> None:
        async with closing(place.open(place.filing(share))) as hook:
            assert len(await hook.deliver(batch())) == 3

    uvloop.run(deliver())
    assert any(share.iterdir())


def test_a_file_that_was_put_in_the_place_of_another_is_reached(place: Place) -> None:
    """A password is changed by a new file of the same name; a volume is mounted anew."""
    share, other = place.root / "share", place.root / "other"
    share.mkdir()
    other.mkdir()

    async def deliver() -> None:
        async with closing(place.open(place.filing(share))) as hook:
            assert await outcome(hook) is None
            share.rename(place.root / "before")
            other.rename(share)
            while (error := await outcome(hook)) is not None:
                assert isinstance(error, Retry), error
        assert any(share.iterdir())

    uvloop.run(deliver())


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("server", "would give it"),
        ("server/keys", "would give it"),
        ("server/database.key", "would"),
        ("server/keys/nothing_yet", "would give it"),
    ],
)
def test_options_that_name_the_servers_own_are_refused(
    place: Place, option: str, says: str
) -> None:
    private = (*place.secrets.values(), place.root / "server" / "keys")
    plan = place.filing(place.root / option, private)
    with pytest.raises(HookUnavailable, match=says) as caught:
        place.open(plan)
    assert str(plan.output) not in caught.value.diagnostics  # nothing ran, so nothing is in it
    assert "Name another path" in caught.value.diagnostics


def test_control_a_confinement_that_does_not_hold_is_found(place: Place) -> None:
    """What must be refused lies where the hook may read: its start is refused."""
    share = place.root / "share"
    share.mkdir()
    with pytest.raises(HookUnavailable, match="NotConfined"):
        place.open(place.filing(share, (Path("/etc/hosts"),)))  # every hook may read it


@pytest.mark.parametrize(
    ("does", "event"),
    [
        ("crash", "hook_process_ended"),
        ("leave", "hook_process_ended"),
        ("garble", "hook_process_garbled"),
        ("chatter", "hook_process_garbled"),
        ("receipts", "hook_process_garbled"),
        ("threads", "hook_process_has_threads"),
    ],
)
def test_a_process_that_is_gone_is_started_again(place: Place, does: str, event: str) -> None:
    async def deliver() -> None:
        async with closing(place.misbehaving(does)) as hook:
            for _ in range(2):
                assert isinstance(await outcome(hook), Retry)
            await hook.ping()

    uvloop.run(deliver())
    assert place.said(event)


def test_a_greeting_that_never_ends_is_given_up(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "START_S", 2.0)
    with pytest.raises(HookUnavailable, match="did not start"):
        place.misbehaving("dribble")


@pytest.mark.proofs("outside")
def test_a_share_that_hangs_holds_nothing_but_its_hook(place: Place) -> None:
    """The volume of a hook is away: whoever looks at a path of it waits for good."""
    share = place.root / "share"
    share.mkdir()

    async def beats() -> int:
        async with closing(place.open(place.filing(share))) as hook:
            await hook.ping()
            with hung(share):
                async with asyncio.TaskGroup() as calls:
                    call = calls.create_task(hook.ping())
                    for _ in range(100):
                        await asyncio.sleep(0.01)
                    assert not call.done()
                    call.cancel()
        return 100

    assert uvloop.run(beats()) == 100


@contextmanager
def hung(folder: Path) -> Iterator[None]:
    """Mount a filesystem on a folder that nobody serves; run as root. It goes after 10 s at most.

    So a loop that waits for it waits as long, and no test for good.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    end = threading.Timer(10, lambda: os.close(device))
    try:
        mounted = libc.mount(b"fuse", bytes(folder), b"fuse", 0, options)
        assert mounted == 0, os.strerror(ctypes.get_errno())
        began = time.monotonic()
        end.start()
        yield
        assert time.monotonic() - began < 10, "it waited until the filesystem was gone"
    finally:
        end.cancel()
        with suppress(OSError):
            os.close(device)
        libc.umount2(bytes(folder), 2)


def test_a_hook_that_wants_too_much_memory_is_ended(place: Place) -> None:
    async def deliver() -> HookError | None:
        async with closing(place.misbehaving("leak")) as hook:
            return await outcome(hook)

    error = uvloop.run(deliver())
    assert isinstance(error, Retry)
    assert "more memory" in str(error)


def test_open_files_are_limited(place: Place) -> None:
    async def deliver() -> HookError | None:
        async with closing(place.misbehaving("open")) as hook:
            return await outcome(hook)

    assert uvloop.run(deliver()) is not None


def test_a_hook_starts_no_process(place: Place) -> None:
    async def deliver() -> str:
        async with closing(place.misbehaving("fork")) as hook:
            return (await hook.deliver(batch()))[0].detail

    assert json.loads(uvloop.run(deliver())) == {"forked": False}


@pytest.mark.parametrize("does", ["hang", "spin", "flood"])
def test_a_hook_that_never_answers_is_called_off_and_started_anew(place: Place, does: str) -> None:
    """The server's loop goes on meanwhile, and what the hook prints fills no disk."""

    async def deliver() -> int:
        beats = 0
        async with closing(place.misbehaving(does)) as hook:
            async with asyncio.TaskGroup() as calls:
                call = calls.create_task(hook.deliver(batch()))
                for _ in range(100):
                    await asyncio.sleep(0.01)
                    beats += 1
                call.cancel()
            assert call.cancelled()
            await hook.ping()
        return beats

    assert uvloop.run(deliver()) == 100
    assert place.said("hook_process_stuck") == (does != "spin")
    kept = sum(file.stat().st_size for file in place.root.glob("own.log*"))
    assert kept < 2 * MOST
    assert "words" not in place.log.getvalue()


def test_what_it_prints_is_in_a_file_of_its_own(place: Place) -> None:
    async def deliver() -> None:
        async with closing(place.misbehaving("crash")) as hook:
            await outcome(hook)

    uvloop.run(deliver())
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if (place.root / "own.log").exists():
            break
        time.sleep(0.05)
    assert (place.root / "own.log").stat().st_mode & 0o077 == 0


def test_it_ends_with_the_server(place: Place) -> None:
    """Also when the server is killed while the hook hangs: nothing holds its folder's lock."""
    code = (
        "import sys, io, uvloop\n"
        "from pathlib import Path\n"
        "from tests.integration.hooks.test_process import Place, batch\n"
        f"sys.path[:0] = [{str(place.root / 'packages')!r}, {str(ROOT)!r}]\n"
        "async def main():\n"
        f"    hook = Place(Path({str(place.root)!r}), io.StringIO()).misbehaving('hang')\n"
        "    print(hook._process._spawned.process.pid, flush=True)\n"
        "    await hook.deliver(batch())\n"
        "uvloop.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        let_work(0.5)
        assert _lives(pid)
        server.kill()
    began = time.monotonic()
    while _lives(pid) and time.monotonic() - began < PATIENCE:
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


WITHOUT = [sys.executable, "-m", "tests.rig.no_landlock", "-m", "onrecord.cli", "--data"]


def sharing(folder: Path, more: str = "") -> Installation:
    """A bank whose one hook writes files."""
    (folder / "share").mkdir()
    options = f'options = {{ path = "{folder}/share" }}\n'
    toml = f'[hooks.share]\nkind = "directory"\n{more}{options}'
    return install(folder, ["anna"], toml=toml)


@pytest.mark.parametrize(
    ("more", "verdict", "status"), [("", "warning", 0), ('sees = "plaintext"\n', "failed", 3)]
)
def test_where_the_kernel_confines_nothing_the_doctor_says_so(
    tmp_path: Path, more: str, verdict: str, status: int
) -> None:
    made = sharing(tmp_path, more)
    command = [*WITHOUT, str(made.data), "doctor", "--json"]
    doctor = subprocess.run(command, capture_output=True, text=True, check=False)
    found = {each["check"]: each for each in map(json.loads, doctor.stdout.splitlines())}
    assert (found["hooks"]["verdict"], doctor.returncode) == (verdict, status)


def test_where_the_kernel_confines_nothing_no_hook_gets_plaintext(tmp_path: Path) -> None:
    made = sharing(tmp_path, 'sees = "plaintext"\n')
    serve = [*WITHOUT, str(made.data), "serve"]
    refused = subprocess.run(serve, capture_output=True, text=True, check=False)
    assert refused.returncode == 78
    assert "it sees records opened" in refused.stderr


def test_no_option_names_where_the_other_hooks_work(tmp_path: Path) -> None:
    toml = f'[hooks.share]\nkind = "directory"\noptions = {{ path = "{tmp_path}/data/run" }}\n'
    made = install(tmp_path, ["anna"], toml=toml)
    made.settings.paths.run.mkdir(exist_ok=True)
    serve = [sys.executable, "-m", "onrecord.cli", "--data", str(made.data), "serve"]
    refused = subprocess.run(serve, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert refused.returncode == 78
    assert "would give it" in refused.stderr


def test_control_where_the_kernel_confines_the_doctor_is_content(tmp_path: Path) -> None:
    found = check_hooks(sharing(tmp_path).settings)
    assert found.verdict == "ok"
    assert "Landlock" in found.detail


def let_others_in(place: Path) -> None:
    """Let every user reach a folder of the test's."""
    for folder in (place, *place.parents):
        if folder.is_relative_to(gettempdir()) and folder != Path(gettempdir()):
            folder.chmod(0o755)


AS_THE_UNIT_DOES = (
    "setpriv", "--reuid=12345", "--regid=12345", "--clear-groups",
    "--inh-caps=+setuid,+setgid,+kill", "--ambient-caps=+setuid,+setgid,+kill",
)  # fmt: skip


@pytest.mark.proofs("outside")
@pytest.mark.parametrize(("does", "ends"), [("rights", "0"), ("hang", "hangs")])
def test_a_hook_of_another_user_with_the_rights_of_the_unit(
    place: Place, does: str, ends: str
) -> None:
    """The server is no root: it starts the hook, has more rights than it, and can end it."""
    let_others_in(place.root)
    (place.root / "run").mkdir()
    os.chown(place.root / "run", 12345, 12345)
    code = (
        "import sys, io, asyncio, uvloop\n"
        "from contextlib import suppress\n"
        "from dataclasses import replace\n"
        "from onrecord_archive.contract import Retry\n"
        "from pathlib import Path\n"
        f"sys.path[:0] = [{str(place.root / 'packages')!r}, {str(ROOT)!r}]\n"
        "from tests.integration.hooks.test_process import Place, batch\n"
        "async def main():\n"
        f"    place = Place(Path({str(place.root / 'run')!r}), io.StringIO())\n"
        f"    plan = place.plan('misbehaving', {{'does': {does!r}}})\n"
        "    hook = place.open(replace(plan, user='nobody'))\n"
        "    try:\n"
        "        async with asyncio.timeout(5):\n"
        "            print((await hook.deliver(batch()))[0].detail)\n"
        "    except TimeoutError:\n"
        "        print('hangs')\n"
        "    with suppress(Retry):  # it was killed just now\n"
        "        await hook.close()\n"
        "    print('ended')\n"
        "uvloop.run(main())\n"
    )
    command = [*AS_THE_UNIT_DOES, sys.executable, "-B", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.stdout.split() == [ends, "ended"], done.stderr


@pytest.mark.proofs("outside")
def test_a_hook_of_another_user_runs_as_that_user(place: Place) -> None:
    """The server has the right to change users: root, or the unit's CAP_SETUID and CAP_SETGID."""
    assert os.geteuid() == 0, "run as root: the process changes its user"

    async def owner() -> set[int]:
        share = place.root / "share"
        share.mkdir()
        os.chown(share, NOBODY, -1)
        let_others_in(place.root)
        plan = replace(place.filing(share), user="nobody")
        async with closing(place.open(plan)) as hook:
            await hook.deliver(batch())
        return {file.stat().st_uid for file in share.iterdir()}

    assert uvloop.run(owner()) == {NOBODY}
