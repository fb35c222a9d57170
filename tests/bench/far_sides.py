"""What the hooks of the bench deliver to: real servers and folders, read back by other code.

Each rig yields a function that gives, in an empty folder, a far side that has nothing yet.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from onrecord_archive.reader.archive import Archive
from tests.integration.hooks.journal import running_journal
from tests.integration.hooks.kafka_broker import running_kafka
from tests.integration.hooks.kafka_store import KafkaStore, install_one_copy, text_of
from tests.integration.hooks.nats_server import running_nats
from tests.integration.hooks.nats_store import NatsStore
from tests.integration.hooks.receiver import SECRET, running_receiver
from tests.integration.hooks.rsyslog import running_rsyslog
from tests.integration.hooks.s3_store import s3_store
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.radosgw import running_radosgw


@dataclass(frozen=True, slots=True)
class FarSide:
    """How a hook gets there, and which entries are there now, each as often as it is.

    `packages`: a folder that the hook's kind is installed in, where that is one of the tests'.
    """

    options: Mapping[str, str]
    arrived: Callable[[], list[int]]
    packages: Path | None = None


Fresh = Callable[[Path], FarSide]


@contextmanager
def replica(made: Installation) -> Iterator[Fresh]:
    """A second archive."""
    first = Archive(made.settings.archive.directory)

    def fresh(folder: Path) -> FarSide:
        def arrived() -> list[int]:
            copied = Archive(folder).entries()
            return [each.index for each in copied if each.leaf == first.leaf(each.index)]

        policy = str(made.settings.paths.policy)
        return FarSide({"path": str(folder), "policy_file": policy}, arrived)

    yield fresh


@contextmanager
def directory(_: Installation) -> Iterator[Fresh]:
    """Files of lines."""
    yield lambda folder: FarSide({"path": str(folder)}, lambda: indexes_below(folder))


def indexes_below(folder: Path) -> list[int]:
    """Return the archive_index of each line in the files of a hook `directory`."""
    files = sorted(folder.glob("records/*/*.jsonl"))
    lines = (line for file in files for line in file.read_bytes().splitlines())
    return [json.loads(line)["archive_index"] for line in lines]


@contextmanager
def webhook(_: Installation) -> Iterator[Fresh]:
    """A receiver in threads of this process, which the measured ones are apart from."""
    with ExitStack() as stack:

        def fresh(folder: Path) -> FarSide:
            receiver = stack.enter_context(running_receiver(folder / "tls"))
            options = receiver_options(receiver.url, receiver.tls.ca, folder)
            return FarSide(options, lambda: [each["archive_index"] for each in receiver.stored])

        yield fresh


def receiver_options(url: str, ca: Path, folder: Path) -> dict[str, str]:
    """Return the options of a hook to a receiver; its secret is put into the folder."""
    secret = folder / "secret"
    secret.write_text(f"whsec_{base64.b64encode(SECRET).decode()}\n")
    return {
        "url": url,
        "secret_file": str(secret),
        "ca_file": str(ca),
        "timeout": str(PATIENCE),
    }


@contextmanager
def s3(_: Installation) -> Iterator[Fresh]:
    """Debian's radosgw, a bucket each time."""
    with running_radosgw() as gateway, ExitStack() as stack:
        user = gateway.new_user()

        def fresh(_: Path) -> FarSide:
            store = stack.enter_context(s3_store(gateway, user))

            def arrived() -> list[int]:
                names = (key.removeprefix("records/") for key in store.keys("records/"))
                return [int(name.partition("-")[0]) for name in names]

            return FarSide(store.options(), arrived)

        yield fresh


@contextmanager
def journal_mail(made: Installation) -> Iterator[Fresh]:
    """Debian's Postfix, whose queue is on the disk before it answers; its mailbox is emptied."""
    folder = made.data.parent / "journal"
    folder.mkdir(exist_ok=True)
    with running_journal(folder) as journal:

        def arrived() -> list[int]:
            words = (str(each.mail["x-onrecord-index"]).split() for each in journal.mails())
            return [int(word) for each in words for word in each]

        def fresh(_: Path) -> FarSide:
            journal.empty()
            return FarSide(journal.values(timeout=str(PATIENCE)), arrived)

        yield fresh


@contextmanager
def siem(_: Installation) -> Iterator[Fresh]:
    """Debian's rsyslog, which writes and syncs a message before it answers."""
    with running_rsyslog() as server:

        def fresh(_: Path) -> FarSide:
            server.forget()
            said = server.messages
            return FarSide(
                server.options(), lambda: [each.said["archive_index"] for each in said()]
            )

        yield fresh


@contextmanager
def nats(_: Installation) -> Iterator[Fresh]:
    """Debian's nats-server, which syncs each message; a stream of JetStream each time."""
    with running_nats() as server:

        def fresh(_: Path) -> FarSide:
            store = NatsStore(server)
            return FarSide(
                store.options(),
                lambda: [int(each.headers["onrecord-index"]) for each in store.entries()],
            )

        yield fresh


@contextmanager
def kafka(made: Installation) -> Iterator[Fresh]:
    """A broker in memory, behind TLS of the tests' own; a topic each time. It has one copy."""
    root = made.data.parent / "kafka"
    root.mkdir(exist_ok=True)
    packages = root / "packages"
    if not packages.exists():
        install_one_copy(packages)
    with running_kafka(root) as broker:

        def fresh(_: Path) -> FarSide:
            store = KafkaStore(broker)
            return FarSide(
                store.options(),
                lambda: [int(text_of(each)["onrecord-index"]) for each in store.entries()],
                packages,
            )

        yield fresh
