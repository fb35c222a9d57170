"""Debian's rsyslogd with a configuration of its own: RELP and plain syslog, both over TLS 1.3."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.integration.hooks.certificates import issue
from tests.integration.hooks.syslog_reader import Message, read_message
from tests.rig.installation import free_ports
from tests.rig.patience import SECONDS as PATIENCE

RSYSLOGD = "/usr/sbin/rsyslogd"
MODULES = Path("/usr/lib/x86_64-linux-gnu/rsyslog")
# What a 200 means is the business of these settings: HOOKS.md.
SETTINGS = """
global(workDirectory="{root}" net.enableDNS="off"{size}
  defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{tls.ca}"
  defaultNetstreamDriverCertFile="{tls.certificate}" defaultNetstreamDriverKeyFile="{tls.key}")
module(load="imrelp" tls.tlslib="openssl")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon"
  gnutlsPriorityString="MinProtocol=TLSv1.3")
template(name="whole" type="string" string="%rawmsg%\\n")
ruleset(name="acknowledged" queue.type="direct") {{
  action(type="omfile" file="{root}/written/acknowledged" template="whole" queue.type="direct"
    sync="on" flushOnTXEnd="on" asyncWriting="off" createDirs="off"
    action.resumeRetryCount="-1" action.resumeInterval="1")
}}
ruleset(name="plain" queue.type="direct") {{
  action(type="omfile" file="{root}/written/plain" template="whole" queue.type="direct")
}}
input(type="imrelp" address="127.0.0.1" port="{relp}" ruleset="acknowledged"
  tls="on" tls.caCert="{tls.ca}" tls.myCert="{tls.certificate}" tls.myPrivKey="{tls.key}"
  tls.tlsCfgCmd="MinProtocol=TLSv1.3")
input(type="imrelp" address="127.0.0.1" port="{mutual}" ruleset="acknowledged"
  tls="on" tls.caCert="{tls.ca}" tls.myCert="{tls.certificate}" tls.myPrivKey="{tls.key}"
  tls.authMode="certvalid" tls.permittedPeer=["*"] tls.tlsCfgCmd="MinProtocol=TLSv1.3")
input(type="imtcp" address="127.0.0.1" port="{plain}" ruleset="plain")
"""


class Rsyslog:
    """One that can be killed and started again; what it wrote stays.

    Its ports: `relp`, `mutual`, which asks for a certificate, and `plain`, which never answers.
    """

    def __init__(self, root: Path, size: str) -> None:
        self.tls = DemoTls(root / "tls")
        self.tls.folder.mkdir()
        self._written, self._away = root / "written", root / "away"
        self._written.mkdir()
        ensure_certificates(self.tls, datetime.now(UTC))
        self.client = issue(self.tls, root / "client", serves=False)
        self.relp, self.mutual, self.plain = free_ports(3)
        self._root = root
        ports = {"relp": self.relp, "mutual": self.mutual, "plain": self.plain}
        (root / "conf").write_text(SETTINGS.format(root=root, size=size, tls=self.tls, **ports))
        self._process: subprocess.Popen[bytes] | None = None
        self._seen = {"acknowledged": 0, "plain": 0}

    def start(self) -> None:
        """Start it, if it does not run, and wait until it listens."""
        if self._process is not None:
            return
        (self._root / "pid").unlink(missing_ok=True)
        command = [RSYSLOGD, "-n", "-i", str(self._root / "pid"), "-f", str(self._root / "conf")]
        with (self._root / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        for port in (self.relp, self.mutual, self.plain):
            self._until_it_listens(port)

    def kill(self) -> None:
        """End it as a loss of power of its process: nothing is finished, nothing is told."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None

    def take_folder_away(self) -> None:
        """Let it run on, with nowhere to write to."""
        self.kill()
        self._written.rename(self._away)
        self.start()

    def bring_folder_back(self) -> None:
        """Give it back what was taken away."""
        self._away.rename(self._written)

    def options(self, **further: str) -> dict[str, str]:
        """Return a hook's options; by default for the port `relp`."""
        known = {
            "host": "localhost",
            "port": str(self.relp),
            "ca_file": str(self.tls.ca),
            "timeout": str(PATIENCE),
            "hostname": "chat.bank.example",
        }
        return {**known, **further}

    def forget(self) -> None:
        """Read nothing again of what was written up to now."""
        for name in self._seen:
            self._seen[name] = len(self._bytes(name))

    def messages(self, name: str = "acknowledged") -> list[Message]:
        """Return what it wrote, by order of arrival: the lines that are whole."""
        written = self._bytes(name)[self._seen[name] :]
        return [read_message(line) for line in written[: written.rfind(b"\n") + 1].splitlines()]

    def wait_for_bytes(self, count: int, name: str = "acknowledged") -> None:
        """Wait until it has written so many bytes from where it was to forget."""
        deadline = time.monotonic() + PATIENCE
        while (self._written / name).stat().st_size < self._seen[name] + count:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.001)

    def log(self) -> str:
        """Return what it said itself."""
        return (self._root / "log").read_text(errors="replace")

    def _bytes(self, name: str) -> bytes:
        file = self._written / name
        return file.read_bytes() if file.exists() else b""

    def _until_it_listens(self, port: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, self.log()
            try:
                socket.create_connection(("127.0.0.1", port), PATIENCE).close()
            except ConnectionRefusedError:
                time.sleep(0.01)
            else:
                return
        raise AssertionError(self.log())


@contextmanager
def running_rsyslog(size: str = ' maxMessageSize="64k"') -> Iterator[Rsyslog]:
    """Run one that takes messages of this size. Raises RuntimeError if a part of it is missing."""
    missing = [name for name in ("imrelp", "lmnsd_ossl") if not (MODULES / f"{name}.so").exists()]
    if shutil.which(RSYSLOGD) is None or missing:
        raise RuntimeError(
            "rsyslog is missing: apt-get install rsyslog rsyslog-relp rsyslog-openssl"
        )
    with tempfile.TemporaryDirectory(prefix="onrecord-rsyslog-") as folder:
        server = Rsyslog(Path(folder), size)
        try:
            server.start()
            yield server
        finally:
            server.kill()
