"""Debian's nats-server with JetStream, over TLS 1.3 from the first byte, syncing each message."""

import asyncio
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord_archive.sinks.nats.credentials import Credentials
from onrecord_archive.sinks.tls_link import TlsFiles
from tests.integration.hooks.certificates import issue
from tests.rig.installation import free_ports
from tests.rig.patience import SECONDS as PATIENCE

NATS_SERVER = "/usr/sbin/nats-server"
# The rights are those that HOOKS.md names; the operator is the test.
SETTINGS = """
listen: "127.0.0.1:{port}"
server_name: "nats"
max_payload: {max_payload}
jetstream {{ store_dir: "{root}/store", sync_interval: always{store} }}
tls {{
  cert_file: "{certificate}", key_file: "{key}", ca_file: "{ca}"
  handshake_first: true, min_version: "1.3", verify: {verify}
}}
{who}
"""
USERS = """
authorization {{
  users: [
    {{ user: "operator", password: "operator" }}
    {{ user: "onrecord", password: "{password}", permissions: {{
        publish: [{rights}]
        subscribe: "_INBOX.>"
    }} }}
  ]
}}
"""
RIGHTS = (
    "{subject}.>",
    "$JS.API.STREAM.INFO.{stream}",
    "$JS.API.STREAM.MSG.GET.{stream}",
    "$JS.API.CONSUMER.CREATE.{stream}.>",
    "$JS.API.CONSUMER.MSG.NEXT.{stream}.>",
)

OPERATOR: dict[str, Any] = {"user": "operator", "password": "operator"}

T = TypeVar("T")


@dataclass(frozen=True)
class Stored:
    """A message as the server has it."""

    sequence: int
    subject: str
    headers: Mapping[str, str]
    payload: bytes


class NatsServer:
    """One that can be killed, stopped and started again; what it has stays."""

    def __init__(self, root: Path, **settings: str) -> None:
        self.tls = DemoTls(root / "tls")
        self.tls.folder.mkdir()
        ensure_certificates(self.tls, datetime.now(UTC))
        self.client = issue(self.tls, root / "client", serves=False)
        (self.port,) = free_ports(1)
        self.password_file = root / "password"
        self._root = root
        self.settings = {
            "max_payload": "1048576",
            "store": "",
            "certificate": str(self.tls.certificate),
            "key": str(self.tls.key),
            "verify": "false",
            "password": "secret",
            "rights": ", ".join(f'"{each}"' for each in RIGHTS).format(
                subject="onrecord", stream="*"
            ),
            "who": USERS,
            **settings,
        }
        self.credentials_file: Path | None = None
        """A user's who may do everything, where they are not in the settings."""
        self._process: subprocess.Popen[bytes] | None = None
        self.set(password="secret")

    def set(self, **settings: str) -> None:
        """Change its settings; one that runs takes them at once, if they can change so."""
        self.settings |= settings
        given = {**self.settings, "root": str(self._root), "ca": str(self.tls.ca)}
        who = self.settings["who"].format(**given)
        text = SETTINGS.format(**{**given, "who": who}, port=self.port)
        (self._root / "conf").write_text(text)
        if "password" in settings:
            self.password_file.write_text(settings["password"] + "\n")
        if self._process is not None:
            before = self.log().count("Reloaded server configuration")
            self._process.send_signal(signal.SIGHUP)
            self._until(lambda: self.log().count("Reloaded server configuration") > before)

    def start(self) -> None:
        """Start it, if it does not run, and wait until JetStream answers."""
        if self._process is not None:
            return
        command = [NATS_SERVER, "-c", str(self._root / "conf")]
        with (self._root / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self._until(self._listens)

    def kill(self) -> None:
        """End it as a loss of its power: nothing is finished."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def stand_still(self, still: bool) -> None:
        """Let it neither read nor answer, or go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if still else signal.SIGCONT)

    def log(self) -> str:
        """What it said itself."""
        return (self._root / "log").read_text(errors="replace")

    def login(self) -> dict[str, str]:
        """Return the options by which a hook signs in."""
        if self.credentials_file is not None:
            return {"credentials_file": str(self.credentials_file)}
        return {"user": "onrecord", "password_file": str(self.password_file)}

    def as_operator(self, act: Callable[[JetStreamContext], Awaitable[T]]) -> T:
        """Do something as one who may do everything."""

        shown = str(self.client.certificate), str(self.client.key)

        async def run() -> T:
            client = Client()
            await client.connect(
                f"tls://localhost:{self.port}",
                tls=TlsFiles(self.tls.ca, shown).context(),
                tls_handshake_first=True,
                **Credentials(credentials_file=self.credentials_file).read(),
                **({} if self.credentials_file else OPERATOR),
                connect_timeout=int(PATIENCE),
                allow_reconnect=False,
                max_reconnect_attempts=1,
            )
            try:
                return await act(client.jetstream(timeout=PATIENCE))
            finally:
                await client.close()

        with ThreadPoolExecutor(1) as thread:  # a loop may be running in this one
            return thread.submit(asyncio.run, run()).result()

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log()
        if "Server is ready" not in self.log():
            return False
        try:
            socket.create_connection(("127.0.0.1", self.port), PATIENCE).close()
        except ConnectionRefusedError:
            return False
        return True

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.01)


def safe_config(name: str, subject: str, **changed: Any) -> StreamConfig:
    """A stream as HOOKS.md says that it must be, on one server."""
    return StreamConfig(
        name=name,
        subjects=[f"{subject}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        duplicate_window=120.0,
        deny_delete=True,
        deny_purge=True,
    ).evolve(**changed)


async def read_stream(jetstream: JetStreamContext, name: str) -> list[Stored]:
    """Everything that a stream has, one by one."""
    state = (await jetstream.stream_info(name)).state
    found = []
    for sequence in range(max(state.first_seq, 1), state.last_seq + 1):
        message = await jetstream.get_msg(name, sequence)
        headers = dict(message.headers or {})
        found.append(Stored(sequence, message.subject or "", headers, message.data or b""))
    return found


@contextmanager
def running_nats(**settings: str) -> Iterator[NatsServer]:
    """Run one. Raises RuntimeError where it is not installed."""
    if shutil.which(NATS_SERVER) is None:
        raise RuntimeError("nats-server is missing: apt-get install nats-server")
    with tempfile.TemporaryDirectory(prefix="onrecord-nats-") as folder:
        server = NatsServer(Path(folder), **settings)
        try:
            server.start()
            yield server
        finally:
            server.kill()
