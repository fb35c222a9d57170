"""Debian's Postfix with a configuration of its own: two ports of TLS 1.3, mail into a Maildir."""

import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from onrecord.demo.certificates import DemoTls
from tests.rig.installation import free_ports
from tests.rig.patience import SECONDS as PATIENCE

POSTFIX = "/usr/sbin/postfix"
MAIN = """compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/log
maillog_file_prefixes = {root}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
myhostname = mail.bank.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
alias_maps =
alias_database =
smtpd_tls_cert_file = {tls.certificate}
smtpd_tls_key_file = {tls.key}
smtpd_tls_security_level = encrypt
smtpd_tls_mandatory_protocols = >=TLSv1.3
smtpd_tls_received_header = yes
smtpd_recipient_restrictions = reject_unauth_destination
virtual_mailbox_domains = example.com
virtual_mailbox_base = {root}
virtual_mailbox_maps = static:mail/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
{extra}
"""
MASTER = """127.0.0.1:{starttls} inet n - n - - smtpd
127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running one. `starttls` and `tls` are its ports, by how TLS begins there."""

    starttls: int
    tls: int
    root: Path

    @property
    def maildir(self) -> Path:
        """Where it delivers to."""
        return self.root / "mail"

    def command(self, name: str) -> None:
        """Give it an order: start, stop, reload."""
        self._run(name).check_returncode()

    def abort(self) -> None:
        """End it as it stands; it only sends a signal, so wait until its master is gone."""
        self.command("abort")
        deadline = time.monotonic() + PATIENCE
        while self._run("status").returncode == 0:
            assert time.monotonic() < deadline, (self.root / "log").read_text()
            time.sleep(0.05)

    def _run(self, name: str) -> subprocess.CompletedProcess[bytes]:
        command = [POSTFIX, "-c", str(self.root / "etc"), name]
        return subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE)

    def letter(self) -> EmailMessage:
        """Wait for a letter in the Maildir, and take it out."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for file in (self.root / "mail" / "new").glob("*"):
                found = message_from_bytes(file.read_bytes(), policy=default)
                file.unlink()
                assert isinstance(found, EmailMessage)
                return found
            time.sleep(0.05)
        raise AssertionError((self.root / "log").read_text())


@contextmanager
def running_postfix(tls: DemoTls, *, extra: str = "") -> Iterator[Postfix]:
    """Run one as root; its processes are the user `postfix`. Raises RuntimeError if missing.

    `extra`: further lines of its main.cf.
    """
    if shutil.which(POSTFIX) is None:
        raise RuntimeError("Postfix is missing: apt-get install postfix")
    owner = pwd.getpwnam("postfix")
    starttls, wrapped = free_ports(2)
    with tempfile.TemporaryDirectory(prefix="onrecord-postfix-") as folder:
        root = Path(folder)
        root.chmod(0o755)  # its processes have to get at what is theirs in here
        for name in ("etc", "queue", "data", "mail"):
            (root / name).mkdir()
        for name in ("data", "mail"):
            shutil.chown(root / name, owner.pw_uid, owner.pw_gid)
        values = {
            "root": root,
            "tls": tls,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
            "extra": extra,
        }
        (root / "etc" / "main.cf").write_text(MAIN.format(**values))
        (root / "etc" / "master.cf").write_text(MASTER.format(starttls=starttls, tls=wrapped))
        postfix = Postfix(starttls, wrapped, root)
        postfix.command("start")
        try:
            yield postfix
        finally:
            postfix.command("stop")
