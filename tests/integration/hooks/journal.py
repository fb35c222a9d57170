"""A journal mailbox behind Debian's Postfix, as the kit and the tests look at it."""

import asyncio
import base64
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord_archive.contract import Delivery, Listed
from onrecord_archive.sinks.journal_mail.hook import ListedMailHook, open_journal_mail
from onrecord_archive.testing import Held
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.mailbox import (
    RECIPIENT,
    Received,
    received,
    records,
    without_doubles,
)
from tests.integration.notifications.postfix import Postfix, running_postfix
from tests.rig.patience import SECONDS as PATIENCE

SETTINGS = "enable_long_queue_ids = yes\nnotify_classes =\n"
"""Queue ids sort by the moment at which the server took a mail; no mails about its troubles."""
QUEUES = ("incoming", "active", "deferred")
SENDER = "onrecord@bank.example"


def made_tls(folder: Path, now: datetime | None = None) -> DemoTls:
    """Make the certificates of a mail server."""
    folder.mkdir(exist_ok=True)
    tls = DemoTls(folder)
    ensure_certificates(tls, now or datetime.now(UTC))
    return tls


@contextmanager
def running_journal(folder: Path, *, extra: str = "") -> Iterator["Journal"]:
    """Run one."""
    tls = made_tls(folder / "tls")
    with running_postfix(tls, extra=SETTINGS + extra) as postfix:
        yield Journal(postfix, tls)


class Journal:
    """A mail server and the one mailbox that it delivers to."""

    def __init__(self, postfix: Postfix, tls: DemoTls, **options: str) -> None:
        self.postfix = postfix
        self.tls = tls
        self.options = options
        self._away = postfix.root / "away"
        self._available = True

    def values(self, **options: str) -> dict[str, str]:
        """Return the options of a hook."""
        security = {**self.options, **options}.get("security", "starttls")
        port = self.postfix.tls if security == "tls" else self.postfix.starttls
        return {
            "host": "localhost",
            "port": str(port),
            "sender": SENDER,
            "recipient": RECIPIENT,
            "ca_file": str(self.tls.ca),
            **self.options,
            **options,
        }

    def hook(self, log: SampleLog) -> "Arriving":
        return Arriving(self)

    def mails(self) -> list[Received]:
        """Return what has arrived once nothing is under way, doubles included."""
        self.wait()
        return received(self.postfix.maildir)

    def held(self) -> Sequence[Held]:
        return [record.held for record in records(without_doubles(self.mails()))]

    def wait(self) -> None:
        """Wait until every mail that was taken is delivered."""
        deadline, idle = time.monotonic() + PATIENCE, 0
        while idle < 2:  # a mail that moved from one queue to another is seen the second time
            idle = 0 if self._has_queued() else idle + 1
            assert time.monotonic() < deadline, (self.postfix.root / "log").read_text()
            time.sleep(0 if idle else 0.01)

    def _has_queued(self) -> bool:
        queue = self.postfix.root / "queue"
        paths = (path for name in QUEUES for path in (queue / name).rglob("*"))
        return any(_is_whole(path) for path in paths)

    def empty(self) -> None:
        """Take everything out of the mailbox."""
        self.wait()
        for folder in ("new", "cur"):
            for path in (self.postfix.maildir / folder).glob("*"):
                path.unlink()

    def set_available(self, available: bool) -> None:
        if available is self._available:
            return
        self._available = available
        if available:
            if self._away.exists():
                self._away.rename(self.postfix.maildir)
            self.postfix.command("start")
        else:
            self.postfix.command("stop")
            if self.postfix.maildir.exists():
                self.postfix.maildir.rename(self._away)

    def lose(self, archive_index: int) -> None:
        for path in self._mails_with(archive_index):
            path.unlink()

    def spoil(self, archive_index: int) -> None:
        (leaf,) = (each.leaf for each in self.held() if each.archive_index == archive_index)
        other = leaf.replace(b"default", b"changed")
        for path in self._mails_with(archive_index):
            data = path.read_bytes()
            changed = data.replace(_encoded(leaf), _encoded(other))
            assert changed != data
            path.write_bytes(changed)

    def _mails_with(self, archive_index: int) -> list[Path]:
        self.wait()
        name = f"{archive_index:012d}.leaf.json".encode()
        paths = [p for f in ("new", "cur") for p in (self.postfix.maildir / f).glob("*")]
        return [path for path in paths if name in path.read_bytes()]


class Arriving:
    """The hook with its mailbox, read back once the mail server has delivered what it took.

    The kit asks at once, and a mail is under way for a moment after its 250.
    """

    def __init__(self, journal: Journal) -> None:
        hook = open_journal_mail(journal.values(maildir=str(journal.postfix.maildir)))
        assert isinstance(hook, ListedMailHook)
        self._hook = hook
        self._arrived: Callable[[], None] = journal.wait
        self.wants, self.batch_size = hook.wants, hook.batch_size
        self.deliver, self.ping, self.close = hook.deliver, hook.ping, hook.close

    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        await asyncio.to_thread(self._arrived)
        return await self._hook.inventory(first, end)


def _is_whole(path: Path) -> bool:
    """Whether it is a mail that was taken; one that a crash cut short lacks the mode's x."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    return stat.S_ISREG(mode) and bool(mode & stat.S_IXUSR)


def _encoded(data: bytes) -> bytes:
    """Return bytes as a delivered mail has them."""
    return base64.encodebytes(data)


def sealed(log: SampleLog) -> list[Delivery]:
    """Return the records of a log."""
    return [entry for entry in log.deliveries() if entry.kind == "record"]
